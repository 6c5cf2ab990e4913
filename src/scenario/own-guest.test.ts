// A program that a document carries: it runs in place of the named one, travels in links, and its mistakes have their place.
import { expect, test } from 'vitest';
import { toBase64 } from '../base/bytes.ts';
import { runScenario } from '../world/run.ts';
import { decodeLink, encodeLink } from './codec.ts';
import { parseDocument, type ScenarioDocument, withoutDefaults } from './document.ts';
import { assembleGuest } from './guest.ts';
import { GUESTS } from './guests/index.ts';
import { programPart, sourcesOf } from './program-part.ts';
import { PROGRAM_BYTES_MAX, SOURCE_CHARACTERS_MAX } from './schema.ts';
import { toWorldConfig } from './to-world.ts';

const parsed = (input: unknown): ScenarioDocument => {
  const result = parseDocument(input);
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
};

const refusal = (guest: unknown): string => {
  const result = parseDocument({ guest });
  if (!result.ok) return result.error.message;
  const config = toWorldConfig(result.value);
  return config.ok ? 'accepted' : config.error;
};

const counter = GUESTS.counter!.source;
/** The counter that adds two at a time. */
const byTwo = counter.replace(/1( +# from here on, this is the number)/, '2$1');

const hashOf = (guest: unknown) => {
  const document = parsed({ guest, clients: [{ requests: 3 }], untilNs: 60_000_000 });
  const config = toWorldConfig(document);
  if (!config.ok) throw new Error(config.error);
  const { report } = runScenario(config.value, document.untilNs as never);
  return { hash: report.hosts[0]?.hash, replies: report.clients[0]?.history.map(({ reply }) => reply) };
};

test('the source that a document carries runs in place of the one it names', () => {
  expect(byTwo).not.toBe(counter);
  const named = hashOf({ program: 'counter' });
  expect(named.replies).toHaveLength(3);
  expect(hashOf({ program: 'counter', source: counter })).toEqual(named);
  expect(hashOf({ program: 'counter', source: byTwo }).hash).not.toBe(named.hash);
});

/** The counter as a flat image: all of its memory is in it. */
function flatCounter(): Uint8Array<ArrayBuffer> {
  const image = assembleGuest(parsed({}));
  if (!image.ok) throw new Error(image.error);
  const { bytes, base, end, entry } = image.value;
  expect([base, entry]).toEqual([0x8000_0000, 0x8000_0000]);
  const whole = new Uint8Array(end - base);
  whole.set(bytes);
  return whole;
}

/** An ELF executable of one segment for a machine of this number. */
function elfOf(program: Uint8Array, machine: number): Uint8Array {
  const bytes = new Uint8Array(84 + program.length);
  const view = new DataView(bytes.buffer);
  bytes.set([0x7f, 0x45, 0x4c, 0x46, 1, 1, 1]);
  for (const [at, half] of [
    [16, 2],
    [18, machine],
    [40, 52],
    [42, 32],
    [44, 1],
  ] as const)
    view.setUint16(at, half, true);
  for (const [at, word] of [
    [24, 0x8000_0000],
    [28, 52],
    [52, 1],
    [56, 84],
    [60, 0x8000_0000],
  ] as const)
    view.setUint32(at, word, true);
  view.setUint32(64, 0x8000_0000, true);
  for (const at of [68, 72]) view.setUint32(at, program.length, true);
  bytes.set(program, 84);
  return bytes;
}

test('an image or ELF executable that a document carries runs like the source it was made from', () => {
  expect(hashOf({ elf: toBase64(flatCounter()) })).toEqual(hashOf({}));
  expect(hashOf({ elf: toBase64(elfOf(flatCounter(), 243)) })).toEqual(hashOf({}));
});

test('an ELF executable for another processor is refused with its reason', () => {
  expect(refusal({ elf: toBase64(elfOf(flatCounter(), 62)) })).toBe(
    "guest.elf can't be run: The ELF file is for x86-64; this machine is RISC-V.",
  );
});

test('a mistake in the source is told with its line and column', () => {
  expect(refusal({ source: 'nop\n  addd a0, a0, a1\n' })).toMatch(/^guest\.source:2:3: .*addd/);
  expect(refusal({ source: '.include "nothing.s"\n' })).toMatch(/^guest\.source:1:\d+: .*nothing\.s/);
});

test('what can be no program is refused by the field', () => {
  expect(refusal({ source: 'nop', elf: 'AAAA' })).toBe(
    'guest.elf is given beside guest.source, but a machine runs one program.',
  );
  expect(refusal({ elf: 'AAA' })).toMatch(/^guest\.elf is wrong: .*multiple of 4/);
  expect(refusal({ elf: 'A*==' })).toMatch(/^guest\.elf is "A\*==", but has to be bytes in base64/);
  expect(refusal({ source: ' '.repeat(SOURCE_CHARACTERS_MAX + 1) })).toMatch(/^guest\.source is .*65536/);
  expect(refusal({ source: 'nop\n'.padEnd(SOURCE_CHARACTERS_MAX) })).toBe('accepted');
  expect(refusal({ elf: toBase64(new Uint8Array(PROGRAM_BYTES_MAX + 1)) })).toMatch(
    /^guest\.elf has 262145 bytes/,
  );
});

test('a link and a file carry the program, and a source takes little room in it', async () => {
  const document = parsed({ guest: { program: 'lease', timerHz: 100, source: counter }, clients: [] });
  const link = await encodeLink(document);
  expect(link.length).toBeLessThan(counter.length);
  const back = await decodeLink(link);
  expect(back.ok && back.value.guest).toEqual(document.guest);
  expect(parsed(JSON.parse(JSON.stringify(withoutDefaults(document)))).guest).toEqual(document.guest);
});

test('the lines of the source are found by the name they have in the line table', () => {
  const document = parsed({ guest: { source: counter } });
  const image = assembleGuest(document);
  if (!image.ok) throw new Error(image.error);
  const { files: sources } = sourcesOf(programPart(document, 'vm'));
  for (const file of image.value.lines.files) expect(sources).toHaveProperty([file]);
  expect(sources['guest.source']).toBe(counter);
});
