// Each scenario of a mechanism or a failure shows what its text says.
import { describe, expect, test } from 'vitest';
import type { SimTime } from '../../sim/time.ts';
import type { Observation } from '../../world/state/observation.ts';
import { all, broken, firstAt, play, type Story, unequalStates } from '../testing/story.ts';
import { FAILURE_SCENARIOS } from './failures.ts';
import { builtIn, LIBRARY } from './index.ts';
import { MECHANISM_SCENARIOS } from './mechanisms.ts';

const MILLISECOND = 1_000_000;

/** Plays a built-in scenario to its own end, with other commands where they are given. */
function shown(id: string, said: Record<string, unknown> = {}): Story {
  const document = builtIn(id)?.document ?? expect.fail(`there is no ${id}`);
  return play({ ...document, ...said }, document.untilNs as SimTime);
}

const asked = ({ config }: Story): number => config.clients.reduce((sum, { requests }) => sum + requests, 0);
const roles = ({ report }: Story): string => report.hosts.map(({ id, role }) => `${id} ${role}`).join(', ');
const order = ({ facts }: Story, ...kinds: Observation['kind'][]): string[] =>
  facts.flatMap((fact) => (kinds.includes(fact.kind) && 'host' in fact ? [`${fact.host} ${fact.kind}`] : []));
const answeredAfter = ({ facts }: Story, at: number): number =>
  all(facts, 'answered').filter((fact) => fact.at > at).length;

/** Nothing broke, everybody was answered, and the machines of each pair were equal. */
function expectSurvival(story: Story): void {
  expect(broken(story)).toEqual([]);
  expect(unequalStates(story.facts)).toEqual([]);
  expect(all(story.facts, 'answered')).toHaveLength(asked(story));
  expect(story.report.hosts.filter(({ live }) => live)).toHaveLength(1);
}

test('all of them have commands, take effect, and end within 0.6 s', () => {
  for (const { id, document } of [...MECHANISM_SCENARIOS, ...FAILURE_SCENARIOS]) {
    expect([id, document.commands]).toEqual([id, expect.arrayContaining([expect.any(String)])]);
    expect(document.untilNs).toBeLessThanOrEqual(600 * MILLISECOND);
    const refused = all(shown(id).facts, 'commanded').filter(({ why }) => why !== undefined);
    expect([id, refused]).toEqual([id, []]);
    expect(LIBRARY.filter((each) => each.id === id)).toHaveLength(1);
  }
});

describe('mechanisms', () => {
  test('four-failures: four failovers, each of a whole pair', () => {
    const story = shown('four-failures');
    expectSurvival(story);
    expect(order(story, 'wentLive')).toEqual(['B wentLive', 'C wentLive', 'A wentLive', 'B wentLive']);
    expect(all(story.facts, 'paired').map(({ generation }) => generation)).toEqual([1, 2, 3, 4, 5]);
  });

  test('slow-backup: the primary is slowed down and sped up again, and the backup catches up', () => {
    const story = shown('slow-backup');
    expectSurvival(story);
    const percents = all(story.facts, 'paced').map(({ percent }) => percent);
    const least = Math.min(...percents);
    expect(least).toBeLessThan(80);
    expect(percents[0]).toBeGreaterThan(90);
    expect(percents.at(-1)).toBeGreaterThan(least);
    const lags = all(story.facts, 'paced').map(({ lag }) => lag);
    expect(lags.at(-1)).toBeLessThan(Math.max(...lags) / 4);
    expect(shown('slow-backup', { rules: { pacing: false } }).report.log.maxLagNs).toBeGreaterThan(
      1.3 * story.report.log.maxLagNs,
    );
  });

  test.each([
    ['move-the-primary', 'primary', 'B'],
    ['move-the-backup', 'backup', 'C'],
  ])('%s: moved with a quiet disk, then a failover', (id, machine, live) => {
    const story = shown(id);
    expectSurvival(story);
    expect(all(story.facts, 'migrationFinished')).toMatchObject([{ machine, to: 'C' }]);
    const times = (['migrationStarted', 'ioQuiesced', 'migrationFinished', 'wentLive'] as const).map((kind) =>
      firstAt(story, kind),
    );
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(order(story, 'wentLive')).toEqual([`${live} wentLive`]);
    // A frame that is on its way to the old host when it happens is lost, as on any network: of each client one at most.
    const again = all(story.facts, 'requestSent').filter(
      ({ at, tries }) => at < 80 * MILLISECOND && tries > 1,
    );
    expect(again.length).toBeLessThanOrEqual(2);
    expect(new Set(again.map(({ client }) => client)).size).toBe(again.length);
  });

  test('power-off: both stop, and nobody takes over', () => {
    const story = shown('power-off');
    expect(broken(story)).toEqual([]);
    expect(order(story, 'poweredOff', 'suspected', 'wentLive').sort()).toEqual([
      'A poweredOff',
      'B poweredOff',
    ]);
    expect(roles(story)).toBe('A halted, B halted');
  });

  test('own-disks: both write, no write waits, and the new backup’s disk is copied', () => {
    const story = shown('own-disks');
    expectSurvival(story);
    expect(all(story.facts, 'outputHeld').some(({ output }) => output.kind === 'diskWrite')).toBe(false);
    const before = all(story.facts, 'diskWritten').filter(({ at }) => at < 39 * MILLISECOND);
    const by = (host: string): string[] =>
      before.flatMap((write) => (write.host === host ? [`${write.block} ${write.digest}`] : []));
    expect(by('B').length).toBeGreaterThan(10);
    expect(by('A').slice(0, by('B').length)).toEqual(by('B'));
    expect(order(story, 'wentLive')).toEqual(['B wentLive', 'C wentLive']);
    const shared = shown('own-disks', { disk: {} });
    expect(story.report.replication.clonedBytes).toBeGreaterThan(shared.report.replication.clonedBytes);
  });

  test('far-backup: an answer waits 18 ms, and less than 20', () => {
    const story = shown('far-backup');
    expectSurvival(story);
    const { heldMean, heldMost } = story.report.replication;
    expect(heldMean).toBeGreaterThanOrEqual(18 * MILLISECOND);
    expect(heldMost).toBeLessThan(20 * MILLISECOND);
    expect(order(story, 'wentLive')).toEqual(['B wentLive']);
    expect(answeredAfter(story, 215 * MILLISECOND)).toBeGreaterThan(0);
  });

  test('backup-reads: both read, and the log has no data', () => {
    const story = shown('backup-reads');
    expectSurvival(story);
    const readers = new Set(all(story.facts, 'diskRead').map(({ host }) => host));
    expect([...readers].sort()).toEqual(['A', 'B']);
    const completions = all(story.facts, 'recorded').filter(({ entry }) => entry === 'diskCompletion');
    expect(Math.max(...completions.map(({ bytes }) => bytes))).toBeLessThan(32);
    expect(story.report.log.bytes).toBeLessThan(
      shown('backup-reads', { replication: {} }).report.log.bytes / 3,
    );
    expect(order(story, 'wentLive')).toEqual(['B wentLive']);
    expect(all(story.facts, 'diskRead').some(({ at }) => at > firstAt(story, 'wentLive'))).toBe(true);
  });

  test('unprotected: answers at once, and none after the crash', () => {
    const story = shown('unprotected');
    expect(broken(story)).toEqual([]);
    expect(story.report.replication.channelBytes).toBe(0);
    expect(answeredAfter(story, 0)).toBeGreaterThan(40);
    expect(answeredAfter(story, 60 * MILLISECOND)).toBe(0);
  });

  test('checkpoints: every 5 ms, and the last epoch is undone', () => {
    const story = shown('checkpoints');
    expect(broken(story)).toEqual([]);
    expect(answeredAfter(story, 0)).toBe(80);
    const [first, second] = all(story.facts, 'checkpointTaken').map(({ at }) => at);
    expect((second ?? 0) - (first ?? 0)).toBeLessThan(5.1 * MILLISECOND);
    expect(all(story.facts, 'rolledBack')).toMatchObject([{ host: 'B' }]);
    expect(story.report.replication.heldMean).toBeGreaterThan(2.5 * MILLISECOND);
  });

  test('shipped-operations: nothing but packets in the log, both carry them out', () => {
    const story = shown('shipped-operations');
    expect(broken(story)).toEqual([]);
    expect(answeredAfter(story, 0)).toBe(80);
    expect(new Set(all(story.facts, 'recorded').map(({ entry }) => entry))).toEqual(new Set(['packet']));
    expect(new Set(all(story.facts, 'diskWritten').map(({ host }) => host))).toEqual(new Set(['A', 'B']));
    const bytes = (id: string): number => shown(id).report.replication.channelBytes;
    expect(bytes('shipped-operations')).toBeLessThan(bytes('checkpoints') / 5);
  });
});

describe('failures that are survived', () => {
  test('asleep-and-replaced: it wakes, loses, halts, and becomes the backup; nothing of it gets out', () => {
    const story = shown('asleep-and-replaced');
    expectSurvival(story);
    expect(order(story, 'wentLive', 'hostResumed', 'testAndSetLost', 'halted')).toEqual([
      'B wentLive',
      'A hostResumed',
      'A testAndSetLost',
      'A halted',
    ]);
    const late = all(story.facts, 'outputReleased').filter(
      ({ host, at }) => host === 'A' && at > 70 * MILLISECOND,
    );
    expect(late).toEqual([]);
    expect(roles(story)).toBe('A backup, B primary');
  });

  test('flag-out-of-reach: it asks again and again, and goes live when it has won', () => {
    const story = shown('flag-out-of-reach');
    expectSurvival(story);
    expect(all(story.facts, 'testAndSetSent').length).toBeGreaterThan(10);
    expect(firstAt(story, 'wentLive')).toBeGreaterThan(90 * MILLISECOND);
    expect(firstAt(story, 'wentLive')).toBe(firstAt(story, 'testAndSetWon'));
  });

  test('disk-server-restarts: no takeover for it; all that was written is there later', () => {
    const story = shown('disk-server-restarts');
    expectSurvival(story);
    const silent = answeredAfter(story, 31 * MILLISECOND) - answeredAfter(story, 60 * MILLISECOND);
    expect(silent).toBe(0);
    expect(all(story.facts, 'suspected').map(({ at }) => at > 120 * MILLISECOND)).toEqual([true]);
  });

  test('lossy-lan: asked again, answered once each', () => {
    const story = shown('lossy-lan');
    expectSurvival(story);
    for (const kind of ['frameLost', 'frameDuplicated', 'frameReordered'] as const)
      expect(all(story.facts, kind).length).toBeGreaterThan(0);
    const again = all(story.facts, 'requestSent').filter(({ tries }) => tries > 1);
    expect(again.length).toBeGreaterThan(2);
    expect(order(story, 'wentLive')).toEqual(['B wentLive']);
  });
});

describe('failures that are not', () => {
  test('poison: the primary dies of it, and so does the backup', () => {
    const story = shown('poison');
    expect(broken(story)).toEqual([]);
    expect(order(story, 'halted', 'wentLive')).toEqual(['A halted', 'B halted']);
    const codes = all(story.facts, 'halted').map(({ reason, code }) => `${reason} ${code}`);
    expect(codes[0]).toBe(codes[1]);
    expect(answeredAfter(story, firstAt(story, 'halted') + MILLISECOND)).toBe(0);
  });

  test('flipped-bit: the clients are told a wrong number, and the backup stops', () => {
    const story = shown('flipped-bit');
    expect(broken(story)).toContain('Equal states');
    expect(broken(story)).toContain('Clients’ view');
    expect(order(story, 'diverged')).toEqual(['B diverged']);
    expect(roles(story)).toBe('A solo, B halted');
  });

  test('both-hosts-lost: nobody answers, and nobody lies', () => {
    const story = shown('both-hosts-lost');
    expect(broken(story)).toEqual([]);
    expect(answeredAfter(story, 40 * MILLISECOND)).toBe(0);
    expect(roles(story)).toBe('A crashed, B crashed');
  });

  test('two-processors: the backup differs and stops, and nobody is there to take over', () => {
    const story = shown('two-processors');
    expect(broken(story)).toContain('Equal states');
    expect(order(story, 'diverged', 'hostCrashed')).toEqual(['B diverged', 'A hostCrashed']);
    expect(answeredAfter(story, 60 * MILLISECOND)).toBe(0);
  });
});
