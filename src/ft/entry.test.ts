// Entries survive the wire, and their size is what they weigh on it.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { concatBytes, toHex } from '../base/bytes.ts';
import type { InstructionCount } from '../machine/boundary.ts';
import { decodeEntries, type EntryBody, encodeEntry, entryLength, type LogEntry } from './entry.ts';

const uint32 = fc.integer({ min: 0, max: 0xffff_ffff });
const ticks = fc.maxSafeNat();
const bytes = (minLength: number) => fc.uint8Array({ minLength, maxLength: 40 });

const body: fc.Arbitrary<EntryBody> = fc.oneof(
  fc.record({ kind: fc.constant('clock' as const), time: ticks }),
  fc.record({ kind: fc.constant('timer' as const), time: ticks }),
  fc.record({ kind: fc.constant('entropy' as const), bits: fc.integer({ min: 0, max: 0xffff }) }),
  fc.record({ kind: fc.constant('packet' as const), bytes: bytes(0) }),
  fc.record(
    { kind: fc.constant('diskCompletion' as const), request: uint32, ok: fc.boolean(), bytes: bytes(1) },
    { requiredKeys: ['kind', 'request', 'ok'], noNullPrototype: true },
  ),
  fc.record({ kind: fc.constant('console' as const), byte: fc.integer({ min: 0, max: 255 }) }),
  fc.record({
    kind: fc.constant('output' as const),
    output: fc.constantFrom('packet' as const, 'diskWrite' as const, 'console' as const),
    length: uint32,
    digest: uint32,
  }),
  fc.record({
    kind: fc.constant('control' as const),
    operation: fc.constantFrom('powerOff' as const, 'share' as const, 'quiesce' as const, 'end' as const),
    value: uint32,
  }),
  fc.record({ kind: fc.constant('progress' as const) }),
  fc.record({
    kind: fc.constant('packet' as const),
    bytes: bytes(0),
    interrupt: fc.constant(false as const),
  }),
);

const anyEntry: fc.Arbitrary<LogEntry> = fc
  .tuple(body, uint32, fc.maxSafeNat())
  .map(([body, sequence, instruction]) => ({
    ...body,
    sequence,
    instruction: instruction as InstructionCount,
  }));

describe('an entry', () => {
  test('is the same after the wire, alone and among others', () => {
    fc.assert(
      fc.property(fc.array(anyEntry, { maxLength: 12 }), (entries) => {
        expect(decodeEntries(concatBytes(...entries.map(encodeEntry)))).toEqual(entries);
      }),
    );
  });

  test('weighs what its encoding does', () => {
    fc.assert(
      fc.property(anyEntry, (entry) => {
        expect(encodeEntry(entry).length).toBe(entryLength(entry));
      }),
    );
  });

  test('does not share memory with the frame it came in', () => {
    const bytes = encodeEntry({
      kind: 'packet',
      bytes: Uint8Array.of(1, 2, 3),
      sequence: 1,
      instruction: 9 as InstructionCount,
    });
    const [entry] = decodeEntries(bytes);
    bytes.fill(0);
    expect(entry).toMatchObject({ bytes: Uint8Array.of(1, 2, 3) });
  });
});

describe('the encoding', () => {
  // kind, flag, two zeros, length · sequence · instruction · payload: all little-endian.
  const SEVENTH = '07000000 0500000002000000';

  test.each<[string, EntryBody, string]>([
    ['a clock', { kind: 'clock', time: 0x1_0000_0002 }, `00000000 08000000 ${SEVENTH} 0200000001000000`],
    ['entropy', { kind: 'entropy', bits: 0xabcd }, `01000000 02000000 ${SEVENTH} cdab`],
    ['a timer', { kind: 'timer', time: 258 }, `02000000 08000000 ${SEVENTH} 0201000000000000`],
    ['a packet', { kind: 'packet', bytes: Uint8Array.of(0xde, 0xad) }, `03000000 02000000 ${SEVENTH} dead`],
    [
      'a read that was done',
      { kind: 'diskCompletion', request: 3, ok: true, bytes: Uint8Array.of(0xff) },
      `04010000 05000000 ${SEVENTH} 03000000 ff`,
    ],
    [
      'a write that failed',
      { kind: 'diskCompletion', request: 3, ok: false },
      `04000000 04000000 ${SEVENTH} 03000000`,
    ],
    ['a typed byte', { kind: 'console', byte: 0x41 }, `05000000 01000000 ${SEVENTH} 41`],
    [
      'an output',
      { kind: 'output', output: 'diskWrite', length: 512, digest: 0xdead_beef },
      `06010000 08000000 ${SEVENTH} 00020000 efbeadde`,
    ],
    [
      'an end of the guest’s own',
      { kind: 'control', operation: 'end', value: 258 },
      `07030000 04000000 ${SEVENTH} 02010000`,
    ],
    ['how far the primary has come', { kind: 'progress' }, `08000000 00000000 ${SEVENTH}`],
  ])('of %s is fixed', (_, body, hex) => {
    const entry: LogEntry = { ...body, sequence: 7, instruction: 0x2_0000_0005 as InstructionCount };
    expect(toHex(encodeEntry(entry))).toBe(hex.replaceAll(' ', ''));
  });
});
