// MurmurHash3 x86 128-bit (Austin Appleby, public domain): fast, the same everywhere, not for secrets.

const C1 = 0x239b961b;
const C2 = 0xab0e9789;
const C3 = 0x38b34ae5;
const C4 = 0xa1e38b93;

function rotateLeft(x: number, by: number): number {
  return (x << by) | (x >>> (32 - by));
}

/** A block's four words before they enter the state, one function for each lane. */
function mix1(k: number): number {
  return Math.imul(rotateLeft(Math.imul(k, C1), 15), C2);
}
function mix2(k: number): number {
  return Math.imul(rotateLeft(Math.imul(k, C2), 16), C3);
}
function mix3(k: number): number {
  return Math.imul(rotateLeft(Math.imul(k, C3), 17), C4);
}
function mix4(k: number): number {
  return Math.imul(rotateLeft(Math.imul(k, C4), 18), C1);
}

/** Forces all bits of one word to avalanche. */
function finalMix(h: number): number {
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}

/** Up to four bytes from `at` as a little-endian word; what lies behind the end reads as zero. */
function tailWord(bytes: Uint8Array, at: number): number {
  return (
    (bytes[at] ?? 0) |
    ((bytes[at + 1] ?? 0) << 8) |
    ((bytes[at + 2] ?? 0) << 16) |
    ((bytes[at + 3] ?? 0) << 24)
  );
}

/**
 * Writes the four 32-bit words of the hash of `bytes` to `out[at … at + 3]`. To combine hashes, collect their
 * words in one array and hash that array's bytes.
 */
export function hashInto(out: Uint32Array, at: number, bytes: Uint8Array, seed = 0): void {
  const length = bytes.length;
  const body = length & ~15;
  const view = new DataView(bytes.buffer, bytes.byteOffset, length);
  let h1 = seed | 0;
  let h2 = h1;
  let h3 = h1;
  let h4 = h1;
  for (let i = 0; i < body; i += 16) {
    h1 ^= mix1(view.getInt32(i, true));
    h1 = (Math.imul((rotateLeft(h1, 19) + h2) | 0, 5) + 0x561ccd1b) | 0;
    h2 ^= mix2(view.getInt32(i + 4, true));
    h2 = (Math.imul((rotateLeft(h2, 17) + h3) | 0, 5) + 0x0bcaa747) | 0;
    h3 ^= mix3(view.getInt32(i + 8, true));
    h3 = (Math.imul((rotateLeft(h3, 15) + h4) | 0, 5) + 0x96cd1c35) | 0;
    h4 ^= mix4(view.getInt32(i + 12, true));
    h4 = (Math.imul((rotateLeft(h4, 13) + h1) | 0, 5) + 0x32ac3b17) | 0;
  }
  if (body < length) {
    h1 ^= mix1(tailWord(bytes, body));
    h2 ^= mix2(tailWord(bytes, body + 4));
    h3 ^= mix3(tailWord(bytes, body + 8));
    h4 ^= mix4(tailWord(bytes, body + 12));
  }
  h2 ^= length;
  h3 ^= length;
  h4 ^= length;
  h1 = ((h1 ^ length) + h2 + h3 + h4) | 0;
  h2 = finalMix(h2 + h1);
  h3 = finalMix(h3 + h1);
  h4 = finalMix(h4 + h1);
  h1 = (finalMix(h1) + h2 + h3 + h4) | 0;
  out[at] = h1;
  out[at + 1] = h1 + h2;
  out[at + 2] = h1 + h3;
  out[at + 3] = h1 + h4;
}

/** The hash of `bytes` as 32 hex digits: its four words in order, each most significant digit first. */
export function hashHex(bytes: Uint8Array, seed = 0): string {
  hashInto(hash, 0, bytes, seed);
  for (let digit = 0; digit < codes.length; digit++) {
    const value = ((hash[digit >> 3] as number) >>> (28 - 4 * (digit & 7))) & 15;
    codes[digit] = value + (value < 10 ? CODE_0 : CODE_A - 10);
  }
  return String.fromCharCode(...codes);
}

/** Only used within one call: every fact has such a hash, and making text of words one by one takes three times as long. */
const hash = new Uint32Array(4);
const codes: number[] = Array.from({ length: 32 }, () => 0);
const CODE_0 = 0x30;
const CODE_A = 0x61;
