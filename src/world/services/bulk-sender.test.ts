// The bulk sender on a bare machine, and what its checker makes of answers.
import { describe, expect, it } from 'vitest';
import guest from '../../scenario/guests/bulk-sender.s?raw';
import { parseUdp } from '../net/ethernet.ts';
import { asked, told, verdict } from '../testing/checker.ts';
import { ask, boot, replies } from '../testing/guest-host.ts';
import { checksumOf } from './bulk-receiver.ts';
import { bulkSender, dataOf } from './bulk-sender.ts';

const DOWNLOAD = 1;

describe('the bulk sender', () => {
  it('sends the data of the request behind their checksum, in one full packet', () => {
    const host = boot(guest);
    for (let sequence = 1; sequence <= 20; sequence++) {
      ask(host, 1 + (sequence % 3), sequence, DOWNLOAD);
      const [frame] = host.frames;
      const payload = new Uint32Array(parseUdp(frame!)!.payload.buffer);
      expect(payload.byteLength).toBe(1400);
      expect([...payload.subarray(3)]).toEqual(dataOf(sequence));
      expect(replies(host)).toEqual([[1 + (sequence % 3), sequence, 0, checksumOf(dataOf(sequence))]]);
    }
  });

  it('sends the same again, whatever it sent to others meanwhile', () => {
    const host = boot(guest);
    ask(host, 1, 1, DOWNLOAD);
    ask(host, 2, 7, DOWNLOAD);
    ask(host, 1, 1, DOWNLOAD);
    const [first, other, again] = host.frames;
    expect(again).toEqual(first);
    expect(other).not.toEqual(first);
  });

  it('refuses an operation that it does not know', () => {
    const host = boot(guest);
    ask(host, 1, 1, 2);
    expect(replies(host)).toEqual([[1, 1, 1, 0]]);
  });
});

describe('its checker', () => {
  it('wants the checksum of the data of this very request', () => {
    expect(verdict(bulkSender, asked(1, 3, 'download'), told(1, 3, checksumOf(dataOf(3))))).toBe('holds');
    expect(verdict(bulkSender, asked(1, 3, 'download'), told(1, 3, checksumOf(dataOf(2))))).toMatchObject({
      key: 'answerWrong',
      values: { request: 3, right: checksumOf(dataOf(3)) },
    });
  });

  it('breaks at a refusal', () => {
    expect(verdict(bulkSender, asked(1, 1, 'download'), told(1, 1, 0, 1))).toMatchObject({
      key: 'answerFailed',
    });
  });
});
