# The DMA poller: it does not wait for packets to be announced, but looks for them in memory.
#
#     operation 1  increment: a number grows by one, and is the answer; behind it stands how many
#                  looks there were in vain before this request was there
#     status       0 done; 1 no such operation
#
# The network device is told not to interrupt. While there is nothing else to do, the guest looks
# again and again at the place where the device writes, and takes in what it finds there. So it
# matters at which instruction a packet appears. With bounce buffers (section 3.4 of the paper)
# that is the same one on both machines, since memory changes only while the guest stands still
# at a logged instruction. Without them both count different numbers of looks, and differ.

    .equ REPLY_MORE_BYTES, 4            # the number of looks

    .include "kernel.s"

    .equ OPERATION_INCREMENT, 1
    .equ STATUS_DONE,         0
    .equ STATUS_UNKNOWN,      1

    .bss
    .balign 4
number:         .zero 4                 # how many requests have been answered
looks:          .zero 4                 # looks in vain since the last packet
digest:         .zero 4                 # of all that was ever seen while looking
looks_before:   .zero CLIENT_SLOTS * 4  # how many there were before each client's last request

    .text

# Called by the kernel at start-up: interrupts from the network are not wanted.
service_start:
    la      t0, receive_queue
    li      t1, AVAILABLE_F_NO_INTERRUPT
    sh      t1, QUEUE_AVAILABLE_FLAGS(t0)
    ret

# Called by the kernel again and again while there is nothing else to do: one look. The timer may
# interrupt it anywhere, which does no harm as long as nothing of the network is touched.
service_idle:
    la      t0, receive_queue
    lhu     t1, QUEUE_SEEN(t0)
    andi    t2, t1, QUEUE_SIZE - 1
    slli    t2, t2, 1
    add     t2, t2, t0
    lhu     t2, QUEUE_AVAILABLE_RING(t2) # the descriptor of the buffer that is filled next,
    slli    t2, t2, 4                   # DESCRIPTOR_BYTES
    add     t2, t2, t0
    lw      t2, DESCRIPTOR_ADDRESS(t2)
    lw      t2, REQUEST_SEQUENCE(t2)    # and what stands in it, new or old
    la      t3, digest
    lw      t4, 0(t3)
    slli    t5, t4, 5                   # the digest becomes 31 times itself plus what was seen
    sub     t4, t5, t4
    add     t4, t4, t2
    sw      t4, 0(t3)
    lhu     t2, QUEUE_USED_INDEX(t0)
    bne     t1, t2, found
    lw      t1, looks
    addi    t1, t1, 1
    sw      t1, looks, t0
    ret

# A packet is there: from here on as if it had been announced, so no interrupt may come in.
found:
    addi    sp, sp, -16
    sw      ra, 12(sp)
    csrci   mstatus, MSTATUS_MIE
    jal     network_interrupt
    sw      zero, looks, t0
    csrsi   mstatus, MSTATUS_MIE
    lw      ra, 12(sp)
    addi    sp, sp, 16
    ret

# Called by the kernel for each new request. a0: the client slot. a1: the operation.
service_request:
    la      t0, looks_before
    slli    t1, a0, 2
    add     t0, t0, t1
    lw      t1, looks
    sw      t1, 0(t0)
    li      t0, OPERATION_INCREMENT
    bne     a1, t0, refuse
    lw      a2, number
    addi    a2, a2, 1
    sw      a2, number, t0
    li      a1, STATUS_DONE
    j       reply

refuse:
    li      a1, STATUS_UNKNOWN
    li      a2, 0
    j       reply

# Called by the kernel for each reply that it sends, for the word behind the answer.
# a0: where it goes. a1: the client slot.
service_reply:
    la      t0, looks_before
    slli    t1, a1, 2
    add     t0, t0, t1
    lw      t0, 0(t0)
    sw      t0, 0(a0)
    ret

    .bss
    .balign 4
bss_end:
