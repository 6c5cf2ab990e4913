// The logging channel under strain: slow, narrow, cut for a moment. The primary waits if it must, and nothing is lost.
import { describe, expect, test } from 'vitest';
import { all, configOf, counted, faultsOf, MANY_RUNS, play, type Story, stage } from '../testing/story.ts';

/** A slow channel needs patient timers, or its own queue is taken for silence. */
const slow = (bitsPerSecond: number, bufferBytes: number) => ({
  links: { log: { bitsPerSecond } },
  log: { sendBufferBytes: bufferBytes, receiveBufferBytes: bufferBytes, retransmitNs: 40_000_000 },
  detector: { heartbeatNs: 10_000_000, timeoutNs: 100_000_000 },
});

const stops = (story: Story): number => all(story.facts, 'sendBufferFull').length;

describe('a send buffer that fills', () => {
  test('stops the primary, and lets it go on when the backup has acknowledged', {
    timeout: MANY_RUNS,
  }, () => {
    const story = play(slow(1_000_000, 1000));
    expect(faultsOf(story, ['A'])).toEqual([]);
    expect(stops(story)).toBeGreaterThan(50);
    expect(all(story.facts, 'sendBufferDrained').length).toBe(stops(story));
    expect(all(story.facts, 'suspected')).toEqual([]);
  });

  test('keeps what arrives meanwhile for later, in its order', () => {
    const story = play(slow(1_000_000, 1000));
    const recorded = all(story.facts, 'recorded');
    let stoppedAt: number | undefined;
    for (const fact of story.facts) {
      if (fact.kind === 'sendBufferFull') stoppedAt = fact.at;
      if (fact.kind === 'sendBufferDrained') stoppedAt = undefined;
      // The entry that fills the buffer may be the last but one of its instruction: an output follows its emission at once.
      if (fact.kind === 'recorded' && stoppedAt !== undefined) expect(fact.at).toBe(stoppedAt);
    }
    expect(recorded.map(({ sequence }) => sequence)).toEqual(recorded.map((_, i) => i + 1));
  });

  test.each([
    [1000, 1_000_000],
    [1500, 2_000_000],
    [2000, 10_000_000],
    [4000, 2_000_000],
  ])('of %i bytes on %i bit/s survives whatever a wide one does', { timeout: MANY_RUNS }, (bytes, bits) => {
    const faults = (commands: string[], live: string[]): string[] =>
      faultsOf(play({ ...slow(bits, bytes), commands }), live).map((fault) => `${commands}: ${fault}`);
    const wrong = Array.from({ length: 8 }, (_, i) => 2_500_000 + i * 2_717_003).flatMap((at) => [
      ...faults([`crash A @ ${at}ns`], ['B']),
      ...faults([`crash B @ ${at}ns`], ['A']),
      ...faults([`cut log @ ${at}ns`], ['A', 'B']),
      ...faults([`cut log @ ${at}ns`, `mend log @ ${at + 9_000_000}ns`], ['A']),
    ]);
    expect(wrong).toEqual([]);
  });

  test('does not make entries that wait in line be sent again: that would only make the line longer', {
    timeout: MANY_RUNS,
  }, () => {
    const log = { sendBufferBytes: 4000, receiveBufferBytes: 4000, retransmitNs: 2_000_000 };
    const story = play({ ...slow(1_000_000, 4000), log });
    expect(faultsOf(story, ['A'])).toEqual([]);
    expect(all(story.facts, 'resent')).toEqual([]);
  });
});

describe('entries that are lost on the cable', () => {
  const lost = () => play({ commands: ['cut log @ 4100us', 'mend log @ 7100us'] });

  test('are sent again once it is mended, and the pair stays protected', () => {
    const story = lost();
    expect(faultsOf(story, ['A'])).toEqual([]);
    expect(all(story.facts, 'frameLost').length).toBeGreaterThan(0);
    expect(all(story.facts, 'resent').length).toBeGreaterThan(0);
    expect(all(story.facts, 'suspected')).toEqual([]);
    expect(story.report.hosts.map(({ role }) => role)).toEqual(['primary', 'backup']);
  });

  test('reach the backup once each, in order, without a gap', () => {
    const story = lost();
    let through = 0;
    for (const { first, last } of all(story.facts, 'received')) {
      expect(first).toBe(through + 1);
      through = last;
    }
    const replayed = all(story.facts, 'replayed').map(({ sequence }) => sequence);
    expect(replayed).toEqual(replayed.map((_, i) => i + 1));
  });

  test('hold outputs back as long as they are missing', () => {
    const held = all(lost().facts, 'outputReleased').filter(({ waited }) => waited > 1_500_000);
    expect(held.length).toBeGreaterThan(0);
    expect(held.every(({ at }) => at > 7_100_000)).toBe(true);
  });
});

describe('a backup that is behind when it wins', () => {
  // Machines so slow that the log is longer than the silence.
  const behind = (at: number) =>
    play({
      machine: { instructionsPerSecond: 100_000 },
      guest: { timerHz: 50 },
      detector: { heartbeatNs: 50_000, timeoutNs: 600_000, arbitrationRetryNs: 100_000 },
      disk: { testAndSetNs: 1_000 },
      clients: [
        { requests: 10, retryNs: 200_000_000 },
        { requests: 10, startNs: 3_000_000, retryNs: 200_000_000 },
      ],
      commands: [`crash A @ ${at}ns`],
    });

  test('works off every entry it has received before it goes live', { timeout: MANY_RUNS }, () => {
    let drained = 0;
    for (let i = 0; i < 16; i++) {
      const story = behind(3_000_000 + i * 9_300_123);
      expect(faultsOf(story, ['B'])).toEqual([]);
      const [live] = all(story.facts, 'wentLive');
      const last = all(story.facts, 'received').at(-1)?.last;
      const replayed = all(story.facts, 'replayed');
      expect(replayed.at(-1)?.sequence).toBe(last);
      expect(replayed.every(({ at }) => at <= (live?.at ?? 0))).toBe(true);
      if ((all(story.facts, 'draining')[0]?.entries ?? 0) > 0) drained++;
    }
    expect(drained).toBeGreaterThan(0);
  });
});

describe('a primary that is stopped when its backup fails', () => {
  const stopped = (at: number, rules: Record<string, boolean> = {}) =>
    stage(
      configOf({
        rules,
        clients: [
          { requests: 5, retryNs: 5_000_000 },
          { requests: 5, retryNs: 5_000_000, startNs: 3_000_000 },
        ],
        log: { sendBufferBytes: 1000, receiveBufferBytes: 1000 },
        detector: { heartbeatNs: 5_000_000, timeoutNs: 100_000_000 },
        commands: [`crash B @ ${at}ns`],
      }),
    );

  test.each([[{}], [{ arbitration: false }]])(
    'goes on with all that had to wait (rules: %o)',
    { timeout: MANY_RUNS },
    (rules) => {
      for (let at = 3_000_000; at < 9_000_000; at += 750_041) {
        const { world, facts, advanceTo } = stopped(at, rules);
        const [primary] = world.hosts;
        advanceTo(100_000_000);
        expect(all(facts, 'sendBufferFull').length).toBeGreaterThan(0);
        expect(primary?.deferred.length).toBeGreaterThan(0);
        advanceTo(200_000_000);
        expect(all(facts, 'wentSolo')).toHaveLength(1);
        expect(primary?.deferred).toEqual([]);
        expect(all(facts, 'answered').map(({ value }) => value)).toEqual(counted(10));
        // The guest's timer is among what waited: without it the guest would never be woken by it again.
        const before = primary?.machine.cpu.instructions as number;
        advanceTo(240_000_000);
        expect(primary?.machine.cpu.instructions).toBeGreaterThan(before + 200);
      }
    },
  );
});
