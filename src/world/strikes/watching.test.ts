// Conditions: which fact each of them names, and how commands strike at it.

import { describe, expect, test } from 'vitest';
import { own } from '../../ft/own.ts';
import { parseCondition } from '../language/condition-text.ts';
import { type Condition, conditionalsAfter } from '../language/conditions.ts';
import { parseCommand, type ScriptedCommand, targetsOf } from '../language/faults.ts';
import type { Fact, Observation } from '../state/observation.ts';
import { createWorld, type Host, hostOf, type World } from '../state/world.ts';
import { at, worldConfig } from '../testing/worlds.ts';
import { watching } from './watching.ts';

const TARGETS = targetsOf(['A', 'B'], ['client1', 'client2']);

function conditionOf(text: string): Condition {
  const parsed = parseCondition(text, TARGETS);
  if (!parsed.ok) throw new Error(parsed.error);
  return parsed.value;
}

function commandOf(text: string): ScriptedCommand {
  const parsed = parseCommand(text, TARGETS);
  if (!parsed.ok) throw new Error(parsed.error);
  return parsed.value;
}

const seen = (...facts: Fact[]): Observation[] => facts.map((fact) => ({ at: at(0), ...fact }));

const paired = (generation: number): Fact => ({
  kind: 'paired',
  generation,
  primary: 'A',
  backup: 'B',
  instruction: 0,
  primaryState: '',
  backupState: '',
});
const entry = (
  kind: 'recorded' | 'replayed',
  sequence: number,
  of: 'packet' | 'clock' | 'output' | 'diskCompletion',
  generation = 1,
): Fact => ({
  kind,
  host: 'A',
  generation,
  sequence,
  entry: of,
  instruction: 0,
  bytes: 0,
  says: '',
  state: '',
});
const sent = (first: number, last: number, generation = 1): Fact => ({
  kind: 'sent',
  host: 'A',
  message: 'entries',
  bytes: 0,
  generation,
  first,
  last,
});
const ackSent = (last: number): Fact => ({
  kind: 'sent',
  host: 'B',
  message: 'ack',
  bytes: 0,
  generation: 1,
  last,
});
const received = (first: number, last: number, generation = 1): Fact => ({
  kind: 'received',
  host: 'B',
  generation,
  first,
  last,
  instruction: 0,
});
const acked = (through: number, generation = 1): Fact => ({
  kind: 'acked',
  host: 'A',
  generation,
  through,
  executed: 0,
});
const started = (io: number, operation: 'read' | 'write', role: 'acting' | 'backup' = 'acting'): Fact => ({
  kind: 'ioStarted',
  host: 'A',
  role,
  io,
  operation,
  block: 0,
  blocks: 1,
});
const written = (io: number): Fact => ({
  kind: 'diskWritten',
  disk: 'disk',
  block: 0,
  blocks: 1,
  value: 0,
  host: 'A',
  io,
  generation: 1,
  digest: '',
});
const request = (
  kind: 'requestSent' | 'requestArrived' | 'answered',
  client: string,
  number: number,
): Fact => {
  if (kind === 'requestSent')
    return { kind, client, request: number, operation: 'read', arguments: [], tries: 1 };
  if (kind === 'requestArrived') return { kind, host: 'A', client, request: number };
  return { kind, client, request: number, status: 0, value: 0 };
};
const output = (kind: 'outputHeld' | 'outputDropped'): Fact => ({
  kind,
  host: 'A',
  output: { kind: 'packet', instruction: 0, sequence: 0, digest: '' },
});
const host = (kind: 'suspected' | 'testAndSetSent' | 'wentSolo' | 'halted', id: string): Fact => {
  if (kind === 'suspected') return { kind, host: id, of: 'A', silence: 0 };
  return kind === 'halted' ? { kind, host: id, reason: 'guestExit' } : { kind, host: id, generation: 1 };
};

/** Of these facts, the position of the one that makes the condition true; undefined when none does. */
function trueAt(text: string, facts: readonly Observation[]): number | undefined {
  const command = { verb: 'crash' as const, target: 'A', when: conditionOf(text) };
  const position = facts.findIndex((_, i) => conditionalsAfter(facts.slice(0, i + 1), [command])[0]?.struck);
  return position < 0 ? undefined : position;
}

describe('a condition about the log', () => {
  const facts = seen(
    paired(1),
    entry('recorded', 1, 'clock'),
    entry('recorded', 2, 'packet'),
    entry('recorded', 3, 'packet'), // 3
    ackSent(9),
    sent(1, 2),
    sent(3, 3), // 6
    received(1, 3), // 7
    acked(2), // 8
    entry('replayed', 2, 'packet'),
    entry('replayed', 3, 'packet'), // 10
    acked(4), // 11
    paired(2),
    entry('recorded', 1, 'packet', 2), // 13
    entry('recorded', 2, 'packet', 2), // 14
    sent(1, 5, 2), // 15
    acked(1, 2), // 16
    acked(5, 2),
  );

  test.each([
    ['entry 3 recorded', 3],
    ['entry 2 sent', 5],
    ['entry 3 sent', 6],
    ['entry 2 received', 7],
    ['entry 2 acked', 8],
    ['entry 3 acked', 11],
    ['entry 3 replayed', 10],
    ['entry 5 acked', 17],
    ['entry 4 received', undefined],
    ['entry 2/1 acked', 16],
    ['entry 1/1 acked', 8],
    ['entry 2/3 recorded', undefined],
    ['packet entry 2 recorded', 3],
    ['packet entry 2 sent', 6],
    ['packet entry 2 acked', 11],
    ['packet entry 1 replayed', 9],
    ['clock entry 2 recorded', undefined],
    ['packet entry 2/2 recorded', 14],
    ['packet entry 2/1 acked', 16],
    ['packet entry 3 recorded', undefined],
    ['generation 2 begins', 12],
    ['generation 3 begins', undefined],
  ])('%s', (text, position) => {
    expect(trueAt(text, facts)).toBe(position);
  });

  test('is of the present generation when it names none', () => {
    const late = seen(
      paired(1),
      paired(2),
      entry('recorded', 7, 'packet', 1),
      entry('recorded', 7, 'packet', 2),
    );
    expect(trueAt('entry 7 recorded', late)).toBe(3);
    expect(trueAt('packet entry 1 recorded', late)).toBe(3);
    expect(trueAt('entry 1/7 recorded', late)).toBe(2);
  });
});

describe('a condition about the rest', () => {
  const facts = seen(
    started(1, 'read'),
    started(1, 'read', 'backup'),
    started(2, 'write'), // 2
    { kind: 'ioIssued', host: 'A', io: 2, again: false },
    started(3, 'write'), // 4
    written(2), // 5
    { kind: 'ioIssued', host: 'A', io: 3, again: false }, // 6
    written(3), // 7
    { kind: 'ioCompleted', host: 'A', io: 3, ok: true }, // 8
    request('requestSent', 'client2', 5),
    request('requestSent', 'client1', 5), // 10
    request('requestArrived', 'client1', 5), // 11
    request('answered', 'client1', 5), // 12
    output('outputHeld'),
    output('outputDropped'),
    output('outputHeld'), // 15
    host('suspected', 'A'),
    host('suspected', 'B'), // 17
    host('testAndSetSent', 'B'), // 18
    host('wentSolo', 'B'),
    host('suspected', 'B'), // 20
    host('halted', 'A'), // 21
    { kind: 'cloneRound', host: 'B', target: 'A', round: 1, pages: 1, bytes: 1 },
    { kind: 'cloneRound', host: 'B', target: 'A', round: 2, pages: 1, bytes: 1 }, // 23
    { kind: 'clonePaused', host: 'B' }, // 24
    { kind: 'clonePaused', host: 'B' },
  );

  test.each([
    ['read 1 started', 0],
    ['read 2 started', undefined],
    ['write 2 started', 4],
    ['write 2 issued', 6],
    ['write 2 done', 7],
    ['write 1 done', 5],
    ['write 2 completed', 8],
    ['write 1 completed', undefined],
    ['request 5 of client1 sent', 10],
    ['request 5 of client1 arrived', 11],
    ['request 5 of client1 answered', 12],
    ['request 5 of client2 answered', undefined],
    ['output 2 held', 15],
    ['output 1 dropped', 14],
    ['output 1 released', undefined],
    ['B suspects', 17],
    ['B suspects 2', 20],
    ['B asks', 18],
    ['B solo', 19],
    ['A halts', 21],
    ['B live', undefined],
    ['clone round 2', 23],
    ['clone paused', 24],
    ['clone paused 2', 25],
  ])('%s', (text, position) => {
    expect(trueAt(text, facts)).toBe(position);
  });
});

describe('a command with a condition', () => {
  const held: Observation = { at: at(0), ...output('outputHeld') };

  /** What happens in a world with these commands when these facts do, one event each, of the host that is acting. */
  function watched(commands: string[], facts: readonly Observation[], acting: string | null = null) {
    const world = createWorld(worldConfig({ commands: commands.map(commandOf) }));
    const told: Observation[] = [];
    const { observe, strikeDue } = watching(world, (fact) => told.push(fact));
    for (const fact of facts) {
      observe(fact);
      strikeDue(acting);
    }
    return { world, told, kinds: told.map(({ kind }) => kind) };
  }
  const struck = ({ conditionals }: World): boolean[] => conditionals.map(({ struck }) => struck);
  const pending = ({ queue }: World) =>
    queue.heap.flatMap(({ at, event }) => (event.kind === 'strike' ? [{ at, fault: event.fault }] : []));

  test('strikes once, right behind its fact', () => {
    const { world, kinds } = watched(['crash A @ when output 2 held'], [held, held, held]);
    expect(kinds).toEqual(['outputHeld', 'outputHeld', 'hostCrashed', 'commanded', 'outputHeld']);
    expect(hostOf(world, 'A').isAlive).toBe(false);
    expect(struck(world)).toEqual([true]);
  });

  test('waits with the others in the order in which they stand', () => {
    const { told } = watched(
      ['cut log @ when output 1 held', 'cut lan @ when output 1 held', 'mend log @ when output 2 held'],
      [held, held],
    );
    expect(told.flatMap((fact) => (fact.kind === 'commanded' ? [fact.command] : []))).toEqual([
      'cut log',
      'cut lan',
      'mend log',
    ]);
  });

  test('waits until whatever makes its fact is over', () => {
    const world = createWorld(worldConfig({ commands: ['crash A @ when output 1 held'].map(commandOf) }));
    const told: string[] = [];
    const { observe, strikeDue } = watching(world, ({ kind }) => told.push(kind));
    for (const fact of [held, held]) observe(fact);
    expect(told).toEqual(['outputHeld', 'outputHeld']);
    expect(hostOf(world, 'A').isAlive).toBe(true);
    strikeDue(null);
    expect(told).toEqual(['outputHeld', 'outputHeld', 'hostCrashed', 'commanded']);
    strikeDue(null);
    expect(told).toHaveLength(4);
  });

  test('is struck by what another one does, behind all that have come true before', () => {
    const alone = worldConfig();
    const commands = [
      'mend log @ when A halts',
      'poweroff vm @ when output 1 held',
      'cut log @ when output 1 held',
    ];
    const world = createWorld({
      ...alone,
      replication: { ...alone.replication, mode: 'none' },
      commands: commands.map(commandOf),
    });
    const told: string[] = [];
    const { observe, strikeDue } = watching(world, (fact) =>
      told.push(fact.kind === 'commanded' ? fact.command : fact.kind),
    );
    observe(held);
    strikeDue('A');
    expect(told).toEqual([
      'outputHeld',
      'poweredOff',
      'halted',
      'poweroff vm',
      'linkCut',
      'cut log',
      'linkMended',
      'mend log',
    ]);
    expect(struck(world)).toEqual([true, true, true]);
  });

  test('tells why nothing has happened', () => {
    const { told } = watched(['mend log @ when output 1 held'], [held]);
    expect(told.at(-1)).toEqual({
      at: 0,
      kind: 'commanded',
      command: 'mend log',
      why: { reason: 'alreadyMended', values: { link: 'log' } },
    });
  });

  test('strikes its own host at once, and one whose machine may be ahead when it certainly is not', () => {
    const own = watched(['crash A @ when output 1 held'], [held], 'A');
    expect(hostOf(own.world, 'A').isAlive).toBe(false);
    const other = watched(['crash B @ when output 1 held'], [held], 'A');
    expect(hostOf(other.world, 'B').isAlive).toBe(true);
    expect(pending(other.world)).toEqual([{ at: 20_000, fault: { verb: 'crash', target: 'B' } }]);
    const link = watched(['cut log @ when output 1 held'], [held], 'A');
    expect(link.kinds).toContain('linkCut');
    const both = watched(['crash hosts @ when output 1 held'], [held], 'B');
    expect(both.world.hosts.map(({ isAlive }) => isAlive)).toEqual([true, false]);
    expect(pending(both.world)).toEqual([{ at: 20_000, fault: { verb: 'crash', target: 'A' } }]);
    const vm = watched(['share vm 50% @ when output 1 held'], [held], 'A');
    expect(vm.kinds).toContain('resourcesChanged');
    const vmElsewhere = watched(['share vm 50% @ when output 1 held'], [held], 'B');
    expect(pending(vmElsewhere.world)).toEqual([
      { at: 20_000, fault: { verb: 'share', target: 'vm', percent: 50 } },
    ]);
    const machines = watched(['migrate backup A @ when output 1 held'], [held], 'A');
    expect(pending(machines.world)).toHaveLength(1);
  });

  test.each<[string, string, (world: World) => void, boolean]>([
    ['a repair, for nobody’s machine runs that is repaired', 'repair B', () => {}, false],
    ['a fault of a client', 'slow client1 50%', () => {}, true],
    ['a move, of a pair', 'migrate primary A', () => {}, true],
    [
      'a move, of a VM without a backup',
      'migrate primary A',
      ({ hosts }) => {
        own(hosts[1] as Host).replica.role = 'spare';
      },
      false,
    ],
    [
      'a move, of a VM whose other machine has halted',
      'migrate primary A',
      ({ hosts }) => {
        own(hosts[1] as Host).replica.role = 'halted';
      },
      false,
    ],
  ])('waits for whose machine it touches: %s', (_, command, change, waits) => {
    const world = createWorld(worldConfig({ commands: [commandOf(`${command} @ when output 1 held`)] }));
    change(world);
    const { observe, strikeDue } = watching(world, () => {});
    observe(held);
    strikeDue('A');
    expect(pending(world)).toHaveLength(waits ? 1 : 0);
  });

  test('that strikes all hosts at no host’s instant strikes them all at once', () => {
    const { world } = watched(['crash hosts @ when output 1 held'], [held]);
    expect([pending(world), world.hosts.map(({ isAlive }) => isAlive)]).toEqual([[], [false, false]]);
  });

  test('has counted what happened before it was given', () => {
    const given = commandOf('crash A @ when output 3 held');
    if (!('when' in given)) throw new Error('not conditional');
    const world = createWorld(worldConfig());
    world.conditionals = conditionalsAfter([held, held], [given]);
    const told: string[] = [];
    const { observe, strikeDue } = watching(world, ({ kind }) => told.push(kind));
    observe(held);
    strikeDue(null);
    expect(told).toEqual(['outputHeld', 'hostCrashed', 'commanded']);
  });
});
