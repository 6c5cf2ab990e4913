// Bytes in fewer bytes: what has come before is referred to (Lempel and Ziv, 1977). Quick rather than small; for what is kept in memory.

/** The shortest sequence that is worth referring to, and the farthest back that is looked for. */
const MATCH_LEAST = 4;
const HASH_BITS = 12;

/** Where four bytes with such a hash were last, plus `base`: what is not above it is of an earlier call. */
const places = new Int32Array(1 << HASH_BITS);
let base = 0;

/** Kept between calls so that only what is needed is allocated; no call sees another's. */
let output = new Uint8Array(1 << 14);

function putVarint(at: number, value: number): number {
  let left = value;
  let to = at;
  for (; left > 0x7f; left >>>= 7) output[to++] = (left & 0x7f) | 0x80;
  output[to++] = left;
  return to;
}

const NOTHING = new Uint8Array(0);

/**
 * A sequence of: how many bytes stand here, these bytes, how many come again, and from how far back. The last may end after the bytes.
 * @param before bytes that come first, and that whoever wants the others again has too
 */
export function squeeze(bytes: Uint8Array, before: Uint8Array = NOTHING): Uint8Array<ArrayBuffer> {
  // At worst every four bytes are a reference of five.
  if (output.length < 2 * bytes.length + 16) output = new Uint8Array(2 * bytes.length + 16);
  if (base > 2 ** 30) {
    places.fill(0);
    base = 0;
  }
  const all = before.length === 0 ? bytes : joined(before, bytes);
  const end = before.length + bytes.length;
  let to = putVarint(0, bytes.length);
  let from = before.length;
  for (let at = 0; at + MATCH_LEAST <= end; ) {
    const word = all[at]! | (all[at + 1]! << 8) | (all[at + 2]! << 16) | (all[at + 3]! << 24);
    const hash = Math.imul(word, 0x9e3779b1) >>> (32 - HASH_BITS);
    const known = places[hash]! - base - 1;
    places[hash] = base + at + 1;
    if (at < from || known < 0 || !isAt(all, known, at)) {
      at++;
      continue;
    }
    let stop = at + MATCH_LEAST;
    while (stop < end && all[stop] === all[known + stop - at]) stop++;
    to = putBytes(to, all, from, at);
    to = putVarint(to, stop - at);
    to = putVarint(to, at - known);
    at = stop;
    from = stop;
  }
  to = putBytes(to, all, from, end);
  base += end;
  return output.slice(0, to);
}

function joined(before: Uint8Array, bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(before.length + bytes.length);
  all.set(before);
  all.set(bytes, before.length);
  return all;
}

const isAt = (bytes: Uint8Array, known: number, at: number): boolean =>
  bytes[known] === bytes[at] &&
  bytes[known + 1] === bytes[at + 1] &&
  bytes[known + 2] === bytes[at + 2] &&
  bytes[known + 3] === bytes[at + 3];

function putBytes(at: number, bytes: Uint8Array, from: number, end: number): number {
  let to = putVarint(at, end - from);
  for (let i = from; i < end; i++) output[to++] = bytes[i]!;
  return to;
}

/** The reverse of `squeeze`, with the same bytes `before`. */
export function unsqueeze(squeezed: Uint8Array, before: Uint8Array = NOTHING): Uint8Array<ArrayBuffer> {
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = squeezed[at++]!;
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  const bytes = new Uint8Array(before.length + varint());
  bytes.set(before);
  for (let to = before.length; to < bytes.length; ) {
    for (let left = varint(); left > 0; left--) bytes[to++] = squeezed[at++]!;
    if (to >= bytes.length) break;
    const end = to + varint();
    const back = varint();
    for (; to < end; to++) bytes[to] = bytes[to - back]!;
  }
  return before.length === 0 ? bytes : bytes.slice(before.length);
}
