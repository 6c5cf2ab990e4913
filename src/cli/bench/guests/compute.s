# Arithmetic for ever: a matrix product, a CRC-32, xorshift numbers and the greatest common divisors of some of them.
        .equ    SIDE, 24
        .text
        .globl  _start
_start: la      sp, stack_end
        li      s11, 2463534242         # the state of the random numbers; never 0
round:  la      a0, matrix_a
        li      a1, 2 * SIDE * SIDE
        call    fill
        call    multiply
        la      a0, product
        li      a1, 4 * SIDE * SIDE
        call    crc32
        xor     s10, s10, a0
        li      s9, 40
1:      call    random
        ori     s8, a0, 1
        call    random
        mv      a1, s8
        call    gcd
        add     s10, s10, a0
        addi    s9, s9, -1
        bnez    s9, 1b
        la      t0, checksum
        sw      s10, 0(t0)
        j       round

# a0 = the next random number; changes t0
random: slli    t0, s11, 13
        xor     s11, s11, t0
        srli    t0, s11, 17
        xor     s11, s11, t0
        slli    t0, s11, 5
        xor     s11, s11, t0
        mv      a0, s11
        ret

# a1 random words at a0
fill:   slli    t0, s11, 13
        xor     s11, s11, t0
        srli    t0, s11, 17
        xor     s11, s11, t0
        slli    t0, s11, 5
        xor     s11, s11, t0
        sw      s11, 0(a0)
        addi    a0, a0, 4
        addi    a1, a1, -1
        bnez    a1, fill
        ret

# product = matrix_a times matrix_b
multiply:
        la      a0, matrix_a
        la      a2, product
        li      a3, SIDE
1:      la      a1, matrix_b            # a row of the product
        li      a4, SIDE
2:      mv      t0, a0                  # an element of it
        mv      t1, a1
        li      t2, 0
        addi    t3, a0, 4 * SIDE
3:      lw      t4, 0(t0)
        lw      t5, 0(t1)
        mul     t4, t4, t5
        add     t2, t2, t4
        addi    t0, t0, 4
        addi    t1, t1, 4 * SIDE
        bne     t0, t3, 3b
        sw      t2, 0(a2)
        addi    a2, a2, 4
        addi    a1, a1, 4
        addi    a4, a4, -1
        bnez    a4, 2b
        mv      a0, t3
        addi    a3, a3, -1
        bnez    a3, 1b
        ret

# a0 = CRC-32 of a1 bytes at a0, bit by bit
crc32:  add     a1, a0, a1
        li      t0, -1
        li      t1, 0xedb88320
1:      lbu     t2, 0(a0)
        xor     t0, t0, t2
        li      t3, 8
2:      andi    t4, t0, 1
        neg     t4, t4
        and     t4, t4, t1
        srli    t0, t0, 1
        xor     t0, t0, t4
        addi    t3, t3, -1
        bnez    t3, 2b
        addi    a0, a0, 1
        bne     a0, a1, 1b
        not     a0, t0
        ret

# a0 = greatest common divisor of a0 and a1, unsigned
gcd:    beqz    a1, 1f
        remu    t0, a0, a1
        mv      a0, a1
        mv      a1, t0
        j       gcd
1:      ret

        .bss
        .balign 4096
checksum: .zero 4
        .balign 64
matrix_a: .zero 4 * SIDE * SIDE
matrix_b: .zero 4 * SIDE * SIDE
product:  .zero 4 * SIDE * SIDE
        .zero   1024
stack_end:
