// A client in C that gcc built, which shares nothing with client.s: the boot block, the network and the counter are enough for it.
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { readElf } from '../../assembler/elf.ts';
import { clientEndpoint, encodeRequest, parseUdp, udpFrame, VM_ENDPOINT } from '../../world/net/ethernet.ts';
import { boot as bootGuest, completeDisk, receive as guestReceives } from '../../world/testing/guest-host.ts';
import counter from '../guests/counter.s?raw';
import {
  answer,
  bootClient,
  type ClientHost,
  TICKS_A_MILLISECOND as MS,
  passTime,
  powerLost,
  receive,
  replyFrame,
  requests,
  settle,
  timerAt,
  wordAt,
  workload,
} from '../testing/client-host.ts';

const elf = readElf(new Uint8Array(readFileSync(new URL('../testing/c-client/client.elf', import.meta.url))));
if (!elf.ok) throw new Error(elf.error);
const image = elf.value;

/** A client in C that has sent its first request. */
function asking(count = 3): ClientHost {
  const host = bootClient({ image, workload: workload({ requests: count, retry: 10 * MS }) });
  expect(host.frames).toEqual([]);
  expect(timerAt(host)).toBeGreaterThanOrEqual(5 * MS);
  passTime(host);
  return host;
}

it('asks as any client does', () => {
  const host = asking();
  const payload = encodeRequest({ sequence: 1, operation: 1 });
  expect(parseUdp(host.frames[0]!.bytes)).toEqual(
    parseUdp(udpFrame(clientEndpoint(2), VM_ENDPOINT, payload)),
  );
});

it('asks again until the answer comes, and takes no other for it', () => {
  const host = asking();
  passTime(host);
  expect(Math.abs(host.frames[1]!.at - host.frames[0]!.at - 10 * MS)).toBeLessThan(100);
  const wrong = replyFrame(host, [1, 0, 5]);
  wrong[50]! ^= 1;
  receive(host, wrong);
  receive(host, replyFrame(host, [1, 0, 5], { ...VM_ENDPOINT, port: 7001 }));
  answer(host, 2, 0, 5);
  expect(wordAt(host, 'answers_count')).toBe(0);
  answer(host, 1, 0, 11);
  expect([wordAt(host, 'answers_count'), wordAt(host, 'last_value')]).toEqual([1, 11]);
  passTime(host);
  expect(requests(host)).toEqual([
    [1, 1],
    [1, 1],
    [2, 1],
  ]);
  answer(host, 1, 0, 11);
  expect([wordAt(host, 'answers_count'), wordAt(host, 'duplicates')]).toEqual([1, 1]);
});

it('uses no number again after a loss of power', () => {
  const back = powerLost(asking());
  settle(back);
  expect(requests(back)).toEqual([[2, 1]]);
});

it('counts the counter up', () => {
  const client = asking(5);
  const block = new Uint8Array(512);
  block[0] = 10;
  const guest = bootGuest(counter, { blocks: [[7, block]] });
  completeDisk(guest);
  const values: number[] = [];
  for (let n = 0; n < 5; n++) {
    for (const { bytes } of client.frames.splice(0)) guestReceives(guest, bytes);
    completeDisk(guest);
    for (const frame of guest.frames.splice(0)) receive(client, frame);
    values.push(wordAt(client, 'last_value'));
    if (n < 4) passTime(client);
  }
  expect(values).toEqual([11, 12, 13, 14, 15]);
  expect(wordAt(client, 'answers_count')).toBe(5);
  passTime(client);
  expect(client.frames).toEqual([]);
  expect(timerAt(client)).toBe(Number.POSITIVE_INFINITY);
});
