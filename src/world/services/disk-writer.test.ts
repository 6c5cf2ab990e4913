// The parallel disk writer on a bare machine, and what its checker makes of answers.
import { describe, expect, it } from 'vitest';
import guest from '../../scenario/guests/disk-writer.s?raw';
import { asked, told, verdicts } from '../testing/checker.ts';
import { ask, boot, completeDisk, type GuestHost, replies } from '../testing/guest-host.ts';
import { worldConfig } from '../testing/worlds.ts';
import { diskWriter } from './disk-writer.ts';

const WRITE = 1;

const firstWord = (bytes: Uint8Array) => new DataView(bytes.buffer).getUint32(0, true);

/** What is under way: block and word. */
const underWay = (host: GuestHost) =>
  host.pending.map((operation) => [
    operation.sector,
    operation.kind === 'diskWrite' ? firstWord(operation.bytes) : 'read',
  ]);

describe('the parallel disk writer', () => {
  it('starts four writes at once, three of them to one block, and reads it back', () => {
    const host = boot(guest);
    ask(host, 1, 1, WRITE, 6, 100);
    expect(underWay(host)).toEqual([
      [6, 101],
      [6, 102],
      [7, 103],
      [6, 104],
    ]);
    for (let n = 0; n < 4; n++) completeDisk(host);
    expect(underWay(host)).toEqual([[6, 'read']]);
    completeDisk(host);
    expect(replies(host)).toEqual([[1, 1, 0, 104]]);
  });

  it.each([
    [[3, 0, 0, 0], 102],
    [[1, 2, 1, 0], 101],
    [[2, 1, 0, 0], 104],
  ])('finds what was carried out last when writes are not kept in order: %j', (order, left) => {
    const host = boot(guest);
    ask(host, 1, 1, WRITE, 6, 100);
    for (const which of order) completeDisk(host, true, which);
    completeDisk(host);
    expect(replies(host)).toEqual([[1, 1, 0, left]]);
  });

  it('serves its clients one after the other', () => {
    const host = boot(guest);
    for (const client of [3, 1, 8, 2, 5, 4, 7, 6]) ask(host, client, 1, WRITE, client, 1000 * client);
    const served = [3, 1, 8, 2, 5, 4, 7, 6].map((client) => {
      expect(host.pending.map(({ sector }) => sector)).toEqual([client, client, client + 1, client]);
      for (let n = 0; n < 5; n++) completeDisk(host);
      return [client, 1, 0, 1000 * client + 4];
    });
    expect(replies(host)).toEqual(served);
    expect(host.pending).toEqual([]);
  });

  it('goes round its line', () => {
    const host = boot(guest);
    for (let n = 1; n <= 20; n++) {
      ask(host, 1, n, WRITE, 2, 2 ** 32 - 5 + n);
      for (let done = 0; done < 5; done++) completeDisk(host);
      expect(replies(host)).toEqual([[1, n, 0, (2 ** 32 - 1 + n) % 2 ** 32]]);
    }
  });

  it.each([0, 1, 2, 3, 4])('says so when operation %i fails, and goes on', (failing) => {
    const host = boot(guest);
    ask(host, 1, 1, WRITE, 6, 100);
    ask(host, 2, 1, WRITE, 6, 200);
    for (let n = 0; n < Math.max(4, failing + 1); n++) completeDisk(host, n !== failing);
    expect(replies(host)).toEqual([[1, 1, 2, 0]]);
    for (let n = 0; n < 5; n++) completeDisk(host);
    expect(replies(host)).toEqual([[2, 1, 0, 204]]);
  });

  it.each([[[15, 1]], [[16, 1]], [[2 ** 32 - 1, 1]], [[6]], [[]]])('refuses %j on a disk of 16', (words) => {
    const host = boot(guest);
    ask(host, 1, 1, WRITE, ...words);
    ask(host, 1, 2, 2, 6, 1);
    expect(replies(host)).toEqual([
      [1, 1, 3, 0],
      [1, 2, 1, 0],
    ]);
    expect(host.pending).toEqual([]);
  });
});

describe('its checker', () => {
  const { disk } = worldConfig();
  const config = worldConfig({ disk: { ...disk, blocks: 8 } });
  const judge = (block: number, value: number, status = 0) =>
    verdicts(diskWriter, [asked(1, 1, 'write', block, 100), told(1, 1, value, status)], config).at(-1);

  it('wants what was written last', () => {
    expect(judge(6, 104)).toBe('holds');
    for (const earlier of [101, 102])
      expect(judge(6, earlier)).toEqual({
        key: 'answerWrong',
        values: { client: 'client1', request: 1, value: earlier, right: 104 },
      });
  });

  it('wants a block without a neighbour refused, and no other', () => {
    expect(judge(7, 0, 3)).toBe('holds');
    expect(judge(7, 104)).toMatchObject({ key: 'answerFailed' });
    expect(judge(6, 0, 3)).toMatchObject({ key: 'answerFailed' });
    expect(judge(6, 0, 2)).toMatchObject({ key: 'answerFailed' });
  });
});
