// Every trap cause, the registers it sets, interrupts by priority, WFI, and a guest that can only trap.
import { describe, expect, test } from 'vitest';
import type { Stop } from '../boundary.ts';
import { COMPILER_LIMITS, setEngine } from '../compiler/compiled-code.ts';
import { inject, restoreMachine, snapshotMachine, timerDeadline } from '../machine.ts';
import { boot, go, ran, register, registers, wordAt } from '../testing/test-machine.ts';

/** Lowers the timer interrupt that is pending after reset. The run stops there. */
const NO_TIMER = 'li t0, 0x02004004; li t1, -1; sw t1, 0(t0)';

/** Runs `body` in machine mode with a handler that keeps mcause, mepc and mtval in s1, s2, s3 and stops. `at` is where it traps. */
const trapping = (body: string) => `
    la t0, handler; csrw mtvec, t0
    la s0, at
    ${body}
    j fail
    .balign 4
  handler: csrr s1, mcause; csrr s2, mepc; csrr s3, mtval; sub s2, s2, s0; csrw mie, zero; wfi
  fail: li s1, -1; wfi
  user:`;

test.each([
  ['a branch to half a word', 'at: beq zero, zero, at + 6', 0, 0x8000_001a],
  ['jal to half a word', 'li t1, 1; at: jal t1, at + 2', 0, 0x8000_001a],
  ['jalr to half a word', 'la t2, at; at: jalr t1, 2(t2)', 0, 0x8000_001e],
  ['a word that is no instruction', 'at: .word 0', 2, 0],
  ['a compressed instruction', 'at: .word 0x00020001', 2, 1],
  ['a shift by 32', 'at: .word 0x02051513', 2, 0x0205_1513],
  ['a CSR that does not exist', 'at: csrr a0, 0x744', 2, 0x7440_2573],
  ['satp without a supervisor', 'at: csrw satp, zero', 2, 0x1800_1073],
  ['a write to a read-only CSR', 'at: csrw cycle, zero', 2, 0xc000_1073],
  ['a bit set in one', 'li t1, 0; at: csrrs a0, cycle, t1', 2, 0xc003_2573],
  ['reading seed without writing', 'at: csrrs a0, seed, zero', 2, 0x0150_2573],
  ['ebreak', 'at: ebreak', 3, 0x8000_0014],
  ['ecall', 'at: ecall', 11, 0],
  ['lr of half a word', 'li t1, 0x80001002; at: lr.w a0, (t1)', 4, 0x8000_1002],
  ['sc to half a word', 'li t1, 0x80001002; at: sc.w a0, a0, (t1)', 6, 0x8000_1002],
  ['amo on half a word', 'li t1, 0x80001001; at: amoadd.w a0, a0, (t1)', 6, 0x8000_1001],
  ['a load from nowhere', 'li t1, 0x1000; at: lw a0, 4(t1)', 5, 0x1004],
  ['a load behind RAM', 'li t1, 0x80010000; at: lb a0, 0(t1)', 5, 0x8001_0000],
  ['a load half behind RAM', 'li t1, 0x80010000; at: lw a0, -2(t1)', 5, 0x8001_0000],
  ['lr from a device', 'li t1, 0x10000000; at: lr.w a0, (t1)', 5, 0x1000_0000],
  ['a byte of the CLINT', 'li t1, 0x02000000; at: lb a0, 0(t1)', 5, 0x0200_0000],
  ['a store to nowhere', 'at: sw a0, -4(zero)', 7, 0xffff_fffc],
  ['a store half behind RAM', 'li t1, 0x80010000; at: sh a0, -1(t1)', 7, 0x8001_0000],
  ['an amo on a device', 'li t1, 0x02000000; at: amoswap.w a0, a0, (t1)', 7, 0x0200_0000],
])('%s', (_, body, cause, value) => {
  const machine = ran(trapping(body));
  expect(registers(machine, 's1', 's2', 's3')).toEqual([cause, 0, value]);
});

test('a jump into the void traps there, after it retired', () => {
  const machine = ran(trapping('li t1, 0x1234; at: jalr ra, 0(t1)'));
  expect(registers(machine, 's1', 's3')).toEqual([1, 0x1234]);
  expect(register(machine, 's2')).toBe((0x1234 - 0x8000_001c) >>> 0);
  expect(register(machine, 'ra')).toBe(0x8000_0020);
});

test('running off the end of RAM traps behind it', () => {
  const machine = ran(trapping('li t1, 0x8000fffc; li t2, 0x13; at: sw t2, 0(t1); jr t1'));
  expect(registers(machine, 's1', 's3')).toEqual([1, 0x8001_0000]);
});

const END = 0x8001_0000;
const UART = 0x1000_0000;

/** RAM of the tests ends at `END`. Behind it there is nothing, and nothing either in the words before it. */
describe.each(['interpreter', 'compiler'] as const)('mtval at the edges of RAM, by the %s', (engine) => {
  test.each([
    ['lw a0, -1(s8)', END, 5, END],
    ['lw a0, -2(s8)', END, 5, END],
    ['lw a0, -3(s8)', END, 5, END],
    ['lh a0, -1(s8)', END, 5, END],
    ['lhu a0, -1(s8)', END, 5, END],
    ['sw a1, -1(s8)', END, 7, END],
    ['sw a1, -3(s8)', END, 7, END],
    ['sh a1, -1(s8)', END, 7, END],
    ['lw a0, 0(s8)', END, 5, END],
    ['lw a0, 1(s8)', END, 5, END + 1],
    ['sb a1, 0(s8)', END, 7, END],
    ['lr.w a0, (s8)', END, 5, END],
    ['sc.w a0, a1, (s8)', END, 7, END],
    ['amoadd.w a0, a1, (s8)', END, 7, END],
    ['lw a0, -1(s8)', 0x8000_0000, 5, 0x7fff_ffff],
    ['lh a0, -1(s8)', 0x8000_0000, 5, 0x7fff_ffff],
    ['sw a1, -3(s8)', 0x8000_0000, 7, 0x7fff_fffd],
    ['lw a0, -1(s8)', 0, 5, 0xffff_ffff],
    ['sw a1, -2(s8)', 0, 7, 0xffff_fffe],
    // Devices answer whole registers only: such an access faults where it begins, in one device or over the edge of one.
    ['lw a0, 1(s8)', UART, 5, UART + 1],
    ['sw a1, 0xfe(s8)', UART, 7, UART + 0xfe],
    ['lh a0, -1(s8)', UART, 5, UART - 1],
    ['lw a0, 2(s8)', 0x0200_0000, 5, 0x0200_0002],
    ['sb a1, 0(s8)', 0x0200_0000, 7, 0x0200_0000],
  ])('%s at 0x%x', (access, edge, cause, value) => {
    const machine = boot(
      trapping(`
        li s8, 0x80008000; li a1, -1; li t1, 50
        1: addi t1, t1, -1; bnez t1, at; li s8, ${edge}
        at: ${access}; j 1b`),
    );
    setEngine(machine, engine, { ...COMPILER_LIMITS, samples: 1, sampleEvery: 1 });
    go(machine);
    expect(registers(machine, 's1', 's2', 's3', 't1')).toEqual([cause, 0, value, 0]);
    expect(machine.compiled.regions.length > 0).toBe(engine === 'compiler');
    expect(wordAt(machine, END - 4)).toBe(0); // nothing of a store has happened
  });

  test('code that runs to the end of RAM', () => {
    const machine = boot(trapping('la s0, at; li t0, 0x8000fffc; li t1, 0x13; sw t1, 0(t0); at: jr t0'));
    setEngine(machine, engine);
    go(machine);
    expect([register(machine, 's1'), machine.cpu.mepc, register(machine, 's3')]).toEqual([1, END, END]);
  });
});

test('a misaligned jump leaves rd alone and changes no instruction count', () => {
  const machine = ran(trapping('li t1, 5; at: jal t1, at + 2'));
  expect(register(machine, 't1')).toBe(5);
  const plain = ran(trapping('li t1, 5; at: ecall'));
  expect(machine.cpu.instructions).toBe(plain.cpu.instructions);
});

test('a branch to half a word that is not taken does not trap', () => {
  const machine = ran('li a0, 1; 1: beqz a0, 1b + 6; li a1, 7; wfi');
  expect(register(machine, 'a1')).toBe(7);
});

test('a trap saves mode and interrupt enable, and mret brings them back', () => {
  const machine = ran(`
      la t0, handler; csrw mtvec, t0
      csrsi mstatus, 8
      ecall
      csrr s3, mstatus
      wfi
      .balign 4
    handler: csrr s1, mstatus; csrr t0, mepc; addi t0, t0, 4; csrw mepc, t0; mret`);
  expect(register(machine, 's1')).toBe(0x1880); // MPP machine, MPIE, not MIE
  expect(register(machine, 's3')).toBe(0x88); // MPP user, MPIE, MIE
});

/** Goes to user mode at `user`, with `pmp` letting it reach everything. */
const inUserMode = (user: string, before = '') =>
  trapping(`
    li t0, -1; csrw pmpaddr0, t0; li t0, 0x1f; csrw pmpcfg0, t0
    ${before}
    la t0, user; csrw mepc, t0
    mret`) + user;

test.each([
  ['ecall', 'at: ecall', 8],
  ['mret', 'at: mret', 2],
  ['a machine CSR', 'at: csrr a0, mscratch', 2],
  ['cycle, not let', 'at: rdcycle a0', 2],
  ['seed, not let', 'at: csrrw a0, seed, zero', 2],
  ['ebreak', 'at: ebreak', 3],
])('user mode: %s', (_, user, cause) => {
  const machine = ran(inUserMode(user));
  expect(registers(machine, 's1', 's2')).toEqual([cause, 0]);
  expect(machine.cpu.mstatus & 0x1800).toBe(0);
});

test('user mode waits, unless TW', () => {
  const machine = boot(inUserMode('at: wfi; ecall'));
  expect(go(machine)).toEqual({ reason: 'waiting' });
  expect(machine.cpu.mode).toBe(0);
  const trapped = ran(inUserMode('at: wfi; ecall', 'li t0, 1 << 21; csrs mstatus, t0'));
  expect(registers(trapped, 's1', 's2')).toEqual([2, 0]);
});

test('user mode reads the counters that mcounteren lets it', () => {
  const machine = ran(inUserMode('rdinstret a0; rdcycle a1; at: rdtime a2', 'csrwi mcounteren, 5'));
  expect(registers(machine, 's1', 's2')).toEqual([2, 0]);
  expect(register(machine, 'a1')).toBe(register(machine, 'a0') + 1);
});

test('user mode is interrupted whatever MIE says', () => {
  const machine = boot(inUserMode('at: j at', `${NO_TIMER}; li t0, 0x80; csrw mie, t0`));
  expect(go(machine)).toEqual({ reason: 'timerSet' });
  go(machine, 1000);
  expect(machine.cpu.mode).toBe(0);
  inject(machine, { kind: 'timer' });
  go(machine);
  expect(register(machine, 's1')).toBe(0x8000_0007);
});

const INTERRUPTED = `
    la t0, handler; addi t0, t0, VECTORED; csrw mtvec, t0
    li t0, 0x888; csrw mie, t0
    li s0, 0x02000000; li t0, 1; sw t0, 0(s0)      # msip
    li s1, 0x0c000000; sw t0, 40(s1)               # UART: priority 1
    li t1, 0x0c002000; li t2, 1 << 10; sw t2, 0(t1)
    li t1, 0x10000000; sb t0, 1(t1)                # received bytes interrupt
    wfi
    csrsi mstatus, 8
    li a0, 1
    wfi
    .balign 64
  handler: j seen; j seen; j seen; j three; j seen; j seen; j seen; j seven; j seen; j seen; j seen; j eleven
  seen: csrr s2, mcause; csrr s3, mepc; wfi; j seen
  three: li a1, 3; j seen
  seven: li a1, 7; j seen
  eleven: li a1, 11; j seen`;

test('external before software before timer, precisely behind the instruction that let them in', () => {
  const machine = boot(`.equ VECTORED, 0\n${INTERRUPTED}`);
  inject(machine, { kind: 'timer' });
  inject(machine, { kind: 'console', byte: 65 });
  go(machine);
  // Interrupts were pending at the first WFI: it did not wait.
  expect(registers(machine, 's2', 'a0')).toEqual([0x8000_000b, 0]);
  const claim = machine.plic;
  expect(claim.pending).toBe(1 << 10);
});

test.each([
  ['external', 11, { kind: 'console', byte: 65 }],
  ['software', 3, undefined],
] as const)('vectored: %s', (_, number, injection) => {
  const machine = boot(`.equ VECTORED, 1\n${INTERRUPTED}`);
  if (injection !== undefined) inject(machine, injection);
  go(machine);
  expect(registers(machine, 's2', 'a1')).toEqual([0x8000_0000 + number, number]);
});

test('WFI retires, waits, and goes on behind itself when an enabled interrupt is pending, even with MIE off', () => {
  const machine = boot(`${NO_TIMER}; li t0, 0x80; csrw mie, t0; wfi; li a0, 1; wfi; li a0, 2`);
  expect(go(machine)).toEqual({ reason: 'timerSet' });
  const { instructions, pc } = machine.cpu;
  expect(go(machine)).toEqual({ reason: 'waiting' });
  expect([machine.cpu.instructions, machine.cpu.pc]).toEqual([instructions + 3, pc + 12]);
  inject(machine, { kind: 'console', byte: 65 });
  expect(go(machine)).toEqual({ reason: 'waiting' });
  inject(machine, { kind: 'timer' });
  go(machine, 2);
  expect(registers(machine, 'a0')).toEqual([1]);
  expect(machine.cpu.instructions).toBe(instructions + 5);
});

test('after reset the timer interrupt is pending, as mtimecmp is 0, until mtimecmp is written: its lower half is enough', () => {
  const machine = boot(`
      la t0, handler; csrw mtvec, t0
      li s0, 0x02004000; lw a0, 0(s0); lw a1, 4(s0)
      li t0, 0x80; csrw mie, t0
      csrsi mstatus, 8
      li a2, 1
    1: wfi; j 1b
      .balign 4
    handler: addi a3, a3, 1; li t0, 50000; sw t0, 0(s0); mret`);
  expect(timerDeadline(machine.clint)).toBe(Number.POSITIVE_INFINITY); // there is nothing to wait for
  expect(go(machine)).toEqual({ reason: 'timerSet' });
  expect(registers(machine, 'a0', 'a1', 'a2', 'a3')).toEqual([0, 0, 0, 1]);
  expect(timerDeadline(machine.clint)).toBe(50_000);
  expect(go(machine)).toEqual({ reason: 'waiting' });
  inject(machine, { kind: 'timer' });
  expect(go(machine)).toEqual({ reason: 'timerSet' });
  expect(registers(machine, 'a2', 'a3')).toEqual([1, 2]);
});

test('a write to mtimecmp lowers the timer interrupt and stops the run', () => {
  const machine = boot(
    'li s0, 0x02004000; li t0, 5; sw t0, 0(s0); csrr a0, mip; sw zero, 4(s0); csrr a1, mip; wfi',
  );
  inject(machine, { kind: 'timer' });
  expect(go(machine, 3)).toEqual({ reason: 'timerSet' });
  expect(machine.clint.timerPending).toBe(false);
  inject(machine, { kind: 'timer' });
  expect(go(machine)).toEqual({ reason: 'timerSet' });
  expect(go(machine)).toEqual({ reason: 'waiting' });
  expect(registers(machine, 'a0', 'a1')).toEqual([0x80, 0]);
});

test('a guest whose handler can only trap is stuck, and stays so', () => {
  const nowhere = boot('nop; ecall');
  const stop = {
    reason: 'stuck',
    pc: 0,
    cause: 1,
    value: 0,
    first: { pc: 0x8000_0004, cause: 11, value: 0 },
  };
  expect(go(nowhere)).toEqual(stop);
  expect(nowhere.cpu.instructions).toBe(1);
  inject(nowhere, { kind: 'timer' });
  expect(go(nowhere)).toEqual(stop);
  const illegal = boot('la t0, handler; csrw mtvec, t0; ecall; .balign 4; handler: .word 0');
  expect(go(illegal)).toMatchObject({ reason: 'stuck', pc: 0x8000_0010, cause: 2, value: 0 });
});

test('what a guest was stuck by is the trap of this time, not of one before a restore', () => {
  const machine = boot('lw a0, 0(zero)');
  const snapshot = snapshotMachine(machine);
  const first = (reason: Stop) => (reason.reason === 'stuck' ? reason.first : undefined);
  expect(first(go(machine))).toEqual({ pc: 0x8000_0000, cause: 5, value: 0 });
  restoreMachine(machine, snapshot);
  machine.cpu.pc = 0x100;
  expect(first(go(machine))).toEqual({ pc: 0x100, cause: 1, value: 0x100 });
});

test('a handler that traps further on is no business of ours', () => {
  const machine = boot('la t0, handler; csrw mtvec, t0; ecall; .balign 4; handler: addi a0, a0, 1; ecall');
  expect(go(machine, 1000)).toEqual({ reason: 'budget' });
  expect(register(machine, 'a0')).toBeGreaterThan(900);
});

test('PMP holds user mode to its regions, byte by byte, for code and data', () => {
  const restricted = (user: string) =>
    `
      la t0, handler; csrw mtvec, t0
      la t0, user; srli t0, t0, 2; csrw pmpaddr0, t0       # below the program: nothing
      li t0, 0x80002000 >> 2; csrw pmpaddr1, t0            # up to 0x80002000: read and execute
      li t0, (0x80002000 >> 2) | 0x1ff; csrw pmpaddr2, t0  # then 4 KiB: read and write
      li t0, 0x1b0d00; csrw pmpcfg0, t0
      li s4, 0x80002000
      la t0, user; csrw mepc, t0
      mret
      .balign 4
    handler: csrr s1, mcause; csrr s2, mepc; csrr s3, mtval; la s0, at; sub s2, s2, s0; wfi
    user: ${user}`;
  const trap = (user: string) => registers(ran(restricted(user)), 's1', 's2', 's3');
  expect(trap('sw s4, 0(s4); lw a0, 0(s4); mul a0, a0, a0; at: ecall')).toEqual([8, 0, 0]);
  expect(trap('at: sw s4, -4(s4)')).toEqual([7, 0, 0x8000_1ffc]);
  expect(trap('lw a0, -4(s4); at: lh a0, -1(s4)')).toEqual([5, 0, 0x8000_2000]);
  expect(trap('at: sw s4, -2(s4)')).toEqual([7, 0, 0x8000_1ffe]); // the first half already
  expect(trap('li s4, 0x80003000; lw a0, -4(s4); at: lw a0, -3(s4)')).toEqual([5, 0, 0x8000_3000]);
  expect(trap('li s4, 0x80003000; sw a0, -4(s4); at: sw a0, -1(s4)')).toEqual([7, 0, 0x8000_3000]);
  expect(trap('li s4, 0x80003000; at: lh a0, 1(s4)')).toEqual([5, 0, 0x8000_3001]);
  expect(trap('addi s4, s4, 4; at: amoadd.w a0, a0, (s4); ecall; nop').at(0)).toBe(8);
  expect(trap('lr.w a0, (s4); addi s4, s4, -4; at: amoadd.w a0, a0, (s4)')).toEqual([7, 0, 0x8000_1ffc]);
  expect(trap('at: jr s4').at(0)).toBe(1);
  expect(trap('at: lw a0, -4(t0)')).toEqual([5, 0, register(ran(restricted('at: lw a0, -4(t0)')), 's0') - 4]);
});

test('without a PMP entry user mode reaches nothing; MPRV gives machine mode the same rights', () => {
  const machine = ran(trapping('la t0, user; csrw mepc, t0; at: mret'));
  expect(registers(machine, 's1', 's3')).toEqual([1, machine.cpu.mepc]);
  const lent = ran(trapping('li t0, 1 << 17; csrs mstatus, t0; at: lw a0, 0(s0)'));
  expect(registers(lent, 's1', 's2')).toEqual([5, 0]);
});

test('mret to user mode takes MPRV back, mret to machine mode leaves it', () => {
  const user = ran(inUserMode('at: ecall', 'li t0, 1 << 17; csrs mstatus, t0'));
  expect(user.cpu.mstatus & (1 << 17)).toBe(0);
  const machine = ran('li t0, 0x21800; csrw mstatus, t0; la t0, 1f; csrw mepc, t0; mret; 1: wfi');
  expect(machine.cpu.mstatus & (1 << 17)).toBe(1 << 17);
});

test('a locked PMP entry binds machine mode too, and does not change any more', () => {
  const machine = ran(
    trapping(`
    li s4, 0x80003000
    li t0, (0x80003000 >> 2) | 0x1ff; csrw pmpaddr3, t0; li t0, 0x99000000; csrw pmpcfg0, t0
    csrw pmpaddr3, zero; csrw pmpcfg0, zero
    lw a0, 0(s4)
    at: sw s4, 0(s4)`),
  );
  expect(registers(machine, 's1', 's2', 's3')).toEqual([7, 0, 0x8000_3000]);
  expect(wordAt(machine, 0x8000_3000)).toBe(0);
});
