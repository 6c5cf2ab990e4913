# The first instructions of the client in C: a stack, and memory that the program expects to be zero.
    .globl _start
    .section .text.start
_start:
    la      sp, stack_top
    la      t0, bss_start
    la      t1, bss_end
clear:
    bgeu    t0, t1, cleared
    sw      zero, 0(t0)
    addi    t0, t0, 4
    j       clear
cleared:
    mv      a0, a1                      # the address of the boot block
    jal     run
sleep:
    wfi
    j       sleep
