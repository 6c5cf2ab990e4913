// §3.2: how far the backup lags behind by its own word, and what the primary gives up for it.
import { describe, expect, test } from 'vitest';
import type { SimTime } from '../sim/time.ts';
import type { Effect } from './effects.ts';
import { acknowledged, append } from './logging-channel.ts';
import { lagOf, pace, restoreSpeed } from './pacing.ts';
import type { Replica } from './replica.ts';
import { ALL_RULES } from './rules.ts';
import { backup, CONFIG, entry, kinds, notes, primary } from './testing/replicas.ts';

const ms = (n: number): SimTime => (n * 1e6) as SimTime;

function paced(replica: Replica, now: SimTime, config = CONFIG): Effect[] {
  const out: Effect[] = [];
  pace(replica, config, now, out);
  return out;
}

/** A primary with an entry of each of these instants that its backup has not executed. */
function lagging(...instants: number[]): Replica {
  const replica = primary();
  instants.forEach((at, i) => {
    append(replica.sender, entry(i + 1), ms(at), []);
  });
  return replica;
}

describe('the lag', () => {
  test('is how long the first entry waits that is not executed; none when all are', () => {
    const replica = lagging(1, 4);
    expect(lagOf(replica.sender, ms(10))).toBe(9e6);
    const ack = { kind: 'ack', generation: 1, through: 2, executed: 1, window: 1000 } as const;
    acknowledged(replica, CONFIG, ack, []);
    expect(lagOf(replica.sender, ms(10))).toBe(6e6);
    acknowledged(replica, CONFIG, { ...ack, executed: 2 }, []);
    expect(lagOf(replica.sender, ms(10))).toBe(0);
  });
});

describe('the share of the CPU', () => {
  test('falls by a step at each look while the lag is too much, and never to nothing', () => {
    const replica = lagging(1);
    const out = paced(replica, ms(10));
    expect(kinds(out)).toEqual(['setTimer pacing', 'note paced', 'changePace']);
    expect(notes(out)).toEqual([{ kind: 'paced', lag: 9e6, percent: 97 }]);
    for (let i = 0; i < 40; i++) paced(replica, ms(20));
    expect(replica.pacingPercent).toBe(10);
    expect(kinds(paced(replica, ms(20)))).toEqual(['setTimer pacing', 'note paced']);
  });

  test('stays as it is at the threshold itself', () => {
    expect(kinds(paced(lagging(1), ms(9)))).toEqual(['setTimer pacing']);
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
    const replica = lagging(1);
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
