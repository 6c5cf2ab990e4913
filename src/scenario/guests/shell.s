# The shell: whoever types on the console sees it there, and gets an answer to each line.
#
#     echo TEXT    TEXT
#     count        how many lines have been answered, this one among them
#     time         the time, in ticks of the 10 MHz clock, the lower half
#
# Anything else is answered with a question mark; an empty line is not answered. It has no clients
# on the network.

    .include "kernel.s"
    .include "console.s"

    .equ LINE_BYTES,     64             # what is typed beyond it on a line is shown, but not kept
    .equ DIGITS,         10             # of the greatest 32-bit number
    .equ LINE_FEED,      10
    .equ RETURN,         13
    .equ STATUS_UNKNOWN, 1

    .data
word_echo:      .asciz "echo "
word_count:     .asciz "count"
word_time:      .asciz "time"
text_unknown:   .asciz "?"

    .bss
    .balign 4
lines:          .zero 4                 # how many lines have been answered
line_length:    .zero 4
line:           .zero LINE_BYTES        # what has been typed on it, and a zero byte at its end
digits:         .zero DIGITS + 1        # and a zero byte

    .text

# Called by the kernel at start-up.
service_start:
    j       console_start

# Called by the kernel for each request of a client, of which there should be none.
service_request:
    li      a1, STATUS_UNKNOWN
    li      a2, 0
    j       reply

# Called for each byte that was typed. a0: the byte.
service_typed:
    addi    sp, sp, -16
    sw      ra, 12(sp)
    li      t0, RETURN
    beq     a0, t0, typed_line
    li      t0, LINE_FEED
    beq     a0, t0, typed_line
    jal     console_put
    lw      t0, line_length
    li      t1, LINE_BYTES - 1
    bgeu    t0, t1, typed_done
    la      t1, line
    add     t1, t1, t0
    sb      a0, 0(t1)
    addi    t0, t0, 1
    sw      t0, line_length, t1
    j       typed_done
typed_line:
    li      a0, LINE_FEED
    jal     console_put
    lw      t0, line_length
    beqz    t0, typed_done
    la      t1, line
    add     t1, t1, t0
    sb      zero, 0(t1)
    sw      zero, line_length, t0
    lw      t0, lines
    addi    t0, t0, 1
    sw      t0, lines, t1
    jal     answer_line
    li      a0, LINE_FEED
    jal     console_put
typed_done:
    lw      ra, 12(sp)
    addi    sp, sp, 16
    ret

# Answers the line.
answer_line:
    addi    sp, sp, -16
    sw      ra, 12(sp)
    la      a1, word_echo
    jal     line_after
    bnez    a0, answer_text             # what follows "echo "
    la      a1, word_count
    jal     line_is
    bnez    a0, answer_count
    la      a1, word_time
    jal     line_is
    bnez    a0, answer_time
    la      a0, text_unknown
answer_text:
    jal     console_print
    j       answer_done
answer_count:
    lw      a0, lines
    jal     print_number
    j       answer_done
answer_time:
    jal     read_time
    jal     print_number
answer_done:
    lw      ra, 12(sp)
    addi    sp, sp, 16
    ret

# Whether the line is a word. a1: the word. Result: a0, not 0 if so.
line_is:
    addi    sp, sp, -16
    sw      ra, 12(sp)
    jal     line_after
    beqz    a0, line_is_not
    lbu     a0, 0(a0)                   # nothing may follow
    seqz    a0, a0
line_is_not:
    lw      ra, 12(sp)
    addi    sp, sp, 16
    ret

# Where the line goes on after a word that it begins with. a1: the word. Result: a0, 0 if it
# begins with something else.
line_after:
    la      a0, line
line_after_next:
    lbu     t0, 0(a1)
    beqz    t0, line_after_done
    lbu     t1, 0(a0)
    bne     t0, t1, line_after_not
    addi    a0, a0, 1
    addi    a1, a1, 1
    j       line_after_next
line_after_not:
    li      a0, 0
line_after_done:
    ret

# Prints a number in decimal. a0: the number.
print_number:
    la      t0, digits + DIGITS         # the last digit comes first, and before it the others
    sb      zero, 0(t0)
    li      t1, 10
print_number_next:
    remu    t2, a0, t1
    addi    t2, t2, '0'
    addi    t0, t0, -1
    sb      t2, 0(t0)
    divu    a0, a0, t1
    bnez    a0, print_number_next
    mv      a0, t0
    j       console_print

    .bss
    .balign 4
bss_end:
