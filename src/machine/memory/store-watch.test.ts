// Watched bytes: every store is noticed, with its number, whoever makes it and whichever engine runs; nothing else changes.
import { describe, expect, test } from 'vitest';
import { assemble } from '../../assembler/assembler.ts';
import type { InstructionCount } from '../boundary.ts';
import { flipBit } from '../flip-bit.ts';
import {
  createMachine,
  type Engine,
  hashMachine,
  type Machine,
  type NoticedStore,
  run,
  setEngine,
  unwatchCode,
  unwatchStores,
  watchCode,
  watchStores,
} from '../machine.ts';

const SOURCE = `
_start: la s0, data
 li s1, 0
loop: addi s1, s1, 1
 sw s1, 128(s0)
 andi t0, s1, 1023
 bnez t0, next
store: sb zero, 5(s0)
next: li t1, 100000
 bne s1, t1, loop
atomic: amoadd.w t2, s1, (s0)
 j .
 .align 6
data: .space 256
`;

function machineOn(engine: Engine): { machine: Machine; symbols: ReadonlyMap<string, number> } {
  const image = assemble(SOURCE);
  if (!image.ok) throw new Error('the program does not assemble');
  const config = { ramBytes: 1 << 20, mac: Uint8Array.of(2, 0, 0, 0, 0, 1), diskSectors: 0 };
  const machine = createMachine(config, image.image);
  setEngine(machine, engine);
  return { machine, symbols: image.image.symbols };
}

const END = 600_000 as InstructionCount;

describe.each<Engine>(['interpreter', 'compiler'])('on the %s', (engine) => {
  test('stores of the same value are noticed, each with its number and place; neighbours on the line are not', () => {
    const { machine, symbols } = machineOn(engine);
    const data = symbols.get('data')!;
    const stores: NoticedStore[] = [];
    watchStores(machine, data + 4, 4, (store) => stores.push(store));
    run(machine, END);
    expect(stores.length).toBe(83);
    expect(new Set(stores.map(({ pc, by, length }) => `${pc} ${by} ${length}`))).toEqual(
      new Set([`${symbols.get('store')} instruction 1`]),
    );
    // Each round has seven instructions (the second li is two), but every 1024th, which has one more.
    const [first, second] = stores.map(({ instructions }) => instructions);
    expect(second! - first!).toBe(1024 * 7 + 1);
  });

  test('an atomic is noticed, a flipped bit comes from outside, and nothing is once nobody watches', () => {
    const { machine, symbols } = machineOn(engine);
    const data = symbols.get('data')!;
    const stores: NoticedStore[] = [];
    watchStores(machine, data, 4, (store) => stores.push(store));
    run(machine, (END + 1_000_000) as InstructionCount);
    expect(stores.map(({ by, pc }) => [by, pc])).toEqual([['instruction', symbols.get('atomic')]]);
    flipBit(machine, data + 3, 0);
    expect(stores[1]).toMatchObject({ by: 'outside', address: data + 3, length: 1 });
    unwatchStores(machine);
    flipBit(machine, data + 3, 0);
    expect(stores.length).toBe(2);
  });

  test('the state is as if nobody had looked', () => {
    const { machine, symbols } = machineOn(engine);
    watchStores(machine, symbols.get('data')!, 256, () => {});
    run(machine, END);
    const other = machineOn(engine).machine;
    run(other, END);
    expect(hashMachine(machine)).toBe(hashMachine(other));
  });

  test('watched instructions are told before they happen, each time, and nothing else changes', () => {
    const { machine, symbols } = machineOn(engine);
    run(machine, 1000 as InstructionCount);
    const told: [number, number][] = [];
    const { cpu } = machine;
    const addresses = [symbols.get('store')!, symbols.get('atomic')!, 0x1000];
    watchCode(machine, addresses, () => told.push([cpu.pc, cpu.instructions]));
    for (let at = 1500; at <= 702_000; at += 1500) run(machine, at as InstructionCount);
    const stores = told.filter(([pc]) => pc === symbols.get('store'));
    expect(stores.length).toBe(97);
    expect(stores[1]![1] - stores[0]![1]).toBe(1024 * 7 + 1);
    expect(told.length - stores.length).toBe(1);
    unwatchCode(machine);
    expect(machine.compiled.engine).toBe(engine);
    const other = machineOn(engine).machine;
    run(other, 702_000 as InstructionCount);
    expect(hashMachine(machine)).toBe(hashMachine(other));
    const count = told.length;
    run(machine, 800_000 as InstructionCount);
    expect(told.length).toBe(count);
  });
});
