# The network device driver: buffers that wait for packets, and buffers that carry answers away.
#
# In front of each frame stands the device's own header of 12 bytes (5.1.6), all zero here. Each
# buffer begins 2 bytes off a multiple of 4, so that what follows the 14 bytes of Ethernet is
# aligned. Descriptor n of a queue always names buffer n.
#
# With KEEP_BUFFER, `request_arrived` says in a0 whether the receive buffer may go back to the
# device at once (1), or is kept until the program calls receive_again (0). The two free bytes
# before a receive buffer hold its number.

    .equ DEVICE_ID_NETWORK, 1
    .equ NETWORK_F_MAC,     1 << 5      # the device knows its address
    .equ RECEIVE_QUEUE,  0
    .equ TRANSMIT_QUEUE, 1

    .equ BUFFER_SHIFT,     2            # bytes left free at the start of each buffer's room
    .ifndef TRANSMIT_BUFFERS
    .equ TRANSMIT_BUFFERS, 8
    .endif
    .ifndef TRANSMIT_BYTES              # a guest with long replies says more
    .equ TRANSMIT_BYTES,   128
    .endif

    .bss
    .balign 16
receive_queue:    .zero QUEUE_BYTES
transmit_queue:   .zero QUEUE_BYTES
    .ifndef OWN_TRANSMIT
transmit_buffers: .zero TRANSMIT_BUFFERS * TRANSMIT_BYTES
    .endif
transmit_free:    .zero TRANSMIT_BUFFERS # a stack of the numbers of the free ones
transmit_count:   .zero 4               # how many those are
network_mac:      .zero 8               # our Ethernet address, 6 bytes
network_device:   .zero 4
network_source:   .zero 4

    .text

# Finds the network device, makes it ready and gives it every receive buffer.
network_start:
    addi    sp, sp, -16
    sw      ra, 12(sp)
    sw      s0, 8(sp)
    li      a0, DEVICE_ID_NETWORK
    jal     find_device
    mv      s0, a0
    sw      a0, network_device, t0
    sw      a1, network_source, t0
    mv      a0, a1
    jal     external_enable
    mv      a0, s0
    li      a1, NETWORK_F_MAC
    jal     device_negotiate
    la      t0, network_mac
    addi    t1, t0, 6
    addi    t2, s0, VIRTIO_CONFIG       # the address comes first there
network_mac_next:
    lbu     t3, 0(t2)
    sb      t3, 0(t0)
    addi    t0, t0, 1
    addi    t2, t2, 1
    bltu    t0, t1, network_mac_next
    la      a0, receive_queue
    mv      a1, s0
    li      a2, RECEIVE_QUEUE
    jal     queue_start
    jal     receive_start
    la      a0, transmit_queue
    mv      a1, s0
    li      a2, TRANSMIT_QUEUE
    jal     queue_start
    jal     transmit_start
    li      t0, STATUS_DRIVER_OK
    sw      t0, VIRTIO_STATUS(s0)
    la      a0, receive_queue
    jal     queue_notify
    lw      ra, 12(sp)
    lw      s0, 8(sp)
    addi    sp, sp, 16
    ret

# Describes the receive buffers and offers all of them. a0: the receive queue.
receive_start:
    addi    sp, sp, -16
    sw      ra, 12(sp)
    addi    t2, a0, QUEUE_DESCRIPTORS   # the descriptor
    la      t3, receive_buffers + BUFFER_SHIFT
    li      t4, RECEIVE_BYTES
    li      a1, 0                       # its number
receive_start_next:
    sw      t3, DESCRIPTOR_ADDRESS(t2)
    addi    t5, t4, -BUFFER_SHIFT
    sw      t5, DESCRIPTOR_LENGTH(t2)
    .ifdef KEEP_BUFFER
    sh      a1, -BUFFER_SHIFT(t3)
    .endif
    li      t5, DESCRIPTOR_F_WRITE
    sh      t5, DESCRIPTOR_FLAGS(t2)
    jal     queue_offer
    addi    t2, t2, DESCRIPTOR_BYTES
    add     t3, t3, t4
    addi    a1, a1, 1
    li      t5, RECEIVE_BUFFERS
    bltu    a1, t5, receive_start_next
    lw      ra, 12(sp)
    addi    sp, sp, 16
    ret

# Describes the transmit buffers, all of them free. a0: the transmit queue.
# Sent buffers are collected when the next one is needed; the device need not interrupt for them.
transmit_start:
    li      t0, AVAILABLE_F_NO_INTERRUPT
    sh      t0, QUEUE_AVAILABLE_FLAGS(a0)
    la      t1, transmit_buffers + BUFFER_SHIFT
    la      t2, transmit_free
    li      t3, 0
    li      t4, TRANSMIT_BUFFERS
transmit_start_next:
    sw      t1, QUEUE_DESCRIPTORS + DESCRIPTOR_ADDRESS(a0)
    sb      t3, 0(t2)
    addi    a0, a0, DESCRIPTOR_BYTES
    .if TRANSMIT_BYTES < 2048
    addi    t1, t1, TRANSMIT_BYTES
    .else
    li      t5, TRANSMIT_BYTES
    add     t1, t1, t5
    .endif
    addi    t2, t2, 1
    addi    t3, t3, 1
    bltu    t3, t4, transmit_start_next
    sw      t4, transmit_count, t0
    ret

# The network device's interrupt: looks at every packet that has come by now, and gives its buffer
# back to the device at once. What comes meanwhile interrupts again: others have their turn.
network_interrupt:
    addi    sp, sp, -16
    sw      ra, 12(sp)
    sw      s0, 8(sp)
    sw      s1, 4(sp)
    lw      a0, network_device
    jal     device_acknowledge
    la      t0, receive_queue
    lhu     s1, QUEUE_USED_INDEX(t0)
receive_next:
    la      a0, receive_queue
    lhu     t0, QUEUE_SEEN(a0)
    beq     t0, s1, receive_all
    jal     queue_take
    mv      s0, a0
    slli    t0, a0, 4                   # DESCRIPTOR_BYTES
    la      t1, receive_queue
    add     t0, t0, t1
    lw      a0, QUEUE_DESCRIPTORS + DESCRIPTOR_ADDRESS(t0)
    jal     packet_arrived
    .ifdef KEEP_BUFFER
    beqz    a0, receive_next
    .endif
    la      a0, receive_queue
    mv      a1, s0
    jal     queue_offer
    j       receive_next
receive_all:
    la      a0, receive_queue
    jal     queue_notify
    lw      ra, 12(sp)
    lw      s0, 8(sp)
    lw      s1, 4(sp)
    addi    sp, sp, 16
    ret

    .ifdef KEEP_BUFFER
# Gives a receive buffer that was kept back to the device. a0: its number.
receive_again:
    addi    sp, sp, -16
    sw      ra, 12(sp)
    mv      a1, a0
    la      a0, receive_queue
    jal     queue_offer
    jal     queue_notify
    lw      ra, 12(sp)
    addi    sp, sp, 16
    ret
    .endif

# Gets a buffer to send from, after collecting those that have been sent.
# Result: a0 the buffer, or 0 if all are still with the device; a1 its number, for transmit.
transmit_begin:
    addi    sp, sp, -16
    sw      ra, 12(sp)
transmit_collect:
    la      a0, transmit_queue
    jal     queue_take
    bltz    a0, transmit_choose
    la      t0, transmit_free
    lw      t1, transmit_count
    add     t0, t0, t1
    sb      a0, 0(t0)
    addi    t1, t1, 1
    sw      t1, transmit_count, t0
    j       transmit_collect
transmit_choose:
    li      a0, 0
    lw      t1, transmit_count
    beqz    t1, transmit_chosen
    addi    t1, t1, -1
    sw      t1, transmit_count, t0
    la      t0, transmit_free
    add     t0, t0, t1
    lbu     a1, 0(t0)
    la      t0, transmit_queue
    slli    t1, a1, 4                   # DESCRIPTOR_BYTES
    add     t0, t0, t1
    lw      a0, QUEUE_DESCRIPTORS + DESCRIPTOR_ADDRESS(t0)
transmit_chosen:
    lw      ra, 12(sp)
    addi    sp, sp, 16
    ret

# Sends a buffer. a0: its number. a1: its length in bytes, the device's header included.
transmit:
    addi    sp, sp, -16
    sw      ra, 12(sp)
    slli    t0, a0, 4                   # DESCRIPTOR_BYTES
    la      t1, transmit_queue
    add     t0, t0, t1
    sw      a1, QUEUE_DESCRIPTORS + DESCRIPTOR_LENGTH(t0)
    mv      a1, a0
    mv      a0, t1
    jal     queue_offer
    jal     queue_notify
    lw      ra, 12(sp)
    addi    sp, sp, 16
    ret
