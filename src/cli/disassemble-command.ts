// `understudy disassemble`: a program as instructions, a line each, under its labels.

import { disassemble, type SymbolAt, symbolizer } from '../assembler/disassembler.ts';
import { hex, wordDigits } from '../base/hex.ts';
import type { Image } from '../isa/image.ts';
import { type Arguments, command } from './arguments.ts';
import { type Io, OK } from './io.ts';
import { readProgram } from './program.ts';

/** So many zero words in a row are one line: nobody has written them. */
const ZEROS = 8;

/** Lines are printed in parts: an image may be of 128 MiB. */
const LINES_IN_PART = 1024;

export const DISASSEMBLE = command(
  { name: 'disassemble', operands: ['FILE'], options: {}, text: 'a line for each instruction' },
  disassembleFile,
);

function disassembleFile(io: Io, { operands }: Arguments): number {
  let lines: string[] = [];
  for (const line of listing(readProgram(io, operands[0] ?? ''))) {
    lines.push(line);
    if (lines.length < LINES_IN_PART) continue;
    io.out(lines.join(''));
    lines = [];
  }
  io.out(lines.join(''));
  return OK;
}

function* listing(image: Image): Generator<string> {
  const { base, bytes } = image;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const labels = labelsOf(image);
  const symbolAt = symbolizer(image);
  const isLabelled = (at: number) => [0, 1, 2, 3].some((place) => labels.has(base + at + place));
  const whole = bytes.length & ~3;
  for (let at = 0; at < whole; ) {
    for (const name of labels.get(base + at) ?? []) yield `${name}:\n`;
    const zeros = zeroWords(view, at, isLabelled);
    if (zeros >= ZEROS) yield `  ${wordDigits(base + at)}            .zero ${4 * zeros}\n`;
    else yield instructionLine(view.getUint32(at, true), base + at, symbolAt);
    for (const place of [1, 2, 3])
      for (const name of labels.get(base + at + place) ?? [])
        yield `${name}:  # ${wordDigits(base + at + place)}\n`;
    at += zeros >= ZEROS ? 4 * zeros : 4;
  }
  const rest = [...bytes.subarray(whole)].map((byte) => hex(byte, 2));
  if (rest.length > 0) yield `  ${wordDigits(base + whole)}            .byte ${rest.join(', ')}\n`;
}

function instructionLine(word: number, address: number, symbolAt: SymbolAt): string {
  return `  ${wordDigits(address)}  ${wordDigits(word)}  ${disassemble(word, address, symbolAt).text}\n`;
}

function labelsOf({ symbols }: Image): Map<number, string[]> {
  const labels = new Map<number, string[]>();
  for (const [name, address] of symbols) labels.set(address, [...(labels.get(address) ?? []), name]);
  return labels;
}

/** How many zero words stand from `at` on, up to the next word with a label. */
function zeroWords(view: DataView, at: number, isLabelled: (offset: number) => boolean): number {
  let end = at;
  while (end + 4 <= view.byteLength && view.getUint32(end, true) === 0 && (end === at || !isLabelled(end)))
    end += 4;
  return (end - at) / 4;
}
