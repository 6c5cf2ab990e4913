// The shape of the paper's figures (§5, §6): not its numbers, which are those of its computers, but what grows with what.
import { describe, expect, test } from 'vitest';
import type { SimTime } from '../../sim/time.ts';
import { all, broken, play, type Story } from '../testing/story.ts';

const MILLISECOND = 1_000_000;

/** Plays to an instant at most, and holds every property to what it saw. */
function measured(said: Record<string, unknown>, until: number): Story {
  const story = play(said, until as SimTime);
  expect(broken(story)).toEqual([]);
  return story;
}

/** Clients that ask again as soon as they are answered, and patiently. */
const busy = (count: number, operation: string) =>
  Array.from({ length: count }, (_, i) => ({
    operation,
    requests: 1000,
    startNs: 2 * MILLISECOND + i * 100_000,
    thinkNs: 0,
    retryNs: 200 * MILLISECOND,
  }));

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

/** From a request's first sending to its answer, in nanoseconds. */
function meanLatency({ report }: Story): number {
  const waits = report.clients.flatMap(({ history }) =>
    history.flatMap(({ sent, answered }) => (answered === null ? [] : [answered - sent])),
  );
  return sum(waits) / waits.length;
}

/** What came in at the primary: what it read from the disk and what its network card received, in bytes. */
const bytesIn = ({ facts }: Story): number =>
  sum([
    ...all(facts, 'diskRead').flatMap(({ host, blocks }) => (host === 'A' ? [512 * blocks] : [])),
    ...all(facts, 'recorded').flatMap(({ entry, bytes }) =>
      entry === 'packet' ? [bytes - ENTRY_HEADER] : [],
    ),
  ]);
const ENTRY_HEADER = 20;

const entryFrames = ({ facts }: Story): number =>
  all(facts, 'sent').filter(({ message }) => message === 'entries').length;

describe('the bandwidth of the log (§5.1)', () => {
  test('of an idle guest rises with its timer rate, in proportion', () => {
    const idle = (timerHz: number): number =>
      measured(
        { guest: { timerHz }, clients: [{ requests: 1, startNs: 400 * MILLISECOND }] },
        400 * MILLISECOND,
      ).report.log.bitsPerSecond / timerHz;
    const bitsPerTick = [50, 100, 250, 1000].map(idle);
    const most = Math.max(...bitsPerTick);
    const least = Math.min(...bitsPerTick);
    expect(most / least).toBeLessThan(1.1);
    // The paper's idle guests: 0.5 to 1.5 Mbit/s at up to a thousand interrupts a second.
    expect(least).toBeGreaterThan(1000);
    expect(most).toBeLessThan(4000);
  });

  test.each([
    ['disk-reader', 'sum', 1, {}],
    ['disk-reader', 'sum', 1, { flushNs: 500_000 }],
    ['bulk-receiver', 'upload', 4, {}],
    ['bulk-receiver', 'upload', 4, { flushNs: 500_000 }],
  ] as const)('of %s is 1.0 to 1.3 times what comes in', (program, operation, count, log) => {
    const story = measured({ guest: { program }, clients: busy(count, operation), log }, 80 * MILLISECOND);
    const ratio = story.report.log.bytes / bytesIn(story);
    expect(ratio).toBeGreaterThan(1);
    expect(ratio).toBeLessThan(1.3);
  });

  test('of a guest that sends much is next to nothing', () => {
    const story = measured(
      { guest: { program: 'bulk-sender' }, clients: busy(4, 'download') },
      100 * MILLISECOND,
    );
    const out = all(story.facts, 'answered').length * 4 * 347;
    expect(story.report.log.bytes).toBeLessThan(0.25 * out);
  });

  test('loses the disk reads’ share when the backup reads by itself (§4.2)', () => {
    // Eight arms: the disk is not what holds the readers up.
    const reading = (backupReads: boolean): Story =>
      measured(
        {
          guest: { program: 'disk-reader' },
          disk: { parallel: 8 },
          clients: busy(1, 'sum'),
          replication: { backupReads },
        },
        60 * MILLISECOND,
      );
    const logged = reading(false);
    const reread = reading(true);
    const [before, after] = [logged, reread].map((story) => story.report.log.bytes / bytesIn(story));
    expect(after).toBeLessThan(0.25);
    expect((before ?? 0) - (after ?? 0)).toBeGreaterThan(0.9);
    // The paper lost 1 to 4 percent of the throughput.
    expect(bytesIn(reread) / bytesIn(logged)).toBeGreaterThan(0.85);
    expect(bytesIn(reread)).toBeLessThanOrEqual(bytesIn(logged));
  });
});

describe('throughput of a busy network (§5.2)', () => {
  // So slow that the cables bind and not the guest, and timeouts to go with it: what waits in a queue is not lost.
  const BANDWIDTH = 10_000_000;
  const relative = (program: string, operation: string, logBandwidth: number): number => {
    const [base, ft] = ['none', 'ft'].map((mode) => {
      const story = measured(
        {
          guest: { program },
          machine: { instructionsPerSecond: 200_000_000 },
          replication: { mode },
          links: { lan: { bitsPerSecond: BANDWIDTH }, log: { bitsPerSecond: logBandwidth } },
          log: { retransmitNs: 50 * MILLISECOND },
          detector: { timeoutNs: 100 * MILLISECOND },
          clients: busy(8, operation),
        },
        300 * MILLISECOND,
      );
      return all(story.facts, 'answered').length;
    });
    return (ft ?? 0) / (base ?? 1);
  };

  test('receiving suffers from a log link of the LAN’s bandwidth, sending hardly', () => {
    const receive = relative('bulk-receiver', 'upload', BANDWIDTH);
    const transmit = relative('bulk-sender', 'download', BANDWIDTH);
    // The paper: 604 and 855 of 940 Mbit/s.
    expect(receive).toBeGreaterThan(0.6);
    expect(receive).toBeLessThan(0.85);
    expect(transmit).toBeGreaterThan(0.9);
    expect(transmit).toBeLessThanOrEqual(1);
  });

  test('a log link of ten times the bandwidth gives most of it back', () => {
    expect(relative('bulk-receiver', 'upload', 10 * BANDWIDTH)).toBeGreaterThan(0.9);
  });
});

describe('buffers of the logging channel (§3.2)', () => {
  const slowBackup = (send: number, receive: number, pacing = false): Story =>
    play(
      {
        guest: { program: 'compute', timerHz: 10_000 },
        rules: { pacing },
        log: { sendBufferBytes: send * 1024, receiveBufferBytes: receive * 1024 },
        clients: [{ operation: 'progress', requests: 100 }],
        commands: ['slow B 50% @ 5ms', 'crash A @ 150ms'],
      },
      (500 * MILLISECOND) as SimTime,
    );
  /** How long outputs wait, how long the failover takes once it is suspected, and how often the primary was stopped. */
  function figures(story: Story): { held: number; takeover: number; stops: number } {
    const [failover] = story.report.replication.failovers;
    return {
      held: story.report.replication.heldMean,
      takeover: (failover?.liveAt ?? Number.POSITIVE_INFINITY) - (failover?.suspectedAt ?? 0),
      stops: all(story.facts, 'sendBufferFull').length,
    };
  }
  const ascending = (numbers: readonly number[]): number[] => numbers.toSorted((a, b) => a - b);

  test.each([false, true])(
    'a larger one at the backup does not delay acks, but lengthens failover (pacing: %s)',
    (pacing) => {
      const rows = [2, 8, 64, 1024].map((size) => figures(slowBackup(4, size, pacing)));
      const takeovers = rows.map(({ takeover }) => takeover);
      const helds = rows.map(({ held }) => held).toReversed();
      expect(takeovers).toEqual(ascending(takeovers));
      expect(helds).toEqual(ascending(helds));
      // From stopping the primary to one round trip for an output; from no lag to one of tens of milliseconds.
      expect(rows[0]?.stops).toBeGreaterThan(100);
      expect(rows[3]?.stops).toBe(0);
      expect(rows[3]?.held).toBeLessThan(MILLISECOND);
      expect(takeovers[3]).toBeGreaterThan(20 * (takeovers[0] ?? 0));
    },
  );

  test('a larger one at the primary stops it less often; while the other is full, outputs wait instead', () => {
    const rows = [2, 8, 64, 1024].map((size) => figures(slowBackup(size, 8)));
    const helds = rows.map(({ held }) => held);
    expect(helds).toEqual(ascending(helds));
    expect(helds[3]).toBeGreaterThan(5 * (helds[0] ?? 0));
    expect(rows[0]?.stops).toBeGreaterThan(100);
    expect(rows[3]?.stops).toBe(0);
    // What the backup has not received dies with the primary, and nobody has to work it off.
    for (const { takeover } of rows) expect(takeover).toBeLessThan(5 * MILLISECOND);
  });

  test('pacing bounds the lag that a large one at the backup would let grow', () => {
    const [free, paced] = [false, true].map((pacing) => figures(slowBackup(64, 1024, pacing)).takeover);
    expect(paced).toBeLessThan((free ?? 0) / 2);
  });
});

describe('failover (§3.2)', () => {
  test.each([100, 60, 30])(
    'takes detection, arbitration and lag, of a backup that ran at %s%%',
    (percent) => {
      const story = play(
        {
          guest: { program: 'compute' },
          rules: { pacing: false },
          clients: [{ operation: 'progress', requests: 100 }],
          commands: [`slow B ${percent}% @ 5ms`, 'crash A @ 60ms', 'slow B 100% @ 60ms'],
        },
        (300 * MILLISECOND) as SimTime,
      );
      const [failover] = story.report.replication.failovers;
      const { failedAt, suspectedAt, wonAt, liveAt, answeredAt, lag } =
        failover ?? expect.fail('no failover');
      const detection = suspectedAt - (failedAt ?? 0);
      const arbitration = (wonAt ?? 0) - suspectedAt;
      const total = (liveAt ?? 0) - (failedAt ?? 0);
      // The last heartbeat left up to an interval before the crash, and was half a millisecond under way.
      expect(detection).toBeGreaterThan(9 * MILLISECOND);
      expect(detection).toBeLessThan(10.6 * MILLISECOND);
      expect(arbitration).toBeGreaterThanOrEqual(540_000);
      expect(arbitration).toBeLessThan(600_000);
      if (percent < 100) expect(lag).toBeGreaterThan(10 * MILLISECOND);
      // It replays on while it asks for the flag, so the two overlap.
      expect(total).toBeGreaterThanOrEqual(detection + Math.max(arbitration, 0.9 * lag));
      expect(total).toBeLessThan(detection + arbitration + 1.1 * lag + 1 * MILLISECOND);
      // The rest: a client that has heard nothing asks again, after at most as long again as it has waited.
      expect((answeredAt ?? 0) - (liveAt ?? 0)).toBeLessThan(total + 25 * MILLISECOND);
    },
  );
});

describe.each([
  ['counter', 'increment'],
  ['key-value', 'mix'],
])('the alternatives (§6), for %s', (program, operation) => {
  const EPOCH = 5 * MILLISECOND;
  const protectedBy = (mode: string, ...commands: string[]): Story =>
    measured(
      {
        guest: { program },
        disk: { shared: false },
        replication: { mode, epochNs: EPOCH },
        clients: [
          { operation, requests: 50, thinkNs: MILLISECOND },
          { operation, requests: 50, startNs: 3 * MILLISECOND, thinkNs: MILLISECOND },
        ],
        commands,
      },
      400 * MILLISECOND,
    );

  test('cost their latency and their bytes', () => {
    const [none, operations, ft, checkpoint] = ['none', 'operations', 'ft', 'checkpoint'].map((mode) => {
      const story = protectedBy(mode);
      expect(all(story.facts, 'answered')).toHaveLength(100);
      const { heldMean, channelBytes } = story.report.replication;
      return { held: heldMean, bytes: channelBytes, latency: meanLatency(story) };
    });
    if (!none || !operations || !ft || !checkpoint) throw new Error('four modes, four figures');
    expect([none.held, none.bytes]).toEqual([0, 0]);
    const roundTrip = 900_000;
    for (const { held, latency } of [operations, ft]) {
      expect(held).toBeGreaterThan(0.8 * roundTrip);
      expect(held).toBeLessThan(1.1 * roundTrip);
      expect(latency).toBeGreaterThan(2 * none.latency);
      expect(latency).toBeLessThan(checkpoint.latency / 2);
    }
    // Half an epoch on the average, and the way there and back.
    expect(checkpoint.held).toBeGreaterThan(EPOCH / 2 + roundTrip / 2);
    expect(checkpoint.held).toBeLessThan(EPOCH + roundTrip);
    expect(operations.bytes).toBeLessThan(ft.bytes / 1.5);
    expect(checkpoint.bytes).toBeGreaterThan(4 * ft.bytes);
  });

  test.each([
    ['none', false],
    ['operations', true],
    ['ft', true],
    ['checkpoint', true],
  ])('%s: a crash is survived: %s', (mode, survives) => {
    const story = protectedBy(mode, 'crash A @ 40ms');
    expect(all(story.facts, 'answered').length === 100).toBe(survives);
    expect(story.report.replication.failovers).toHaveLength(survives ? 1 : 0);
    expect(all(story.facts, 'rolledBack')).toHaveLength(mode === 'checkpoint' ? 1 : 0);
  });
});

describe('clustering (§3.5)', () => {
  test('packets that share an interrupt interrupt the guest less often, and are answered later', () => {
    const uploads = (network: Record<string, number>) => {
      const story = measured(
        {
          guest: { program: 'bulk-receiver' },
          machine: { instructionsPerSecond: 100_000_000 },
          network,
          clients: Array.from({ length: 8 }, (_, i) => ({
            operation: 'upload',
            requests: 20,
            startNs: 2 * MILLISECOND + i * 20_000,
            thinkNs: 500_000,
          })),
        },
        400 * MILLISECOND,
      );
      const packets = all(story.facts, 'recorded').filter(({ entry }) => entry === 'packet');
      const interrupts = new Set(packets.map(({ instruction }) => instruction)).size;
      return { packets: packets.length, interrupts, latency: meanLatency(story) };
    };
    const rows = [
      uploads({}),
      uploads({ groupPackets: 4, groupNs: 200_000 }),
      uploads({ groupPackets: 8, groupNs: MILLISECOND }),
    ];
    const [alone, some, many] = rows;
    if (!alone || !some || !many) throw new Error('three rows');
    expect(rows.map(({ packets }) => packets)).toEqual([160, 160, 160]);
    expect(alone.interrupts).toBe(160);
    expect(some.interrupts).toBeLessThan(100);
    expect(many.interrupts).toBeLessThan(40);
    expect(some.latency).toBeGreaterThan(alone.latency);
    expect(many.latency).toBeGreaterThan(some.latency);
  });

  test('entries that share a frame make fewer frames; it takes time only where outputs wait too', () => {
    const flushed = (log: Record<string, unknown>): Story =>
      measured(
        {
          guest: { timerHz: 1000 },
          log,
          clients: [{ requests: 50 }, { requests: 50, startNs: 3 * MILLISECOND }],
        },
        400 * MILLISECOND,
      );
    const atOnce = flushed({});
    const shared = flushed({ flushNs: 500_000 });
    const waiting = flushed({ flushNs: 500_000, flushOutputs: false });
    expect(entryFrames(shared)).toBeLessThan(entryFrames(atOnce) / 3);
    expect(shared.report.log.bytes).toBeLessThan(0.6 * atOnce.report.log.bytes);
    expect(meanLatency(shared) / meanLatency(atOnce)).toBeLessThan(1.01);
    expect(entryFrames(waiting)).toBeLessThan(entryFrames(shared));
    expect(meanLatency(waiting)).toBeGreaterThan(meanLatency(shared) + 300_000);
  });
});
