# Requests and replies: the smallest transport over UDP that loses and repeats nothing.
#
# A request is: sequence number, operation, arguments; a reply: sequence number, status (0: done),
# value, and whatever the service adds. All are 32-bit words, little end first. A client counts its
# requests from 1, sends one at a time, and sends it again until the reply comes. For each client
# the kernel remembers the last sequence number and what was answered to it, so a request that
# comes again is answered again, not done again.
#
# What the service may rely on: `service_request` is called once for each request, with
#     a0  the client slot, to be given to `reply`
#     a1  the operation
#     a2  the address of the arguments, good until service_request returns
#     a3  how many arguments there are
# and until it calls `reply` for a client slot, no other request of that client comes.
#
# A service that adds words to its replies says how many bytes they are, in REPLY_MORE_BYTES before
# it includes the kernel, and brings `service_reply`, which is called for each reply that is sent,
# also when it is sent again, and has to write the same words then:
#     a0  where they go
#     a1  the client slot
#     a2  the sequence number of the request

    .equ REQUEST_SEQUENCE,  PAYLOAD     # where things are in a buffer
    .equ REQUEST_OPERATION, PAYLOAD + 4
    .equ REQUEST_ARGUMENTS, PAYLOAD + 8
    .equ REPLY_SEQUENCE,    PAYLOAD
    .equ REPLY_STATUS,      PAYLOAD + 4
    .equ REPLY_VALUE,       PAYLOAD + 8
    .equ REPLY_MORE,        PAYLOAD + 12
    .ifndef REPLY_MORE_BYTES
    .equ REPLY_MORE_BYTES,  0
    .endif
    .equ REPLY_BYTES,       12 + REPLY_MORE_BYTES

    .equ OPERATION_DEBUG, 0xdead        # left in by mistake: stores a word where the client says

    .equ CLIENT_SLOTS,    8
    .equ CLIENT_IP,       0             # whose slot it is; 0: nobody's
    .equ CLIENT_SEQUENCE, 4             # its last request
    .equ CLIENT_ANSWERED, 8             # 1 if that has been answered, with this:
    .equ CLIENT_STATUS,   12
    .equ CLIENT_VALUE,    16
    .equ CLIENT_MAC,      20            # where its last packet came from: Ethernet address,
    .equ CLIENT_PORT,     26            # 6 bytes, and UDP port
    .equ CLIENT_BYTES,    32

    .bss
    .balign 4
clients:        .zero CLIENT_SLOTS * CLIENT_BYTES

    .text

# A request has come, new or again. a0: the buffer. a1: the payload's length in bytes.
request_arrived:
    la      t0, clients
    li      t1, 0                       # the client slot
    li      t2, CLIENT_SLOTS
    lw      t3, IP_SOURCE(a0)
request_find_client:
    lw      t4, CLIENT_IP(t0)
    beq     t4, t3, request_client
    beqz    t4, request_new_client
    addi    t0, t0, CLIENT_BYTES
    addi    t1, t1, 1
    bltu    t1, t2, request_find_client
    ret                                 # all slots are taken: we don't serve more clients
request_new_client:
    sw      t3, CLIENT_IP(t0)
request_client:
    lw      t2, ETHERNET_SOURCE(a0)     # the reply goes back the way the request came
    lhu     t3, ETHERNET_SOURCE + 4(a0)
    lhu     t4, UDP_SOURCE(a0)
    sw      t2, CLIENT_MAC(t0)
    sh      t3, CLIENT_MAC + 4(t0)
    sh      t4, CLIENT_PORT(t0)
    lw      t2, REQUEST_SEQUENCE(a0)
    lw      t3, CLIENT_SEQUENCE(t0)
    lw      t4, CLIENT_ANSWERED(t0)
    beq     t2, t3, request_again
    bltu    t2, t3, request_ignored     # one that the client has long had an answer to
    beqz    t3, request_new             # its first
    beqz    t4, request_ignored         # the last is still in progress: the client must wait
request_new:
    sw      t2, CLIENT_SEQUENCE(t0)
    sw      zero, CLIENT_ANSWERED(t0)
    addi    a3, a1, -8                  # without the sequence number and the operation
    srli    a3, a3, 2
    addi    a2, a0, REQUEST_ARGUMENTS
    lw      a1, REQUEST_OPERATION(a0)
    li      t2, OPERATION_DEBUG
    beq     a1, t2, request_debug
    mv      a0, t1
    j       service_request
request_debug:                          # the bug: whoever asks for it may write anywhere, and
    lw      t0, 0(a2)                   # where there is no memory that is a trap, which ends us
    sw      a3, 0(t0)
    ret
request_again:
    mv      a0, t1
    bnez    t4, reply_send              # the answer got lost, or it crossed the repeated request
request_ignored:
    ret

# Answers the request in progress of a client. a0: the client slot. a1: the status. a2: the value.
reply:
    la      t0, clients
    slli    t1, a0, 5                   # CLIENT_BYTES
    add     t0, t0, t1
    sw      a1, CLIENT_STATUS(t0)
    sw      a2, CLIENT_VALUE(t0)
    li      t1, 1
    sw      t1, CLIENT_ANSWERED(t0)

# Sends a client the answer to its last request. a0: the client slot.
# Without a free transmit buffer nothing is sent: the client will ask again.
reply_send:
    addi    sp, sp, -16
    sw      ra, 12(sp)
    sw      s0, 8(sp)
    sw      s1, 4(sp)
    sw      s2, 0(sp)
    mv      s2, a0
    la      s0, clients
    slli    t0, a0, 5                   # CLIENT_BYTES
    add     s0, s0, t0
    jal     transmit_begin
    beqz    a0, reply_done
    mv      s1, a1
    lw      t0, CLIENT_MAC(s0)
    lhu     t1, CLIENT_MAC + 4(s0)
    lhu     t2, CLIENT_PORT(s0)
    lw      t3, CLIENT_IP(s0)
    sh      t0, ETHERNET_DESTINATION(a0) # not aligned for a word: half by half
    srli    t0, t0, 16
    sh      t0, ETHERNET_DESTINATION + 2(a0)
    sh      t1, ETHERNET_DESTINATION + 4(a0)
    sh      t2, UDP_DESTINATION(a0)
    sw      t3, IP_DESTINATION(a0)
    lw      t0, CLIENT_SEQUENCE(s0)
    lw      t1, CLIENT_STATUS(s0)
    lw      t2, CLIENT_VALUE(s0)
    sw      t0, REPLY_SEQUENCE(a0)
    sw      t1, REPLY_STATUS(a0)
    sw      t2, REPLY_VALUE(a0)
    .if REPLY_MORE_BYTES
    mv      a1, s2
    mv      a2, t0
    mv      s2, a0
    addi    a0, a0, REPLY_MORE
    jal     service_reply
    mv      a0, s2
    .endif
    li      a1, REPLY_BYTES
    jal     packet_seal
    mv      a0, s1
    li      a1, PAYLOAD + REPLY_BYTES
    jal     transmit
reply_done:
    lw      ra, 12(sp)
    lw      s0, 8(sp)
    lw      s1, 4(sp)
    lw      s2, 0(sp)
    addi    sp, sp, 16
    ret
