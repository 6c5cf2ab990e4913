# The parallel disk writer: four writes under way at once, three of them to the same block.
#
#     operation 1  write BLOCK WORD: the answer is what the block holds in the end, WORD + 4
#     status       0 done; 1 no such operation; 2 the disk failed; 3 there is no such block
#
# A request starts four writes without waiting for any: of WORD + 1 and WORD + 2 to the block, of
# WORD + 3 to its neighbour, of WORD + 4 to the block. When all are done, the block is read back.
# The writes to the block race. Whoever carries them out one after the other in the order in which
# they were started, as section 3.4 of the paper has it, ends with the last; otherwise any of the
# three may be left, and not the same one every time.

    .include "kernel.s"

    .equ OPERATION_WRITE,    1
    .equ STATUS_DONE,        0
    .equ STATUS_UNKNOWN,     1
    .equ STATUS_DISK_FAILED, 2
    .equ STATUS_NO_BLOCK,    3
    .equ WRITES,             DISK_SLOTS # of a request
    .equ NEIGHBOUR_WRITE,    3          # which of them goes to the neighbour

    .bss
    .balign 4
disk_blocks:    .zero 4                 # how many the disk has
busy:           .zero 4                 # 1 while a request is being served
served_slot:    .zero 4                 # of which client slot,
served_block:   .zero 4                 # and to which block
writes_left:    .zero 4                 # how many of its writes are not done,
writes_failed:  .zero 4                 # and whether any has failed
line_in:        .zero 4                 # how many have ever entered the line,
line_out:       .zero 4                 # and how many have left it
line_slots:     .zero CLIENT_SLOTS * 4  # a ring: the client slots of those who wait
wanted:         .zero CLIENT_SLOTS * 8  # what each client slot wants: block and word
sectors:        .zero WRITES * SECTOR_BYTES # only their first words are ever written

    .text

# Called by the kernel at start-up: asks how large the disk is.
service_start:
    lw      t0, disk_device
    lw      t0, VIRTIO_CONFIG(t0)       # its capacity comes first there
    sw      t0, disk_blocks, t1
    ret

# Called by the kernel for each new request. a0: the client slot. a1: the operation.
# a2: the address of its arguments. a3: how many there are.
service_request:
    li      t0, OPERATION_WRITE
    li      t1, STATUS_UNKNOWN
    bne     a1, t0, refuse
    li      t1, STATUS_NO_BLOCK
    li      t0, 2
    bltu    a3, t0, refuse
    lw      t0, 0(a2)
    addi    t2, t0, 1                   # the neighbour
    beqz    t2, refuse                  # ... of the very last number that there is
    lw      t3, disk_blocks
    bgeu    t2, t3, refuse
    la      t1, wanted
    slli    t2, a0, 3
    add     t1, t1, t2
    sw      t0, 0(t1)
    lw      t0, 4(a2)
    sw      t0, 4(t1)
    lw      t0, line_in
    andi    t1, t0, CLIENT_SLOTS - 1    # a client has one request at a time: there is room
    slli    t1, t1, 2
    la      t2, line_slots
    add     t1, t1, t2
    sw      a0, 0(t1)
    addi    t0, t0, 1
    sw      t0, line_in, t1

# Serves the first in line, if the disk slots are free and somebody waits.
serve_line:
    lw      t0, busy
    bnez    t0, serve_nobody
    lw      t0, line_out
    lw      t1, line_in
    beq     t0, t1, serve_nobody
    andi    t1, t0, CLIENT_SLOTS - 1
    slli    t1, t1, 2
    la      t2, line_slots
    add     t1, t1, t2
    lw      a0, 0(t1)
    addi    t0, t0, 1
    sw      t0, line_out, t1
    j       start_writes
serve_nobody:
    ret

refuse:
    mv      a1, t1
    li      a2, 0
    j       reply

# Starts all writes of a request. a0: the client slot.
start_writes:
    addi    sp, sp, -32
    sw      ra, 28(sp)
    sw      s0, 24(sp)
    sw      s1, 20(sp)
    sw      s2, 16(sp)
    sw      a0, served_slot, t0
    la      t0, wanted
    slli    t1, a0, 3
    add     t0, t0, t1
    lw      t1, 0(t0)
    sw      t1, served_block, t2
    lw      s0, 4(t0)                   # the word
    li      t0, WRITES
    sw      t0, writes_left, t1
    sw      zero, writes_failed, t1
    li      t0, 1
    sw      t0, busy, t1
    la      s1, sectors
    li      s2, 1                       # which write it is
write_next:
    addi    s0, s0, 1
    sw      s0, 0(s1)
    lw      a0, served_block
    addi    t0, s2, -NEIGHBOUR_WRITE
    seqz    t0, t0
    add     a0, a0, t0                  # one further for the neighbour
    mv      a1, s1
    la      a2, block_written
    jal     disk_write
    addi    s1, s1, SECTOR_BYTES
    addi    s2, s2, 1
    li      t0, WRITES
    bleu    s2, t0, write_next
    lw      ra, 28(sp)
    lw      s0, 24(sp)
    lw      s1, 20(sp)
    lw      s2, 16(sp)
    addi    sp, sp, 32
    ret

# A write is done. a1: 0, or it has failed. After the last of them the block is read back.
block_written:
    lw      t0, writes_failed
    or      t0, t0, a1
    sw      t0, writes_failed, t1
    lw      t1, writes_left
    addi    t1, t1, -1
    sw      t1, writes_left, t2
    bnez    t1, serve_nobody            # the others are still under way
    mv      a1, t0
    bnez    t0, request_over
    lw      a0, served_block
    la      a1, sectors
    la      a2, request_over
    j       disk_read

# The block has been read back, or something has failed. a1: 0, or that. The client is answered,
# and the next one served.
request_over:
    addi    sp, sp, -16
    sw      ra, 12(sp)
    lw      a0, served_slot
    lw      a2, sectors                 # the block's first word
    beqz    a1, request_answer
    li      a1, STATUS_DISK_FAILED
    li      a2, 0
request_answer:
    jal     reply
    sw      zero, busy, t0
    lw      ra, 12(sp)
    addi    sp, sp, 16
    j       serve_line

    .bss
    .balign 4
bss_end:
