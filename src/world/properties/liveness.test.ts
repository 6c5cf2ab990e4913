// What is claimed of a world in which nothing is wrong (I27): everything goes on, within bounds of its parameters.
import { describe, expect, test } from 'vitest';
import { milliseconds } from '../../sim/time.ts';
import type { WorldConfig } from '../base/config.ts';
import { asked, told } from '../testing/checker.ts';
import {
  completed,
  crashed,
  halted,
  movedTo,
  outcome,
  output,
  paired,
  released,
  started,
  type Told,
  verdicts,
  wentLive,
  wentSolo,
} from '../testing/property-facts.ts';
import { clientConfig, worldConfig } from '../testing/worlds.ts';
import { liveness } from './liveness.ts';
import { boundsOf, workloadBound } from './liveness-bounds.ts';

const SECOND = 1_000_000_000;
const LONG = 100 * SECOND;

const ours = (said: Partial<WorldConfig> = {}): WorldConfig => worldConfig({ isOwnProgram: false, ...said });
const BOUNDS = boundsOf(ours());
const ANSWER = BOUNDS.request as number;

const at = (instant: number, fact: Told): Told => ({ ...fact, at: instant });
const tick = (instant: number): Told => at(instant, { kind: 'macAnnounced', host: 'A' });
const arrived: Told = { kind: 'requestArrived', host: 'A', client: 'client1', request: 1 };
const held: Told = { kind: 'outputHeld', host: 'A', output: output(1, { client: 'client1', request: 1 }) };
const request = at(0, asked(1, 1, 'increment'));
const comesTo = (facts: Told[], config = ours()): string => outcome(liveness, [paired(), ...facts], config);

describe('an answer', () => {
  test.each<[string, string, Told[]]>([
    ['in time', 'holds', [request, at(ANSWER, told(1, 1, 11)), tick(LONG)]],
    ['too late', 'unansweredSent', [request, at(ANSWER + 1, told(1, 1, 11))]],
    ['never', 'unansweredSent', [request, tick(LONG)]],
    [
      'to a request that is asked again and again',
      'unansweredSent',
      [request, at(ANSWER, request), tick(ANSWER + 1)],
    ],
    ['to what has reached its host', 'unansweredArrived', [request, arrived, tick(LONG)]],
    ['to what came again when it was held', 'unansweredHeld', [request, arrived, held, arrived, tick(LONG)]],
    [
      'that has left',
      'unansweredReleased',
      [request, held, released(1, { client: 'client1', request: 1 }), tick(LONG)],
    ],
    ['to another request', 'unansweredSent', [request, { ...arrived, request: 2 } as Told, tick(LONG)]],
  ])('%s: %s', (_, expected, facts) => {
    expect(comesTo(facts)).toBe(expected);
  });

  test('says how long it took, how long it may take, and since when', () => {
    const config = ours();
    const [broken] = verdicts(liveness, [request, tick(LONG)], config).filter(Boolean);
    expect(broken).toMatchObject({
      values: { client: 'client1', request: 1, waitedNs: LONG, boundNs: Math.round(ANSWER) },
      against: { at: 0, kind: 'requestSent' },
    });
  });

  test('is not asked of a program that nobody knows', () => {
    expect(comesTo([request, tick(LONG)], worldConfig())).toBe('nothing to say');
  });
});

describe('what something is wrong with is not judged', () => {
  const wrong: [string, Told, Told | null][] = [
    ['a crash', crashed('A'), { kind: 'hostRepaired', host: 'A' }],
    ['a pause', { kind: 'hostPaused', host: 'B' }, { kind: 'hostResumed', host: 'B' }],
    [
      'a disk that stood still and lost power',
      { kind: 'hostPaused', host: 'disk' },
      { kind: 'diskRepaired' },
    ],
    [
      'a client that stood still and lost power',
      { kind: 'hostPaused', host: 'client2' },
      { kind: 'clientRepaired', client: 'client2' },
    ],
    [
      'a slow host',
      { kind: 'hostSlowed', host: 'A', percent: 50 },
      { kind: 'hostSlowed', host: 'A', percent: 100 },
    ],
    ['a cut', { kind: 'linkCut', link: 'lan' }, { kind: 'linkMended', link: 'lan' }],
    ['a disk without power', { kind: 'diskCrashed' }, { kind: 'diskRepaired' }],
    [
      'a full disk',
      { kind: 'diskImpaired', reads: false, writes: false, full: true },
      { kind: 'diskImpaired', reads: false, writes: false, full: false },
    ],
    [
      'a small share',
      { kind: 'resourcesChanged', host: 'A', percent: 30 },
      { kind: 'resourcesChanged', host: 'A', percent: 100 },
    ],
    [
      'a clone',
      { kind: 'cloneStarted', host: 'A', target: 'C', generation: 2 },
      { kind: 'cloneAbandoned', host: 'A', target: 'C' },
    ],
    [
      'a move',
      { kind: 'migrationStarted', machine: 'primary', from: 'A', to: 'C' },
      movedTo('primary', 'A', 'C'),
    ],
    ['a guest that ended', halted('A', 'guestExit'), null],
    ['a flipped bit', { kind: 'bitFlipped', host: 'A', address: 0, bit: 0 }, null],
    ['a power-off', { kind: 'poweredOff', host: 'A' }, null],
  ];

  test.each(wrong)('after %s, until it is right again', (_, breaks, mends) => {
    expect(comesTo([request, at(1, breaks), tick(LONG)])).toBe('nothing to say');
    if (mends === null) return;
    // Whoever has waited for so long may ask again after as long, and then has its time.
    const facts = [request, at(1, breaks), at(SECOND, mends)];
    const due = 2 * SECOND + milliseconds(20) + ANSWER;
    expect(comesTo([...facts, tick(due)])).toBe('nothing to say');
    expect(comesTo([...facts, tick(due + 1)])).toBe('unansweredSent');
  });

  test('a slow host is as slow when its power is back', () => {
    const slow: Told = { kind: 'hostSlowed', host: 'A', percent: 5 };
    const facts = [at(1, slow), at(2, crashed('A')), at(3, { kind: 'hostRepaired', host: 'A' }), request];
    expect(comesTo([...facts, tick(LONG)])).toBe('nothing to say');
  });

  test('but a lost arbitration is no fault', () => {
    expect(comesTo([request, halted('B'), tick(LONG)])).toBe('unansweredSent');
  });
});

describe('operations of the disk', () => {
  const { disk } = BOUNDS;
  test.each<[string, string, Told[]]>([
    ['one that is never completed', 'ioStuck', [at(0, started('A', 1)), tick(disk + 1)]],
    [
      'one that is completed',
      'nothing to say',
      [at(0, started('A', 1)), at(disk, completed('A', 1)), tick(LONG)],
    ],
    [
      'several, of which one was completed not long ago',
      'nothing to say',
      [at(0, started('A', 1)), at(0, started('A', 2)), at(disk, completed('A', 1)), tick(2 * disk)],
    ],
    [
      'several, of which none was completed for long',
      'ioStuck',
      [at(0, started('A', 1)), at(0, started('A', 2)), at(disk, completed('A', 1)), tick(2 * disk + 1)],
    ],
    ['of a backup', 'nothing to say', [at(0, started('B', 1)), tick(disk + 1)]],
    [
      'of a backup that has gone live',
      'ioStuck',
      [at(0, started('B', 1)), at(disk, wentLive('B')), tick(2 * disk + 1)],
    ],
  ])('%s: %s', (_, expected, facts) => {
    expect(comesTo(facts)).toBe(expected);
  });
});

describe('outputs at the gate', () => {
  const { gate } = BOUNDS;
  const letOut = (instant: number): Told => at(instant, released(1));
  test.each<[string, string, Told[]]>([
    ['one that stays', 'gateStuck', [at(0, held), tick(gate + 1)]],
    ['one that leaves', 'nothing to say', [at(0, held), letOut(gate), tick(LONG)]],
    ['two, one of which leaves', 'gateStuck', [at(0, held), at(0, held), letOut(gate), tick(2 * gate + 1)]],
    ['of a VM that goes on alone', 'nothing to say', [at(0, held), at(1, wentSolo('A')), tick(LONG)]],
  ])('%s: %s', (_, expected, facts) => {
    expect(comesTo(facts)).toBe(expected);
  });
});

describe('the bounds', () => {
  const request = (said: Partial<WorldConfig>): number => boundsOf(ours(said)).request as number;
  const { links, disk, protocol, network } = ours();

  test('are some seconds at most for a world of ordinary parameters', () => {
    expect(ANSWER).toBeLessThan(3 * SECOND);
    expect(BOUNDS.gate).toBeLessThan(SECOND);
    expect(BOUNDS.disk).toBeLessThan(3 * SECOND);
  });

  test.each<[string, Partial<WorldConfig>]>([
    ['clients', { clients: Array.from({ length: 8 }, (_, i) => clientConfig(`client${i + 1}`)) }],
    ['patient clients', { clients: [clientConfig('client1', { retryAfter: milliseconds(500) })] }],
    ['a group that waits', { network: { ...network, groupWait: milliseconds(300) } }],
    ['a far LAN', { links: { ...links, lan: { ...links.lan, latency: milliseconds(50) } } }],
    ['a far log', { links: { ...links, log: { ...links.log, latency: milliseconds(50) } } }],
    ['a narrow log', { links: { ...links, log: { ...links.log, bitsPerSecond: 1e6 } } }],
    ['a slow disk', { disk: { ...disk, serviceTime: milliseconds(5) } }],
    ['a patient detector', { protocol: { ...protocol, silenceTimeout: milliseconds(500) } }],
    ['a slow host', { hosts: ours().hosts.map((host) => ({ ...host, instructionPicoseconds: 1_000_000 })) }],
  ])('allow for %s', (_, said) => {
    expect(request(said)).toBeGreaterThan(ANSWER);
  });

  test('allow for a server that reads slowly who has which flag, where there is one', () => {
    const alone = { replication: { ...ours().replication, mode: 'none' } } as const;
    const slow = { ...disk, testAndSetTime: milliseconds(500) };
    for (const bound of ['request', 'disk'] as const) {
      const of = (said: Partial<WorldConfig>) => boundsOf(ours({ ...alone, ...said }))[bound];
      expect(of({ disk: slow })).toBeGreaterThan(milliseconds(500));
      expect(of({ disk: { ...slow, isShared: false } })).toBe(of({ disk: { ...disk, isShared: false } }));
    }
  });

  test('add up to that of a whole workload: the longest, of those that can be said', () => {
    const client = (id: string, requests: number) =>
      clientConfig(id, { requests, startAfter: milliseconds(7), thinkTime: milliseconds(3) });
    const clients = [client('client1', 4), client('client2', 9)];
    expect(workloadBound(ours({ clients }))).toBe(
      milliseconds(7) + 9 * (request({ clients }) + milliseconds(3)),
    );
    expect(workloadBound(ours({ clients: [] }))).toBe(0);
    expect(workloadBound(ours({ clients, isOwnProgram: true }))).toBeNull();
  });
});
