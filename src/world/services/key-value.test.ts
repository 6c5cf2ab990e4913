// The key-value store on a bare machine, and what its checker makes of answers.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import guest from '../../scenario/guests/key-value.s?raw';
import type { Fact } from '../state/observation.ts';
import { asked, askedAgain, told, verdicts } from '../testing/checker.ts';
import {
  ask,
  boot,
  completeDisk,
  type EthernetFrame,
  type GuestHost,
  replies,
} from '../testing/guest-host.ts';
import { wordsOf } from '../testing/words.ts';
import { worldConfig } from '../testing/worlds.ts';
import { keyValue } from './key-value.ts';

const [PUT, GET, MIX] = [1, 2, 3];
const LOG = [8, 9, 10, 11];
const RECORDS_MAX = 55;

/** A store that has read its log. */
function bootStore(blocks: Iterable<[number, EthernetFrame]> = []): GuestHost {
  const host = boot(guest, { blocks: [...blocks] });
  for (const sector of LOG) expect(completeDisk(host)).toMatchObject({ kind: 'diskRead', sector });
  return host;
}

/** All sixteen values, as the first client is told. */
function contents(host: GuestHost, from: number): number[] {
  for (let key = 0; key < 16; key++) ask(host, 1, from + key, GET, key);
  return replies(host).map(([, , , value]) => value!);
}

describe('the key-value store', () => {
  it('answers a put when it is in the log, and shows it then', () => {
    const host = bootStore();
    ask(host, 1, 1, PUT, 3, 70);
    ask(host, 2, 1, GET, 3);
    expect(replies(host)).toEqual([[2, 1, 0, 0]]);
    expect(completeDisk(host)).toMatchObject({ kind: 'diskWrite', sector: 9 });
    ask(host, 2, 2, GET, 3);
    expect(replies(host)).toEqual([
      [1, 1, 0, 70],
      [2, 2, 0, 70],
    ]);
  });

  it('does either when asked for a mix', () => {
    const host = bootStore();
    ask(host, 1, 1, MIX, PUT, 15, 70);
    completeDisk(host);
    ask(host, 1, 2, MIX, GET, 15);
    expect(replies(host)).toEqual([
      [1, 1, 0, 70],
      [1, 2, 0, 70],
    ]);
  });

  it('refuses what it does not know', () => {
    const host = bootStore();
    const wrong = [
      [4, 1, 1],
      [PUT, 16, 1],
      [PUT, 1],
      [PUT],
      [GET, 16],
      [GET],
      [MIX],
      [MIX, 4, 1, 1],
      [MIX, PUT, 1],
    ];
    for (const [i, words] of wrong.entries()) ask(host, 1, i + 1, ...(words as [number]));
    expect(replies(host).map(([, , status]) => status)).toEqual(wrong.map(() => 1));
    expect(host.pending).toEqual([]);
  });

  it('writes down together what came during a write', () => {
    const host = bootStore();
    for (const client of [1, 2, 3, 4]) ask(host, client, 1, PUT, 5, client);
    expect(host.pending.length).toBe(1);
    completeDisk(host);
    expect(replies(host)).toEqual([[1, 1, 0, 1]]);
    completeDisk(host);
    expect(replies(host)).toEqual([2, 3, 4].map((client) => [client, 1, 0, client]));
    expect(host.pending).toEqual([]);
    expect(contents(host, 10)[5]).toBe(4);
  });

  it('puts in the order in which it was asked, whoever asked', () => {
    const host = bootStore();
    for (const client of [4, 2, 3, 1]) ask(host, client, 1, PUT, 5, client);
    completeDisk(host);
    completeDisk(host);
    expect(replies(host).map(([client]) => client)).toEqual([4, 2, 3, 1]);
    expect(contents(host, 10)[5]).toBe(1);
    expect(contents(bootStore(host.blocks), 1)[5]).toBe(1);
  });

  it('keeps requests until it has read its log', () => {
    const host = boot(guest);
    ask(host, 1, 1, PUT, 1, 9);
    ask(host, 2, 1, GET, 1);
    for (let n = 0; n < 5; n++) completeDisk(host);
    expect(replies(host)).toEqual([
      [1, 1, 0, 9],
      [2, 1, 0, 9],
    ]);
    const early = boot(guest);
    ask(early, 2, 1, GET, 1);
    for (const _ of LOG) completeDisk(early);
    expect([replies(early), early.pending]).toEqual([[[2, 1, 0, 0]], []]);
  });

  it('finds everything again that it was told, however many pages that took', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(15), fc.nat(2 ** 31)), { minLength: 1, maxLength: 6 * RECORDS_MAX }),
        fc.nat(3),
        (puts, crowd) => {
          const host = bootStore();
          const model: number[] = Array(16).fill(0);
          puts.forEach(([key, value], n) => {
            model[key] = value;
            ask(host, 1 + (n % (crowd + 1)), n + 1, PUT, key, value);
            while (host.pending.length > 0) completeDisk(host);
          });
          expect(replies(host).length).toBe(puts.length);
          expect(contents(host, 1000)).toEqual(model);
          expect(contents(bootStore(host.blocks), 1)).toEqual(model);
        },
      ),
      { numRuns: 15 },
    );
  });

  it('begins a page only when the one before is on the disk', () => {
    const host = bootStore();
    for (let n = 1; n < RECORDS_MAX - 1; n++) {
      ask(host, 1, n, PUT, 0, n);
      completeDisk(host);
    }
    replies(host);
    for (const client of [2, 3, 4]) ask(host, client, 1, PUT, client, client);
    const writes = [1, 2, 3].map(() => completeDisk(host).sector);
    expect(writes).toEqual([9, 9, 10]);
    expect(host.pending).toEqual([]);
    expect(contents(bootStore(host.blocks), 1).slice(0, 5)).toEqual([RECORDS_MAX - 2, 0, 2, 3, 4]);
  });

  it('says so when the disk fails, and forgets what it could not write', () => {
    const host = bootStore();
    ask(host, 1, 1, PUT, 2, 20);
    completeDisk(host);
    ask(host, 1, 2, PUT, 2, 21);
    ask(host, 2, 1, PUT, 3, 30);
    completeDisk(host, false);
    completeDisk(host);
    expect(replies(host)).toEqual([
      [1, 1, 0, 20],
      [1, 2, 2, 0],
      [2, 1, 0, 30],
    ]);
    expect(contents(host, 3).slice(2, 4)).toEqual([20, 30]);
    expect(contents(bootStore(host.blocks), 1).slice(2, 4)).toEqual([20, 30]);
  });

  it('tries the disk again when it could not read its log', () => {
    const host = boot(guest);
    for (const client of [1, 2]) ask(host, client, 1, GET, 1);
    completeDisk(host, false);
    expect(replies(host)).toEqual([
      [1, 1, 2, 0],
      [2, 1, 2, 0],
    ]);
    expect(host.pending).toEqual([]);
    ask(host, 1, 2, GET, 1);
    for (const _ of LOG) completeDisk(host);
    expect(replies(host)).toEqual([[1, 2, 0, 0]]);
  });
});

describe('its checker', () => {
  const view = (...facts: Fact[]) => verdicts(keyValue, facts).filter((verdict) => verdict !== undefined);
  const last = (...facts: Fact[]) => view(...facts).at(-1);
  const puts = (client: number, request: number, key: number, value: number) => [
    asked(client, request, 'put', key, value),
    told(client, request, value),
  ];
  const gets = (client: number, request: number, key: number, value: number) => [
    asked(client, request, 'get', key),
    told(client, request, value),
  ];

  it('takes what was put last, and 0 before', () => {
    const facts = [...gets(1, 1, 4, 0), ...puts(1, 2, 4, 70), ...gets(2, 1, 4, 70), ...gets(2, 2, 5, 0)];
    expect(view(...facts)).toEqual(['holds', 'holds', 'holds', 'holds']);
  });

  it('refuses what was overwritten, forgotten, or never put', () => {
    expect(last(...puts(1, 1, 4, 70), ...gets(2, 1, 4, 0))).toEqual({
      key: 'valueWrong',
      values: { client: 'client2', request: 1, value: 0, key: 4 },
    });
    expect(last(...puts(1, 1, 4, 70), ...puts(1, 2, 4, 71), ...gets(2, 1, 4, 70))).toMatchObject({
      key: 'valueWrong',
    });
    expect(last(...puts(1, 1, 4, 70), ...gets(2, 1, 5, 70))).toMatchObject({ key: 'valueWrong' });
    expect(last(...gets(2, 1, 4, 1))).toMatchObject({ key: 'valueWrong' });
  });

  it('lets a put that is not answered count or not, until somebody has seen it', () => {
    const pending = [...puts(1, 1, 4, 70), asked(1, 2, 'put', 4, 71)];
    expect(last(...pending, ...gets(2, 1, 4, 70))).toBe('holds');
    expect(last(...pending, ...gets(2, 1, 4, 71))).toBe('holds');
    expect(last(...pending, ...gets(2, 1, 4, 70), ...gets(2, 2, 4, 71), told(1, 2, 71))).toBe('holds');
    expect(last(...pending, ...gets(2, 1, 4, 71), ...gets(2, 2, 4, 70))).toMatchObject({ key: 'valueWrong' });
  });

  it('lets those who asked at the same time see either', () => {
    const both = [asked(1, 1, 'put', 4, 70), asked(2, 1, 'put', 4, 71), told(1, 1, 70), told(2, 1, 71)];
    expect(last(...both, ...gets(3, 1, 4, 70))).toBe('holds');
    expect(last(...both, ...gets(3, 1, 4, 71))).toBe('holds');
    const reads = [asked(3, 1, 'get', 4), ...puts(1, 1, 4, 70), ...puts(1, 2, 4, 71)];
    for (const value of [0, 70, 71]) expect(last(...reads, told(3, 1, value))).toBe('holds');
  });

  it('begins with what a log on the disk says', () => {
    const host = bootStore();
    for (let n = 1; n <= RECORDS_MAX + 5; n++) {
      ask(host, 1, n, PUT, n % 3, n);
      completeDisk(host);
    }
    replies(host);
    const { disk, ...config } = worldConfig();
    const stored = [...host.blocks].map(([block, bytes]) => ({ block, bytes }));
    const first = (key: number, value: number) =>
      verdicts(keyValue, gets(1, 1, key, value), { ...config, disk: { ...disk, contents: stored } }).at(-1);
    expect(contents(host, 1000).slice(0, 4)).toEqual([60, 58, 59, 0]);
    expect([first(0, 60), first(1, 58), first(2, 59), first(3, 0)]).toEqual(Array(4).fill('holds'));
    expect(first(0, 57)).toMatchObject({ key: 'valueWrong' });
  });

  it('counts a request that is repeated once', () => {
    const again = [asked(1, 1, 'put', 4, 70), askedAgain(1, 1, 'put', 4, 70), told(1, 1, 70)];
    expect(last(...again, ...puts(1, 2, 4, 71), ...gets(2, 1, 4, 70))).toMatchObject({ key: 'valueWrong' });
  });

  it('reads a mix as what it is, and refuses an answer to a put that says something else', () => {
    const mixed = [asked(1, 1, 'mix', PUT, 4, 70), told(1, 1, 70), asked(1, 2, 'mix', GET, 4, 99)];
    expect(last(...mixed, told(1, 2, 70))).toBe('holds');
    expect(last(...mixed, told(1, 2, 0))).toMatchObject({ key: 'valueWrong' });
    expect(last(asked(1, 1, 'put', 4, 70), told(1, 1, 71))).toMatchObject({ key: 'valueWrong' });
  });

  it('refuses failures, and forgets what nobody can read any more', () => {
    expect(last(asked(1, 1, 'put', 4, 70), told(1, 1, 0, 2))).toMatchObject({ key: 'answerFailed' });
    const memory = keyValue.begin(worldConfig());
    for (let n = 1; n < 100; n++)
      for (const fact of puts(1, n, 4, n)) keyValue.check(memory, { at: 0 as never, ...fact });
    expect(memory).toMatchObject({ puts: { 4: expect.toSatisfy((list: unknown[]) => list.length < 4) } });
  });

  it('puts a value of its own each time', () => {
    const noise: [number, number, number, number] = [1, 2, 3, 4];
    const values = [1, 2, 3].flatMap((client) =>
      [1, 2, 3].map((request) => wordsOf(keyValue.operations.put!.words, request, client, noise)[1]),
    );
    expect(new Set(values).size).toBe(9);
  });
});
