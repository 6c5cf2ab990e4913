// Compiled code and the interpreter agree: the same state at the same instruction number, whichever way a run is cut.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { InstructionCount } from '../boundary.ts';
import {
  hashMachine,
  inject,
  type Machine,
  restoreMachine,
  run,
  runTraced,
  snapshotMachine,
  watchStores,
} from '../machine.ts';
import { boot, go, registers } from '../testing/test-machine.ts';
import { COMPILER_LIMITS, type CompilerLimits, type Engine, setEngine } from './compiled-code.ts';

/** Whatever is jumped to is compiled at once. */
const EAGER: CompilerLimits = {
  ...COMPILER_LIMITS,
  samples: 1,
  jumpsOut: 4,
  sampleEvery: 1,
  burstBytes: Number.MAX_SAFE_INTEGER,
};

/** Registers that the random part of a program may use as it likes. */
const FREE = ['zero', 'a0', 'a1', 'a2', 'a3', 'a4', 'a5', 'a6', 'a7', 's2', 's3', 's4', 't0', 't1', 't2'];
const register = fc.constantFrom(...FREE);
const line = (...parts: fc.Arbitrary<string | number>[]) =>
  fc.tuple(...parts).map(([name, ...operands]) => `${name} ${operands.join(', ')}`);
const chosen = (names: string) => fc.constantFrom(...names.split(' '));
const immediate = fc.integer({ min: -2048, max: 2047 });
const edge = fc.oneof(fc.constantFrom(0, 1, -1, -0x8000_0000, 0x7fff_ffff), fc.integer());

const BLOCKS = 8;
const label = fc.integer({ min: 0, max: BLOCKS - 1 }).map((n) => `b${n}`);

const arithmetic = fc.oneof(
  line(chosen('add sub sll slt sltu xor srl sra or and'), register, register, register),
  line(chosen('mul mulh mulhsu mulhu div divu rem remu'), register, register, register),
  line(chosen('addi slti sltiu xori ori andi'), register, register, immediate),
  line(chosen('slli srli srai'), register, register, fc.integer({ min: 0, max: 31 })),
  line(fc.constant('li'), register, edge),
  line(fc.constant('auipc'), register, fc.integer({ min: 0, max: 9 })),
);

/**
 * Near s0, where the data are, s1, where the code is, and anywhere: aligned and not; over the border of two lines, of two pages
 * (s5, between data), and over the end of RAM (s6).
 */
const place = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: -16, max: 64 }).map((n) => `${4 * n}(s0)`) },
  { weight: 3, arbitrary: immediate.map((n) => `${n}(s0)`) },
  {
    weight: 3,
    arbitrary: fc
      .tuple(fc.integer({ min: -8, max: 8 }), fc.integer({ min: -4, max: 1 }))
      .map(([n, by]) => `${64 * n + by}(s0)`),
  },
  { weight: 4, arbitrary: fc.integer({ min: -8, max: 4 }).map((n) => `${n}(s5)`) },
  { weight: 2, arbitrary: fc.integer({ min: -70, max: 1 }).map((n) => `${n}(s6)`) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 160 }).map((n) => `${n}(s1)`) },
  { weight: 1, arbitrary: fc.tuple(immediate, register).map(([n, base]) => `${n}(${base})`) },
);
const memory = fc.oneof(
  line(chosen('lb lh lw lbu lhu'), register, place),
  line(chosen('sb sh sw'), register, place),
  line(chosen('sw lw'), register, place),
  fc.integer({ min: -8, max: 8 }).map((n) => `addi s0, s0, ${4 * n}\naddi s0, s0, ${-4 * n}`),
  fc
    .tuple(chosen('s0 s5 s6'), fc.integer({ min: -70, max: 70 }), chosen('lw sw lh sh'), register)
    .map(
      ([at, n, access, r]) =>
        `addi ${at}, ${at}, ${n}\n${access} ${r}, ${-n}(${at})\naddi ${at}, ${at}, ${-n}`,
    ),
);
const atomic = fc.oneof(
  line(chosen('amoswap.w amoadd.w amoxor.w amoand.w amoor.w'), register, register, fc.constant('(s0)')),
  line(chosen('amomin.w amomax.w amominu.w amomaxu.w sc.w'), register, register, fc.constant('(s0)')),
  register.map((rd) => `lr.w ${rd}, (s0)`),
  register.map((rd) => `addi t0, s0, 8\nlr.w ${rd}, (t0)\nsc.w ${rd}, t1, (t0)`),
  line(
    chosen('amoadd.w sc.w'),
    register,
    register,
    register.map((base) => `(${base})`),
  ),
);
/** Another instruction is put into the code; which one runs next is a matter of its place. */
const patch = fc
  .tuple(
    fc.integer({ min: 0, max: 60 }),
    fc.constantFrom('addi a0, a0, 1', 'xori a1, a1, 5', 'sub a2, a2, a0'),
  )
  .map(([n, instruction]) => `lw t0, 1f\nsw t0, ${4 * n}(s1)\nfence.i\nj 2f\n1: ${instruction}\n2:`);
const system = fc.oneof(
  register.map((rd) => `csrr ${rd}, instret`),
  chosen('ecall ebreak fence fence.i unimp'),
  register.map((rd) => `csrr ${rd}, mscratch`), // traps in user mode
  register.map((rd) => `csrr ${rd}, time`),
);
const step = fc.oneof(
  { weight: 12, arbitrary: arithmetic },
  { weight: 8, arbitrary: memory },
  { weight: 2, arbitrary: atomic },
  { weight: 1, arbitrary: patch },
  { weight: 1, arbitrary: system },
);
const branch = line(chosen('beq bne blt bge bltu bgeu'), register, register, label);
const ending = fc.oneof(
  { weight: 8, arbitrary: branch },
  { weight: 4, arbitrary: label.map((to) => `j ${to}`) },
  { weight: 6, arbitrary: label.map((to) => `call ${to}`) },
  { weight: 6, arbitrary: fc.constant('ret') },
  { weight: 3, arbitrary: label.map((to) => `la t2, ${to}\njalr t1, 0(t2)`) },
  { weight: 1, arbitrary: register.map((target) => `jr ${target}`) },
  { weight: 12, arbitrary: fc.tuple(register, label).map(([counter, to]) => loop(counter, to)) },
);

/** So that programs go round: most random branches are taken always or never. */
function loop(counter: string, to: string): string {
  return `addi ${counter}, ${counter}, -1\nandi t0, ${counter}, 31\nbnez t0, ${to}`;
}

const block = fc.tuple(
  fc.array(fc.oneof({ weight: 9, arbitrary: step }, { weight: 1, arbitrary: branch }), { maxLength: 8 }),
  ending,
);

/** Of the machines that `boot` makes. */
const RAM_END = 0x8001_0000;
/** Where the label `border` is. */
const BORDER = 0x8000_4000;

/** Traps go on behind the instruction, jumps into the void begin anew, a timer is put off. */
const FRAME = (userMode: boolean, blocks: readonly string[]) => `
    la t0, handler
    csrw mtvec, t0
    li t0, -1
    csrw pmpaddr0, t0
    li t0, 0x1f
    csrw pmpcfg0, t0
    li t0, 0x80
    csrw mie, t0
    li t0, ${userMode ? 0x80 : 0x1880}
    csrw mstatus, t0
    li t0, 7
    csrw mcounteren, t0
    la s0, data
    la s1, b0
    la s5, border
    li s6, ${RAM_END}
    la ra, b1
    csrw mepc, s1
    mret
  handler:
    csrr t6, mcause
    bltz t6, 2f
    li t5, 2
    bltu t6, t5, 1f
    csrr t6, mepc
    addi t6, t6, 4
    csrw mepc, t6
    mret
  1: csrw mepc, s1
    mret
  2: li t6, 0x02004000
    sw zero, 0(t6)
    mret
  ${blocks.map((text, n) => `b${n}: ${text}`).join('\n')}
    j b0
    .balign 64
    .zero 4096
  data: .zero 2048
    .balign 0x4000
  border: .zero 8192`;

const program = fc
  .tuple(fc.boolean(), fc.array(block, { minLength: BLOCKS, maxLength: BLOCKS }))
  .map(([userMode, blocks]) =>
    FRAME(
      userMode,
      blocks.map(([steps, last]) => [...steps, last].join('\n')),
    ),
  );

/** What is done with a machine; `n` is a number of instructions, or says which snapshot. */
type Deed = { kind: 'run' | 'trace' | 'save' | 'restore' | 'watch'; n: number; quantum: number };

const quantum = fc.oneof(fc.constantFrom(7, 1009, 100_003), fc.integer({ min: 1, max: 3000 }));
const deed: fc.Arbitrary<Deed> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('run' as const),
      n: fc.integer({ min: 1, max: 3000 }),
      quantum,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('trace' as const),
      n: fc.integer({ min: 1, max: 99 }),
      quantum,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constantFrom('save' as const, 'restore' as const),
      n: fc.nat(9),
      quantum,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('watch' as const), n: fc.nat(200), quantum }),
  },
);

/** Runs to instruction `end`, with what the world does then and there a function of the instruction number alone. */
function runTo(machine: Machine, end: number, { kind, quantum }: Deed, timerAt: number): void {
  const { cpu } = machine;
  while (cpu.instructions < end) {
    const border = Math.min(
      cpu.instructions < timerAt ? Math.min(end, timerAt) : end,
      cpu.instructions + quantum,
    );
    const until = border as InstructionCount;
    const stop = kind === 'trace' ? runTraced(machine, until, {}) : run(machine, until);
    if (stop.reason === 'clock') inject(machine, { kind: 'clock', time: cpu.instructions });
    if (cpu.instructions === timerAt) inject(machine, { kind: 'timer' });
    if (stop.reason === 'waiting' || stop.reason === 'stuck' || stop.reason === 'exit') return;
  }
}

/** The state after each deed, and the stores to watched bytes until then. The interpreter's quantum is always the largest. */
function statesOf(source: string, engine: Engine, deeds: readonly Deed[], timerAt: number): string[] {
  const machine = boot(source);
  setEngine(machine, engine, EAGER);
  const saved = [snapshotMachine(machine)];
  const stores: string[] = [];
  return deeds.map((deed) => {
    const { kind, n } = deed;
    const how: Deed = engine === 'compiler' ? deed : { kind: 'run', n, quantum: 1_000_000 };
    if (kind === 'save') saved.push(snapshotMachine(machine));
    else if (kind === 'restore') restoreMachine(machine, saved[n % saved.length]!);
    else if (kind === 'watch')
      watchStores(machine, BORDER + (n % 20) - 12, 1 + (n % 9), ({ instructions, pc, address, length }) =>
        stores.push(`${instructions} ${pc} ${address} ${length}`),
      );
    else runTo(machine, machine.cpu.instructions + n, how, timerAt);
    return `${machine.cpu.instructions} ${hashMachine(machine)} ${stores.splice(0).join()}`;
  });
}

test('the border is where a watch looks for it', () => {
  const machine = boot(
    FRAME(
      false,
      Array.from({ length: BLOCKS }, () => 'nop'),
    ),
  );
  go(machine, 30);
  expect(registers(machine, 's5', 's6')).toEqual([BORDER, RAM_END]);
});

test('random programs leave the same state at the same instruction numbers, however they are run', () => {
  const deeds = fc.array(deed, { minLength: 5, maxLength: 15 });
  fc.assert(
    fc.property(program, deeds, fc.integer({ min: 1, max: 10_000 }), (source, done, timerAt) => {
      const compiled = statesOf(source, 'compiler', done, timerAt);
      expect(compiled).toEqual(statesOf(source, 'interpreter', done, timerAt));
    }),
    { numRuns: 200 },
  );
});
