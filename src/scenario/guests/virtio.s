# virtio over MMIO, version 2: finding a device, agreeing on features, and queues.
# Chapters and names are those of the VIRTIO 1.2 specification.

    .equ VIRTIO_FIRST,  0x10001000      # eight places for devices, one page each;
    .equ VIRTIO_PLACES, 8               # the first interrupts as source 1, the second as 2, ...

    # Registers of a device (4.2.2)
    .equ VIRTIO_MAGIC,               0x000
    .equ VIRTIO_VERSION,             0x004
    .equ VIRTIO_DEVICE_ID,           0x008
    .equ VIRTIO_DEVICE_FEATURES,     0x010
    .equ VIRTIO_DEVICE_FEATURES_SEL, 0x014
    .equ VIRTIO_DRIVER_FEATURES,     0x020
    .equ VIRTIO_DRIVER_FEATURES_SEL, 0x024
    .equ VIRTIO_QUEUE_SEL,           0x030
    .equ VIRTIO_QUEUE_NUM_MAX,       0x034
    .equ VIRTIO_QUEUE_NUM,           0x038
    .equ VIRTIO_QUEUE_READY,         0x044
    .equ VIRTIO_QUEUE_NOTIFY,        0x050
    .equ VIRTIO_INTERRUPT_STATUS,    0x060
    .equ VIRTIO_INTERRUPT_ACK,       0x064
    .equ VIRTIO_STATUS,              0x070
    .equ VIRTIO_QUEUE_DESC_LOW,      0x080
    .equ VIRTIO_QUEUE_DESC_HIGH,     0x084
    .equ VIRTIO_QUEUE_DRIVER_LOW,    0x090
    .equ VIRTIO_QUEUE_DRIVER_HIGH,   0x094
    .equ VIRTIO_QUEUE_DEVICE_LOW,    0x0a0
    .equ VIRTIO_QUEUE_DEVICE_HIGH,   0x0a4
    .equ VIRTIO_CONFIG,              0x100

    .equ VIRTIO_MAGIC_VALUE, 0x74726976 # "virt"
    .equ VIRTIO_F_VERSION_1, 1          # bit 32 of the features: bit 0 of their upper word

    # Device status, as it grows while the driver starts (2.1)
    .equ STATUS_ACKNOWLEDGE, 1          # seen
    .equ STATUS_DRIVER,      1 + 2      # and there is a driver for it
    .equ STATUS_FEATURES_OK, 1 + 2 + 8  # and the features are agreed on
    .equ STATUS_DRIVER_OK,   1 + 2 + 8 + 4 # and it may begin

    # A descriptor names one buffer; several in a chain make one request (2.7.5)
    .equ DESCRIPTOR_ADDRESS, 0
    .equ DESCRIPTOR_LENGTH,  8
    .equ DESCRIPTOR_FLAGS,   12
    .equ DESCRIPTOR_NEXT,    14
    .equ DESCRIPTOR_BYTES,   16
    .equ DESCRIPTOR_F_NEXT,  1          # the chain goes on at DESCRIPTOR_NEXT
    .equ DESCRIPTOR_F_WRITE, 2          # the device writes into the buffer; else it reads it

    # A queue, as this kernel lays it out: the three parts that the device knows of (a table of
    # descriptors; the available ring, by which the driver hands over chains; the used ring, by
    # which the device hands them back), and behind them what the driver remembers.
    .ifndef QUEUE_SIZE
    .equ QUEUE_SIZE, 16                 # descriptors, and entries of each ring: a power of two
    .endif
    .equ QUEUE_TABLE_BYTES, QUEUE_SIZE * DESCRIPTOR_BYTES
    .if QUEUE_SIZE <= 64
    .equ QUEUE_RINGS, QUEUE_TABLE_BYTES # behind the table of descriptors,
    .else
    .equ QUEUE_RINGS, 0                 # or before one so long that its end is out of lhu's reach
    .endif
    .equ QUEUE_AVAILABLE_FLAGS, QUEUE_RINGS
    .equ QUEUE_AVAILABLE_INDEX, QUEUE_RINGS + 2 # how many were ever handed over, modulo 65536
    .equ QUEUE_AVAILABLE_RING,  QUEUE_RINGS + 4 # entries of 2 bytes: first descriptor of a chain
    .equ QUEUE_USED_FLAGS, (QUEUE_AVAILABLE_RING + QUEUE_SIZE * 2 + 15) & -16
    .equ QUEUE_USED_INDEX, QUEUE_USED_FLAGS + 2 # how many ever came back, modulo 65536
    .equ QUEUE_USED_RING,  QUEUE_USED_FLAGS + 4 # entries of 8 bytes: descriptor, bytes written
    .equ QUEUE_SEEN,   QUEUE_USED_RING + QUEUE_SIZE * 8 # the used index up to which we have looked
    .equ QUEUE_DEVICE, QUEUE_SEEN + 4   # the device's registers
    .equ QUEUE_NUMBER, QUEUE_SEEN + 8   # which of the device's queues it is
    .equ QUEUE_RINGS_END, (QUEUE_SEEN + 12 + 15) & -16
    .if QUEUE_SIZE <= 64
    .equ QUEUE_DESCRIPTORS, 0           # the table: one descriptor of 16 bytes after the other
    .equ QUEUE_BYTES,       QUEUE_RINGS_END
    .else
    .equ QUEUE_DESCRIPTORS, QUEUE_RINGS_END
    .equ QUEUE_BYTES,       QUEUE_RINGS_END + QUEUE_TABLE_BYTES
    .endif
    .equ AVAILABLE_F_NO_INTERRUPT, 1    # "do not interrupt when you have used a chain"

    .text

# Finds a device. a0: its DeviceID. Result: a0 its registers, a1 its interrupt source.
find_device:
    li      t0, VIRTIO_FIRST
    li      a1, 1
    li      t1, VIRTIO_PLACES
find_device_next:
    lw      t2, VIRTIO_DEVICE_ID(t0)
    beq     t2, a0, find_device_found
    addi    a1, a1, 1
    lui     t2, 1                       # 0x1000: on to the next place
    add     t0, t0, t2
    bleu    a1, t1, find_device_next
find_device_fail:
    li      a0, FAIL_NO_DEVICE
    j       fail
find_device_found:
    lw      t2, VIRTIO_MAGIC(t0)
    li      t1, VIRTIO_MAGIC_VALUE
    bne     t2, t1, find_device_fail
    lw      t2, VIRTIO_VERSION(t0)
    li      t1, 2
    bne     t2, t1, find_device_fail
    mv      a0, t0
    ret

# Resets a device and agrees with it on VERSION_1 and on what else the driver cannot do without.
# a0: the device, which is kept. a1: features needed, of the lower 32.
device_negotiate:
    sw      zero, VIRTIO_STATUS(a0)
device_resetting:
    lw      t0, VIRTIO_STATUS(a0)
    bnez    t0, device_resetting
    li      t0, STATUS_ACKNOWLEDGE
    sw      t0, VIRTIO_STATUS(a0)
    li      t0, STATUS_DRIVER
    sw      t0, VIRTIO_STATUS(a0)
    sw      zero, VIRTIO_DEVICE_FEATURES_SEL(a0)
    lw      t0, VIRTIO_DEVICE_FEATURES(a0)
    and     t0, t0, a1
    bne     t0, a1, device_refuse
    sw      zero, VIRTIO_DRIVER_FEATURES_SEL(a0)
    sw      a1, VIRTIO_DRIVER_FEATURES(a0)
    li      t1, 1                       # the upper 32
    sw      t1, VIRTIO_DEVICE_FEATURES_SEL(a0)
    lw      t0, VIRTIO_DEVICE_FEATURES(a0)
    andi    t0, t0, VIRTIO_F_VERSION_1
    beqz    t0, device_refuse
    sw      t1, VIRTIO_DRIVER_FEATURES_SEL(a0)
    sw      t0, VIRTIO_DRIVER_FEATURES(a0)
    li      t0, STATUS_FEATURES_OK
    sw      t0, VIRTIO_STATUS(a0)
    lw      t1, VIRTIO_STATUS(a0)       # the device takes the bit back if it does not agree
    bne     t0, t1, device_refuse
    ret
device_refuse:
    li      a0, FAIL_FEATURES
    j       fail

# Gives a queue to a device. a0: the queue, all zero; kept. a1: the device. a2: its number there.
queue_start:
    sw      a1, QUEUE_DEVICE(a0)
    sw      a2, QUEUE_NUMBER(a0)
    sw      a2, VIRTIO_QUEUE_SEL(a1)
    lw      t0, VIRTIO_QUEUE_NUM_MAX(a1)
    li      t1, QUEUE_SIZE
    bltu    t0, t1, queue_start_fail
    sw      t1, VIRTIO_QUEUE_NUM(a1)
    addi    t0, a0, QUEUE_DESCRIPTORS
    sw      t0, VIRTIO_QUEUE_DESC_LOW(a1)
    sw      zero, VIRTIO_QUEUE_DESC_HIGH(a1)
    addi    t0, a0, QUEUE_AVAILABLE_FLAGS
    sw      t0, VIRTIO_QUEUE_DRIVER_LOW(a1)
    sw      zero, VIRTIO_QUEUE_DRIVER_HIGH(a1)
    addi    t0, a0, QUEUE_USED_FLAGS
    sw      t0, VIRTIO_QUEUE_DEVICE_LOW(a1)
    sw      zero, VIRTIO_QUEUE_DEVICE_HIGH(a1)
    li      t0, 1
    sw      t0, VIRTIO_QUEUE_READY(a1)
    ret
queue_start_fail:
    li      a0, FAIL_QUEUE
    j       fail

# Hands a chain over to the device, which may not know until queue_notify.
# a0: the queue. a1: the chain's first descriptor. Both are kept; only t0 and t1 change.
queue_offer:
    lhu     t0, QUEUE_AVAILABLE_INDEX(a0)
    andi    t1, t0, QUEUE_SIZE - 1      # the index only grows; its place in the ring goes round
    slli    t1, t1, 1
    add     t1, t1, a0
    sh      a1, QUEUE_AVAILABLE_RING(t1)
    fence   w, w                        # the entry must be there before the index announces it
    addi    t0, t0, 1
    sh      t0, QUEUE_AVAILABLE_INDEX(a0)
    ret

# Tells the device to look at a queue. a0: the queue.
queue_notify:
    lw      t0, QUEUE_DEVICE(a0)
    lw      t1, QUEUE_NUMBER(a0)
    fence   w, o                        # all that was written must be there before it looks
    sw      t1, VIRTIO_QUEUE_NOTIFY(t0)
    ret

# Takes back a chain that the device is done with. a0: the queue.
# Result: a0 the chain's first descriptor, a1 how many bytes the device wrote; a0 = -1 if none.
queue_take:
    lhu     t0, QUEUE_SEEN(a0)
    lhu     t1, QUEUE_USED_INDEX(a0)
    beq     t0, t1, queue_take_none
    fence   r, r                        # the entry may be read only after the index
    andi    t1, t0, QUEUE_SIZE - 1
    slli    t1, t1, 3
    add     t1, t1, a0
    addi    t0, t0, 1
    sh      t0, QUEUE_SEEN(a0)
    lw      a0, QUEUE_USED_RING(t1)
    lw      a1, QUEUE_USED_RING + 4(t1)
    ret
queue_take_none:
    li      a0, -1
    ret

# Says that the device needs no attention any more. a0: the device.
device_acknowledge:
    lw      t0, VIRTIO_INTERRUPT_STATUS(a0)
    sw      t0, VIRTIO_INTERRUPT_ACK(a0)
    ret
