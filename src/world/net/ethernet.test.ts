// The bytes of the LAN against bytes that other implementations write, and against damage.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromHex, toHex } from '../../base/bytes.ts';
import { VM_MAC } from '../base/config.ts';
import {
  announcement,
  clientAt,
  clientEndpoint,
  decodeReply,
  decodeRequest,
  type Endpoint,
  encodeRequest,
  isAnnouncement,
  parseUdp,
  udpFrame,
  VM_ENDPOINT,
} from './ethernet.ts';

function bytes(hex: string): Uint8Array<ArrayBuffer> {
  const result = fromHex(hex.replaceAll(/\s/g, ''));
  if (!result.ok) throw new Error(result.error);
  return result.value;
}

const byte = fc.integer({ min: 0, max: 255 });
const endpoint: fc.Arbitrary<Endpoint> = fc.record({
  mac: fc.uint8Array({ minLength: 6, maxLength: 6 }),
  ip: fc.tuple(byte, byte, byte, byte),
  port: fc.integer({ min: 0, max: 0xffff }),
});

/** The sum that the standards ask for (RFC 1071), written down once more in another way: 0xffff when all is well. */
function onesSum(words: Uint8Array): number {
  const padded = words.length % 2 === 0 ? words : Uint8Array.of(...words, 0);
  const view = new DataView(padded.buffer, padded.byteOffset, padded.length);
  let sum = 0;
  for (let at = 0; at < padded.length; at += 2) {
    sum += view.getUint16(at);
    if (sum > 0xffff) sum -= 0xffff;
  }
  return sum;
}

/** Addresses, a zero, the protocol, the length of the datagram, and the datagram. */
function pseudoHeaderAndAll(frame: Uint8Array): Uint8Array {
  const datagram = frame.subarray(34);
  return Uint8Array.of(
    ...frame.subarray(26, 34),
    0,
    17,
    datagram.length >> 8,
    datagram.length & 0xff,
    ...datagram,
  );
}

describe('a UDP frame', () => {
  test('is, byte for byte, what it has to be', () => {
    const frame = udpFrame(clientEndpoint(1), VM_ENDPOINT, encodeRequest({ sequence: 1, operation: 1 }));
    expect(toHex(frame)).toBe(
      toHex(
        bytes(`525400123456 020000000001 0800
               4500 0024 0000 0000 40 11 665b 0a000065 0a00000a
               1389 1b58 0010 ba7e 01000000 01000000`),
      ),
    );
  });

  test('has the checksums that RFC 1071 asks for', () => {
    fc.assert(
      fc.property(endpoint, endpoint, fc.uint8Array({ maxLength: 60 }), (from, to, payload) => {
        const frame = udpFrame(from, to, payload);
        expect(onesSum(frame.subarray(14, 34))).toBe(0xffff);
        expect(onesSum(pseudoHeaderAndAll(frame))).toBe(0xffff);
        expect((frame[40] as number) | (frame[41] as number)).not.toBe(0);
      }),
    );
  });

  test('is read back', () => {
    fc.assert(
      fc.property(
        endpoint,
        endpoint,
        fc.uint8Array({ maxLength: 60 }),
        fc.nat(20),
        (from, to, payload, pad) => {
          const frame = udpFrame(from, to, payload);
          const padded = new Uint8Array(frame.length + pad);
          padded.set(frame);
          expect(parseUdp(padded)).toEqual({ from, to, payload });
        },
      ),
    );
  });

  test('with any one bit of it wrong is not read, or was not changed where it matters', () => {
    const frame = udpFrame(clientEndpoint(2), VM_ENDPOINT, encodeRequest({ sequence: 7, operation: 1 }));
    const good = parseUdp(frame);
    for (let bit = 12 * 8; bit < frame.length * 8; bit++) {
      const damaged = frame.slice();
      damaged[bit >> 3] = (damaged[bit >> 3] as number) ^ (1 << (bit & 7));
      expect(parseUdp(damaged), `bit ${bit}`).toBeUndefined();
    }
    const elsewhere = frame.slice();
    elsewhere[0] = 0;
    expect(parseUdp(elsewhere)?.payload).toEqual(good?.payload);
  });

  test('that is cut off anywhere is not read', () => {
    const frame = udpFrame(clientEndpoint(2), VM_ENDPOINT, encodeRequest({ sequence: 7, operation: 1 }));
    for (let length = 0; length < frame.length; length++)
      expect(parseUdp(frame.slice(0, length))).toBeUndefined();
  });

  test('without a checksum is read: none was asked for', () => {
    const frame = udpFrame(clientEndpoint(2), VM_ENDPOINT, Uint8Array.of(1, 2, 3, 4));
    frame[40] = 0;
    frame[41] = 0;
    expect(parseUdp(frame)?.payload).toEqual(Uint8Array.of(1, 2, 3, 4));
  });

  test('of another protocol is not read', () => {
    expect(parseUdp(announcement(VM_MAC))).toBeUndefined();
  });
});

describe('the announcement', () => {
  test('is a reverse ARP broadcast from the VM’s MAC about itself', () => {
    const frame = announcement(VM_MAC);
    expect(toHex(frame)).toBe(
      toHex(
        bytes(`ffffffffffff 525400123456 8035
               0001 0800 06 04 0003 525400123456 00000000 525400123456 00000000`),
      ),
    );
    expect(isAnnouncement(frame)).toBe(true);
    expect(isAnnouncement(udpFrame(VM_ENDPOINT, clientEndpoint(1), new Uint8Array(4)))).toBe(false);
  });
});

describe('requests and replies', () => {
  test('survive the wire', () => {
    const word = fc.integer({ min: 0, max: 0xffff_ffff });
    fc.assert(
      fc.property(word, word, word, (sequence, operation, value) => {
        const bare = { sequence, operation, arguments: [] };
        expect(decodeRequest(encodeRequest({ sequence, operation }))).toEqual(bare);
        const words = [operation, value];
        const request = encodeRequest({ sequence, operation, arguments: words });
        expect(decodeRequest(request)).toEqual({ sequence, operation, arguments: words });
        const broken = Uint8Array.from([...request, 1, 2, 3]);
        expect(decodeRequest(broken)).toEqual({ sequence, operation, arguments: words });
        expect([...new Uint32Array(request.buffer)]).toEqual([sequence, operation, ...words]);
        const reply = new Uint8Array(12);
        new Uint32Array(reply.buffer).set([sequence, operation, value]);
        expect(decodeReply(reply)).toEqual({ sequence, status: operation, value });
      }),
    );
  });

  test('that are too short are none', () => {
    expect(decodeRequest(new Uint8Array(7))).toBeUndefined();
    expect(decodeReply(new Uint8Array(11))).toBeUndefined();
  });
});

test('clients are told apart by their addresses', () => {
  const clients = [1, 2].map((number) => ({ number, config: { id: `client${number}` } }));
  expect(clientAt(clients, clientEndpoint(2))).toBe('client2');
  expect(clientAt(clients, clientEndpoint(3))).toBeUndefined();
  expect(clientAt(clients, VM_ENDPOINT)).toBeUndefined();
});
