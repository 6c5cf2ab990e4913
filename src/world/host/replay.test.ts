// §2.1, §4.2: what a backup's host does with each kind of entry, and where it finds that its machine has gone astray.

import { describe, expect, test } from 'vitest';
import { receive } from '../../ft/ack-on-receipt.ts';
import type { EntryBody } from '../../ft/entry.ts';
import { encodeEntry } from '../../ft/entry.ts';
import { stopped } from '../../ft/machine-events.ts';
import { own } from '../../ft/own.ts';
import { outputEntry } from '../../ft/recording.ts';
import type { PendingIo, ProtocolConfig } from '../../ft/replica.ts';
import { hashMachine } from '../../machine/machine.ts';
import type { Observation } from '../state/observation.ts';
import { createWorld, type Host } from '../state/world.ts';
import { at, worldConfig } from '../testing/worlds.ts';
import { goOn } from './inputs.ts';
import { momentOf } from './moment.ts';

/** A backup that has not run yet, with entries at its very instruction. */
function fixture(bodies: EntryBody[], protocol: Partial<ProtocolConfig> = {}) {
  const base = worldConfig();
  const world = createWorld(worldConfig({ protocol: { ...base.protocol, ...protocol } }));
  world.now = at(1000);
  const facts: Observation[] = [];
  const [, b] = world.hosts as [Host, Host];
  bodies.forEach((body, i) => {
    receive(own(b).replica.receiver, encodeEntry({ ...body, sequence: i + 1, instruction: 0 as never }), []);
  });
  const go = () => goOn(world, b, stopped(b, world.config, momentOf(world, b)), (fact) => facts.push(fact));
  return { world, b, facts, go };
}

const kinds = (facts: Observation[]): string[] => facts.map(({ kind }) => kind);
const output = { kind: 'console', byte: 65, number: 1 } as const;

test('entries of one instruction are applied together, in order, and leave the buffer', () => {
  const { b, facts, go } = fixture([
    { kind: 'timer', time: 5 },
    { kind: 'control', operation: 'share', value: 40 },
  ]);
  go();
  expect(kinds(facts)).toEqual(['replayed', 'replayed', 'resourcesChanged']);
  expect(facts[0]).toMatchObject({ host: 'B', sequence: 1, entry: 'timer', says: '5', ahead: 0 });
  expect(b.replica.receiver).toMatchObject({ entries: [], held: 0, consumedThrough: 2 });
  expect(b.vmPercent).toBe(40);
});

test('an entry further on stays where it is', () => {
  const { b, facts, go } = fixture([]);
  receive(
    own(b).replica.receiver,
    encodeEntry({ kind: 'timer', time: 5, sequence: 1, instruction: 10 as never }),
    [],
  );
  go();
  expect(facts).toEqual([]);
  expect(b.pace.isExecuting).toBe(true);
});

test('an output is dropped where the log has it, and one that is not there is a divergence', () => {
  const same = fixture([outputEntry(output)]);
  own(same.b).replica.reproduced.push({ sequence: 0, instruction: 0 as never, output, producedAt: at(0) });
  same.go();
  expect(kinds(same.facts)).toEqual(['replayed', 'outputDropped']);
  const none = fixture([outputEntry(output), { kind: 'timer', time: 5 }]);
  none.go();
  expect(kinds(none.facts)).toEqual(['diverged', 'halted']);
  expect(none.b.replica.receiver.entries).toHaveLength(2);
});

test('a value that the machine did not ask for is a divergence', () => {
  const { facts, go } = fixture([{ kind: 'clock', time: 5 }]);
  go();
  expect(facts[0]).toMatchObject({ kind: 'diverged', expected: 'clock', found: 'another instruction' });
});

test('the last entry consumed, who has won goes live', () => {
  const { b, facts, go } = fixture([{ kind: 'timer', time: 5 }]);
  own(b).replica.arbitration = 'won';
  go();
  expect(kinds(facts).slice(0, 3)).toEqual(['replayed', 'wentLive', 'macAnnounced']);
  expect(facts[1]).toMatchObject({ received: 1, consumed: 1, silence: 1000 });
});

describe('with a backup that reads itself', () => {
  const completion = { kind: 'diskCompletion', request: 3, ok: true } as const;
  const reading = (done?: PendingIo['own']) => {
    const made = fixture([completion], { backupReads: true });
    const operation = {
      kind: 'diskRead' as const,
      request: 3,
      sector: 7,
      sectors: 1,
      memory: [{ address: 0x8000_2000, length: 512 }],
    };
    own(made.b).replica.pendingIo.push({
      operation,
      isGated: false,
      issued: true,
      ...(done ? { own: done } : {}),
    });
    return made;
  };

  test('a completion waits until its own read is done', () => {
    const { facts, go, b } = reading();
    go();
    expect([facts, b.pace.isExecuting]).toEqual([[], false]);
    (own(b).replica.pendingIo[0] as PendingIo).own = { ok: true, bytes: new Uint8Array(512) };
    go();
    expect(kinds(facts)).toEqual(['ioCompleted', 'replayed', 'sent']);
    expect(b.replica.pendingIo).toEqual([]);
  });

  test('and is acknowledged at once, for a write may wait for it (§4.2)', () => {
    const { facts, go } = reading({ ok: true, bytes: new Uint8Array(512) });
    go();
    expect(facts.at(-1)).toMatchObject({ kind: 'sent', message: 'ack', last: 1 });
  });
});

test('the state told of an entry is the machine’s once it is applied', () => {
  const { b, facts, go } = fixture([{ kind: 'timer', time: 5 }]);
  go();
  expect(facts[0]).toMatchObject({ state: hashMachine(b.machine) });
});
