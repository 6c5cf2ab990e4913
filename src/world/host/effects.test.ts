// What the protocol has its host do, carried out: messages, timers, what was typed, and values of the host's own.

import { describe, expect, test } from 'vitest';
import type { Effect } from '../../ft/effects.ts';
import type { LogEntry } from '../../ft/entry.ts';
import { own } from '../../ft/own.ts';
import type { InstructionCount } from '../../machine/boundary.ts';
import { inOrder } from '../../sim/event-queue.ts';
import { directionFrom } from '../../sim/link.ts';
import { milliseconds } from '../../sim/time.ts';
import type { WorldConfig } from '../base/config.ts';
import { linkOf } from '../net/cables.ts';
import type { Observation } from '../state/observation.ts';
import { createWorld, type Host, hostOf } from '../state/world.ts';
import { at, hostConfig, program, worldConfig } from '../testing/worlds.ts';
import { carryOut } from './effects.ts';

const NOW = 1_000_000;

/** A pair on A and B and a spare C, at 1 ms; nothing is under way. */
function fixture(said: Partial<WorldConfig> = {}) {
  const hosts = ['A', 'B', 'C'].map((id) => hostConfig(id));
  const world = createWorld(worldConfig({ hosts, clients: [], ...said }));
  world.now = at(NOW);
  const facts: Observation[] = [];
  return {
    world,
    facts,
    a: hostOf(world, 'A'),
    b: hostOf(world, 'B'),
    carry: (host: Host, ...effects: Effect[]) => carryOut(world, host, effects, (fact) => facts.push(fact)),
    /** What is pending, in short, each with its instant. */
    pending: (): string[] =>
      inOrder(world.queue).map(({ at, event }) => {
        const whose = 'host' in event ? ` ${event.host}` : '';
        return `${event.kind}${whose}${'timer' in event ? ` ${event.timer}` : ''} ${at}`;
      }),
    /** A cable of the host is kept busy up to an instant. */
    occupy(host: Host, id: string, until: number): void {
      const link = linkOf(world, id);
      link.freeAt[directionFrom(link, host.id)] = at(until);
    },
  };
}

const heartbeat = { kind: 'heartbeat', generation: 1, executed: 0, released: 0 } as const;

describe('a message for the other half of the pair', () => {
  test('is told of with the entries that it is about', () => {
    const { a, facts, carry } = fixture();
    const ack = { kind: 'ack', generation: 1, through: 4, executed: 3, window: 9 } as const;
    const entries = { kind: 'entries', generation: 1, first: 2, last: 4, bytes: new Uint8Array(10) } as const;
    carry(a, ...[entries, ack, heartbeat].map((message): Effect => ({ kind: 'send', message })));
    const told = { at: NOW, kind: 'sent', host: 'A', generation: 1 };
    expect(facts).toStrictEqual([
      { ...told, message: 'entries', bytes: expect.any(Number), first: 2, last: 4 },
      { ...told, message: 'ack', bytes: expect.any(Number), last: 4 },
      { ...told, message: 'heartbeat', bytes: expect.any(Number) },
    ]);
  });

  test('is not sent where there is none, nor while the cable says as much for so long', () => {
    const { a, facts, carry, occupy } = fixture();
    const send: Effect = { kind: 'send', message: heartbeat, unlessSendingFor: milliseconds(1) };
    occupy(a, 'log-A:B', NOW + 1_000_000);
    carry(a, send);
    expect(facts).toEqual([]);
    carry(a, { kind: 'send', message: heartbeat });
    occupy(a, 'log-A:B', NOW + 999_999);
    carry(a, send);
    expect(facts).toHaveLength(2);
    own(a).peer = null;
    carry(a, send);
    expect(facts).toHaveLength(2);
  });
});

describe('a timer', () => {
  const set = (
    timer: 'silence' | 'heartbeat' | 'retransmit' | 'arbitration',
    onceSent?: boolean,
  ): Effect => ({
    kind: 'setTimer',
    timer,
    wait: milliseconds(1),
    ...(onceSent === undefined ? {} : { onceSent }),
  });

  test('replaces the running one of its name on its host, and no other', () => {
    const { world, a, b, carry, pending } = fixture();
    carry(a, set('silence'), set('heartbeat'));
    carry(b, set('silence'));
    carry(a, { kind: 'setTransferTimer', number: 1, wait: milliseconds(1) });
    carry(b, { kind: 'setTransferTimer', number: 1, wait: milliseconds(1) });
    world.now = at(NOW + 5);
    carry(a, set('silence'), { kind: 'setTransferTimer', number: 2, wait: milliseconds(1) });
    expect(pending()).toEqual([
      'hostTimer A heartbeat 2000000',
      'hostTimer B silence 2000000',
      'transferTimeout B 2000000',
      'hostTimer A silence 2000005',
      'transferTimeout A 2000005',
    ]);
  });

  test('begins when the last bit has left for whom it is about, if it is to', () => {
    const { a, carry, pending, occupy } = fixture();
    occupy(a, 'log-A:B', NOW + 10);
    occupy(a, 'log-A:C', NOW + 20);
    occupy(a, 'storage-A', NOW + 30);
    carry(a, set('heartbeat'), set('retransmit', true), set('arbitration', true));
    carry(a, { kind: 'setTransferTimer', number: 1, wait: milliseconds(1), onceSentTo: 'C' });
    expect(pending()).toEqual([
      'hostTimer A heartbeat 2000000',
      'hostTimer A retransmit 2000010',
      'transferTimeout A 2000020',
      'hostTimer A arbitration 2000030',
    ]);
    own(a).peer = null;
    carry(a, set('retransmit', true));
    expect(pending()).toContain('hostTimer A retransmit 2000000');
  });
});

test('what was typed is given again at once, unless there is nothing, or somebody types anyway', () => {
  const { world, b, carry, pending } = fixture();
  carry(b, { kind: 'takeOverKeyboard' });
  expect([pending(), world.keyboard.isTyping]).toEqual([[], false]);
  world.keyboard.typed.push(0x41);
  carry(b, { kind: 'takeOverKeyboard' });
  carry(b, { kind: 'takeOverKeyboard' });
  expect([pending(), world.keyboard.isTyping]).toEqual([['keystroke 1000000'], true]);
});

test('the last instruction of the primary is told with an entry that is replayed, as long as there is one', () => {
  const { a, b, facts, carry } = fixture();
  const entry: LogEntry = { kind: 'timer', time: 5, sequence: 1, instruction: 0 as InstructionCount };
  const replay: Effect = { kind: 'replay', entry, injection: { kind: 'timer' } };
  b.isIdle = true;
  carry(b, replay);
  expect(b.isIdle).toBe(false);
  own(a).replica.role = 'solo';
  carry(b, replay);
  own(a).replica.role = 'primary';
  a.isAlive = false;
  carry(b, replay);
  a.isAlive = true;
  own(b).peer = null;
  carry(b, replay);
  expect(facts.map((fact) => 'ahead' in fact)).toEqual([true, false, false, false]);
  // What injects nothing leaves a guest asleep that is.
  b.isIdle = true;
  carry(b, { kind: 'replay', entry, injection: undefined });
  expect(b.isIdle).toBe(true);
});

describe('a value that a backup’s machine stands still for (§2.1)', () => {
  const RDTIME = 0xc010_2573; // into a0
  const SEED = 0x0150_1573;
  const a0Of = ({ machine }: Host): number => (machine.cpu.x[10] as number) & 0xffff;
  const read = (
    kind: 'clock' | 'entropy',
    said: Partial<Extract<Effect, { kind: 'replay' }>> = {},
  ): Effect => {
    const value = kind === 'clock' ? { kind, time: 77 } : { kind, bits: 77 };
    return {
      kind: 'replay',
      entry: { ...value, sequence: 1, instruction: 1 as InstructionCount },
      injection: value,
      ...said,
    };
  };

  test.each([
    ['clock', RDTIME, 10_000],
    ['entropy', SEED, expect.any(Number)],
  ] as const)('is the log’s %s, or its host’s own', (kind, instruction, ownValue) => {
    for (const isOwn of [false, true]) {
      const { b, facts, carry } = fixture({ image: program(instruction) });
      carry(b, { kind: 'awaitValue', value: kind });
      expect(b.isReading).toBe(kind);
      carry(b, read(kind, { ownValue: isOwn }));
      expect(b.isReading).toBeNull();
      expect(a0Of(b)).toEqual(isOwn ? ownValue : 77);
      expect(facts).toMatchObject([{ kind: 'replayed', says: `${a0Of(b)}` }]);
    }
  });

  test('is its host’s own once it has left replay', () => {
    const { b, carry } = fixture({ image: program(RDTIME) });
    carry(b, { kind: 'awaitValue', value: 'clock' }, { kind: 'takeOverClock' });
    expect([b.isReading, a0Of(b)]).toEqual([null, 10_000]);
  });

  test('and nothing but a value is the host’s own: an entry says what the log does', () => {
    const { b, facts, carry } = fixture();
    const entry = { kind: 'diskCompletion', request: 3, ok: true } as const;
    const replay = { kind: 'replay', entry: { ...entry, sequence: 1, instruction: 0 as never } } as const;
    const injection = { ...entry, bytes: new Uint8Array(512) };
    carry(b, { ...replay, injection: entry }, { ...replay, injection, ownValue: true });
    const [first, second] = facts;
    expect(second).toEqual(first);
  });
});

test('the guest’s clock follows the log', () => {
  const { b, carry } = fixture();
  carry(b, { kind: 'followClock', ticks: 12_000 });
  expect(b.guestClockOffset).toBe(2_000);
});

test('who takes over the clock has the guest’s timer, and with the log nothing is undone', () => {
  const { b, facts, carry, pending } = fixture();
  Object.assign(b.machine.clint, { mtimecmpLow: 20_000, timerPending: false });
  carry(b, { kind: 'takeOverClock' });
  expect(facts).toEqual([]);
  expect(pending()).toEqual(['guestTimer B 2000000']);
});
