# The bulk sender: a small request, and a reply that fills a packet.
#
#     operation 1  download: the answer is the checksum of 347 words of data, which come behind it
#     status       0 done; 1 no such operation
#
# The data of request n are 347 numbers of a count that goes on from request to request, each
# multiplied so that its bits are mixed. So whoever knows n can tell what the answer has to be.
# Nothing is kept of what was sent: a reply that has to be sent again is made again.

    .equ REPLY_MORE_WORDS, 347          # 1388 bytes, and 12 in front of them
    .equ REPLY_MORE_BYTES, 4 * REPLY_MORE_WORDS
    .equ TRANSMIT_BYTES,   1536         # room for a frame with all that

    .include "kernel.s"

    .equ OPERATION_DOWNLOAD, 1
    .equ STATUS_DONE,        0
    .equ STATUS_UNKNOWN,     1
    .equ MIXER,              2654435761 # 2^32 divided by the golden ratio

    .bss
    .balign 4
scratch:        .zero REPLY_MORE_BYTES  # where the data stand while only their checksum is wanted

    .text

# Called by the kernel at start-up: there is nothing to prepare.
service_start:
    ret

# Called by the kernel for each new request. a0: the client slot. a1: the operation.
service_request:
    li      t0, OPERATION_DOWNLOAD
    bne     a1, t0, refuse
    addi    sp, sp, -16
    sw      ra, 12(sp)
    sw      s0, 8(sp)
    mv      s0, a0
    la      t0, clients
    slli    t1, a0, 5                   # CLIENT_BYTES
    add     t0, t0, t1
    lw      a2, CLIENT_SEQUENCE(t0)
    la      a0, scratch
    jal     service_reply
    mv      a2, a0
    mv      a0, s0
    lw      ra, 12(sp)
    lw      s0, 8(sp)
    addi    sp, sp, 16
    li      a1, STATUS_DONE
    j       reply

refuse:
    li      a1, STATUS_UNKNOWN
    li      a2, 0
    j       reply

# Called by the kernel for each reply that it sends, for the words behind the answer: makes the
# data of a request. a0: where they go. a2: the number of the request.
# Result: a0, their checksum: for each word it becomes 31 times itself plus the word.
service_reply:
    li      t0, REPLY_MORE_WORDS
    mul     t1, a2, t0                  # the count at the first word,
    add     t2, t1, t0                  # and behind the last one
    li      t3, MIXER
    li      t4, 0                       # the checksum
make_next:
    mul     t5, t1, t3
    sw      t5, 0(a0)
    slli    t6, t4, 5
    sub     t4, t6, t4
    add     t4, t4, t5
    addi    a0, a0, 4
    addi    t1, t1, 1
    bne     t1, t2, make_next
    mv      a0, t4
    ret

    .bss
    .balign 4
bss_end:
