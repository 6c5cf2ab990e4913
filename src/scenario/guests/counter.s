# The counter: a number that lives on the disk and that clients count up.
#
#     operation 1  increment: the number grows by one, is written to the disk, and is the answer
#     operation 2  read: the number is the answer
#     status       0 done; 1 no such operation; 2 the disk failed, and the number is what it was
#
# The number also stands in memory, and grows there as soon as a request is taken. Its block on the
# disk holds the number and the time at which it was written. One write is on its way at a time;
# who comes meanwhile waits in line.

    .include "kernel.s"

    .equ COUNTER_BLOCK,       7
    .equ OPERATION_INCREMENT, 1
    .equ OPERATION_READ,      2
    .equ STATUS_DONE,         0
    .equ STATUS_UNKNOWN,      1
    .equ STATUS_DISK_FAILED,  2

    # What the block holds.
    .equ BLOCK_VALUE, 0
    .equ BLOCK_TIME,  4                 # when it was written: lower half, upper half

    .bss
    .balign 4
counter_value:  .zero 4                 # the number
counter_loaded: .zero 4                 # 1 once it has been read from the disk
block_busy:     .zero 4                 # 1 while the block is being read or written
increment_for:  .zero 4                 # the client slot for which it is being written
line_in:        .zero 4                 # how many have ever entered the line,
line_out:       .zero 4                 # and how many have left it
line_slots:     .zero CLIENT_SLOTS * 4  # a ring: the client slots of those who wait
operations:     .zero CLIENT_SLOTS * 4  # what each client slot wants
counter_block:  .zero SECTOR_BYTES      # what is read from and written to the disk

    .text

# Called by the kernel at start-up: fetches the number from the disk.
service_start:
counter_load:
    li      t0, 1
    sw      t0, block_busy, t1
    li      a0, COUNTER_BLOCK
    la      a1, counter_block
    la      a2, counter_arrived
    j       disk_read

# The block has been read. a1: 0, or the number is not known: then everyone in line is told so,
# and the next request tries the disk again.
counter_arrived:
    sw      zero, block_busy, t0
    bnez    a1, refuse_line
    lw      t0, counter_block + BLOCK_VALUE
    sw      t0, counter_value, t1
    li      t0, 1
    sw      t0, counter_loaded, t1
    j       serve_line

# Called by the kernel for each new request. a0: the client slot. a1: the operation.
service_request:
    lw      t0, counter_loaded
    beqz    t0, enter_line
    li      t0, OPERATION_READ
    beq     a1, t0, answer_value        # needs no disk, so it need not wait
enter_line:
    la      t0, operations
    slli    t1, a0, 2
    add     t0, t0, t1
    sw      a1, 0(t0)
    lw      t0, line_in
    andi    t1, t0, CLIENT_SLOTS - 1    # a client has one request at a time: there is room
    slli    t1, t1, 2
    la      t2, line_slots
    add     t1, t1, t2
    sw      a0, 0(t1)
    addi    t0, t0, 1
    sw      t0, line_in, t1

# Serves those who wait, in the order of their arrival, until one of them needs the disk.
serve_line:
    addi    sp, sp, -16
    sw      ra, 12(sp)
serve_next:
    lw      t0, block_busy
    bnez    t0, serve_done
    jal     line_empty
    bnez    a0, serve_done
    lw      t0, counter_loaded
    beqz    t0, serve_load
    jal     leave_line
    li      t0, OPERATION_INCREMENT
    beq     a1, t0, serve_increment
    li      t0, OPERATION_READ
    beq     a1, t0, serve_read
    li      a1, STATUS_UNKNOWN
    li      a2, 0
    jal     reply
    j       serve_next
serve_read:
    jal     answer_value
    j       serve_next
serve_increment:
    jal     increment
    j       serve_done
serve_load:
    jal     counter_load
serve_done:
    lw      ra, 12(sp)
    addi    sp, sp, 16
    ret

# Counts up and starts to write it down. a0: the client slot.
increment:
    addi    sp, sp, -16
    sw      ra, 12(sp)
    sw      a0, increment_for, t0
    li      t0, 1
    sw      t0, block_busy, t1
    lw      t0, counter_value
    addi    t0, t0, 1                   # from here on, this is the number
    sw      t0, counter_value, t1
    sw      t0, counter_block + BLOCK_VALUE, t1
    jal     read_time
    la      t0, counter_block
    sw      a0, BLOCK_TIME(t0)
    sw      a1, BLOCK_TIME + 4(t0)
    li      a0, COUNTER_BLOCK
    la      a1, counter_block
    la      a2, counter_written
    jal     disk_write
    lw      ra, 12(sp)
    addi    sp, sp, 16
    ret

# The block has been written: only now the client is answered. a1: 0, or writing it has failed:
# then the number is again what it was.
counter_written:
    addi    sp, sp, -16
    sw      ra, 12(sp)
    sw      zero, block_busy, t0
    lw      a0, increment_for
    beqz    a1, increment_done
    lw      t0, counter_value
    addi    t0, t0, -1
    sw      t0, counter_value, t1
    li      a1, STATUS_DISK_FAILED
    li      a2, 0
    jal     reply
    j       increment_answered
increment_done:
    jal     answer_value
increment_answered:
    lw      ra, 12(sp)
    addi    sp, sp, 16
    j       serve_line                  # the disk is free for the next one

# Answers with the number. a0: the client slot.
answer_value:
    li      a1, STATUS_DONE
    lw      a2, counter_value
    j       reply

# Tells everyone in line that the disk failed.
refuse_line:
    addi    sp, sp, -16
    sw      ra, 12(sp)
refuse_next:
    jal     line_empty
    bnez    a0, refuse_done
    jal     leave_line
    li      a1, STATUS_DISK_FAILED
    li      a2, 0
    jal     reply
    j       refuse_next
refuse_done:
    lw      ra, 12(sp)
    addi    sp, sp, 16
    ret

# Whether nobody waits. Result: a0, 1 if so.
line_empty:
    lw      t0, line_in
    lw      t1, line_out
    sub     a0, t0, t1
    seqz    a0, a0
    ret

# Takes the first out of the line. Result: a0 the client slot, a1 the operation.
leave_line:
    lw      t0, line_out
    andi    t1, t0, CLIENT_SLOTS - 1
    slli    t1, t1, 2
    la      t2, line_slots
    add     t1, t1, t2
    lw      a0, 0(t1)
    addi    t0, t0, 1
    sw      t0, line_out, t1
    la      t1, operations
    slli    t2, a0, 2
    add     t1, t1, t2
    lw      a1, 0(t1)
    ret

    .bss
    .balign 4
bss_end:
