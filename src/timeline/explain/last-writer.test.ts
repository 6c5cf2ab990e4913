// The last writer of a byte or a register is the one that somebody would have seen who looked at everything.
import { describe, expect, test } from 'vitest';
import { accessOf, writtenRegister } from '../../machine/cpu/accesses.ts';
import { configOf, MANY_RUNS } from '../../scenario/testing/story.ts';
import type { SimTime } from '../../sim/time.ts';
import { advance, start } from '../../world/advance.ts';
import { hashWorld } from '../../world/state/state-hash.ts';
import { createWorld, instructionOf } from '../../world/state/world.ts';
import { advanceRun, createRun, runOn } from '../run/run.ts';
import { lastWriter } from './last-writer.ts';
import { lastRegisterWriter } from './register-writer.ts';

const END = 12_000_000 as SimTime;
const config = configOf({ commands: ['flip B 0x80003000.3 @ 4ms'] });

/** The last instruction that stored to each byte of the backup's machine, and to each register, by one who sees all. */
function seen() {
  const world = createWorld(config);
  const bytes = new Map<number, { instruction: number; pc: number }>();
  const registers = new Map<number, { instruction: number; pc: number }>();
  start(world, () => {});
  advance(world, END, () => {}, {
    host: 'B',
    begins: (host, instruction, pc, word) => {
      const access = accessOf(word, host.machine.cpu);
      if (!access?.writes) return;
      for (let i = 0; i < access.size; i++) bytes.set(access.address + i, { instruction, pc });
    },
    retires: (_host, instruction, pc, word) => registers.set(writtenRegister(word), { instruction, pc }),
  });
  return { bytes, registers };
}

const known = seen();
const run = createRun(config);
advanceRun(run, END);

describe('the last writer', () => {
  test('of each byte that the guest has stored to, and the run stays where it is', {
    timeout: MANY_RUNS,
  }, () => {
    const before = hashWorld(run.world);
    const addresses = [...known.bytes.keys()].filter((address) => address >= 0x8000_0000);
    expect(addresses.length).toBeGreaterThan(50);
    for (const address of addresses.filter((_, i) => i % 31 === 0)) {
      const writer = lastWriter(run, 'B', { address, length: 1 });
      // A device may have written there since, and then it says so.
      if (writer.by === 'instruction') expect(writer).toMatchObject(known.bytes.get(address)!);
      else expect(['device', 'input']).toContain(writer.by);
    }
    expect(hashWorld(run.world)).toBe(before);
  });

  test('of each register', { timeout: MANY_RUNS }, () => {
    for (let register = 1; register < 32; register++) {
      const { at: _, ...writer } = { at: 0, ...lastWriter(run, 'B', { register }) };
      const wanted = known.registers.get(register);
      expect(writer, `x${register}`).toEqual(wanted ? { by: 'instruction', ...wanted } : { by: 'reset' });
    }
  });

  test('of a register that was written long ago is where it changed, and says so', () => {
    const writers = [...known.registers].map(([register, { instruction }]) => {
      const finding = lastRegisterWriter(run, 'B', register, 0);
      for (let step = finding.next(); ; step = finding.next())
        if (step.done) return { instruction: 0, ...step.value, last: instruction };
    });
    for (const { instruction, last } of writers) expect(instruction).toBeLessThanOrEqual(last);
    const early = writers.filter(({ instruction, last }) => instruction < last);
    expect(early.length).toBeGreaterThan(0);
    for (const writer of early)
      expect(writer).toMatchObject(writer.instruction === 0 ? { by: 'reset' } : { isChangeOnly: true });
  });

  test('may be a bit that flipped, a packet of the log, the program as it was loaded, or nobody', () => {
    expect(lastWriter(run, 'B', { address: 0x8000_3000, length: 1 })).toMatchObject({
      by: 'fault',
      at: 4_000_000,
    });
    const { machine } = run.world.hosts[1]!;
    const queue = machine.net.transport.queues[0]!;
    const writer = lastWriter(run, 'B', { address: queue.used + 2, length: 2 });
    expect(writer).toMatchObject({ by: 'input', input: 'packet', entry: { generation: 1 } });
    const entry = run.facts.findLast(
      (fact) => fact.kind === 'replayed' && fact.entry === 'packet' && fact.host === 'B',
    );
    expect(writer).toMatchObject({
      at: entry?.at,
      entry: { sequence: (entry as { sequence: number }).sequence },
    });
    expect(lastWriter(run, 'A', { address: config.image.entry, length: 4 })).toEqual({ by: 'image' });
    expect(lastWriter(run, 'A', { address: 0x8000_0000 + config.ramBytes - 4096, length: 4 })).toEqual({
      by: 'reset',
    });
    expect(instructionOf(run.world.hosts[1]!)).toBeGreaterThan(1000);
  });
});

test('on a new backup it is the transfer of the VM, unless its guest has written since', {
  timeout: MANY_RUNS,
}, () => {
  const moved = createRun(configOf({ spares: [{ id: 'C' }], commands: ['crash A @ 5ms'] }));
  for (let ms = 10; moved.world.hosts[2]?.replica.role !== 'backup' && ms < 1000; ms += 10)
    runOn(moved, (ms * 1e6) as SimTime);
  expect(moved.world.hosts[2]?.replica.role).toBe('backup');
  const { entry } = moved.world.config.image;
  expect(lastWriter(moved, 'C', { address: entry, length: 4 })).toMatchObject({ by: 'transfer' });
  expect(lastWriter(moved, 'B', { address: entry, length: 4 })).toEqual({ by: 'image' });
});
