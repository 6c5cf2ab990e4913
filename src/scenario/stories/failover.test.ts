// The promise of the whole: whatever fails, and whenever, clients are told 11, 12, 13 … with none lost and none twice.
import { describe, expect, test } from 'vitest';
import { all, faultsOf, instants, MANY_RUNS, play, type Story } from '../testing/story.ts';

const INSTANTS = instants(200);

/** Plays a scenario with these commands at each instant. @returns what went wrong, and with which commands */
function faultsWith(commandsAt: (at: number) => string[], live: string[], moments = INSTANTS): string[] {
  return moments.flatMap((at) => {
    const commands = commandsAt(at);
    return faultsOf(play({ commands }), live).map((fault) => `${commands.join(', ')}: ${fault}`);
  });
}

const first = (story: Story, kind: Parameters<typeof all>[1]): number =>
  all(story.facts, kind)[0]?.at ?? Number.POSITIVE_INFINITY;

describe('none lost and none twice', () => {
  test('with nothing going wrong', () => {
    const story = play();
    expect(faultsOf(story, ['A'])).toEqual([]);
    expect(all(story.facts, 'suspected')).toEqual([]);
    const tenth = all(story.facts, 'answered')[9]?.at as number;
    expect(tenth).toBeGreaterThan(20_000_000);
    expect(tenth).toBeLessThan(INSTANTS.at(-1) as number);
  });

  test('when the primary crashes, at any of 200 instants', { timeout: MANY_RUNS }, () => {
    expect(faultsWith((at) => [`crash A @ ${at}ns`], ['B'])).toEqual([]);
  });

  test('when the backup crashes, at any of 200 instants', { timeout: MANY_RUNS }, () => {
    expect(faultsWith((at) => [`crash B @ ${at}ns`], ['A'])).toEqual([]);
  });

  test('when the logging channel is cut, at any of 200 instants', { timeout: MANY_RUNS }, () => {
    expect(faultsWith((at) => [`cut log @ ${at}ns`], ['A', 'B'])).toEqual([]);
  });

  test('when the logging channel is cut and mended after 1 to 30 ms', { timeout: MANY_RUNS }, () => {
    const moments = Array.from({ length: 120 }, (_, i) => [2_000_000 + i * 117_001, (1 + (i % 30)) * 1e6]);
    const wrong = moments.flatMap(([at = 0, wait = 0]) => {
      const commands = [`cut log @ ${at}ns`, `mend log @ ${at + wait}ns`];
      return faultsOf(play({ commands }), ['A', 'B']).map((fault) => `${commands}: ${fault}`);
    });
    expect(wrong).toEqual([]);
  });
});

describe('a false alarm', () => {
  /** Nothing fails, but no word can come before the timeout. */
  const impatient = {
    links: { log: { latencyNs: 5_000_000 } },
    log: { retransmitNs: 20_000_000 },
    detector: { heartbeatNs: 2_000_000, timeoutNs: 7_000_000 },
  };

  test('of a detector more impatient than the cable is long leaves one machine, and is called one', () => {
    const story = play(impatient);
    expect(faultsOf(story, ['A', 'B'])).toEqual([]);
    const alarms = all(story.facts, 'suspected');
    expect(alarms[0]?.at).toBe(7_000_000);
    expect(alarms.every(({ runs }) => runs)).toBe(true);
    expect(all(story.facts, 'wentSolo').length + all(story.facts, 'wentLive').length).toBe(1);
    const patient = play({ ...impatient, detector: { heartbeatNs: 2_000_000, timeoutNs: 7_100_000 } });
    expect(all(patient.facts, 'suspected')).toEqual([]);
  });

  test.each([
    ['cut log', true],
    ['crash A', undefined],
    ['pause A', undefined],
  ])('is told from a failure by whoever looks from outside: %s', (fault, runs) => {
    const alarm = all(play({ commands: [`${fault} @ 8ms`] }).facts, 'suspected').find(
      ({ host }) => host === 'B',
    );
    expect(alarm?.runs).toBe(runs);
  });
});

describe('how a failover goes', () => {
  test('the backup suspects, wins the flag, works off the log, goes live and announces the VM, in this order', () => {
    const story = play({ commands: ['crash A @ 8200us'] });
    const order = [
      'hostCrashed',
      'suspected',
      'testAndSetSent',
      'testAndSetWon',
      'draining',
      'wentLive',
    ] as const;
    const times = order.map((kind) => first(story, kind));
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(times.every(Number.isFinite)).toBe(true);
    const [suspected] = all(story.facts, 'suspected');
    expect(suspected).toMatchObject({ host: 'B', of: 'A' });
    expect(suspected?.silence).toBe(10_000_000);
    expect(all(story.facts, 'macMoved').map(({ port }) => port)).toEqual(['A', 'B']);
    expect(story.report.disk.flag).toBe('B');
    expect(story.report.hosts).toMatchObject([
      { id: 'A', role: 'crashed', live: false },
      { id: 'B', role: 'solo', live: true },
    ]);
  });

  test('a primary without its backup goes solo and then holds nothing back', () => {
    const story = play({ commands: ['crash B @ 5ms'] });
    const solo = first(story, 'wentSolo');
    const after = all(story.facts, 'outputReleased').filter(({ at, waited }) => at - waited > solo);
    expect(after.length).toBeGreaterThan(10);
    expect(after.every(({ waited, isProtected }) => waited === 0 && !isProtected)).toBe(true);
    expect(story.report.log.entries).toBe(all(story.facts, 'recorded').length);
    expect(all(story.facts, 'recorded').every(({ at }) => at < solo)).toBe(true);
  });

  test('a cut leaves one machine: the other loses the flag and halts', () => {
    const story = play({ commands: ['cut log @ 6ms'] });
    expect(all(story.facts, 'testAndSetWon')).toHaveLength(1);
    expect(all(story.facts, 'testAndSetLost')).toHaveLength(1);
    const [winner, loser] = [all(story.facts, 'testAndSetWon')[0], all(story.facts, 'testAndSetLost')[0]];
    expect(story.report.disk.flag).toBe(winner?.host);
    expect(all(story.facts, 'halted')).toMatchObject([{ host: loser?.host, reason: 'lostArbitration' }]);
  });

  test('a cut that is mended in time changes nothing but who had to wait', () => {
    const story = play({ commands: ['cut log @ 4ms', 'mend log @ 7ms'] });
    expect(faultsOf(story, ['A'])).toEqual([]);
    expect(all(story.facts, 'suspected')).toEqual([]);
    expect(all(story.facts, 'resent').length).toBeGreaterThan(0);
    expect(story.report.hosts.map(({ role }) => role)).toEqual(['primary', 'backup']);
    const waits = all(story.facts, 'outputReleased').map(({ waited }) => waited);
    expect(Math.max(...waits)).toBeGreaterThan(2_000_000);
    expect(story.report.outputs.every(({ acked }) => acked !== null)).toBe(true);
  });
});
