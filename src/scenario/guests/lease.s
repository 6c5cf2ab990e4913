# The lease server: at any time at most one client holds the lease, and it knows until when.
#
#     operation 1  acquire CLIENT: the lease, if nobody else holds it
#     operation 2  renew CLIENT: a longer lease, for whoever holds it
#     operation 3  release CLIENT: the lease is free again
#     operation 4  mix OPERATION CLIENT: one of the three, as its first word says
#     status       0 done; 1 no such operation; 3 refused: the client does not hold the lease
#
# The answer to a lease that was given is the time until which it is held, in ticks of the 10 MHz
# clock, the lower half; to one that was refused, the client that holds it, 0 if nobody does.
#
# A lease ends at the timer interrupt that finds it over. So when a client asks for more just when
# its lease is over, all depends on what comes first, the request or the interrupt: a machine that
# took them in another order would give the lease to somebody else.

    .include "kernel.s"

    .equ OPERATION_ACQUIRE, 1
    .equ OPERATION_RENEW,   2
    .equ OPERATION_RELEASE, 3
    .equ OPERATION_MIX,     4
    .equ STATUS_DONE,       0
    .equ STATUS_UNKNOWN,    1
    .equ STATUS_REFUSED,    3
    .equ LEASE_TIME,        TIME_BASE / 20 # 50 ms: longer than a failover

    .bss
    .balign 4
holder:         .zero 4                 # the client that holds the lease; 0: nobody
held_until:     .zero 4                 # and until when

    .text

# Called by the kernel at start-up: nobody holds the lease.
service_start:
    ret

# Called by the kernel at each timer interrupt: takes back a lease that is over.
service_tick:
    addi    sp, sp, -16
    sw      ra, 12(sp)
    lw      t1, holder
    beqz    t1, tick_done
    jal     read_time
    lw      t1, held_until
    sub     t1, t1, a0                  # what is left of it; right also when the half runs over
    bgtz    t1, tick_done
    sw      zero, holder, t0
tick_done:
    lw      ra, 12(sp)
    addi    sp, sp, 16
    ret

# Called by the kernel for each new request. a0: the client slot. a1: the operation.
# a2: its arguments. a3: how many.
service_request:
    li      t0, OPERATION_MIX
    bne     a1, t0, request_plain
    lw      a1, 0(a2)
    addi    a2, a2, 4
    addi    a3, a3, -1
request_plain:
    blez    a3, request_unknown         # nobody asks
    lw      a2, 0(a2)                   # who asks
    beqz    a2, request_unknown
    lw      t1, holder
    li      t0, OPERATION_ACQUIRE
    beq     a1, t0, acquire
    li      t0, OPERATION_RENEW
    beq     a1, t0, renew
    li      t0, OPERATION_RELEASE
    beq     a1, t0, release
request_unknown:
    li      a1, STATUS_UNKNOWN
    li      a2, 0
    j       reply

# Gives the lease, anew or for longer. a0: the client slot. a2: the client. t1: the holder.
acquire:
    beqz    t1, give
renew:
    bne     t1, a2, refuse
give:
    addi    sp, sp, -16
    sw      ra, 12(sp)
    sw      a0, 8(sp)
    sw      a2, holder, t0
    jal     read_time
    li      t0, LEASE_TIME
    add     a2, a0, t0
    sw      a2, held_until, t0
    lw      a0, 8(sp)
    lw      ra, 12(sp)
    addi    sp, sp, 16
    li      a1, STATUS_DONE
    j       reply

# Takes the lease back from whoever holds it. a0: the client slot. a2: the client. t1: the holder.
release:
    bne     t1, a2, refuse
    sw      zero, holder, t0
    li      a1, STATUS_DONE
    li      a2, 0
    j       reply

# a0: the client slot. t1: the holder.
refuse:
    li      a1, STATUS_REFUSED
    mv      a2, t1
    j       reply

    .bss
    .balign 4
bss_end:
