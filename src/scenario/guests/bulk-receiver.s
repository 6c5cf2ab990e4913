# The bulk receiver: clients upload, and it keeps a checksum of all that each of them has sent.
#
#     operation 1  upload WORD ...: the answer is the client's checksum, these words included
#     status       0 done; 1 no such operation
#
# For each word the checksum becomes 31 times itself plus the word, so it tells a word that is
# lost, taken twice or out of its place. Nothing else happens here: what reaches the backup
# through the log is little more than what reaches the primary from the network.

    .include "kernel.s"

    .equ OPERATION_UPLOAD, 1
    .equ STATUS_DONE,      0
    .equ STATUS_UNKNOWN,   1

    .bss
    .balign 4
checksums:      .zero CLIENT_SLOTS * 4  # one for each client slot

    .text

# Called by the kernel at start-up: there is nothing to prepare.
service_start:
    ret

# Called by the kernel for each new request. a0: the client slot. a1: the operation.
# a2: the address of its words. a3: how many there are.
service_request:
    li      t0, OPERATION_UPLOAD
    bne     a1, t0, refuse
    la      t0, checksums
    slli    t1, a0, 2
    add     t0, t0, t1
    lw      t1, 0(t0)                   # the client's checksum so far
    slli    a3, a3, 2
    add     a3, a3, a2                  # where the words end
    bgeu    a2, a3, upload_done         # there are none
upload_next:
    lw      t2, 0(a2)
    slli    t3, t1, 5                   # 32 times the checksum,
    sub     t1, t3, t1                  # less itself,
    add     t1, t1, t2                  # and the word
    addi    a2, a2, 4
    bltu    a2, a3, upload_next
upload_done:
    sw      t1, 0(t0)
    mv      a2, t1
    li      a1, STATUS_DONE
    j       reply

refuse:
    li      a1, STATUS_UNKNOWN
    li      a2, 0
    j       reply

    .bss
    .balign 4
bss_end:
