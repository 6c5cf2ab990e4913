# Ethernet, IPv4 and UDP: which packets are for us, and how one is made.
#
# Numbers in packets have their big end first, and this machine has its little end first. So a
# number that is only compared or copied is kept as it lies in the packet, with its bytes swapped
# in the source text; only lengths are turned round.

    .equ OUR_IP,   10 + (0 << 8) + (0 << 16) + (10 << 24)       # 10.0.0.10
    .equ OUR_PORT, ((7000 & 0xff) << 8) + (7000 >> 8)

    # Where things are in a buffer: the device's header, Ethernet, IPv4, UDP, payload.
    .equ ETHERNET_DESTINATION, 12
    .equ ETHERNET_SOURCE,      18
    .equ ETHERNET_TYPE,        24
    .equ IP,                   26
    .equ IP_LENGTH,            28
    .equ IP_IDENTIFICATION,    30
    .equ IP_FRAGMENT,          32
    .equ IP_TTL,               34       # and the protocol behind it
    .equ IP_PROTOCOL,          35
    .equ IP_CHECKSUM,          36
    .equ IP_SOURCE,            38
    .equ IP_DESTINATION,       42
    .equ UDP,                  46
    .equ UDP_SOURCE,           46
    .equ UDP_DESTINATION,      48
    .equ UDP_LENGTH,           50
    .equ UDP_CHECKSUM,         52
    .equ PAYLOAD,              54

    .equ IP_HEADER_BYTES,    UDP - IP
    .equ UDP_HEADER_BYTES,   PAYLOAD - UDP

    .equ TYPE_IPV4,          0x0008     # 0x0800
    .equ VERSION_AND_IHL,    0x45       # IPv4 with a header of 5 words
    .equ FRAGMENT_MASK,      0xff3f     # 0x3fff: "more fragments", and the offset
    .equ FRAGMENT_NEVER,     0x0040     # 0x4000
    .equ PROTOCOL_UDP,       17
    .equ TTL_AND_PROTOCOL,   64 + (PROTOCOL_UDP << 8)
    .equ PROTOCOL_IN_SUM,    PROTOCOL_UDP << 8
    .equ SUM_IF_SOUND,       0xffff     # of all 16-bit numbers, the checksum among them

    .equ REQUEST_BYTES_MIN,  8          # the sequence number and the operation

    .text

# Our IP address and our UDP port into a register, as they lie in packets: constants, or in memory
# where a boot block has told them.
    .macro load_our_ip register
    .ifdef BOOT_ADDRESS
    lw      \register, our_ip
    .else
    li      \register, OUR_IP
    .endif
    .endm
    .macro load_our_port register
    .ifdef BOOT_ADDRESS
    lw      \register, our_port
    .else
    li      \register, OUR_PORT
    .endif
    .endm

# A packet has come. If it is a whole and sound UDP datagram to our address and port, its payload
# is a request (to a client: a reply); anything else is dropped without a word. (What is looked at
# before the lengths are may be left from an earlier packet; in the end the lengths say whether it
# counts.)
# a0: the buffer. a1: how many bytes of it the device filled. Calls request_arrived with the buffer
# in a0 and the payload's length in bytes in a1. With KEEP_BUFFER the result is what that says.
packet_arrived:
    lhu     t0, ETHERNET_TYPE(a0)
    li      t1, TYPE_IPV4
    bne     t0, t1, packet_drop
    lbu     t0, IP(a0)
    li      t1, VERSION_AND_IHL
    bne     t0, t1, packet_drop
    lbu     t0, IP_PROTOCOL(a0)
    li      t1, PROTOCOL_UDP
    bne     t0, t1, packet_drop
    lw      t0, IP_DESTINATION(a0)
    load_our_ip t1
    bne     t0, t1, packet_drop
    lhu     t0, UDP_DESTINATION(a0)
    load_our_port t1
    bne     t0, t1, packet_drop
    lhu     t0, IP_FRAGMENT(a0)
    li      t1, FRAGMENT_MASK
    and     t0, t0, t1
    bnez    t0, packet_drop
    lbu     t0, IP_LENGTH(a0)           # turned round: t1 = the IP packet's length
    lbu     t1, IP_LENGTH + 1(a0)
    slli    t0, t0, 8
    or      t1, t1, t0
    addi    t0, t1, IP
    bltu    a1, t0, packet_drop         # cut off (longer is fine: short frames are padded)
    lbu     t0, UDP_LENGTH(a0)          # and t2 = the UDP datagram's
    lbu     t2, UDP_LENGTH + 1(a0)
    slli    t0, t0, 8
    or      t2, t2, t0
    addi    t0, t2, IP_HEADER_BYTES
    bne     t0, t1, packet_drop         # one of the two lies
    andi    t0, t2, 3
    bnez    t0, packet_drop             # a request is made of whole words
    addi    t2, t2, -UDP_HEADER_BYTES
    li      t0, REQUEST_BYTES_MIN
    blt     t2, t0, packet_drop
    addi    sp, sp, -16
    sw      ra, 12(sp)
    sw      s0, 8(sp)
    sw      s1, 4(sp)
    mv      s0, a0
    mv      s1, t2
    jal     packet_ip_sum
    li      t0, SUM_IF_SOUND
    bne     a0, t0, packet_unsound
    lhu     t0, UDP_CHECKSUM(s0)
    beqz    t0, packet_sound            # the sender made none
    mv      a0, s0
    jal     packet_udp_sum
    li      t0, SUM_IF_SOUND
    bne     a0, t0, packet_unsound
packet_sound:
    mv      a0, s0
    mv      a1, s1
    jal     request_arrived
    .ifdef KEEP_BUFFER
    j       packet_done
    .endif
packet_unsound:
    .ifdef KEEP_BUFFER
    li      a0, 1
packet_done:
    .endif
    lw      ra, 12(sp)
    lw      s0, 8(sp)
    lw      s1, 4(sp)
    addi    sp, sp, 16
    .ifdef KEEP_BUFFER
    ret
    .endif
packet_drop:
    .ifdef KEEP_BUFFER
    li      a0, 1
    .endif
    ret

# Makes a whole packet around a payload: everything but the receiver's Ethernet and IP address and
# port, which must be there already. a0: the buffer. a1: the payload's length in bytes, even.
packet_seal:
    addi    sp, sp, -16
    sw      ra, 12(sp)
    sw      s0, 8(sp)
    mv      s0, a0
    la      t0, network_mac
    lw      t1, 0(t0)
    lhu     t2, 4(t0)
    sw      t1, ETHERNET_SOURCE(s0)
    sh      t2, ETHERNET_SOURCE + 4(s0)
    li      t0, TYPE_IPV4
    sh      t0, ETHERNET_TYPE(s0)
    li      t0, VERSION_AND_IHL
    sh      t0, IP(s0)
    addi    t0, a1, UDP_HEADER_BYTES    # the datagram's length, turned round
    srli    t1, t0, 8
    slli    t2, t0, 8
    or      t1, t1, t2
    sh      t1, UDP_LENGTH(s0)
    addi    t0, t0, IP_HEADER_BYTES     # the packet's length, turned round
    srli    t1, t0, 8
    slli    t2, t0, 8
    or      t1, t1, t2
    sh      t1, IP_LENGTH(s0)
    sh      zero, IP_IDENTIFICATION(s0) # only fragments would need one
    li      t0, FRAGMENT_NEVER
    sh      t0, IP_FRAGMENT(s0)
    li      t0, TTL_AND_PROTOCOL
    sh      t0, IP_TTL(s0)
    load_our_ip t0
    sw      t0, IP_SOURCE(s0)
    load_our_port t0
    sh      t0, UDP_SOURCE(s0)
    sh      zero, IP_CHECKSUM(s0)       # a checksum counts as 0 while it is computed
    sh      zero, UDP_CHECKSUM(s0)
    jal     packet_ip_sum
    not     a0, a0
    sh      a0, IP_CHECKSUM(s0)
    .ifndef NO_UDP_SUM                  # 0 says that there is none
    mv      a0, s0
    jal     packet_udp_sum
    not     a0, a0
    slli    t0, a0, 16
    bnez    t0, packet_seal_sum
    li      a0, -1                      # 0 would say that there is none; all ones means the same
packet_seal_sum:
    sh      a0, UDP_CHECKSUM(s0)
    .endif
    lw      ra, 12(sp)
    lw      s0, 8(sp)
    addi    sp, sp, 16
    ret

# The sum over a packet's IP header. a0: the buffer. Result: a0, 16 bits.
packet_ip_sum:
    addi    a1, a0, IP
    addi    a2, a1, IP_HEADER_BYTES
    li      a0, 0
    j       sum_bytes

# The sum over a packet's UDP datagram, of even length, and what UDP adds to it: both IP addresses,
# the protocol and the length (RFC 768). a0: the buffer. Result: a0, 16 bits.
packet_udp_sum:
    addi    a1, a0, IP_SOURCE           # the addresses stand just before the datagram,
    lbu     t0, UDP_LENGTH(a0)          # so one pass takes them all
    lbu     t1, UDP_LENGTH + 1(a0)
    lhu     t2, UDP_LENGTH(a0)
    slli    t0, t0, 8
    or      t0, t0, t1
    addi    a2, a0, UDP
    add     a2, a2, t0
    li      t0, PROTOCOL_IN_SUM
    add     a0, t2, t0

# The one's complement sum of RFC 1071, which comes out right in either byte order.
# a0: what to begin with. a1: where to begin, even. a2: where to end. Result: a0, 16 bits.
sum_bytes:
    lhu     t0, 0(a1)
    add     a0, a0, t0
    addi    a1, a1, 2
    bltu    a1, a2, sum_bytes
    srli    t0, a0, 16                  # what ran over 16 bits is added at the bottom
    slli    a0, a0, 16
    srli    a0, a0, 16
    add     a0, a0, t0
    srli    t0, a0, 16                  # which may run over once more
    add     a0, a0, t0
    slli    a0, a0, 16
    srli    a0, a0, 16
    ret
