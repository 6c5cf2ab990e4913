// The ELF reader: what it takes, and the sentence for what it refuses.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readElf } from './elf.ts';

const HEADER = 52;
const PROGRAM_HEADERS = 2 * 32;
const CODE = Uint8Array.of(0x13, 0, 0, 0, 0x6f, 0, 0, 0);
const NAMES = '\0_start\0buffer\0$x\0';

/** An executable of two segments (code, and .bss behind it) and a symbol table. */
function makeElf(): Uint8Array<ArrayBuffer> {
  const code = HEADER + PROGRAM_HEADERS;
  const names = code + CODE.length;
  const symbols = 192;
  const sections = symbols + 5 * 16;
  const bytes = new Uint8Array(sections + 3 * 40);
  const view = new DataView(bytes.buffer);
  const put = (at: number, ...values: number[]): void => {
    for (const [i, value] of values.entries()) view.setUint32(at + 4 * i, value, true);
  };
  bytes.set([0x7f, 0x45, 0x4c, 0x46, 1, 1, 1]);
  view.setUint16(16, 2, true);
  view.setUint16(18, 243, true);
  put(20, 1, 0x80000004, HEADER, sections, 0);
  for (const [i, half] of [HEADER, 32, 2, 40, 3, 0].entries()) view.setUint16(40 + 2 * i, half, true);
  put(HEADER, 1, code, 0x80000000, 0x80000000, CODE.length, CODE.length, 5, 4096);
  put(HEADER + 32, 1, 0, 0xc0000000, 0x80001000, 0, 64, 6, 4096);
  bytes.set(CODE, code);
  bytes.set(new TextEncoder().encode(NAMES), names);
  const symbol = (i: number, name: number, value: number, info: number, section: number): void => {
    put(symbols + 16 * i, name, value, 0);
    view.setUint8(symbols + 16 * i + 12, info);
    view.setUint16(symbols + 16 * i + 14, section, true);
  };
  symbol(1, 1, 0x80000004, 0x12, 1);
  symbol(2, 8, 0x80001000, 0x01, 2);
  symbol(3, 15, 0x80000000, 0x00, 1);
  symbol(4, 8, 5, 0x03, 1);
  put(sections + 40, 0, 2, 0, 0, symbols, 5 * 16, 2);
  put(sections + 80, 0, 3, 0, 0, names, NAMES.length);
  return bytes;
}

/** The same with some bytes changed. */
function changed(at: number, ...values: number[]): Uint8Array<ArrayBuffer> {
  const bytes = makeElf();
  bytes.set(values, at);
  return bytes;
}

/** With a compressed instruction at the entry. */
function compressed(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  bytes[HEADER + PROGRAM_HEADERS + 4] = 1;
  return bytes;
}

/** The code's segment begins with the file's headers, in front of RAM. */
function withHeadersInFront(): Uint8Array<ArrayBuffer> {
  const bytes = makeElf();
  const code = HEADER + PROGRAM_HEADERS;
  const view = new DataView(bytes.buffer);
  const address = 0x80000000 - code;
  for (const [n, value] of [0, address, address, code + CODE.length, code + CODE.length].entries())
    view.setUint32(HEADER + 4 + 4 * n, value, true);
  return bytes;
}

describe('an ELF executable', () => {
  it('may say that it has compressed instructions, if it does not begin with one', () => {
    expect(readElf(changed(36, 1)).ok).toBe(true);
  });

  it('is loaded without its own headers when the linker put them below RAM', () => {
    const plain = readElf(makeElf());
    const bytes = withHeadersInFront();
    expect(readElf(bytes)).toEqual(plain);
    // With the second program header out of the way, its bytes in front of RAM are no header's.
    bytes[44] = 1;
    const refused = readElf(bytes);
    expect(refused.ok ? 'taken' : refused.error).toContain('There is no room for the segment 0x7fffff8c');
  });

  it('is loaded at its physical addresses, with its symbols', () => {
    const result = readElf(makeElf());
    if (!result.ok) throw new Error(result.error);
    const { base, bytes, end, entry, symbols } = result.value;
    expect({ base, end, entry }).toEqual({ base: 0x80000000, end: 0x80001040, entry: 0x80000004 });
    expect(bytes).toEqual(CODE);
    expect(symbols).toEqual(
      new Map([
        ['_start', 0x80000004],
        ['buffer', 0x80001000],
      ]),
    );
  });

  it.each([
    ['something else', Uint8Array.of(1, 2, 3, 4), 'not an ELF file'],
    ['64 bits', changed(4, 2), '64-bit'],
    ['no class', changed(4, 9), 'class is 9'],
    ['big-endian', changed(5, 2), 'big-endian'],
    ['no byte order', changed(5, 7), 'byte order is 7'],
    ['a cut header', makeElf().slice(0, 40), '40 of 52 bytes'],
    ['x86-64', changed(18, 62), 'x86-64'],
    ['an unknown machine', changed(18, 250), 'machine number 250'],
    ['an object file', changed(16, 1), 'has not been linked'],
    ['a shared object', changed(16, 3), '-no-pie'],
    ['compressed code', compressed(changed(36, 1)), 'begins with a compressed instruction at 0x80000004'],
    ['hard float', changed(36, 4), 'floating-point registers'],
    ['a dynamic linker', changed(HEADER, 3), 'dynamic linker'],
    ['nothing to load', changed(44, 0), 'nothing to load'],
    ['missing program headers', changed(28, 0, 0, 1), 'program headers are missing'],
    ['a segment cut off', changed(HEADER + 4, 0, 0, 1), 'goes beyond its end'],
    ['more in the file than in memory', changed(HEADER + 20, 1), 'more bytes in the file'],
    ['a segment below RAM', changed(HEADER + 15, 0x10), 'There is no room'],
    ['a segment beyond RAM', changed(HEADER + 32 + 23, 0x10), 'There is no room'],
    ['an entry outside', changed(24, 0x08), 'entry point 0x80000008'],
    ['an odd entry', changed(24, 0x02), 'entry point 0x80000002'],
  ])('is refused when it is %s', (_, bytes, reason) => {
    const result = readElf(bytes);
    expect(result.ok ? 'taken' : result.error).toContain(reason);
  });

  it('never throws, whatever is damaged', () => {
    const whole = makeElf();
    const damage = fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { maxLength: 12 });
    fc.assert(
      fc.property(damage, fc.nat(whole.length), (changes, length) => {
        const bytes = makeElf().slice(0, length);
        for (const [at, value] of changes) if (at < length) bytes[at] = value;
        expect(typeof readElf(bytes).ok).toBe('boolean');
      }),
      { numRuns: 1000 },
    );
  });
});
