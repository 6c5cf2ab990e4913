# Calls for ever: Fibonacci, Takeuchi and Hanoi by recursion, even and odd by turns, functions from a table.
        .text
        .globl  _start
_start: la      sp, stack_end
round:  li      a0, 16
        call    fibonacci
        add     s10, s10, a0
        li      a0, 10
        li      a1, 6
        li      a2, 3
        call    takeuchi
        add     s10, s10, a0
        li      a0, 10
        li      a1, 1
        li      a2, 3
        call    hanoi
        add     s10, s10, a0
        li      a0, 1001
        call    is_even
        add     s10, s10, a0
        li      s9, 1000
1:      andi    t0, s9, 3
        slli    t0, t0, 2
        la      t1, table
        add     t0, t0, t1
        lw      t0, 0(t0)
        mv      a0, s10
        jalr    t0
        mv      s10, a0
        addi    s9, s9, -1
        bnez    s9, 1b
        j       round

fibonacci:
        li      t0, 2
        blt     a0, t0, 1f
        addi    sp, sp, -16
        sw      ra, 12(sp)
        sw      s0, 8(sp)
        sw      s1, 4(sp)
        mv      s0, a0
        addi    a0, a0, -1
        call    fibonacci
        mv      s1, a0
        addi    a0, s0, -2
        call    fibonacci
        add     a0, a0, s1
        lw      ra, 12(sp)
        lw      s0, 8(sp)
        lw      s1, 4(sp)
        addi    sp, sp, 16
1:      ret

takeuchi:
        bgt     a0, a1, 1f
        mv      a0, a2
        ret
1:      addi    sp, sp, -32
        sw      ra, 28(sp)
        sw      s0, 24(sp)
        sw      s1, 20(sp)
        sw      s2, 16(sp)
        sw      s3, 12(sp)
        sw      s4, 8(sp)
        mv      s0, a0
        mv      s1, a1
        mv      s2, a2
        addi    a0, a0, -1
        call    takeuchi
        mv      s3, a0
        addi    a0, s1, -1
        mv      a1, s2
        mv      a2, s0
        call    takeuchi
        mv      s4, a0
        addi    a0, s2, -1
        mv      a1, s0
        mv      a2, s1
        call    takeuchi
        mv      a2, a0
        mv      a0, s3
        mv      a1, s4
        lw      ra, 28(sp)
        lw      s0, 24(sp)
        lw      s1, 20(sp)
        lw      s2, 16(sp)
        lw      s3, 12(sp)
        lw      s4, 8(sp)
        addi    sp, sp, 32
        j       takeuchi

# a0 = moves for a0 discs from peg a1 to peg a2
hanoi:  bnez    a0, 1f
        ret
1:      addi    sp, sp, -32
        sw      ra, 28(sp)
        sw      s0, 24(sp)
        sw      s1, 20(sp)
        sw      s2, 16(sp)
        sw      s3, 12(sp)
        mv      s0, a0
        mv      s1, a1
        mv      s2, a2
        addi    a0, a0, -1
        li      a2, 6
        sub     a2, a2, a1
        sub     a2, a2, s2
        call    hanoi
        addi    s3, a0, 1
        addi    a0, s0, -1
        li      a1, 6
        sub     a1, a1, s1
        sub     a1, a1, s2
        mv      a2, s2
        call    hanoi
        add     a0, a0, s3
        lw      ra, 28(sp)
        lw      s0, 24(sp)
        lw      s1, 20(sp)
        lw      s2, 16(sp)
        lw      s3, 12(sp)
        addi    sp, sp, 32
        ret

is_even:
        beqz    a0, 1f
        addi    a0, a0, -1
        j       is_odd
1:      li      a0, 1
        ret
is_odd: beqz    a0, 1f
        addi    a0, a0, -1
        j       is_even
1:      ret

double: slli    a0, a0, 1
        addi    a0, a0, 1
        ret
halve:  srli    a0, a0, 1
        ret
negate: neg     a0, a0
        ret
mix:    slli    t0, a0, 7
        xor     a0, a0, t0
        ret

        .data
        .balign 4096
table:  .word   double, halve, negate, mix
        .bss
        .balign 64
        .zero   65536
stack_end:
