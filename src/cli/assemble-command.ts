// `understudy assemble`: from source text to a flat image from 0x8000_0000.

import { assemble } from '../assembler/assembler.ts';
import { formatError } from '../assembler/errors.ts';
import { toHex } from '../base/bytes.ts';
import { hexWord, wordDigits } from '../base/hex.ts';
import type { Image } from '../isa/image.ts';
import { type Arguments, command } from './arguments.ts';
import { BAD_INPUT, InputError, type Io, OK, printJson, readText, writeFile } from './io.ts';
import { sourceOptions } from './program.ts';

const OPTIONS = {
  output: { value: 'IMAGE', letter: 'o', text: 'the file that the image goes to' },
  symbols: { text: 'print every symbol with its address' },
  json: { text: 'print image and symbols as one JSON document' },
  all: { text: 'list every error and warning instead of the first' },
};

export const ASSEMBLE = command(
  {
    name: 'assemble',
    operands: ['FILE.s'],
    options: OPTIONS,
    text: 'source text to a flat image from 0x80000000',
  },
  assembleFile,
);

function assembleFile(io: Io, given: Arguments<typeof OPTIONS>): number {
  const [file = ''] = given.operands;
  const result = assemble(readText(io, file), sourceOptions(io, file));
  const all = given.has('all');
  if (result.ok || all)
    for (const warning of result.warnings) io.error(`${formatError(warning)} (warning)\n`);
  if (!result.ok) {
    const errors = result.errors.map(formatError);
    if (!all) throw new InputError(firstOf(errors));
    for (const error of errors) io.error(`${error}\n`);
    return BAD_INPUT;
  }
  const output = given.value('output');
  if (output !== undefined) writeFile(io, output, result.image.bytes);
  if (given.has('json')) printJson(io, imageReport(result.image));
  else if (given.has('symbols')) io.out(symbolTable(result.image));
  else if (output === undefined) io.out(summary(file, result.image));
  return OK;
}

function firstOf([first = '', ...more]: string[]): string {
  return more.length === 0 ? first : `${first} (and ${more.length} more: --all lists them)`;
}

/** By address, then by name. */
function sortedSymbols({ symbols }: Image): [string, number][] {
  return [...symbols].sort(([a, at], [b, bt]) => at - bt || (a < b ? -1 : 1));
}

const symbolTable = (image: Image): string =>
  sortedSymbols(image)
    .map(([name, address]) => `${wordDigits(address)} ${name}\n`)
    .join('');

const summary = (file: string, { base, bytes, end, entry }: Image): string =>
  `${file}: ${bytes.length} bytes from ${hexWord(base)}, memory to ${hexWord(end)}, entry ${hexWord(entry)}\n`;

/** Addresses are numbers; the image's bytes are hex. */
function imageReport(image: Image) {
  const { base, bytes, end, entry } = image;
  return { base, end, entry, symbols: Object.fromEntries(sortedSymbols(image)), image: toHex(bytes) };
}
