# Decisions for ever: an insertion sort, a binary search, a text read by a machine of states, and Collatz sequences.
        .equ    NUMBERS, 256
        .text
        .globl  _start
_start: la      sp, stack_end
        li      s11, 2463534242
round:  call    shuffle
        call    sort
        call    find
        add     s10, s10, a0
        li      s9, 50
1:      la      a0, text
        call    words
        add     s10, s10, a0
        addi    s9, s9, -1
        bnez    s9, 1b
        li      s9, 100
2:      mv      a0, s9
        call    collatz
        add     s10, s10, a0
        addi    s9, s9, -1
        bnez    s9, 2b
        j       round

# NUMBERS random words
shuffle:
        la      a0, numbers
        li      a1, NUMBERS
1:      slli    t0, s11, 13
        xor     s11, s11, t0
        srli    t0, s11, 17
        xor     s11, s11, t0
        slli    t0, s11, 5
        xor     s11, s11, t0
        sw      s11, 0(a0)
        addi    a0, a0, 4
        addi    a1, a1, -1
        bnez    a1, 1b
        ret

# Sorts the numbers by insertion.
sort:   la      a0, numbers
        addi    a1, a0, 4
        li      a2, 4 * NUMBERS
        add     a2, a0, a2
1:      lw      t0, 0(a1)
        mv      t1, a1
2:      beq     t1, a0, 3f
        lw      t2, -4(t1)
        ble     t2, t0, 3f
        sw      t2, 0(t1)
        addi    t1, t1, -4
        j       2b
3:      sw      t0, 0(t1)
        addi    a1, a1, 4
        bne     a1, a2, 1b
        ret

# a0 = the sum of the places of all numbers, each found by halving
find:   la      a1, numbers
        li      a2, 0
        li      a0, 0
1:      slli    t0, a2, 2
        add     t0, t0, a1
        lw      t0, 0(t0)
        li      t1, 0
        li      t2, NUMBERS
2:      add     t3, t1, t2
        srli    t3, t3, 1
        slli    t4, t3, 2
        add     t4, t4, a1
        lw      t4, 0(t4)
        beq     t4, t0, 4f
        blt     t4, t0, 3f
        mv      t2, t3
        j       2b
3:      mv      t1, t3
        j       2b
4:      add     a0, a0, t3
        addi    a2, a2, 1
        li      t5, NUMBERS
        bne     a2, t5, 1b
        ret

# a0 = words + 256 * numbers + 65536 * lines in the text at a0
words:  li      t0, 0                   # words
        li      t1, 0                   # numbers
        li      t2, 0                   # lines
        li      t3, 0                   # 0 between, 1 in a word, 2 in a number
1:      lbu     t4, 0(a0)
        addi    a0, a0, 1
        beqz    t4, 6f
        li      t5, 10
        bne     t4, t5, 2f
        addi    t2, t2, 1
2:      addi    t5, t4, -48
        sltiu   t5, t5, 10
        bnez    t5, 4f
        ori     t6, t4, 32
        addi    t6, t6, -97
        sltiu   t6, t6, 26
        bnez    t6, 3f
        li      t3, 0
        j       1b
3:      bnez    t3, 1b
        li      t3, 1
        addi    t0, t0, 1
        j       1b
4:      bnez    t3, 1b
        li      t3, 2
        addi    t1, t1, 1
        j       1b
6:      slli    t1, t1, 8
        slli    t2, t2, 16
        add     a0, t0, t1
        add     a0, a0, t2
        ret

# a0 = how many steps lead from a0 to 1
collatz:
        li      t0, 0
        li      t1, 1
1:      beq     a0, t1, 3f
        addi    t0, t0, 1
        andi    t2, a0, 1
        beqz    t2, 2f
        slli    t2, a0, 1
        add     a0, a0, t2
        addi    a0, a0, 1
        j       1b
2:      srli    a0, a0, 1
        j       1b
3:      mv      a0, t0
        ret

        .data
        .balign 4096
text:   .ascii  "In 2010 the authors described a system of 2 virtual machines on 2 hosts: a primary and a backup.\n"
        .ascii  "What the primary reads at instruction 123456 the backup reads at 123456, 1 second later or 10.\n"
        .asciz  "Nothing of it leaves the primary before 1 acknowledgement says that 100 % can be done again.\n"
        .bss
        .balign 64
numbers: .zero  4 * NUMBERS
        .zero   1024
stack_end:
