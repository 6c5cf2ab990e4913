# The bulk disk reader: reads the disk from its beginning to its end, over and over, with four
# reads under way at once.
#
#     operation 1  sum BLOCKS: the answer is the sum of all words in that many first blocks
#     status       0 done; 1 no such operation; 2 the disk failed; 3 the disk has not that many
#
# Nobody makes the reader read, so its log is as long as what it reads: the paper's reason for
# letting the backup read by itself (section 4.2). A request takes the blocks as they come by:
# it listens from the next read that begins until it has heard each of its blocks once.
#
# Each disk slot reads into a page of its own: reads into the same page of memory would race, and
# be carried out one after the other (section 3.4).

    .include "kernel.s"

    .equ OPERATION_SUM,      1
    .equ STATUS_DONE,        0
    .equ STATUS_UNKNOWN,     1
    .equ STATUS_DISK_FAILED, 2
    .equ STATUS_TOO_MANY,    3
    .equ PAGE_SHIFT,         12         # a page has 4096 bytes

    # A listener: what a client slot waits for.
    .equ LISTENER_LEFT,   0             # how many blocks it has not heard yet; 0: no listener
    .equ LISTENER_BLOCKS, 4             # it wants the blocks below this one
    .equ LISTENER_SINCE,  8             # the first read that it heard begin
    .equ LISTENER_SUM,    12
    .equ LISTENER_BYTES,  16

    .bss
    .balign 4
disk_blocks:    .zero 4                 # how many the disk has
next_block:     .zero 4                 # the one to be read next
next_read:      .zero 4                 # reads are numbered, modulo 2^32
read_blocks:    .zero DISK_SLOTS * 4    # which block each disk slot reads,
read_numbers:   .zero DISK_SLOTS * 4    # and the number of that read
listeners:      .zero CLIENT_SLOTS * LISTENER_BYTES
    .balign 1 << PAGE_SHIFT
read_pages:     .zero DISK_SLOTS << PAGE_SHIFT

    .text

# Called by the kernel at start-up: begins a read in every disk slot.
service_start:
    addi    sp, sp, -16
    sw      ra, 12(sp)
    sw      s0, 8(sp)
    lw      t0, disk_device
    lw      t0, VIRTIO_CONFIG(t0)       # its capacity comes first there
    sw      t0, disk_blocks, t1
    li      s0, 0
start_next:
    mv      a0, s0
    jal     read_next
    addi    s0, s0, 1
    li      t0, DISK_SLOTS
    bltu    s0, t0, start_next
    lw      ra, 12(sp)
    lw      s0, 8(sp)
    addi    sp, sp, 16
    ret

# Begins to read the next block. a0: the first free disk slot, which disk_read will take.
read_next:
    slli    t0, a0, 2
    la      t1, read_blocks
    add     t1, t1, t0
    la      t2, read_numbers
    add     t2, t2, t0
    la      a1, read_pages
    slli    t0, a0, PAGE_SHIFT
    add     a1, a1, t0
    lw      a0, next_block
    sw      a0, 0(t1)
    lw      t0, next_read
    sw      t0, 0(t2)
    addi    t0, t0, 1
    sw      t0, next_read, t1
    addi    t0, a0, 1
    lw      t1, disk_blocks
    bltu    t0, t1, read_not_last
    li      t0, 0                       # after the last block the first
read_not_last:
    sw      t0, next_block, t1
    la      a2, block_arrived
    j       disk_read

# A block has been read. a0: the disk slot. a1: 0, or reading it has failed. Whoever listens for
# the block takes it; then the slot, the only one without a read, gets the next.
block_arrived:
    addi    sp, sp, -32
    sw      ra, 28(sp)
    sw      s0, 24(sp)
    sw      s1, 20(sp)
    sw      s2, 16(sp)
    sw      s3, 12(sp)
    sw      s4, 8(sp)
    sw      s5, 4(sp)
    mv      s0, a0
    mv      s1, a1
    slli    t0, a0, 2
    la      t1, read_blocks
    add     t1, t1, t0
    lw      s2, 0(t1)                   # which block it is,
    la      t1, read_numbers
    add     t1, t1, t0
    lw      s3, 0(t1)                   # and by which read
    la      a1, read_pages
    slli    t0, a0, PAGE_SHIFT
    add     a1, a1, t0
    jal     sum_sector
    mv      s4, a0
    li      s5, 0                       # the client slot
listener_next:
    mv      a0, s5
    jal     listener_hears
    addi    s5, s5, 1
    li      t0, CLIENT_SLOTS
    bltu    s5, t0, listener_next
    mv      a0, s0
    lw      ra, 28(sp)
    lw      s0, 24(sp)
    lw      s1, 20(sp)
    lw      s2, 16(sp)
    lw      s3, 12(sp)
    lw      s4, 8(sp)
    lw      s5, 4(sp)
    addi    sp, sp, 32
    j       read_next

# Lets a listener take the block that block_arrived is busy with. a0: the client slot.
# s1: whether it failed. s2: the block. s3: the number of the read. s4: the block's sum.
listener_hears:
    la      t0, listeners
    slli    t1, a0, 4                   # LISTENER_BYTES
    add     t0, t0, t1
    lw      t1, LISTENER_LEFT(t0)
    beqz    t1, listener_deaf
    lw      t2, LISTENER_BLOCKS(t0)
    bgeu    s2, t2, listener_deaf       # not one of its blocks
    lw      t2, LISTENER_SINCE(t0)
    sub     t2, s3, t2
    lw      t3, disk_blocks
    bgeu    t2, t3, listener_deaf       # begun too early, or round for the second time
    bnez    s1, listener_failed
    lw      a2, LISTENER_SUM(t0)
    add     a2, a2, s4
    sw      a2, LISTENER_SUM(t0)
    addi    t1, t1, -1
    sw      t1, LISTENER_LEFT(t0)
    bnez    t1, listener_deaf
    li      a1, STATUS_DONE             # that was its last one
    j       reply
listener_failed:
    sw      zero, LISTENER_LEFT(t0)
    li      a1, STATUS_DISK_FAILED
    li      a2, 0
    j       reply
listener_deaf:
    ret

# The sum of a sector's words, four at a time. a1: the sector. Result: a0.
sum_sector:
    addi    a2, a1, SECTOR_BYTES
    li      a0, 0
sum_next:
    lw      t0, 0(a1)
    lw      t1, 4(a1)
    lw      t2, 8(a1)
    lw      t3, 12(a1)
    add     t0, t0, t1
    add     t2, t2, t3
    add     a0, a0, t0
    add     a0, a0, t2
    addi    a1, a1, 16
    bltu    a1, a2, sum_next
    ret

# Called by the kernel for each new request: begins to listen. a0: the client slot. a1: the
# operation. a2: the address of its arguments. a3: how many there are.
service_request:
    li      t0, OPERATION_SUM
    li      t1, STATUS_UNKNOWN
    bne     a1, t0, refuse
    li      t1, STATUS_TOO_MANY
    beqz    a3, refuse
    lw      t0, 0(a2)                   # how many blocks
    beqz    t0, refuse
    lw      t2, disk_blocks
    bltu    t2, t0, refuse
    la      t1, listeners
    slli    t2, a0, 4
    add     t1, t1, t2
    sw      t0, LISTENER_LEFT(t1)
    sw      t0, LISTENER_BLOCKS(t1)
    lw      t0, next_read
    sw      t0, LISTENER_SINCE(t1)
    sw      zero, LISTENER_SUM(t1)
    ret
refuse:
    mv      a1, t1
    li      a2, 0
    j       reply

    .bss
    .balign 4
bss_end:
