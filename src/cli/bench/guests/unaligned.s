# Words and halves for ever, OFFSET bytes behind a word's boundary: copied, added up and set.
        .equ    WORDS, 4096
        .text
        .globl  _start
_start: la      sp, stack_end
round:  la      a0, copied + OFFSET
        la      a1, buffer + OFFSET
        li      a2, WORDS
        call    copy
        la      a0, copied + OFFSET
        li      a1, WORDS
        call    sum
        add     s10, s10, a0
        la      a0, buffer + OFFSET
        mv      a1, s10
        li      a2, WORDS
        call    set
        j       round

# a2 words from a1 to a0
copy:   slli    a2, a2, 2
        add     a2, a0, a2
1:      lw      t0, 0(a1)
        lw      t1, 4(a1)
        sw      t0, 0(a0)
        sw      t1, 4(a0)
        addi    a1, a1, 8
        addi    a0, a0, 8
        bne     a0, a2, 1b
        ret

# a0 = the sum of a1 words at a0, and of their halves
sum:    slli    a1, a1, 2
        add     a1, a0, a1
        li      t0, 0
1:      lw      t1, 0(a0)
        lhu     t2, 0(a0)
        lh      t3, 2(a0)
        add     t0, t0, t1
        sub     t0, t0, t2
        xor     t0, t0, t3
        addi    a0, a0, 4
        bne     a0, a1, 1b
        mv      a0, t0
        ret

# a2 words of a1 at a0, the halves one by one
set:    slli    a2, a2, 2
        add     a2, a0, a2
1:      sh      a1, 0(a0)
        srli    t0, a1, 16
        sh      t0, 2(a0)
        addi    a1, a1, 3
        addi    a0, a0, 4
        bne     a0, a2, 1b
        ret

        .bss
        .balign 4096
buffer: .zero   4 * WORDS + 64
copied: .zero   4 * WORDS + 64
        .zero   1024
stack_end:
