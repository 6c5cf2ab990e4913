// The bulk disk reader on a bare machine, and what its checker makes of answers.
import { describe, expect, it } from 'vitest';
import guest from '../../scenario/guests/disk-reader.s?raw';
import { asked, told, verdicts } from '../testing/checker.ts';
import {
  ask,
  blockWith,
  boot,
  completeDisk,
  type EthernetFrame,
  type GuestHost,
  receive,
  replies,
  requestFrame,
} from '../testing/guest-host.ts';
import { worldConfig } from '../testing/worlds.ts';
import { diskReader } from './disk-reader.ts';

const SUM = 1;
const SECTORS = 6;
/** Block n holds 10^n, in its first and its last word half each. */
const blocks = Array.from({ length: SECTORS }, (_, n): [number, EthernetFrame] => {
  const words = Array<number>(128).fill(0);
  words[0] = words[127] = 10 ** n / 2;
  return [n, blockWith(...words)];
});
blocks[0] = [0, blockWith(...Array<number>(127).fill(0), 1)];
const bootReader = () => boot(guest, { blocks, sectors: SECTORS });

/** Completes so many reads, of those under way the given one each time. */
function read(host: GuestHost, count: number, which = 0, ok = true): number[] {
  return Array.from({ length: count }, () => completeDisk(host, ok, which).sector);
}

describe('the bulk disk reader', () => {
  it('reads the disk from beginning to end, over and over, with four reads under way', () => {
    const host = bootReader();
    expect(host.pending.map(({ sector }) => sector)).toEqual([0, 1, 2, 3]);
    expect(read(host, 14)).toEqual([0, 1, 2, 3, 4, 5, 0, 1, 2, 3, 4, 5, 0, 1]);
    expect(host.frames).toEqual([]);
  });

  it('reads into four pages of memory', () => {
    const host = bootReader();
    read(host, 5, 2);
    const pages = host.pending.map(({ memory }) => memory.map(({ address }) => address >>> 12));
    expect(new Set(pages.flat()).size).toBe(4);
  });

  it.each([1, 2, 3, 4, 5, 6])(
    'answers with the sum of the first %i blocks, whenever it is asked',
    (wanted) => {
      const sum = Number('111111'.slice(-wanted));
      for (let before = 0; before < SECTORS; before++) {
        const host = bootReader();
        read(host, before);
        ask(host, 1, 1, SUM, wanted);
        read(host, SECTORS + 4);
        expect(replies(host)).toEqual([[1, 1, 0, sum]]);
      }
    },
  );

  it('counts each block once, in whatever order reads end', () => {
    for (const which of [1, 2, 3]) {
      const host = bootReader();
      read(host, 3, which);
      ask(host, 1, 1, SUM, 6);
      ask(host, 2, 1, SUM, 3);
      // One read stays under way while the others go round the disk more than once.
      read(host, 20, which);
      read(host, 30, 0);
      const sorted = replies(host).sort(([a = 0], [b = 0]) => a - b);
      expect(sorted).toEqual([
        [1, 1, 0, 111_111],
        [2, 1, 0, 111],
      ]);
    }
  });

  it('answers each client by itself, one request after the other', () => {
    const host = bootReader();
    for (let n = 1; n <= 8; n++) ask(host, n, 1, SUM, 1 + (n % 6));
    read(host, 12);
    ask(host, 3, 2, SUM, 1);
    read(host, 12);
    const told = replies(host);
    expect(told.length).toBe(9);
    for (const [client = 0, sequence, status, value] of told) {
      const wanted = sequence === 2 ? 1 : 1 + (client % 6);
      expect([status, value]).toEqual([0, Number('111111'.slice(-wanted))]);
    }
  });

  it('says so when the disk fails, and reads on', () => {
    const host = bootReader();
    ask(host, 1, 1, SUM, 1);
    ask(host, 2, 1, SUM, 6);
    read(host, 4);
    expect(host.pending[0]?.sector).toBe(4);
    read(host, 2, 0, false);
    expect(replies(host)).toEqual([[2, 1, 2, 0]]);
    read(host, 6);
    expect(replies(host)).toEqual([[1, 1, 0, 1]]);
    ask(host, 2, 2, SUM, 6);
    read(host, 10);
    expect(replies(host)).toEqual([[2, 2, 0, 111_111]]);
  });

  it('does not take what stands behind a request for its argument', () => {
    const host = bootReader();
    receive(host, Uint8Array.from([...requestFrame(1, 1, SUM), 1, 0, 0, 0]));
    expect(replies(host)).toEqual([[1, 1, 3, 0]]);
  });

  it.each([
    [[0], 3],
    [[7], 3],
    [[2 ** 32 - 1], 3],
    [[], 3],
  ])('refuses to sum %j blocks of six', (wanted, status) => {
    const host = bootReader();
    ask(host, 1, 1, SUM, ...wanted);
    ask(host, 1, 2, 2, 1);
    expect(replies(host)).toEqual([
      [1, 1, status, 0],
      [1, 2, 1, 0],
    ]);
  });
});

describe('its checker', () => {
  const { disk } = worldConfig();
  const contents = [
    { block: 0, bytes: Uint8Array.of(1, 0, 0, 0, 2) },
    { block: 3, bytes: Uint8Array.of(255, 255, 255, 255) },
    { block: 5, bytes: Uint8Array.of(0, 1) },
  ];
  const config = worldConfig({ disk: { ...disk, blocks: 8, contents } });
  const judge = (wanted: number, value: number, status = 0) =>
    verdicts(diskReader, [asked(1, 1, 'sum', wanted), told(1, 1, value, status)], config).at(-1);

  it('wants the sum of what the disk began with', () => {
    expect([judge(1, 3), judge(3, 3), judge(4, 2), judge(8, 258)]).toEqual(Array(4).fill('holds'));
    expect(judge(4, 3)).toEqual({
      key: 'answerWrong',
      values: { client: 'client1', request: 1, value: 3, right: 2 },
    });
  });

  it('wants what is too much refused, and nothing else', () => {
    expect(judge(9, 0, 3)).toBe('holds');
    expect(judge(9, 258)).toMatchObject({ key: 'answerFailed' });
    expect(judge(8, 0, 3)).toMatchObject({ key: 'answerFailed' });
    expect(judge(8, 0, 2)).toMatchObject({ key: 'answerFailed' });
  });
});
