# The block device driver: up to DISK_SLOTS sectors on their way at once, each with a routine to
# call when it has arrived.
#
# A disk request is a chain of three descriptors (5.2.6): a header that says what and where, the
# 512 bytes, and a byte in which the device says how it went. Disk slot n has its own header, its
# own status byte, and descriptors 4n, 4n+1 and 4n+2 of the queue.

    .equ DEVICE_ID_DISK, 2
    .ifndef DISK_SLOTS
    .equ DISK_SLOTS,     4
    .endif
    .ifndef DISK_FEATURES
    .equ DISK_FEATURES,  0              # what the driver needs beyond VERSION_1
    .endif
    .equ SECTOR_BYTES,   512

    .equ DISK_HEADER_TYPE,   0          # DISK_IN or DISK_OUT
    .equ DISK_HEADER_SECTOR, 8
    .equ DISK_HEADER_BYTES,  16
    .equ DISK_IN,  0                    # from the disk into memory
    .equ DISK_OUT, 1                    # from memory to the disk

    .equ DISK_STATUS_NONE, 0xff         # not written by the device yet; 0 is success

    .bss
    .balign 16
disk_queue:     .zero QUEUE_BYTES
disk_headers:   .zero DISK_SLOTS * DISK_HEADER_BYTES
disk_callbacks: .zero DISK_SLOTS * 4    # whom to call when slot n is done; 0: the slot is free
disk_status:    .zero DISK_SLOTS        # a byte a slot
disk_device:    .zero 4
disk_source:    .zero 4

    .text

# Finds the disk and makes it ready.
disk_start:
    addi    sp, sp, -16
    sw      ra, 12(sp)
    sw      s0, 8(sp)
    li      a0, DEVICE_ID_DISK
    jal     find_device
    mv      s0, a0
    sw      a0, disk_device, t0
    sw      a1, disk_source, t0
    mv      a0, a1
    jal     external_enable
    mv      a0, s0
    li      a1, DISK_FEATURES
    jal     device_negotiate
    la      a0, disk_queue
    mv      a1, s0
    li      a2, 0
    jal     queue_start
    jal     disk_chain
    li      t0, STATUS_DRIVER_OK
    sw      t0, VIRTIO_STATUS(s0)
    lw      ra, 12(sp)
    lw      s0, 8(sp)
    addi    sp, sp, 16
    ret

# Writes what never changes into the descriptors of every disk slot.
disk_chain:
    la      t0, disk_queue + QUEUE_DESCRIPTORS # the slot's three descriptors
    la      t1, disk_headers
    la      t2, disk_status
    li      t3, 0                       # the number of the first of them
    li      t4, 4 * DISK_SLOTS
disk_chain_next:
    sw      t1, DESCRIPTOR_ADDRESS(t0)
    li      t5, DISK_HEADER_BYTES
    sw      t5, DESCRIPTOR_LENGTH(t0)
    li      t5, DESCRIPTOR_F_NEXT
    sh      t5, DESCRIPTOR_FLAGS(t0)
    addi    t5, t3, 1
    sh      t5, DESCRIPTOR_NEXT(t0)
    li      t5, SECTOR_BYTES
    sw      t5, DESCRIPTOR_BYTES + DESCRIPTOR_LENGTH(t0)
    addi    t5, t3, 2
    sh      t5, DESCRIPTOR_BYTES + DESCRIPTOR_NEXT(t0)
    sw      t2, 2 * DESCRIPTOR_BYTES + DESCRIPTOR_ADDRESS(t0)
    li      t5, 1
    sw      t5, 2 * DESCRIPTOR_BYTES + DESCRIPTOR_LENGTH(t0)
    li      t5, DESCRIPTOR_F_WRITE
    sh      t5, 2 * DESCRIPTOR_BYTES + DESCRIPTOR_FLAGS(t0)
    addi    t0, t0, 4 * DESCRIPTOR_BYTES
    addi    t1, t1, DISK_HEADER_BYTES
    addi    t2, t2, 1
    addi    t3, t3, 4
    bltu    t3, t4, disk_chain_next
    ret

# Starts to read a sector. a0: its number. a1: where its 512 bytes go. a2: the routine to call when
# they are there, with the disk slot in a0 and the device's status (0: success) in a1.
# Result: a0 the disk slot, or -1 if all are taken.
disk_read:
    li      a3, DISK_IN
    li      a4, DESCRIPTOR_F_NEXT | DESCRIPTOR_F_WRITE
    j       disk_submit

# Starts to write a sector. a0: its number. a1: its 512 bytes. a2, result: as for disk_read.
disk_write:
    li      a3, DISK_OUT
    li      a4, DESCRIPTOR_F_NEXT

# Both of them. a3: DISK_IN or DISK_OUT. a4: the flags of the descriptor of the 512 bytes.
disk_submit:
    la      t0, disk_callbacks
    li      t1, 0                       # the disk slot
    li      t2, DISK_SLOTS
disk_submit_next:
    lw      t3, 0(t0)
    beqz    t3, disk_submit_free
    addi    t0, t0, 4
    addi    t1, t1, 1
    bltu    t1, t2, disk_submit_next
    li      a0, -1
    ret
disk_submit_free:                       # slot t1 is, and its callback is at t0
    sw      a2, 0(t0)
    la      t0, disk_headers
    slli    t2, t1, 4                   # DISK_HEADER_BYTES a slot
    add     t0, t0, t2
    sw      a3, DISK_HEADER_TYPE(t0)
    sw      a0, DISK_HEADER_SECTOR(t0)
    la      t0, disk_status
    add     t0, t0, t1
    li      t2, DISK_STATUS_NONE
    sb      t2, 0(t0)
    la      a0, disk_queue
    slli    t2, t1, 6                   # four descriptors a slot; the second is for the data
    add     t2, t2, a0
    sw      a1, QUEUE_DESCRIPTORS + DESCRIPTOR_BYTES + DESCRIPTOR_ADDRESS(t2)
    sh      a4, QUEUE_DESCRIPTORS + DESCRIPTOR_BYTES + DESCRIPTOR_FLAGS(t2)
    addi    sp, sp, -16
    sw      ra, 12(sp)
    sw      t1, 8(sp)
    slli    a1, t1, 2
    jal     queue_offer
    jal     queue_notify
    lw      a0, 8(sp)
    lw      ra, 12(sp)
    addi    sp, sp, 16
    ret

# The disk's interrupt: every request that is done by now frees its slot and calls its routine,
# which may start the next one. What is done meanwhile interrupts again: a disk as fast as we are
# would otherwise keep us here for ever, and nobody else would be served.
disk_interrupt:
    addi    sp, sp, -16
    sw      ra, 12(sp)
    sw      s0, 8(sp)
    lw      a0, disk_device
    jal     device_acknowledge
    la      t0, disk_queue
    lhu     s0, QUEUE_USED_INDEX(t0)
disk_done_next:
    la      a0, disk_queue
    lhu     t0, QUEUE_SEEN(a0)
    beq     t0, s0, disk_done_all
    jal     queue_take
    srli    a0, a0, 2                   # from the first descriptor to the disk slot
    la      t0, disk_status
    add     t0, t0, a0
    lbu     a1, 0(t0)
    la      t0, disk_callbacks
    slli    t1, a0, 2
    add     t0, t0, t1
    lw      t1, 0(t0)
    sw      zero, 0(t0)
    jalr    t1
    j       disk_done_next
disk_done_all:
    lw      ra, 12(sp)
    lw      s0, 8(sp)
    addi    sp, sp, 16
    ret
