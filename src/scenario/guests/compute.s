# Compute: a program that never sleeps. It works for itself, and answers who asks how far it is.
#
#     operation 1  progress: how many rounds are done
#     operation 2  result KIND: what the last round of that kind came to, 0 if there was none yet
#     status       0 done; 1 no such operation or kind
#
# The rounds are of three kinds, in turn: 0 sums the primes below 2048 (the sieve of Eratosthenes),
# 1 multiplies two matrices, 2 sorts. All start from the same numbers each time, so what a round
# comes to is always the same, and whoever gets anything else knows that the machine is broken.
# Interrupts come in anywhere between two instructions of it; none must make a difference.

    .include "kernel.s"

    .equ OPERATION_PROGRESS, 1
    .equ OPERATION_RESULT,   2
    .equ STATUS_DONE,        0
    .equ STATUS_UNKNOWN,     1

    .equ KINDS,           3
    .equ SIEVE_BELOW,     2048
    .equ MATRIX_SIZE,     12
    .equ MATRIX_WORDS,    MATRIX_SIZE * MATRIX_SIZE
    .equ ROW_BYTES,       4 * MATRIX_SIZE
    .equ SORT_WORDS,      96
    .equ DIGEST_FACTOR,   31

    # The numbers to work on: x, a * x + c, and so on (Numerical Recipes' generator).
    .equ FILL_FIRST,      1
    .equ FILL_FACTOR,     1664525
    .equ FILL_INCREMENT,  1013904223

    .data
    .balign 4
work:           .word sieve, multiply, sort

    .bss
    .balign 4
rounds:         .zero 4                 # how many are done
results:        .zero 4 * KINDS         # what the last of each kind came to
numbers:        .zero SIEVE_BELOW       # what the rounds work on

    .text

# Called by the kernel at start-up.
service_start:
    ret

# Called by the kernel for each new request. a0: the client slot. a1: the operation.
# a2: its arguments. a3: how many.
service_request:
    li      t0, OPERATION_PROGRESS
    beq     a1, t0, request_progress
    li      t0, OPERATION_RESULT
    bne     a1, t0, request_unknown
    beqz    a3, request_unknown
    lw      t0, 0(a2)
    li      t1, KINDS
    bgeu    t0, t1, request_unknown
    slli    t0, t0, 2
    la      t1, results
    add     t1, t1, t0
    lw      a2, 0(t1)
    j       request_done
request_progress:
    lw      a2, rounds
request_done:
    li      a1, STATUS_DONE
    j       reply
request_unknown:
    li      a1, STATUS_UNKNOWN
    li      a2, 0
    j       reply

# Called by the kernel again and again, with interrupts let in: one round.
service_idle:
    addi    sp, sp, -16
    sw      ra, 12(sp)
    sw      s0, 8(sp)
    lw      s0, rounds
    li      t0, KINDS
    remu    s0, s0, t0
    slli    s0, s0, 2
    la      t0, work
    add     t0, t0, s0
    lw      t0, 0(t0)
    jalr    t0
    la      t0, results
    add     t0, t0, s0
    sw      a0, 0(t0)
    lw      t0, rounds
    addi    t0, t0, 1
    sw      t0, rounds, t1
    lw      ra, 12(sp)
    lw      s0, 8(sp)
    addi    sp, sp, 16
    ret

# Sums the primes below SIEVE_BELOW. Result: a0.
sieve:
    la      t0, numbers                 # a byte a number: not 0 when it is no prime
    li      t1, SIEVE_BELOW
    add     t2, t0, t1
sieve_clear:
    sw      zero, 0(t0)
    addi    t0, t0, 4
    bltu    t0, t2, sieve_clear
    sub     t0, t0, t1
    li      a0, 0
    li      t2, 2                       # the number
sieve_next:
    add     t3, t0, t2
    lbu     t3, 0(t3)
    bnez    t3, sieve_composite
    add     a0, a0, t2
    mul     t3, t2, t2                  # its multiples below this have been crossed out
sieve_cross:
    bgeu    t3, t1, sieve_composite
    add     t4, t0, t3
    sb      t2, 0(t4)                   # no multiple of 256 is a prime
    add     t3, t3, t2
    j       sieve_cross
sieve_composite:
    addi    t2, t2, 1
    bltu    t2, t1, sieve_next
    ret

# Multiplies two matrices. Result: a0, the digest of the product.
multiply:
    addi    sp, sp, -16
    sw      ra, 12(sp)
    li      a0, 2 * MATRIX_WORDS
    jal     fill
    li      a0, 0
    la      t0, numbers                 # a row of the first
    addi    t1, t0, 4 * MATRIX_WORDS    # where the first ends and the second begins
multiply_row:
    mv      t2, t1                      # a column of the second
    addi    a1, t1, ROW_BYTES           # where its columns end
multiply_column:
    mv      t3, t0
    mv      t4, t2
    addi    a2, t0, ROW_BYTES
    li      t5, 0
multiply_sum:
    lw      a3, 0(t3)
    lw      a4, 0(t4)
    mul     a3, a3, a4
    add     t5, t5, a3
    addi    t3, t3, 4
    addi    t4, t4, ROW_BYTES
    bltu    t3, a2, multiply_sum
    li      a3, DIGEST_FACTOR
    mul     a0, a0, a3
    add     a0, a0, t5
    addi    t2, t2, 4
    bltu    t2, a1, multiply_column
    addi    t0, t0, ROW_BYTES
    bltu    t0, t1, multiply_row
    lw      ra, 12(sp)
    addi    sp, sp, 16
    ret

# Sorts some numbers, putting each in its place among those before it. Result: a0, their digest.
sort:
    addi    sp, sp, -16
    sw      ra, 12(sp)
    li      a0, SORT_WORDS
    jal     fill
    la      t0, numbers
    addi    t1, t0, 4                   # the next to be put in its place
    addi    t2, t0, 4 * SORT_WORDS
sort_next:
    lw      t3, 0(t1)
    mv      t4, t1
sort_shift:
    beq     t4, t0, sort_place
    lw      t5, -4(t4)
    bleu    t5, t3, sort_place
    sw      t5, 0(t4)                   # a greater one makes room
    addi    t4, t4, -4
    j       sort_shift
sort_place:
    sw      t3, 0(t4)
    addi    t1, t1, 4
    bltu    t1, t2, sort_next
    li      a0, 0
    li      t3, DIGEST_FACTOR
sort_digest:
    lw      t1, 0(t0)
    mul     a0, a0, t3
    add     a0, a0, t1
    addi    t0, t0, 4
    bltu    t0, t2, sort_digest
    lw      ra, 12(sp)
    addi    sp, sp, 16
    ret

# Fills `numbers` with a0 words, the same each time.
fill:
    la      t0, numbers
    slli    a0, a0, 2
    add     a0, a0, t0
    li      t1, FILL_FIRST
    li      t2, FILL_FACTOR
    li      t3, FILL_INCREMENT
fill_next:
    sw      t1, 0(t0)
    mul     t1, t1, t2
    add     t1, t1, t3
    addi    t0, t0, 4
    bltu    t0, a0, fill_next
    ret

    .bss
    .balign 4
bss_end:
