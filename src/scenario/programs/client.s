# The client: asks a service one thing after the other, and keeps what it is told.
#
# It sends a request and waits. As long as no answer comes it sends the same request again, and
# waits twice as long each time. Each request has a number, one higher than the last, and an answer
# repeats the number that it is for: so the client knows a duplicate when it sees one. What it asks
# for, how often, and how long it waits stand in the boot block, a page of memory that keeps what
# is in it when the power goes. There the client writes down the number of each request before it
# sends it, so that after a loss of power it gives no number a second time.
#
# The letter p, typed on the serial line, makes the next request one that no guest survives.

    .equ NO_TICKS,    1
    .equ NO_DISK,     1
    .equ NO_REQUESTS, 1
    .equ TRANSMIT_BUFFERS, 1            # a client sends one thing at a time
    .equ TRANSMIT_BYTES,   1536
    .equ BOOT_ADDRESS, 0x0c             # where the boot block has our IP address and port

    .include "kernel.s"
    .include "console.s"

    # The boot block (see docs/programs.md). Times are in ticks of the 10 MHz clock.
    .equ BOOT_MAGIC,       0x00
    .equ BOOT_VERSION,     0x04
    .equ BOOT_NUMBER,      0x08         # which client we are, from 1
    .equ BOOT_SERVER_IP,   0x14         # whom to ask: addresses as they lie in packets
    .equ BOOT_SERVER_PORT, 0x18
    .equ BOOT_SERVER_MAC,  0x1c
    .equ BOOT_REQUESTS,    0x24         # how many requests make the workload
    .equ BOOT_OPERATION,   0x28         # what to ask for
    .equ BOOT_START,       0x2c         # when to begin, after the first start: lower, upper half
    .equ BOOT_THINK,       0x34         # from an answer to the next request, on average
    .equ BOOT_RETRY,       0x38         # how long to wait for an answer, the first time
    .equ BOOT_AGAIN,       0x3c         # after a loss of power, 1: begin again, 0: go on
    .equ BOOT_SOURCES,     0x40         # how many word sources there are
    .equ BOOT_RANDOM,      0x44         # the state of the random numbers, 4 words, kept up here
    .equ BOOT_LAST,        0x80         # ours: the number of the last request begun, 0 at first,
    .equ BOOT_BEFORE,      0x84         # and what it was when the workload began
    .equ BOOT_SOURCE,      0x100        # the first word source
    .equ MAGIC,            0x544e4c43   # "CLNT"
    .equ VERSION,          1
    .equ FAIL_BOOT_BLOCK,  105          # failure code: there is no boot block, or of another kind

    # A word source says where words come from that go with each request.
    .equ SOURCE_KIND,  0
    .equ SOURCE_A,     4
    .equ SOURCE_B,     8
    .equ SOURCE_C,     12
    .equ SOURCE_BYTES, 16
    .equ KIND_CONSTANT, 0               # A
    .equ KIND_DRAWN,    1               # A + B * a random number below C
    .equ KIND_RANDOM,   2               # C words of random bits
    .equ KIND_CLIENT,   3               # the client's number
    .equ KIND_TAG,      4               # the client's number above 24 bits of the request's
    .equ KIND_ONE_OF,   5               # one of C words, which stand A bytes into the boot block

    # What goes over the wire (see requests.s). All are words.
    .equ REQUEST_SEQUENCE,  PAYLOAD
    .equ REQUEST_OPERATION, PAYLOAD + 4
    .equ REQUEST_WORDS,     PAYLOAD + 8
    .equ REPLY_SEQUENCE,    PAYLOAD
    .equ REPLY_STATUS,      PAYLOAD + 4
    .equ REPLY_VALUE,       PAYLOAD + 8
    .equ REPLY_BYTES_MIN,   12
    .equ WORDS_MAX,         350         # with them a request still fits into a packet
    .equ OPERATION_POISON,  0xdead

    .equ LONGEST_WAIT, 60 * TIME_BASE   # a minute, as for TCP (RFC 6298, section 5)

    # An answer, as it is kept.
    .equ ANSWERS,         256           # how many are kept: the last ones
    .equ ANSWER_SEQUENCE, 0
    .equ ANSWER_STATUS,   4
    .equ ANSWER_VALUE,    8
    .equ ANSWER_TRIES,    12            # how often the request was sent
    .equ ANSWER_BYTES,    16

    .bss
    .balign 4
outstanding:    .zero 4                 # the number of the request that has no answer; 0: none
tries:          .zero 4                 # how often it has been sent
wait:           .zero 4                 # how long to wait for its answer the next time
packet_bytes:   .zero 4                 # how long its packet is, with the device's header
poison:         .zero 4                 # 1 if the next request is to be the poison
answers_count:  .zero 4                 # how many answers were ever taken
duplicates:     .zero 4                 # how many came for a request that had its answer
answers:        .zero ANSWERS * ANSWER_BYTES

    .text

# ---- The workload ------------------------------------------------------------------------------

# Called by the kernel at start-up. A number in BOOT_LAST says that this is not the first start,
# but one after a loss of power. Whether the request of that number has been answered, nobody knows
# any more: it is given up, and the next number is the next request's.
service_start:
    addi    sp, sp, -16
    sw      ra, 12(sp)
    lw      t0, boot_block
    lw      t1, BOOT_MAGIC(t0)
    li      t2, MAGIC
    bne     t1, t2, start_refuse
    lw      t1, BOOT_VERSION(t0)
    li      t2, VERSION
    bne     t1, t2, start_refuse
    jal     console_start
    jal     packet_address
    lw      t0, boot_block
    lw      t1, BOOT_LAST(t0)
    bnez    t1, start_again
    lw      t1, BOOT_REQUESTS(t0)
    beqz    t1, start_done              # nothing to do, ever
    lw      a0, BOOT_START(t0)
    lw      a1, BOOT_START + 4(t0)
    jal     timer_after
    j       start_done
start_again:
    lw      t2, BOOT_AGAIN(t0)
    beqz    t2, start_next
    sw      t1, BOOT_BEFORE(t0)         # the workload begins once more, behind this number
start_next:
    jal     requests_left
    beqz    a0, start_done
    jal     request_begin
start_done:
    lw      ra, 12(sp)
    addi    sp, sp, 16
    ret
start_refuse:
    li      a0, FAIL_BOOT_BLOCK
    j       fail

# How many requests are still to be begun. Result: a0.
requests_left:
    lw      t0, boot_block
    lw      a0, BOOT_REQUESTS(t0)
    lw      t1, BOOT_LAST(t0)
    lw      t2, BOOT_BEFORE(t0)
    sub     t1, t1, t2                  # begun since the workload began
    sub     a0, a0, t1
    ret

# Called by the kernel when the timer is due: time for the next request, or for the same one again.
timer_due:
    lw      t0, outstanding
    bnez    t0, request_again

# Begins the next request. The words are drawn now and stay in the packet, so whoever is asked
# again is asked for the same.
request_begin:
    addi    sp, sp, -16
    sw      ra, 12(sp)
    sw      s0, 8(sp)
    sw      s1, 4(sp)
    lw      s0, boot_block
    lw      t0, BOOT_RETRY(s0)
    sw      t0, wait, t1
    jal     transmit_begin
    beqz    a0, request_wait            # the device has it still: later
    mv      s1, a0
    lw      t0, BOOT_LAST(s0)
    addi    t0, t0, 1
    sw      t0, BOOT_LAST(s0)           # written down before anybody else hears of it
    sw      t0, outstanding, t1
    sw      zero, tries, t1
    sw      t0, REQUEST_SEQUENCE(s1)
    jal     request_fill
    sub     a1, a0, s1                  # from the beginning of the buffer to the last word's end
    sw      a1, packet_bytes, t0
    addi    a1, a1, -PAYLOAD
    mv      a0, s1
    jal     packet_seal
    j       request_send

# Sends the request that has no answer once more. Its packet is in the only buffer that there is.
request_again:
    addi    sp, sp, -16
    sw      ra, 12(sp)
    sw      s0, 8(sp)
    sw      s1, 4(sp)
    jal     transmit_begin
    beqz    a0, request_wait
request_send:
    lw      t0, tries
    addi    t0, t0, 1
    sw      t0, tries, t1
    li      a0, 0                       # the number of the only buffer
    lw      a1, packet_bytes
    jal     transmit
request_wait:
    lw      a0, wait
    li      t0, LONGEST_WAIT
    bgeu    a0, t0, request_wait_set    # so long already that it does not grow
    slli    t1, a0, 1
    bleu    t1, t0, request_wait_longer
    mv      t1, t0
request_wait_longer:
    sw      t1, wait, t0
request_wait_set:
    li      a1, 0
    jal     timer_after
    lw      ra, 12(sp)
    lw      s0, 8(sp)
    lw      s1, 4(sp)
    addi    sp, sp, 16
    ret

# ---- Answers -----------------------------------------------------------------------------------

# Called by the kernel for each datagram to us. What the server sends is an answer.
# a0: the buffer. a1: the payload's length in bytes.
request_arrived:
answer_arrived:
    lw      t0, boot_block
    lw      t1, IP_SOURCE(a0)
    lw      t2, BOOT_SERVER_IP(t0)
    bne     t1, t2, answer_ignored      # from somebody else
    lhu     t1, UDP_SOURCE(a0)
    lhu     t2, BOOT_SERVER_PORT(t0)
    bne     t1, t2, answer_ignored
    li      t1, REPLY_BYTES_MIN
    bltu    a1, t1, answer_ignored      # too short
    lw      t1, REPLY_SEQUENCE(a0)
    beqz    t1, answer_unasked          # no request has this number
    lw      t2, outstanding
    beq     t1, t2, answer_taken
    lw      t2, BOOT_LAST(t0)
    bleu    t1, t2, answer_duplicate
answer_unasked:                         # to a request that there has not been yet: nonsense
answer_ignored:
    ret

# The answer came twice, or it was given up: whatever it says, the client goes on as it was.
answer_duplicate:
    lw      t1, duplicates
    addi    t1, t1, 1
    sw      t1, duplicates, t0
    ret

# The answer that was waited for. It is kept, and after a pause comes the next request.
answer_taken:
    lw      t0, answers_count
    andi    t2, t0, ANSWERS - 1
    slli    t2, t2, 4                   # ANSWER_BYTES
    la      t3, answers
    add     t2, t2, t3
    addi    t0, t0, 1
    sw      t0, answers_count, t3
    lw      t3, REPLY_STATUS(a0)
    lw      t4, REPLY_VALUE(a0)
    lw      t5, tries
    sw      t1, ANSWER_SEQUENCE(t2)
    sw      t3, ANSWER_STATUS(t2)
    sw      t4, ANSWER_VALUE(t2)
    sw      t5, ANSWER_TRIES(t2)
    sw      zero, outstanding, t0
    addi    sp, sp, -16
    sw      ra, 12(sp)
    jal     requests_left
    beqz    a0, workload_done
    jal     think
    jal     timer_after
answer_done:
    lw      ra, 12(sp)
    addi    sp, sp, 16
    ret
workload_done:                          # that was the last: from here on the client sleeps
    jal     timer_off
    j       answer_done

# How long to think before the next request: half the mean, and a random number up to the mean.
# Result: a0 and a1, the lower and the upper half.
think:
    addi    sp, sp, -16
    sw      ra, 12(sp)
    sw      s0, 8(sp)
    lw      t0, boot_block
    lw      a0, BOOT_THINK(t0)
    srli    s0, a0, 1
    addi    a0, a0, 1
    jal     draw_below
    add     a0, a0, s0
    sltu    a1, a0, s0                  # 1 if the lower half overflowed
    lw      ra, 12(sp)
    lw      s0, 8(sp)
    addi    sp, sp, 16
    ret

# Sets the timer. a0 and a1: how long from now, the lower and the upper half.
timer_after:
    addi    sp, sp, -16
    sw      ra, 12(sp)
    mv      t1, a0
    mv      t2, a1
    jal     read_time
    add     a0, a0, t1
    sltu    t1, a0, t1                  # 1 if the lower half overflowed
    add     a1, a1, t2
    add     a1, a1, t1
    lw      ra, 12(sp)
    addi    sp, sp, 16
    j       timer_at

# Somebody typed a byte, in a0.
service_typed:
    li      t0, 'p'
    bne     a0, t0, typed_other
    li      t0, 1
    sw      t0, poison, t1
typed_other:
    ret

# ---- The packet --------------------------------------------------------------------------------

# Addresses the packet that all requests go out in: to the server.
packet_address:
    lw      t0, boot_block
    la      t1, transmit_buffers + BUFFER_SHIFT
    lw      t2, BOOT_SERVER_IP(t0)
    lhu     t3, BOOT_SERVER_PORT(t0)
    sw      t2, IP_DESTINATION(t1)
    sh      t3, UDP_DESTINATION(t1)
    lw      t2, BOOT_SERVER_MAC(t0)
    lhu     t3, BOOT_SERVER_MAC + 4(t0)
    sh      t2, ETHERNET_DESTINATION(t1) # not aligned for a word: half by half
    srli    t2, t2, 16
    sh      t2, ETHERNET_DESTINATION + 2(t1)
    sh      t3, ETHERNET_DESTINATION + 4(t1)
    ret

# Says in the packet what is asked for. a0: the buffer. Result: a0, the end of the payload.
request_fill:
    lw      t0, poison
    bnez    t0, request_fill_poison
    lw      t0, boot_block
    lw      t1, BOOT_OPERATION(t0)
    sw      t1, REQUEST_OPERATION(a0)
    addi    a0, a0, REQUEST_WORDS
    lw      t1, BOOT_SOURCES(t0)
    bnez    t1, words_make
    ret                                 # there are operations that need no words
request_fill_poison:
    sw      zero, poison, t0            # once
    li      t0, OPERATION_POISON
    sw      t0, REQUEST_OPERATION(a0)
    sw      zero, REQUEST_WORDS(a0)
    addi    a0, a0, REQUEST_WORDS + 4
    ret

# Writes the words of a request, as the word sources say, but no more than WORDS_MAX.
# a0: where they go. Result: a0, where they end.
words_make:
    addi    sp, sp, -32
    sw      ra, 28(sp)
    sw      s0, 24(sp)
    sw      s1, 20(sp)
    sw      s2, 16(sp)
    sw      s3, 12(sp)
    sw      s4, 8(sp)
    sw      s5, 4(sp)
    lw      s0, boot_block
    addi    s1, s0, BOOT_SOURCE         # the source
    lw      s2, BOOT_SOURCES(s0)        # how many are left, this one among them
    mv      s3, a0                      # where the next word goes
    addi    s4, a0, 4 * WORDS_MAX       # and where the last may end
words_source:
    li      s5, 1                       # how many words the source still gives: most give one
    lw      t0, SOURCE_KIND(s1)
    li      t1, KIND_RANDOM
    bne     t0, t1, words_next
    lw      s5, SOURCE_C(s1)
words_next:
    beqz    s5, words_source_done
    bgeu    s3, s4, words_made
    mv      a0, s1
    jal     word_make
    sw      a0, 0(s3)
    addi    s3, s3, 4
    addi    s5, s5, -1
    j       words_next
words_source_done:
    addi    s1, s1, SOURCE_BYTES
    addi    s2, s2, -1
    bnez    s2, words_source
words_made:
    mv      a0, s3
    lw      ra, 28(sp)
    lw      s0, 24(sp)
    lw      s1, 20(sp)
    lw      s2, 16(sp)
    lw      s3, 12(sp)
    lw      s4, 8(sp)
    lw      s5, 4(sp)
    addi    sp, sp, 32
    ret

# Makes one word. a0: its source. Result: a0.
word_make:
    lw      t0, SOURCE_KIND(a0)
    li      t1, KIND_RANDOM
    beq     t0, t1, draw
    li      t1, KIND_DRAWN
    beq     t0, t1, word_drawn
    li      t1, KIND_ONE_OF
    beq     t0, t1, word_drawn
    lw      t2, boot_block
    li      t1, KIND_CLIENT
    beq     t0, t1, word_client
    li      t1, KIND_TAG
    beq     t0, t1, word_tag
    lw      a0, SOURCE_A(a0)            # KIND_CONSTANT
    ret
word_client:
    lw      a0, BOOT_NUMBER(t2)
    ret
word_tag:
    lw      a0, BOOT_NUMBER(t2)
    lw      t0, BOOT_LAST(t2)           # the request's number,
    slli    a0, a0, 24
    slli    t0, t0, 8                   # of which 24 bits have room
    srli    t0, t0, 8
    or      a0, a0, t0
    ret
word_drawn:
    addi    sp, sp, -16
    sw      ra, 12(sp)
    sw      s0, 8(sp)
    mv      s0, a0
    lw      a0, SOURCE_C(s0)
    jal     draw_below
    lw      t1, SOURCE_A(s0)
    lw      t0, SOURCE_KIND(s0)
    li      t2, KIND_ONE_OF
    beq     t0, t2, word_one_of
    lw      t0, SOURCE_B(s0)
    mul     a0, a0, t0
    add     a0, a0, t1
    j       word_done
word_one_of:
    lw      t0, boot_block
    add     t0, t0, t1
    slli    a0, a0, 2
    add     t0, t0, a0
    lw      a0, 0(t0)
word_done:
    lw      ra, 12(sp)
    lw      s0, 8(sp)
    addi    sp, sp, 16
    ret

# ---- Random numbers ----------------------------------------------------------------------------

# The next 32 random bits: xoshiro128** 1.1 (Blackman and Vigna). Result: a0.
draw:
    lw      t0, boot_block
    lw      t1, BOOT_RANDOM(t0)
    lw      t2, BOOT_RANDOM + 4(t0)
    lw      t3, BOOT_RANDOM + 8(t0)
    lw      t4, BOOT_RANDOM + 12(t0)
    slli    t5, t2, 2                   # the result: the second word times 5,
    add     t5, t5, t2
    slli    t6, t5, 7                   # turned left by 7 bits,
    srli    t5, t5, 32 - 7
    or      t5, t5, t6
    slli    a0, t5, 3                   # and times 9
    add     a0, a0, t5
    slli    t5, t2, 9
    xor     t3, t3, t1
    xor     t4, t4, t2
    xor     t2, t2, t3
    xor     t1, t1, t4
    xor     t3, t3, t5
    slli    t6, t4, 11                  # the fourth word, turned left by 11 bits
    srli    t4, t4, 32 - 11
    or      t4, t4, t6
    sw      t1, BOOT_RANDOM(t0)
    sw      t2, BOOT_RANDOM + 4(t0)
    sw      t3, BOOT_RANDOM + 8(t0)
    sw      t4, BOOT_RANDOM + 12(t0)
    ret

# A random number from 0 to below a bound, all equally likely. a0: the bound; 0 stands for 2^32.
# Result: a0. As 2^32 is no multiple of most bounds, what comes from the last, incomplete multiple
# is thrown away: it would favour small numbers.
draw_below:
    addi    sp, sp, -16
    sw      ra, 12(sp)
    sw      s0, 8(sp)
    sw      s1, 4(sp)
    mv      s0, a0
    neg     s1, a0
    remu    s1, s1, a0                  # the remainder of 2^32, and of anything by 0 that itself
    neg     s1, s1                      # where the incomplete multiple begins; 0: there is none
draw_below_next:
    jal     draw
    beqz    s1, draw_below_done
    bgeu    a0, s1, draw_below_next
draw_below_done:
    remu    a0, a0, s0
    lw      ra, 12(sp)
    lw      s0, 8(sp)
    lw      s1, 4(sp)
    addi    sp, sp, 16
    ret

    .bss
    .balign 4
bss_end:
