# The random and clock server: what no program can compute, and no two machines have alike.
#
#     operation 1  random: 32 bits of entropy are the answer
#     operation 2  clock: the time is the answer, in ticks of the 10 MHz clock, the lower half
#     status       0 done; 1 no such operation
#
# Every value that was read is also mixed into a digest that is never forgotten: a replica that
# had once read another value would be another machine for ever.

    .include "kernel.s"

    .equ OPERATION_RANDOM, 1
    .equ OPERATION_CLOCK,  2
    .equ STATUS_DONE,      0
    .equ STATUS_UNKNOWN,   1

    # What a read of the entropy source gives: a state, and 16 bits that are good in state ES16.
    .equ SEED_STATE_SHIFT, 30
    .equ SEED_STATE_ES16,  2

    .equ DIGEST_FACTOR,    16777619     # of the FNV hash

    .bss
    .balign 4
digest:         .zero 4                 # of all that was ever read

    .text

# Called by the kernel at start-up.
service_start:
    ret

# Called by the kernel for each new request. a0: the client slot. a1: the operation.
service_request:
    addi    sp, sp, -16
    sw      ra, 12(sp)
    sw      s0, 8(sp)
    sw      s1, 4(sp)
    mv      s0, a0
    li      t0, OPERATION_RANDOM
    beq     a1, t0, request_random
    li      t0, OPERATION_CLOCK
    beq     a1, t0, request_clock
    li      a1, STATUS_UNKNOWN
    li      a2, 0
    j       request_answer
request_random:
    jal     random_half
    slli    s1, a0, 16                  # the upper half
    jal     random_half
    or      a2, s1, a0
    j       request_value
request_clock:
    jal     read_time
    mv      a2, a0
request_value:
    lw      t0, digest
    xor     t0, t0, a2
    li      t1, DIGEST_FACTOR
    mul     t0, t0, t1
    sw      t0, digest, t1
    li      a1, STATUS_DONE
request_answer:
    mv      a0, s0
    lw      ra, 12(sp)
    lw      s0, 8(sp)
    lw      s1, 4(sp)
    addi    sp, sp, 16
    j       reply

# Reads 16 bits of entropy. Result: a0. Changes t0 and t1.
random_half:
    csrrw   a0, seed, zero              # this register has to be written when it is read
    srli    t0, a0, SEED_STATE_SHIFT
    li      t1, SEED_STATE_ES16
    bne     t0, t1, random_half         # it is not ready
    slli    a0, a0, 16
    srli    a0, a0, 16
    ret

    .bss
    .balign 4
bss_end:
