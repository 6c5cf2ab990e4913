# The kernel that every program here stands on: start-up, traps, the timer, and how to give up.
#
# A guest is one source text that begins with `.include "kernel.s"`, brings these two routines,
#     service_start     called once, when the devices work and before the first interrupt
#     service_request   called for each new request of a client (see requests.s)
# and ends with the label `bss_end` in .bss. It may bring these too:
#     service_idle      called again and again when there is nothing to do, instead of sleeping
#     service_tick      called at each timer interrupt
#     service_reply     writes the words of a reply beyond its value (see requests.s)
#     second_hart       where the second hart goes, on a machine that has two; it has no stack
# It may call
#     reply                   to answer a client              (requests.s)
#     disk_read, disk_write   to move a 512-byte sector       (disk.s)
#     read_time               to ask the clock                (here)
# and those that talk over the serial line include console.s after the kernel.
#
# A program that is no guest sets symbols before it includes this, to leave out what it has no use
# for and to choose sizes:
#     NO_TICKS        the timer does not tick: it is set by timer_at, and when it is due the kernel
#                     calls `timer_due`, which the program brings
#     NO_DISK         no disk.s
#     NO_REQUESTS     no requests.s: the program brings `request_arrived` (see packet.s)
#     BOOT_ADDRESS    it is told things in a boot block: the address of that is kept in the word
#                     `boot_block`, and so far into it stand our IP address and our UDP port
#     KEEP_BUFFER     request_arrived may keep the buffer (see network.s)
#     NO_UDP_SUM      the packets that it sends have no UDP checksum
#     QUEUE_SIZE      how many descriptors a queue has (virtio.s)
#     DISK_SLOTS      how many disk requests may be under way; each takes 4 descriptors (disk.s)
#     DISK_FEATURES   what its driver needs of the disk, as bits of its features (disk.s)
#     RECEIVE_BUFFERS, TRANSMIT_BUFFERS
#                     how many packets there is room for; each takes a descriptor (network.s)
#     RECEIVE_BYTES, TRANSMIT_BYTES
#                     room for one packet with the device's header, and BUFFER_SHIFT (network.s)
#     OWN_TRANSMIT    the program brings `transmit_buffers`, where they need not be cleared, and
#                     sees to it that the device's header in each is zero
#
# After start-up nothing runs but `idle` and, for each interrupt, `trap_entry`. While a trap is
# handled no other interrupt comes in, so nothing here ever runs at the same time as anything else
# (but for what a guest does in service_idle, which is interrupted anywhere, and in second_hart).
#
# How to read it: a0-a7 carry arguments in and results out, t0-t6 are scratch, and a routine
# that uses s0-s11 puts back what it found there. `jal NAME` calls, `ret` returns to where `ra`
# points. `lw` and `sw` move 32 bits from and to memory, `lhu`/`sh` 16 and `lbu`/`sb` 8.

    .ifndef TIMER_HZ
    .equ TIMER_HZ, 100                  # timer interrupts a second, unless --defsym says otherwise
    .endif

    .ifndef RECEIVE_BUFFERS
    .equ RECEIVE_BUFFERS, 8
    .endif
    .ifndef RECEIVE_BYTES
    .equ RECEIVE_BYTES,   2048          # room for the longest frame, 1514 bytes, and its header
    .endif

    .equ TIME_BASE,    10000000         # `time` counts at 10 MHz
    .equ TICK_PERIOD,  TIME_BASE / TIMER_HZ

    .equ FINISHER,      0x00100000      # a word written here ends the machine
    .equ FINISHER_FAIL, 0x3333          # ... as a failure, with the code in the upper half
    .equ MTIMECMP,      0x02004000      # the timer interrupt is due when `time` reaches this
    .equ PLIC_PRIORITY, 0x0c000000      # the interrupt controller: a word for each source,
    .equ PLIC_ENABLE,   0x0c002000      # a bit for each source,
    .equ PLIC_CLAIM,    0x0c200004      # and which source wants to be served
    .equ CONSOLE_SOURCE, 10             # the source of the serial line

    .equ MSTATUS_MIE,        1 << 3     # mstatus: interrupts are let in
    .equ MIE_TIMER,          1 << 7     # mie: ... from the timer
    .equ MIE_EXTERNAL,       1 << 11    # mie: ... from devices, through the PLIC
    .equ CAUSE_TIMER,        0x80000007 # mcause: the top bit tells interrupts from exceptions
    .equ CAUSE_EXTERNAL,     0x8000000b

    # Failure codes of the kernel. A trap that nobody expects has its mcause as code instead.
    .equ FAIL_NO_DEVICE, 101            # no virtio device of the kind, or not version 2
    .equ FAIL_FEATURES,  102            # the device has not the features the driver needs
    .equ FAIL_QUEUE,     103            # the device has no queue of that number and size
    .equ FAIL_INTERRUPT, 104            # an interrupt from a device that is not in use

    .bss
    .balign 16
stack:          .zero 2048
stack_top:
receive_buffers:                        # see network.s; the device fills them, nobody clears them
                .zero RECEIVE_BUFFERS * RECEIVE_BYTES
bss_start:                              # from here to bss_end start-up clears
    .ifndef NO_TICKS
tick_deadline:  .zero 8                 # the `time` at which the next tick is due
ticks:          .zero 4                 # how many there have been
    .endif
    .ifdef BOOT_ADDRESS
boot_block:     .zero 4                 # where the boot block is
our_ip:         .zero 4                 # both as they lie in packets
our_port:       .zero 4
    .endif

    .text

# ---- Start-up ----------------------------------------------------------------------------------

# The first instruction of the machine.
    .globl _start
_start:
    csrr    t0, mhartid                 # which hart we are: on most machines there is only 0
    bnez    t0, start_second_hart
    la      sp, stack_top
    la      t0, trap_entry
    csrw    mtvec, t0                   # where every trap goes
    la      t0, bss_start
    la      t1, bss_end
clear_bss:
    sw      zero, 0(t0)
    addi    t0, t0, 4
    bltu    t0, t1, clear_bss
    .ifdef BOOT_ADDRESS
    sw      a1, boot_block, t0          # the board says where it is
    lw      t1, BOOT_ADDRESS(a1)
    lhu     t2, BOOT_ADDRESS + 4(a1)
    sw      t1, our_ip, t0
    sw      t2, our_port, t0
    .endif
    jal     network_start
    .ifndef NO_DISK
    jal     disk_start
    .endif
    .ifndef NO_TICKS
    jal     timer_start
    jal     service_start
    li      t0, MIE_TIMER | MIE_EXTERNAL
    csrw    mie, t0
    .else
    jal     service_start
    li      t0, MIE_EXTERNAL            # the timer is let in by timer_at
    csrs    mie, t0
    .endif
    csrsi   mstatus, MSTATUS_MIE        # from here on, interrupts come in

# Nothing to do: sleep until an interrupt, which is handled before the jump.
idle:
    .weak service_idle                  # 0 in a guest that does not bring it
    la      t0, service_idle
    beqz    t0, idle_sleep
    jalr    t0
    j       idle
idle_sleep:
    wfi
    j       idle_sleep

# The second hart starts where the first does, at the same time. Few guests have work for it.
start_second_hart:
    .weak second_hart
    la      t0, second_hart
    beqz    t0, second_hart_sleep
    jr      t0
second_hart_sleep:
    wfi
    j       second_hart_sleep

# ---- Traps -------------------------------------------------------------------------------------

# Where the machine goes for an interrupt or an exception. Whatever was running must not notice,
# so the registers that routines may change are kept on the stack meanwhile.
    .balign 4
trap_entry:
    addi    sp, sp, -64
    sw      ra, 0(sp)
    sw      t0, 4(sp)
    sw      t1, 8(sp)
    sw      t2, 12(sp)
    sw      t3, 16(sp)
    sw      t4, 20(sp)
    sw      t5, 24(sp)
    sw      t6, 28(sp)
    sw      a0, 32(sp)
    sw      a1, 36(sp)
    sw      a2, 40(sp)
    sw      a3, 44(sp)
    sw      a4, 48(sp)
    sw      a5, 52(sp)
    sw      a6, 56(sp)
    sw      a7, 60(sp)
    csrr    a0, mcause
    li      t0, CAUSE_EXTERNAL
    beq     a0, t0, trap_external
    li      t0, CAUSE_TIMER
    bne     a0, t0, trap_unexpected
    .ifndef NO_TICKS
    jal     timer_interrupt
    .weak service_tick
    la      t0, service_tick
    beqz    t0, trap_return
    .else
    li      t0, MIE_TIMER               # once: until timer_at lets it in again
    csrc    mie, t0
    .weak timer_due                     # 0 in a program that never calls timer_at
    la      t0, timer_due
    .endif
    jalr    t0
    j       trap_return
trap_external:
    jal     external_interrupt
trap_return:
    lw      ra, 0(sp)
    lw      t0, 4(sp)
    lw      t1, 8(sp)
    lw      t2, 12(sp)
    lw      t3, 16(sp)
    lw      t4, 20(sp)
    lw      t5, 24(sp)
    lw      t6, 28(sp)
    lw      a0, 32(sp)
    lw      a1, 36(sp)
    lw      a2, 40(sp)
    lw      a3, 44(sp)
    lw      a4, 48(sp)
    lw      a5, 52(sp)
    lw      a6, 56(sp)
    lw      a7, 60(sp)
    addi    sp, sp, 64
    mret

# An exception, or an interrupt nobody enabled: a mistake in the guest, and the end of it.
# The code is mcause, with its top bit (interrupt) moved to bit 15 to fit.
trap_unexpected:
    srli    t0, a0, 16
    or      a0, a0, t0

# Ends the machine as failed. a0: the code (16 bits). Does not return.
fail:
    slli    a0, a0, 16
    li      t0, FINISHER_FAIL
    or      a0, a0, t0
    li      t0, FINISHER
    sw      a0, 0(t0)
fail_forever:
    j       fail_forever

# A device wants something: ask the interrupt controller which, serve it, and say that it is done.
external_interrupt:
    addi    sp, sp, -16
    sw      ra, 12(sp)
    sw      s0, 8(sp)
    li      t0, PLIC_CLAIM
    lw      s0, 0(t0)                   # reading claims the most urgent source, 0 if none
    beqz    s0, external_return
    lw      t1, network_source
    beq     s0, t1, external_network
    .ifndef NO_DISK
    lw      t1, disk_source
    beq     s0, t1, external_disk
    .endif
    .weak console_interrupt             # in a guest that includes console.s
    la      t0, console_interrupt
    beqz    t0, external_unknown
    li      t1, CONSOLE_SOURCE
    beq     s0, t1, external_console
external_unknown:
    li      a0, FAIL_INTERRUPT
    j       fail
external_network:
    jal     network_interrupt
    j       external_complete
    .ifndef NO_DISK
external_disk:
    jal     disk_interrupt
    j       external_complete
    .endif
external_console:
    jalr    t0
external_complete:
    li      t0, PLIC_CLAIM
    sw      s0, 0(t0)                   # writing it back lets the source interrupt again
external_return:
    lw      ra, 12(sp)
    lw      s0, 8(sp)
    addi    sp, sp, 16
    ret

# Lets a device interrupt. a0: its source number in the interrupt controller.
external_enable:
    slli    t0, a0, 2
    li      t1, PLIC_PRIORITY
    add     t0, t0, t1
    li      t1, 1
    sw      t1, 0(t0)                   # any priority above 0 counts
    sll     t1, t1, a0
    li      t0, PLIC_ENABLE
    lw      t2, 0(t0)
    or      t2, t2, t1
    sw      t2, 0(t0)
    ret

# ---- Time --------------------------------------------------------------------------------------

# Reads the clock. Result: a0 its lower and a1 its upper 32 bits, in ticks of the 10 MHz time base.
# The lower half may overflow between two reads; then the upper one has changed, and we read again.
read_time:
    rdtimeh a1
    rdtime  a0
    rdtimeh t0
    bne     t0, a1, read_time
    ret

    .ifndef NO_TICKS
# Asks for the first tick, one period from now.
timer_start:
    addi    sp, sp, -16
    sw      ra, 12(sp)
    jal     read_time
    j       timer_from_now

# The timer interrupt: counts the tick and asks for the next, one period after this one was due,
# so that the ticks don't drift. If that has passed already, the ticks missed are left out.
timer_interrupt:
    addi    sp, sp, -16
    sw      ra, 12(sp)
    la      t0, ticks
    lw      t1, 0(t0)
    addi    t1, t1, 1
    sw      t1, 0(t0)
    jal     read_time
    la      t3, tick_deadline
    lw      t0, 0(t3)
    lw      t1, 4(t3)
    li      t2, TICK_PERIOD
    add     t0, t0, t2
    sltu    t2, t0, t2                  # 1 if the lower half overflowed
    add     t1, t1, t2
    bltu    a1, t1, timer_set           # now < deadline: upper halves first,
    bne     a1, t1, timer_from_now
    bltu    a0, t0, timer_set           # ... then the lower ones
timer_from_now:
    li      t2, TICK_PERIOD
    add     t0, a0, t2
    sltu    t2, t0, t2
    add     t1, a1, t2

# Sets the deadline t1:t0. mtimecmp is written in two halves; with the lower one at its greatest
# meanwhile, no mixture of old and new is ever in the past.
timer_set:
    la      t3, tick_deadline
    sw      t0, 0(t3)
    sw      t1, 4(t3)
    li      t3, MTIMECMP
    li      t2, -1
    sw      t2, 0(t3)
    sw      t1, 4(t3)
    sw      t0, 0(t3)
    lw      ra, 12(sp)
    addi    sp, sp, 16
    ret
    .else
# Asks for one call of timer_due, at the time a1:a0 or, if that has passed, at once. What was asked
# for before counts no more.
timer_at:
    li      t0, MTIMECMP
    lw      t1, 4(t0)
    beq     t1, a1, timer_at_lower      # most often only the lower half changes
    li      t1, -1                      # else it is at its greatest while the upper is written:
    sw      t1, 0(t0)                   # no mixture of old and new is ever in the past
    sw      a1, 4(t0)
timer_at_lower:
    sw      a0, 0(t0)
    li      t0, MIE_TIMER
    csrs    mie, t0
    ret

# What was asked for of timer_at counts no more.
timer_off:
    li      t0, MIE_TIMER
    csrc    mie, t0
    ret
    .endif

    .include "virtio.s"
    .ifndef NO_DISK
    .include "disk.s"
    .endif
    .include "network.s"
    .include "packet.s"
    .ifndef NO_REQUESTS
    .include "requests.s"
    .endif
