// §6: other ways to protect a VM, with the same guest and the same clients, so that they can be compared.
import { describe, expect, test } from 'vitest';
import type { SimTime } from '../../sim/time.ts';
import {
  all,
  broken,
  counted,
  faultsOf,
  instants,
  liveHosts,
  MANY_RUNS,
  play,
  type Story,
} from '../testing/story.ts';

/** Where operations are shipped each replica carries them out on its own disk. */
const run = (mode: string, ...commands: string[]): Story =>
  play({ replication: { mode }, disk: { shared: mode !== 'operations' }, commands }, 400_000_000 as SimTime);
const MODES = ['ft', 'checkpoint', 'operations'] as const;

describe.each(MODES)('replication by %s', (mode) => {
  test('answers everybody while nothing fails', () => {
    const story = run(mode);
    expect(faultsOf(story, ['A'])).toEqual([]);
    expect(all(story.facts, 'suspected')).toEqual([]);
  });

  test.each([
    ['A', 'B'],
    ['B', 'A'],
  ])(
    'tells no client a number twice and none too few when %s crashes, at any of 25 instants',
    { timeout: MANY_RUNS },
    (victim, live) => {
      const wrong = instants(25).flatMap((at) =>
        faultsOf(run(mode, `crash ${victim} @ ${at}ns`), [live]).map(
          (fault) => `crash ${victim} @ ${at}ns: ${fault}`,
        ),
      );
      expect(wrong).toEqual([]);
    },
  );

  test('survives a cut with one live machine', { timeout: MANY_RUNS }, () => {
    for (const at of instants(10))
      expect(faultsOf(run(mode, `cut log @ ${at}ns`), ['A', 'B']), `${at}`).toEqual([]);
  });
});

test('without replication a crash ends the service, and no output waits', () => {
  const story = run('none');
  expect(faultsOf(story, ['A'])).toEqual([]);
  expect(story.report.log.bytes).toBe(0);
  expect(Math.max(...all(story.facts, 'outputReleased').map(({ waited }) => waited))).toBe(0);
  const dead = run('none', 'crash A @ 12ms');
  expect(liveHosts(dead)).toEqual([]);
  expect(broken(dead)).toEqual([]);
  const told = all(dead.facts, 'answered').map(({ value }) => value);
  expect(told).toEqual(counted(told.length));
  expect(told.length).toBeLessThan(20);
});

describe('compared', () => {
  const [none, ft, checkpoint, operations] = ['none', ...MODES].map((mode) => run(mode)) as [
    Story,
    Story,
    Story,
    Story,
  ];
  const wait = ({ facts }: Story): number => {
    const waits = all(facts, 'outputReleased').map(({ waited }) => waited);
    return waits.reduce((sum, one) => sum + one, 0) / waits.length;
  };
  const bytes = ({ facts, report }: Story): number =>
    report.log.bytes + all(facts, 'checkpointTaken').reduce((sum, { bytes }) => sum + bytes, 0);

  test('checkpoints send most, and operations least', () => {
    expect(bytes(none)).toBe(0);
    expect(bytes(operations)).toBeGreaterThan(0);
    expect(bytes(operations)).toBeLessThan(bytes(ft) / 2);
    expect(bytes(checkpoint)).toBeGreaterThan(bytes(ft) * 4);
  });

  test('an output waits about a round trip with a log, and for the rest of its epoch with checkpoints', () => {
    expect(wait(ft)).toBeGreaterThan(850_000);
    expect(wait(ft)).toBeLessThan(1_200_000);
    expect(wait(checkpoint)).toBeGreaterThan(2 * wait(ft));
    expect(wait(operations)).toBeLessThan(wait(ft) * 1.05);
    expect(wait(none)).toBe(0);
  });

  test('a checkpointed VM is rolled back to the last epoch that its backup has whole', () => {
    const story = run('checkpoint', 'crash A @ 12.7ms');
    const [back] = all(story.facts, 'rolledBack');
    const had = all(story.facts, 'checkpointReceived').at(-1);
    expect(back).toMatchObject({ host: 'B', epoch: had?.epoch });
    const taken = all(story.facts, 'checkpointTaken').map(({ epoch }) => epoch);
    expect(taken).toEqual(taken.map((_, i) => i + 1));
  });
});
