// §3.2: how far the backup lags behind by its own word, and what the primary gives up for it.
import { describe, expect, test } from 'vitest';
import { instructionCount } from '../machine/boundary.ts';
import type { SimTime } from '../sim/time.ts';
import type { Effect } from './effects.ts';
import { acknowledged, append } from './logging-channel.ts';
import { latenessOf, pace, restoreSpeed } from './pacing.ts';
import type { Replica } from './replica.ts';
import { ALL_RULES } from './rules.ts';
import { backup, CONFIG, entry, kinds, notes, primary } from './testing/replicas.ts';

const ms = (n: number): SimTime => (n * 1e6) as SimTime;

function paced(replica: Replica, now: SimTime, config = CONFIG): Effect[] {
  const out: Effect[] = [];
  pace(replica, config, now, out);
  return out;
}

/** A primary with an entry of each of these instants (ms) that its backup has not executed, each after so many instructions. */
function lagging(instants: readonly number[], instructions = 0): Replica {
  const replica = primary();
  instants.forEach((at, i) => {
    const place = instructionCount((i + 1) * instructions);
    append(replica.sender, CONFIG, { ...entry(i + 1), instruction: place }, ms(at), []);
  });
  return replica;
}

describe('how late the backup is', () => {
  test('is for how long it could have executed the first entry that it has not; nothing when it has all', () => {
    const replica = lagging([1, 4]);
    expect(latenessOf(replica.sender, ms(10))).toBe(9e6);
    const ack = { kind: 'ack', generation: 1, through: 2, executed: 1, window: 1000 } as const;
    acknowledged(replica, CONFIG, ack, []);
    expect(latenessOf(replica.sender, ms(10))).toBe(6e6);
    acknowledged(replica, CONFIG, { ...ack, executed: 2 }, []);
    expect(latenessOf(replica.sender, ms(10))).toBe(0);
  });

  test('begins when a backup at full speed could have come from one entry to the next', () => {
    // 40,000 instructions take 2 ms.
    const replica = lagging([1, 1], 40_000);
    expect([2, 3, 4].map((at) => latenessOf(replica.sender, ms(at)))).toEqual([0, 0, 1e6]);
    const ack = { kind: 'ack', generation: 1, through: 2, executed: 1, window: 1000 } as const;
    acknowledged(replica, CONFIG, ack, []);
    expect([4, 5, 6].map((at) => latenessOf(replica.sender, ms(at)))).toEqual([0, 0, 1e6]);
    // A backup that has done all begins with the next when it is there, and not before.
    acknowledged(replica, CONFIG, { ...ack, executed: 2 }, []);
    append(replica.sender, CONFIG, { ...entry(3), instruction: instructionCount(120_000) }, ms(20), []);
    expect([22, 23].map((at) => latenessOf(replica.sender, ms(at)))).toEqual([0, 1e6]);
  });
});

describe('the share of the CPU', () => {
  test('falls by a step at each look while the lag is too much, and never to nothing', () => {
    const replica = lagging([1]);
    const out = paced(replica, ms(10));
    expect(kinds(out)).toEqual(['setTimer pacing', 'note paced', 'changePace']);
    expect(notes(out)).toEqual([{ kind: 'paced', lag: 9e6, percent: 97 }]);
    for (let i = 0; i < 40; i++) paced(replica, ms(20));
    expect(replica.pacingPercent).toBe(10);
    expect(kinds(paced(replica, ms(20)))).toEqual(['setTimer pacing', 'note paced']);
  });

  test('stays as it is at the threshold itself', () => {
    expect(kinds(paced(lagging([1]), ms(9)))).toEqual(['setTimer pacing']);
  });

  test('rises again step by step, to all of it', () => {
    const replica = primary();
    replica.pacingPercent = 95;
    expect(notes(paced(replica, ms(5)))).toEqual([{ kind: 'paced', lag: 0, percent: 98 }]);
    expect(notes(paced(replica, ms(10)))).toEqual([{ kind: 'paced', lag: 0, percent: 100 }]);
    expect(kinds(paced(replica, ms(15)))).toEqual(['setTimer pacing']);
  });

  test('is nobody’s business with the rule off, on a backup, or while the flag is asked for', () => {
    const off = { ...CONFIG, rules: { ...ALL_RULES, pacing: false } };
    const replica = lagging([1]);
    expect(kinds(paced(replica, ms(50), off))).toEqual(['setTimer pacing']);
    expect(replica.pacingPercent).toBe(100);
    expect(paced(backup(), ms(50))).toEqual([]);
    replica.arbitration = 'asking';
    expect(paced(replica, ms(50))).toEqual([]);
  });

  test('is all of it again once there is nobody to wait for', () => {
    const replica = primary();
    replica.pacingPercent = 40;
    const out: Effect[] = [];
    restoreSpeed(replica, out);
    restoreSpeed(replica, out);
    expect(kinds(out)).toEqual(['changePace']);
    expect(replica.pacingPercent).toBe(100);
  });
});
