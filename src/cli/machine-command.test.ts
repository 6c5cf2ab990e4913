// `understudy machine` from outside: what runs, what it prints, how it ends, and what it says of guests that misbehave.
import { expect, test } from 'vitest';
import { finish, hello, jsonOf, understudy } from './testing/command-line.ts';

// ---- machine -------------------------------------------------------------------------------------

test('machine: the UART on stdout, and success', async () => {
  expect(await understudy(['machine', 'a.s'], { 'a.s': hello })).toMatchObject({
    status: 0,
    out: 'hello\nyou',
    error: '',
  });
});

test('machine --json', async () => {
  const report = await jsonOf(['machine', 'a.s'], { 'a.s': hello });
  expect(report).toMatchObject({ exit: { reason: 'exit', code: 0 }, uart: 'hello\nyou', seconds: 0 });
  expect(Object.keys(report)).toEqual(['exit', 'instructions', 'seconds', 'uart', 'registers', 'hash']);
  expect(report.registers.x5).toBe(0x100000);
  expect(report.hash).toMatch(/^[0-9a-f]{32}$/);
});

test.each([
  ['a failure', finish('0x00073333'), 1, 'a.s reported failure 7.\n'],
  [
    'a trap without end',
    'unimp\n',
    1,
    "a.s is stuck after 0 instructions: at 0x80000000 (unimp), illegal instruction (cause 2), and the trap handler at 0x00000000 can't run: instruction access fault (cause 1) for 0x00000000.\n",
  ],
  [
    'a sleep without end',
    'wfi\n',
    3,
    'a.s waits at 0x80000004 for an interrupt that will never come, after 1 instructions.\n',
  ],
  ['a loop', '1: j 1b\n', 3, 'a.s was stopped at 0x80000000 (j . + 0) after 1000 instructions.\n'],
])('machine: %s', async (_, source, status, error) => {
  const outcome = await understudy(['machine', 'a.s', '--max-instructions', '1000'], { 'a.s': source });
  expect([outcome.status, outcome.error]).toEqual([status, error]);
});

test('machine: time follows the instructions, and a sleep ends when the timer is due', async () => {
  const source = `
la t0, awake
csrw mtvec, t0
rdtime s0
li t0, 0x02004000
li t1, 5000
sw zero, 4(t0)
sw t1, 0(t0)
li t0, 0x80
csrw mie, t0
csrsi mstatus, 8
0: wfi
j 0b
.balign 4
awake: rdtime s1
csrr s2, mcause
${finish('0x5555')}`;
  const { registers, instructions, exit } = await jsonOf(['machine', 'a.s'], { 'a.s': source });
  expect(exit).toEqual({ reason: 'exit', code: 0 });
  expect(registers).toMatchObject({ x8: 0, x9: 5000, x18: 0x80000007 });
  expect(instructions).toBeLessThan(40);
});

test('machine: a flat image runs like its source', async () => {
  const { files } = await understudy(['assemble', 'a.s', '-o', 'a.bin'], { 'a.s': hello });
  expect((await understudy(['machine', 'a.bin'], files)).out).toBe('hello\nyou');
});

// ---- options -------------------------------------------------------------------------------------

test('machine --trace: number, address, place, instruction and changed registers, on stderr', async () => {
  const source = `_start: la t0, handler
csrw mtvec, t0
again: csrrw a0, seed, zero
beqz zero, 1f
1: ecall
.balign 4
handler: csrr a1, mcause
${finish('0x5555')}`;
  const { out, error, status } = await understudy(['machine', 'a.s', '--trace'], { 'a.s': source });
  expect([status, out]).toEqual([0, '']);
  expect(error.replace(/a0=0x8000\w{4}/, 'a0=SEED')).toBe(
    `         1  80000000  <_start>              auipc t0, 0x0                 t0=0x80000000
         2  80000004  <_start+4>            addi t0, t0, 24               t0=0x80000018
         3  80000008  <_start+8>            csrw mtvec, t0                mtvec=0x80000018
         4  8000000c  <again>               csrrw a0, seed, zero          a0=SEED
         5  80000010  <again+4>             beqz zero, again+8
       5+1  80000014  <again+8>             trap: environment call from machine mode  mstatus=0x00001800 mepc=0x80000014 mcause=0x0000000b
         6  80000018  <handler>             csrr a1, mcause               a1=0x0000000b
         7  8000001c  <handler+4>           lui t0, 0x100                 t0=0x00100000
         8  80000020  <handler+8>           lui t1, 0x5                   t1=0x00005000
         9  80000024  <handler+12>          addi t1, t1, 1365             t1=0x00005555
        10  80000028  <handler+16>          sw t1, 0(t0)
`,
  );
});

test('machine --trace with --json leaves stdout to the document, and changes nothing in it', async () => {
  const words = ['machine', 'a.s', '--json'];
  const traced = await understudy([...words, '--trace'], { 'a.s': hello });
  expect(traced.out).toBe((await understudy(words, { 'a.s': hello })).out);
  expect(traced.error.split('\n').length - 1).toBe(JSON.parse(traced.out).instructions);
});

/** Counts, types, sleeps until its timer, reads clock and seed, writes to its own code: everything an engine could get wrong. */
const busy = `
la t0, tick
csrw mtvec, t0
li s0, 0x02004000
li t0, 0x80
csrw mie, t0
csrsi mstatus, 8
li s1, 200
round: csrrw a0, seed, zero
rdtime a1
andi s3, s1, 1
slli t0, s3, 5
add a1, a1, t0
addi a1, a1, 30
sw a1, 0(s0)
sw zero, 4(s0)
li t1, 100
1: addi a2, a2, 7
patch: xori a3, a2, 1
addi t1, t1, -1
bnez t1, 1b
la t2, patch
lw t3, 0(t2)
li t4, 1 << 20
xor t3, t3, t4
sw t3, 0(t2)
li t5, 0x10000000
andi t6, s1, 31
addi t6, t6, 64
sb t6, 0(t5)
beqz s3, 2f
wfi
2:
addi s1, s1, -1
bnez s1, round
${finish('0x5555')}
.balign 4
tick: addi s2, s2, 1
li t0, -1
sw t0, 4(s0)
mret`;

const hashLines = (out: string) => out.split('\n').filter((line) => /^\d+ [0-9a-f]{32}$/.test(line));

test('machine --hash --stop-every: a line at each stop and one at the end, the same on both engines', async () => {
  const stops = async (...words: string[]) => {
    const { out, status } = await understudy(['machine', 'a.s', '--hash', ...words], { 'a.s': busy });
    expect(status).toBe(0);
    return hashLines(out);
  };
  const [end] = await stops();
  const lines = await stops('--stop-every', '1009');
  expect(lines.map((line) => Number(line.split(' ')[0]) % 1009).slice(0, -1)).toEqual(
    lines.slice(1).map(() => 0),
  );
  expect(lines.length).toBeGreaterThan(15);
  expect(lines.at(-1)).toBe(end);
  for (const every of ['101', '1009', '50000'])
    expect(await stops('--stop-every', every, '--engine', 'compiler')).toEqual(
      await stops('--stop-every', every),
    );
});

test('a hash line begins a line of its own, whatever the guest was typing', async () => {
  const { out } = await understudy(['machine', 'a.s', '--hash', '--stop-every', '16'], { 'a.s': hello });
  expect(out).toMatch(/^hel\n16 \w{32}\nlo\n32 \w{32}\nyou\n/);
  expect(hashLines(out).length).toBe(4);
});

test('machine --json --hash has the stops in the document', async () => {
  const report = await jsonOf(['machine', 'a.s', '--hash', '--stop-every', '10'], { 'a.s': hello });
  expect(report.stops[1]).toEqual({ instructions: 20, hash: expect.stringMatching(/^\w{32}$/) });
  expect(report.stops.at(-1)).toEqual({ instructions: report.instructions, hash: report.hash });
  expect(report.uart).toBe('hello\nyou');
});

test('machine --ram: so much, and not a byte more', async () => {
  const touch = (bytes: number) =>
    `la t0, beyond\ncsrw mtvec, t0\nli t1, ${0x8000_0000 + bytes}\nsw t1, -4(t1)\nlw a0, 0(t1)\n${finish('0x33333')}.balign 4\nbeyond: ${finish('0x5555')}`;
  for (const [ram, bytes] of [
    ['64K', 65536],
    ['69632', 69632],
    ['3M', 3 << 20],
    ['128M', 128 << 20],
  ] as const) {
    const { status, error } = await understudy(['machine', 'a.s', '--ram', ram], { 'a.s': touch(bytes) });
    expect([status, error]).toEqual([0, '']);
  }
});

// ---- device tree ---------------------------------------------------------------------------------

/** Ends with 0x5555 when a1 leads to the word a3, else fails with 3. */
const expectAt = (word: string) =>
  `beqz a1, no\nlw a2, 0(a1)\nli a3, ${word}\nbne a2, a3, no\n${finish('0x5555')}no: ${finish('0x33333')}`;

test("machine: a1 leads to the board's device tree, or to one's own", async () => {
  const magic = { 'a.s': expectAt('0xedfe0dd0') };
  expect((await understudy(['machine', 'a.s'], magic)).status).toBe(0);
  const { registers } = await jsonOf(['machine', 'a.s'], magic);
  expect(registers.x11).toBe(0x87e0_0000);
  const mine = Uint8Array.of(0xd0, 0x0d, 0xfe, 0xed, 1, 2, 3, 4);
  const files = { 'a.s': expectAt('0x04030201').replace('0(a1)', '4(a1)'), 'mine.dtb': mine };
  expect((await understudy(['machine', 'a.s', '--dtb', 'mine.dtb'], files)).status).toBe(0);
});

test('machine --bootargs stands in the device tree', async () => {
  const source = `addi t1, a1, 2000\nlook: lw a2, 0(a1)\nli a3, 0x6c6c6568\nbeq a2, a3, yes\naddi a1, a1, 4\nbltu a1, t1, look\n${finish('0x33333')}yes: ${finish('0x5555')}`;
  const files = { 'a.s': source };
  expect((await understudy(['machine', 'a.s', '--bootargs', 'hello=1'], files)).status).toBe(0);
  expect((await understudy(['machine', 'a.s'], files)).status).toBe(1);
});

test('a program that needs all of RAM gets no device tree, and 0 in a1; one that is asked for is missed', async () => {
  const files = {
    'a.s': `seqz a0, a1\nslli a0, a0, 12\nli t1, 0x4555\nadd t1, t1, a0\nli t0, 0x100000\nsw t1, 0(t0)\n.bss\n.zero 65472\n`,
    'mine.dtb': Uint8Array.of(0xd0, 0x0d, 0xfe, 0xed),
  };
  expect(await understudy(['machine', 'a.s', '--ram', '64K'], files)).toMatchObject({ status: 0, error: '' });
  expect(await understudy(['machine', 'a.s', '--ram', '64K', '--dtb', 'mine.dtb'], files)).toMatchObject({
    status: 2,
    error: "a.s: The program leaves no room in RAM for the device tree's 4 bytes.\n",
  });
});

test.each<[string[], string | RegExp]>([
  [['--engine', 'jit'], 'understudy machine: --engine is "jit"; there are interpreter and compiler.'],
  [
    ['--ram', '64'],
    /--ram is "64", but has to be a number of bytes, or of KiB as in 64K, or of MiB as in 16M: a multiple of 4K from 64K to 128M\.$/,
  ],
  [['--ram', '65537'], /--ram is "65537"/],
  [['--ram', '129M'], /--ram is "129M"/],
  [['--ram', '1G'], /--ram is "1G"/],
  [['--stop-every', '0'], 'understudy machine: --stop-every is "0", but has to be a whole number from 1 on.'],
  [['--dtb', 'gone.dtb'], "gone.dtb can't be read: there is no such file."],
  [['--dtb', 'a.s'], 'a.s is no device tree blob: it does not begin with d0 0d fe ed.'],
  [
    ['--dtb', 'a.s', '--bootargs', 'x'],
    /^understudy machine: --bootargs goes into the device tree that --dtb replaces/,
  ],
  [
    ['--ram', '64K'],
    /^a\.s: The program takes 0x80000000 to 0x80011180, and RAM is 0x80000000 to 0x80010000\.$/,
  ],
])('machine %j is refused with 2 and one line', async (words, message) => {
  const { status, out, error } = await understudy(['machine', 'a.s', ...words], {
    'a.s': 'nop\n.bss\n.zero 70000\n',
  });
  expect({ status, out }).toEqual({ status: 2, out: '' });
  expect(error).toMatch(/^[^\n]+\n$/);
  if (typeof message === 'string') expect(error.trimEnd()).toBe(message);
  else expect(error.trimEnd()).toMatch(message);
});

// ---- guests that misbehave -----------------------------------------------------------------------

/** Steers the network device's transmit queue: each store is a register and a value. */
const virtioStores = (base: string, stores: readonly (readonly [offset: number, value: string])[]) =>
  stores.map(([offset, value]) => `li t0, ${base} + ${offset}\nli t1, ${value}\nsw t1, 0(t0)\n`).join('');

test.each([
  [
    'jumps into the void',
    '_start: li t0, 0x1234\njr t0\n',
    1,
    "a.s is stuck after 3 instructions: at 0x00001234, instruction access fault (cause 1) for 0x00001234, and the trap handler at 0x00000000 can't run: instruction access fault (cause 1) for 0x00000000.",
  ],
  [
    'runs out of RAM',
    'li t0, 0x8000fff8\nli t1, 0x13\nsw t1, 0(t0)\nsw t1, 4(t0)\njr t0\n',
    1,
    "a.s is stuck after 8 instructions: at 0x80010000, instruction access fault (cause 1) for 0x80010000, and the trap handler at 0x00000000 can't run: instruction access fault (cause 1) for 0x00000000.",
  ],
  [
    'writes beyond RAM',
    'la t0, end\nfill: sb t0, 0(t0)\naddi t0, t0, 1\nj fill\nend:\n',
    1,
    /^a\.s is stuck after \d+ instructions: at 0x80000008 <fill> \(sb t0, 0\(t0\)\), store or atomic access fault \(cause 7\) for 0x80010000, and /,
  ],
  [
    'writes over its code',
    'la t0, victim\nsw zero, 0(t0)\nnop\nvictim: nop\n',
    1,
    /^a\.s is stuck after 4 instructions: at 0x80000010 <victim> \(\.word 0x00000000\), illegal instruction \(cause 2\), and /,
  ],
  [
    'has compressed instructions',
    'nop\n.half 0x0505, 0x8082\n',
    1,
    /^a\.s is stuck after 1 instructions: at 0x80000004 \(\.word 0x80820505\), illegal instruction, a compressed one \(cause 2\), and /,
  ],
  [
    'has a handler that traps',
    'la t0, handler\ncsrw mtvec, t0\necall\n.balign 4\nhandler: lw a0, -4(zero)\n',
    1,
    "a.s is stuck after 3 instructions: at 0x8000000c (ecall), environment call from machine mode (cause 11), and the trap handler at 0x80000010 <handler> can't run: load access fault (cause 5) for 0xfffffffc.",
  ],
  [
    'traps again and again in its handler',
    'la t0, handler\ncsrw mtvec, t0\n.balign 4\nhandler: addi a0, a0, 1\nebreak\n',
    3,
    'a.s was stopped at 0x80000010 <handler+4> (ebreak) after 10000 instructions. Its last exception, after 9999: at 0x80000010 <handler+4> (ebreak), breakpoint (cause 3).',
  ],
  [
    'loops with interrupts off',
    'csrci mstatus, 8\nspin: j spin\n',
    3,
    'a.s was stopped at 0x80000004 <spin> (j spin) after 10000 instructions.',
  ],
  [
    'falls into user mode that may touch nothing',
    'la t0, user\ncsrw mepc, t0\nmret\nuser: nop\n',
    1,
    /^a\.s is stuck after 4 instructions: at 0x80000010 <user> \(nop\), instruction access fault \(cause 1\) for 0x80000010, and /,
  ],
  [
    'sends its stack through the device registers',
    'li sp, 0x10002000\npush: addi sp, sp, -4\nsw sp, 0(sp)\nj push\n',
    1,
    /^a\.s is stuck after \d+ instructions: at 0x80000008 <push\+4> \(sw sp, 0\(sp\)\), store or atomic access fault \(cause 7\) for 0x10000ffc, and /,
  ],
  [
    'gives the network card a queue beyond RAM, and rings its bell for ever',
    `${virtioStores('0x10001000', [
      [0x70, '3'],
      [0x24, '1'],
      [0x20, '1'],
      [0x70, '11'],
      [0x30, '1'],
      [0x38, '8'],
      [0x80, '0xfffffff0'],
      [0x90, '0x8000ffff'],
      [0xa0, '0x7fffffff'],
      [0x44, '1'],
      [0x70, '15'],
    ])}ring: li t0, 0x10001050\nli t1, 1\nsw t1, 0(t0)\nj ring\n`,
    3,
    /^a\.s was stopped at 0x800000\w\w (<ring(\+\d+)?> )?\([^)]*\)?\) after 10000 instructions\.$/,
  ],
  [
    'gives the disk a chain that bites its tail',
    `${virtioStores('0x10002000', [
      [0x70, '3'],
      [0x24, '1'],
      [0x20, '1'],
      [0x70, '11'],
      [0x38, '8'],
      [0x80, '0x80001000'],
      [0x90, '0x80002000'],
      [0xa0, '0x80003000'],
      [0x44, '1'],
      [0x70, '15'],
      [-0x10002000 + 0x8000_1000, '0x80004000'],
      [-0x10002000 + 0x8000_1008, '16'],
      [-0x10002000 + 0x8000_100c, '1'],
      [-0x10002000 + 0x8000_2000, '0x10000'],
      [0x50, '0'],
    ])}li t0, 0x10002070\nlw a0, 0(t0)\nandi a0, a0, 64\nli t0, 0x100000\nli t1, 0x5555\nbnez a0, out\nli t1, 0x13333\nout: sw t1, 0(t0)\n`,
    0,
    '',
  ],
])('a guest that %s', async (_, source, status, error) => {
  const words = ['machine', 'a.s', '--ram', '64K', '--max-instructions', '10000000'];
  const limited = status === 3 ? [...words.slice(0, -1), '10000'] : words;
  for (const engine of ['interpreter', 'compiler']) {
    const outcome = await understudy([...limited, '--engine', engine], { 'a.s': source });
    expect(outcome.status).toBe(status);
    if (typeof error === 'string') expect(outcome.error.trimEnd()).toBe(error);
    else expect(outcome.error.trimEnd()).toMatch(error);
  }
});

test('a guest that floods its UART: every byte, until it is stopped', async () => {
  const source = "li t0, 0x10000000\nli t1, 'x'\n1: sb t1, 0(t0)\nj 1b\n";
  const words = ['machine', 'a.s', '--max-instructions', '20000'];
  const { out, status } = await understudy(words, { 'a.s': source });
  expect([out, status]).toEqual(['x'.repeat(9999), 3]);
  const report = await jsonOf(words, { 'a.s': source });
  expect(report.exit).toEqual({ reason: 'limit', code: null, limit: 'instructions' });
});
