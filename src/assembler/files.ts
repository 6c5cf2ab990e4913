// Files that a source is made of: its own text, what it includes, and bytes that it takes in as they are.

import { readAbsolute } from './data-directives.ts';
import { Fatal, Problem } from './errors.ts';
import { splitLines } from './lines.ts';
import type { Assembly } from './model.ts';
import { emitBytes } from './sections.ts';
import { acceptSign, atSign, type Cursor, expectEnd, peek, tokenize } from './tokens.ts';

const INCLUDES_MAX = 50;

/** Starts reading a source text. */
export function beginFile(assembly: Assembly, source: string, file: string): void {
  assembly.inputs.push({
    lines: splitLines(source, file),
    next: 0,
    kind: 'file',
    conditions: assembly.conditions.length,
    repeat: undefined,
  });
}

function readFileName(cursor: Cursor): { name: string; start: number } {
  const token = peek(cursor);
  if (token.kind !== 'string') throw new Problem('expected the name of a file in quotes', token.start);
  cursor.next++;
  return { name: token.text, start: token.start };
}

/** `.include`: reads another text here. */
export function include(assembly: Assembly, text: string, from: number): void {
  const cursor = tokenize(text, from);
  const { name, start } = readFileName(cursor);
  expectEnd(cursor);
  const source = assembly.options.include?.(name);
  if (source === undefined) throw new Problem(`there is no file ${name} to include`, start);
  const depth = assembly.inputs.filter((input) => input.kind === 'file').length;
  if (depth >= INCLUDES_MAX)
    throw new Fatal(`files include each other more than ${INCLUDES_MAX} deep`, start);
  beginFile(assembly, source, name);
}

/** `.incbin` file, skip, count: bytes of a file, from `skip` on, `count` of them or all. */
export function includeBytes(assembly: Assembly, text: string, from: number): void {
  const cursor = tokenize(text, from);
  const { name, start } = readFileName(cursor);
  let skip = 0;
  let count: number | undefined;
  if (acceptSign(cursor, ',')) {
    if (!atSign(cursor, ',')) skip = readAbsolute(assembly, cursor);
    if (acceptSign(cursor, ',')) count = readAbsolute(assembly, cursor);
  }
  expectEnd(cursor);
  const bytes = bytesOf(assembly, name, start);
  // A count of 0 is none, as in GNU as.
  const end = count ? skip + count : bytes.length;
  if (skip < 0 || end < skip || end > bytes.length) {
    const wanted = count ? `${count} bytes from ${skip} on` : `what lies behind ${skip}`;
    throw new Problem(`${name} has ${bytes.length} bytes, so it does not hold ${wanted}`, start);
  }
  emitBytes(assembly, bytes.subarray(skip, end));
}

function bytesOf({ options }: Assembly, name: string, at: number): Uint8Array {
  if (options.readBytes === undefined) {
    throw new Problem(
      `no files come with this source, so ${name} can't be read: .incbin takes files that stand beside a source on the command line; here, write its bytes with .byte, or bring the linked program as ELF`,
      at,
    );
  }
  const bytes = options.readBytes(name);
  if (bytes === undefined) throw new Problem(`there is no file ${name} beside the source`, at);
  return bytes;
}
