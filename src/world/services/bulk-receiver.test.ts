// The bulk receiver on a bare machine, and what its checker makes of answers.
import { describe, expect, it } from 'vitest';
import { namedStream } from '../../base/prng.ts';
import guest from '../../scenario/guests/bulk-receiver.s?raw';
import { asked, askedAgain, told, verdict } from '../testing/checker.ts';
import { ask, boot, receive, replies, requestFrame } from '../testing/guest-host.ts';
import { wordsOf } from '../testing/words.ts';
import { bulkReceiver, checksumOf } from './bulk-receiver.ts';

const UPLOAD = 1;
const { upload } = bulkReceiver.operations;
const noise = namedStream('test', 1);
const words = (request: number) => wordsOf(upload?.words ?? [], request, 1, noise);

describe('the bulk receiver', () => {
  it('takes packets as full as can be, and answers with the checksum of all of them', () => {
    const host = boot(guest);
    const all: number[] = [];
    for (const sequence of [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]) {
      const some = words(sequence);
      all.push(...some);
      const frame = requestFrame(1, sequence, UPLOAD, ...some);
      expect(frame.length).toBe(14 + 20 + 8 + 8 + 1400);
      receive(host, frame);
      expect(replies(host)).toEqual([[1, sequence, 0, checksumOf(all)]]);
    }
  });

  it('keeps its clients apart, and takes no upload twice', () => {
    const host = boot(guest);
    ask(host, 1, 1, UPLOAD, 5, 7);
    ask(host, 2, 1, UPLOAD, 9);
    ask(host, 1, 1, UPLOAD, 5, 7);
    ask(host, 1, 2, UPLOAD, 1);
    ask(host, 1, 3, UPLOAD);
    expect(replies(host)).toEqual([
      [1, 1, 0, 31 * 5 + 7],
      [2, 1, 0, 9],
      [1, 1, 0, 31 * 5 + 7],
      [1, 2, 0, 31 * (31 * 5 + 7) + 1],
      [1, 3, 0, 31 * (31 * 5 + 7) + 1],
    ]);
  });

  it('refuses an operation that it does not know', () => {
    const host = boot(guest);
    for (const [i, operation] of [0, 2, 257].entries()) ask(host, 1, i + 1, operation, 3);
    ask(host, 1, 4, UPLOAD, 3);
    expect(replies(host)).toEqual([
      [1, 1, 1, 0],
      [1, 2, 1, 0],
      [1, 3, 1, 0],
      [1, 4, 0, 3],
    ]);
  });
});

describe('its checker', () => {
  const first = [asked(1, 1, 'upload', 5, 7), told(1, 1, 162)];

  it('wants the checksum of everything in order', () => {
    expect(verdict(bulkReceiver, ...first)).toBe('holds');
    const more = [askedAgain(1, 1, 'upload', 5, 7), asked(2, 1, 'upload', 9), asked(1, 2, 'upload', 1)];
    expect(verdict(bulkReceiver, ...first, ...more, told(1, 2, 31 * 162 + 1))).toBe('holds');
    expect(verdict(bulkReceiver, ...first, ...more, told(2, 1, 9))).toBe('holds');
  });

  it.each([
    ['an upload is lost', told(1, 2, 1)],
    ['an upload is taken twice', told(1, 2, checksumOf([5, 7, 5, 7, 1]))],
  ])('breaks when %s', (_, answer) => {
    expect(verdict(bulkReceiver, ...first, asked(1, 2, 'upload', 1), answer)).toMatchObject({
      key: 'answerWrong',
      values: { client: 'client1', request: 2, right: 5023 },
    });
  });

  it('breaks at a refusal, and at an answer that nobody waits for', () => {
    expect(verdict(bulkReceiver, asked(1, 1, 'upload', 5), told(1, 1, 0, 1))).toMatchObject({
      key: 'answerFailed',
    });
    expect(verdict(bulkReceiver, ...first, told(1, 1, 162))).toMatchObject({ key: 'answerUnasked' });
  });
});
