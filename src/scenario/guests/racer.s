# The racer: a word in memory that grows all the time, with nothing to keep two harts apart.
#
#     operation 1  read: the answer is the highest value of the word that was ever seen here
#     status       0 done; 1 no such operation
#
# Hart 0 counts whenever it has nothing else to do. On a machine with two harts the second does
# nothing but count. To count is to load, to add one and to store: who stores last wins, and what
# the other has counted meanwhile is lost. So the word depends on how the harts' instructions
# mingle, which no log entry tells (section 1 of the paper): a backup comes to another value.

    .include "kernel.s"

    .equ OPERATION_READ, 1
    .equ STATUS_DONE,    0
    .equ STATUS_UNKNOWN, 1

    .bss
    .balign 4
shared_word:    .zero 4                 # what both harts count up
highest_seen:   .zero 4                 # lost counts may set the word back, but not this

    .text

# Called by the kernel at start-up: there is nothing to prepare.
service_start:
    ret

# Called by the kernel again and again while there is nothing else to do.
service_idle:
    la      t0, shared_word
    lw      t1, 0(t0)
    addi    t1, t1, 1                   # if the other hart stores now, the next line undoes it
    sw      t1, 0(t0)
    ret

# Where the kernel sends the second hart. It never leaves.
second_hart:
    la      t0, shared_word
second_hart_next:
    lw      t1, 0(t0)
    addi    t1, t1, 1
    sw      t1, 0(t0)
    j       second_hart_next

# Called by the kernel for each new request. a0: the client slot. a1: the operation.
service_request:
    li      t0, OPERATION_READ
    bne     a1, t0, refuse
    lw      t0, shared_word
    lw      a2, highest_seen
    bgeu    a2, t0, answer
    mv      a2, t0
    sw      a2, highest_seen, t0
answer:
    li      a1, STATUS_DONE
    j       reply

refuse:
    li      a1, STATUS_UNKNOWN
    li      a2, 0
    j       reply

    .bss
    .balign 4
bss_end:
