# The console: a serial line (a 16550 UART), on which somebody types and reads.
#
# A guest that includes this after kernel.s calls `console_start` in its service_start, and brings
#     service_typed     called for each byte that was typed, in a0
# It may call
#     console_put       to send a byte
#     console_print     to send a text

    .equ CONSOLE,         0x10000000
    .equ CONSOLE_DATA,    0             # read: the oldest byte typed; written: a byte to send
    .equ CONSOLE_ENABLE,  1             # what to interrupt for
    .equ CONSOLE_FIFO,    2
    .equ CONSOLE_STATUS,  5
    .equ CONSOLE_FIFO_ON,        1      # keeps up to 16 bytes typed, not only one
    .equ CONSOLE_ENABLE_TYPED,   1
    .equ CONSOLE_STATUS_TYPED,   1      # a byte waits to be read

    .text

# Lets the console interrupt when somebody types.
console_start:
    addi    sp, sp, -16
    sw      ra, 12(sp)
    li      a0, CONSOLE_SOURCE
    jal     external_enable
    li      t0, CONSOLE
    li      t1, CONSOLE_FIFO_ON
    sb      t1, CONSOLE_FIFO(t0)
    li      t1, CONSOLE_ENABLE_TYPED
    sb      t1, CONSOLE_ENABLE(t0)
    lw      ra, 12(sp)
    addi    sp, sp, 16
    ret

# The console's interrupt, called by the kernel: hands on every byte that waits.
console_interrupt:
    addi    sp, sp, -16
    sw      ra, 12(sp)
console_next:
    li      t0, CONSOLE
    lbu     t1, CONSOLE_STATUS(t0)
    andi    t1, t1, CONSOLE_STATUS_TYPED
    beqz    t1, console_read
    lbu     a0, CONSOLE_DATA(t0)
    jal     service_typed
    j       console_next
console_read:
    lw      ra, 12(sp)
    addi    sp, sp, 16
    ret

# Sends a byte. a0: the byte. Here it leaves at once; a real line would have to be waited for.
# Only t0 changes.
console_put:
    li      t0, CONSOLE
    sb      a0, CONSOLE_DATA(t0)
    ret

# Sends a text. a0: where it is, with a zero byte behind it.
console_print:
    addi    sp, sp, -16
    sw      ra, 12(sp)
    mv      t1, a0
console_print_next:
    lbu     a0, 0(t1)
    beqz    a0, console_printed
    jal     console_put
    addi    t1, t1, 1
    j       console_print_next
console_printed:
    lw      ra, 12(sp)
    addi    sp, sp, 16
    ret
