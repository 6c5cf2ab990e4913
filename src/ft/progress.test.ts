// When the primary says how far it has come, and what a backup makes of it.
import { describe, expect, test } from 'vitest';
import { instructionCount } from '../machine/boundary.ts';
import { instantAt, milliseconds, START } from '../sim/time.ts';
import type { Effect } from './effects.ts';
import type { End, Moment } from './pair-end.ts';
import { receiveTimer } from './receive-timer.ts';
import { record } from './recording.ts';
import { entryDue, injectionOf, replayLimit } from './replaying.ts';
import type { ProtocolConfig } from './replica.ts';
import { backup, endConfig, endOf, entry, kinds, primary } from './testing/replicas.ts';

const INTERVAL = { progressInterval: milliseconds(1) };

const momentAt = (ms: number, instruction: number, said: Partial<Moment> = {}): Moment => ({
  now: instantAt(ms * 1e6),
  instruction: instructionCount(instruction),
  isAsleep: false,
  asks: null,
  changes: () => 0,
  ...said,
});

/** What the timer makes of an end: whether it logs how far it has come, and whether the timer goes on. */
function rung(end: End, moment: Moment, said: Partial<ProtocolConfig> = INTERVAL) {
  const out = receiveTimer(end, endConfig(said), { timer: 'progress' }, moment);
  const told = out.flatMap((effect: Effect) =>
    effect.kind === 'note' && effect.note.kind === 'recorded' ? [effect.note.entry] : [],
  );
  return { told, goesOn: kinds(out).includes('setTimer progress') };
}

describe('a primary', () => {
  test('says where its guest is, if it has come further and was silent for an interval', () => {
    const end = endOf(primary(INTERVAL));
    expect(rung(end, momentAt(1, 500)).told).toEqual([{ kind: 'progress', sequence: 1, instruction: 500 }]);
    expect(rung(end, momentAt(2, 500))).toEqual({ told: [], goesOn: true });
    expect(rung(end, momentAt(3, 501)).told).toMatchObject([{ instruction: 501 }]);
    record(
      end.replica,
      endConfig().protocol,
      { kind: 'clock', time: 1 },
      instructionCount(600),
      instantAt(3.5e6),
      [],
    );
    expect(rung(end, momentAt(4, 700)).told).toEqual([]);
    expect(rung(end, momentAt(5, 800)).told).toMatchObject([{ sequence: 4 }]);
  });

  test.each<[string, (end: End) => void, Partial<Moment>]>([
    ['its guest is asleep', () => {}, { isAsleep: true }],
    ['its buffer is full', ({ replica }) => Object.assign(replica.sender, { held: 1001 }), {}],
    ['its VM is being copied aside', (end) => Object.assign(end, { isCopying: true }), {}],
    [
      'its VM ends',
      ({ replica }) => Object.assign(replica, { ending: { reason: 'poweredOff' }, gate: [{}] }),
      {},
    ],
  ])('says nothing while %s, but goes on', (_, change, said) => {
    const end = endOf(primary(INTERVAL));
    change(end);
    expect(rung(end, momentAt(9, 500, said))).toEqual({ told: [], goesOn: true });
  });

  test.each<[string, End, Partial<ProtocolConfig>]>([
    ['whose scenario does not want it', endOf(primary()), { progressInterval: milliseconds(0) }],
    ['that is a backup', endOf(backup(INTERVAL)), INTERVAL],
    [
      'with checkpoints',
      endOf(primary({ ...INTERVAL, mode: 'checkpoint' })),
      { ...INTERVAL, mode: 'checkpoint' },
    ],
    [
      'that asks for the flag',
      endOf(Object.assign(primary(INTERVAL), { arbitration: 'asking' as const })),
      INTERVAL,
    ],
  ])('says nothing if it is one %s', (_, end, said) => {
    expect(rung(end, momentAt(9, 500), said)).toEqual({ told: [], goesOn: false });
  });
});

test('a backup runs there, and nothing enters it', () => {
  const replica = backup();
  const told = entry(1, { kind: 'progress' });
  replica.receiver.entries.push(told);
  const { protocol } = endConfig();
  expect(replayLimit(replica, protocol)).toBe(10);
  expect(entryDue(replica, protocol, instructionCount(9))).toBeUndefined();
  expect(entryDue(replica, protocol, instructionCount(10))).toBe(told);
  expect(injectionOf(told)).toBeUndefined();
  expect(replica.lastHeard).toBe(START);
});
