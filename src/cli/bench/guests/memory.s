# Memory for ever: a sieve in bytes, words set, copied and summed, a list followed through 256 KiB.
        .equ    SIEVE, 65536
        .equ    WORDS, 16384
        .equ    NODES, 4096
        .text
        .globl  _start
_start: la      sp, stack_end
        call    link
round:  call    sieve
        add     s10, s10, a0
        la      a0, buffer
        mv      a1, s10
        li      a2, WORDS
        call    set
        la      a0, copied
        la      a1, buffer
        li      a2, WORDS
        call    copy
        la      a0, copied
        li      a1, WORDS
        call    sum
        add     s10, s10, a0
        call    follow
        add     s10, s10, a0
        j       round

# a0 = how many primes there are below SIEVE
sieve:  la      t0, flags
        li      t1, 0x01010101
        li      t2, SIEVE
        add     t2, t0, t2
1:      sw      t1, 0(t0)
        sw      t1, 4(t0)
        sw      t1, 8(t0)
        sw      t1, 12(t0)
        addi    t0, t0, 16
        bne     t0, t2, 1b
        la      t0, flags
        li      t1, 2
        li      t3, SIEVE
        li      a0, 0
2:      add     t4, t0, t1
        lbu     t5, 0(t4)
        beqz    t5, 4f
        addi    a0, a0, 1
        mul     t4, t1, t1
        bgeu    t4, t3, 4f
3:      add     t5, t0, t4
        sb      zero, 0(t5)
        add     t4, t4, t1
        bltu    t4, t3, 3b
4:      addi    t1, t1, 1
        bne     t1, t3, 2b
        ret

# a2 words of a1 at a0
set:    slli    a2, a2, 2
        add     a2, a0, a2
1:      sw      a1, 0(a0)
        addi    a1, a1, 3
        addi    a0, a0, 4
        bne     a0, a2, 1b
        ret

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

# a0 = the sum of a1 words at a0, as halves and bytes too
sum:    slli    a1, a1, 2
        add     a1, a0, a1
        li      t0, 0
1:      lw      t1, 0(a0)
        lhu     t2, 0(a0)
        lb      t3, 3(a0)
        add     t0, t0, t1
        sub     t0, t0, t2
        xor     t0, t0, t3
        addi    a0, a0, 4
        bne     a0, a1, 1b
        mv      a0, t0
        ret

# Links the nodes of 64 bytes to a ring in which neighbours are far apart.
link:   li      t0, 0
        li      t1, NODES
        li      t2, 1597                # odd, so that every node is met
        la      t3, nodes
1:      add     t4, t0, t2
        li      t5, NODES - 1
        and     t4, t4, t5
        slli    t5, t0, 6
        add     t5, t5, t3
        slli    t6, t4, 6
        add     t6, t6, t3
        sw      t6, 0(t5)
        sw      t0, 4(t5)
        mv      t0, t4
        bnez    t0, 1b
        ret

# a0 = what the nodes of the ring hold, each of them changed on the way
follow: la      t0, nodes
        li      t1, NODES
        li      a0, 0
1:      lw      t2, 4(t0)
        add     a0, a0, t2
        addi    t2, t2, 1
        sw      t2, 4(t0)
        lw      t0, 0(t0)
        addi    t1, t1, -1
        bnez    t1, 1b
        ret

        .bss
        .balign 4096
flags:  .zero   SIEVE
buffer: .zero   4 * WORDS
copied: .zero   4 * WORDS
nodes:  .zero   64 * NODES
        .zero   1024
stack_end:
