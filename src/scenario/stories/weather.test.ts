// Links and disks that do damage without being dead, a backup that is slow, and what a failover takes.
import { describe, expect, test } from 'vitest';
import { instantAt, type SimTime } from '../../sim/time.ts';
import {
  all,
  between,
  broken,
  clients,
  faultsOf,
  firstAt,
  instants,
  liesIn,
  MANY_RUNS,
  play,
  type Story,
  unequalStates,
} from '../testing/story.ts';

const faults = (story: Story, live: string[] = ['A', 'B'], count = 20): string[] => [
  ...faultsOf(story, live, count),
  ...unequalStates(story.facts),
];

/** Half of what is asked or answered is lost, and whoever asks in vain waits twice as long each time. */
const LONG = instantAt(10_000_000_000);

const LAN = ['lose lan 15% @ 1ms', 'duplicate lan 20% @ 1ms', 'reorder lan 20% @ 1ms'];

describe('a bad LAN', () => {
  test.each([1, 2, 3])(
    'loses, doubles and reorders, and clients are told each number once (seed %i)',
    (seed) => {
      const story = play({ seed, commands: LAN });
      expect(faults(story, ['A'])).toEqual([]);
      for (const kind of ['frameLost', 'frameDuplicated', 'frameReordered'] as const)
        expect(all(story.facts, kind).length, kind).toBeGreaterThan(0);
    },
  );

  test('and a crash at any of 16 instants', { timeout: MANY_RUNS }, () => {
    const wrong = instants(16).flatMap((at, i) =>
      faults(play({ seed: i, commands: [...LAN, `crash A @ ${at}ns`] }, LONG), ['B']).map(
        (fault) => `${at}: ${fault}`,
      ),
    );
    expect(wrong).toEqual([]);
  });
});

describe('a bad logging channel', () => {
  test('that loses and delays is made up for by sending again', { timeout: MANY_RUNS }, () => {
    for (const seed of [1, 2, 3, 4]) {
      const story = play({ seed, commands: ['lose log 10% @ 1ms', 'delay log 300us @ 1ms'] });
      expect(faults(story)).toEqual([]);
      expect(all(story.facts, 'resent').length).toBeGreaterThan(0);
    }
  });

  test('is no match for a crash either', { timeout: MANY_RUNS }, () => {
    const wrong = instants(16).flatMap((at, i) => {
      const commands = ['lose log 10% @ 1ms', `crash ${i % 2 ? 'A' : 'B'} @ ${at}ns`];
      return faults(play({ seed: i, commands })).map((fault) => `${commands}: ${fault}`);
    });
    expect(wrong).toEqual([]);
  });

  test('so slow that it looks dead, one way or both, leaves one machine', { timeout: MANY_RUNS }, () => {
    for (const way of ['', ' in', ' out'])
      for (const at of between(2_000_000, 18_000_000, 8))
        expect(faults(play({ commands: [`cut log-A${way} @ ${at}ns`] })), `${way} ${at}`).toEqual([]);
    expect(faults(play({ commands: ['delay log 12ms @ 6ms'] }))).toEqual([]);
  });
});

describe('the disk', () => {
  test('may crash and come back: what was under way is asked for again', { timeout: MANY_RUNS }, () => {
    const wrong = instants(16).flatMap((at, i) => {
      const commands = [`crash disk @ ${at}ns`, `repair disk @ ${at + (1 + (i % 5)) * 7_000_000}ns`];
      return faults(play({ disk: { retryNs: 4_000_000 }, commands })).map((fault) => `${commands}: ${fault}`);
    });
    expect(wrong).toEqual([]);
  });

  test('may be away when the pair has to decide, and then decides', { timeout: MANY_RUNS }, () => {
    for (const fault of ['crash A', 'crash B', 'cut log']) {
      const story = play({
        disk: { retryNs: 4_000_000 },
        commands: ['crash disk @ 6ms', `${fault} @ 7ms`, 'repair disk @ 50ms'],
      });
      expect(faults(story), fault).toEqual([]);
      const alone = Math.min(firstAt(story, 'wentLive'), firstAt(story, 'wentSolo'));
      expect(alone).toBeGreaterThan(50_000_000);
    }
  });

  test.each(['fail disk writes', 'fail disk all', 'fill disk'])(
    '%s: both machines see the same error',
    (command) => {
      const story = play({ commands: [`${command} @ 8ms`, 'mend disk @ 20ms'] }, 200_000_000 as SimTime);
      expect(all(story.facts, 'diskFailed').length).toBeGreaterThan(0);
      expect(all(story.facts, 'ioCompleted').some(({ ok }) => !ok)).toBe(true);
      expect(liesIn(story)).toEqual([]);
      for (const host of ['A', 'B'])
        expect(all(story.facts, 'ioCompleted').some((fact) => fact.host === host && !fact.ok)).toBe(true);
    },
  );

  test('fails, and then the primary dies', { timeout: MANY_RUNS }, () => {
    for (const at of between(8_000_000, 16_000_000, 10)) {
      const story = play(
        { commands: ['fail disk writes @ 8ms', `crash A @ ${at}ns`, 'mend disk @ 12ms'] },
        200_000_000 as SimTime,
      );
      expect(liesIn(story), `${at}`).toEqual([]);
      expect(all(story.facts, 'wentLive')).toHaveLength(1);
    }
  });
});

describe('a slow backup (§3.2)', () => {
  const busy = (rules: Record<string, boolean>, commands: string[], log = {}) =>
    play(
      {
        guest: { program: 'compute' },
        clients: [
          { operation: 'progress', requests: 90 },
          { operation: 'result', requests: 90 },
        ],
        rules,
        log,
        commands,
      },
      600_000_000 as SimTime,
    );

  test('lags more and more; the primary’s share falls, and rises again once the backup keeps up', () => {
    const story = busy({}, ['slow B 70% @ 5ms', 'slow B 100% @ 80ms']);
    expect(liesInRun(story)).toEqual([]);
    const paced = all(story.facts, 'paced');
    const shares = paced.map(({ percent }) => percent);
    const least = Math.min(...shares);
    expect(least).toBeLessThan(90);
    expect(shares.at(-1)).toBe(100);
    const turn = shares.indexOf(least);
    expect(Math.max(...paced.slice(0, turn + 1).map(({ lag }) => lag))).toBeGreaterThan(8_000_000);
    expect(paced.at(-1)?.lag).toBeLessThan(8_000_000);
  });

  test('lags without bound when nobody paces', () => {
    const [paced, unpaced] = [{}, { pacing: false }].map((rules) => busy(rules, ['slow B 60% @ 5ms']));
    expect(unpaced?.report.log.maxLagNs).toBeGreaterThan(
      1.2 * (paced?.report.log.maxLagNs ?? Number.POSITIVE_INFINITY),
    );
    expect(all(unpaced?.facts ?? [], 'paced')).toEqual([]);
  });

  test('with a tiny buffer stops the primary instead', () => {
    const story = busy({ pacing: false }, ['slow B 50% @ 5ms'], {
      sendBufferBytes: 1_000,
      receiveBufferBytes: 1_000,
    });
    expect(liesInRun(story)).toEqual([]);
    expect(all(story.facts, 'sendBufferFull').length).toBeGreaterThan(5);
  });

  /** With the rule off its own property is broken, and that is all. */
  const liesInRun = (story: Story): string[] => [
    ...broken(story).filter((name) => name !== 'Pacing' || story.config.protocol.rules.pacing),
    ...unequalStates(story.facts),
  ];

  test('makes a failover longer: it takes detection, arbitration and the lag', { timeout: MANY_RUNS }, () => {
    const breakdown = (commands: string[]) => {
      const story = busy({ pacing: false }, [...commands, 'crash A @ 60ms']);
      expect(liesInRun(story)).toEqual([]);
      const heard = all(story.facts, 'received').at(-1)?.at ?? 0;
      const [suspected, won, live] = (['suspected', 'testAndSetWon', 'wentLive'] as const).map((kind) =>
        firstAt(story, kind),
      ) as [number, number, number];
      return { detection: suspected - heard, arbitration: won - suspected, drain: live - won };
    };
    const quick = breakdown([]);
    const slow = breakdown(['slow B 40% @ 5ms']);
    for (const { detection, arbitration } of [quick, slow]) {
      expect(detection).toBeGreaterThan(9_000_000);
      expect(detection).toBeLessThan(13_000_000);
      expect(arbitration).toBeGreaterThanOrEqual(540_000);
      expect(arbitration).toBeLessThan(800_000);
    }
    expect(quick.drain).toBeLessThan(100_000);
    expect(slow.drain).toBeGreaterThan(20_000_000);
  });
});

test('both hosts at once: nobody answers, and nobody lies', () => {
  for (const at of between(3_000_000, 20_000_000, 8)) {
    const story = play({ clients: clients(10), commands: [`crash hosts @ ${at}ns`] }, 100_000_000 as SimTime);
    expect(liesIn(story)).toEqual([]);
    expect(story.report.hosts.some(({ live }) => live)).toBe(false);
  }
});
