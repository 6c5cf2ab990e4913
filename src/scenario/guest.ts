// The programs of a scenario, assembled or read.

import { assemble } from '../assembler/assembler.ts';
import { isElf, readElf } from '../assembler/elf.ts';
import { formatError } from '../assembler/errors.ts';
import type { AssemblyOptions } from '../assembler/model.ts';
import { fromBase64 } from '../base/bytes.ts';
import { hex } from '../base/hex.ts';
import { type Err, err, ok, type Result } from '../base/result.ts';
import { flatImage, type Image, RAM_BASE } from '../isa/image.ts';
import { fault } from './field-path.ts';
import { includeKernel } from './guests/index.ts';
import { optionsFor, type ProgramPart, programPart } from './program-part.ts';
import type { ScenarioDocument } from './schema.ts';

/** The VM's program. */
export const assembleGuest = (document: ScenarioDocument): Result<Image> =>
  assemblePart(programPart(document, 'vm'), document);

/** The program that a part of a document carries, or else the built-in one. */
export function assemblePart(part: ProgramPart, document: Pick<ScenarioDocument, 'guest'>): Result<Image> {
  const { carried, where, file, builtIn } = part;
  if (carried.elf !== undefined) return readCarried(carried.elf, `${where}.elf`);
  const options = optionsFor(part, document);
  if (carried.source !== undefined) return assembleSource(carried.source, options);
  return assembleSource(builtIn, { ...options, file });
}

/**
 * A source text that somebody wrote, as an image; it may include the kernel's files. An error is the first of the text,
 * as `file:line:column: sentence`, and how many more there are.
 */
export function assembleSource(source: string, options: AssemblyOptions): Result<Image> {
  const result = assemble(source, { include: includeKernel, ...options });
  if (result.ok) return ok(result.image);
  const [first, ...more] = result.errors.map(formatError);
  return err(more.length === 0 ? `${first}` : `${first} (and ${more.length} more)`);
}

/** An ELF executable, or a flat image for the beginning of RAM. An error is one sentence. */
export function readProgram(bytes: Uint8Array<ArrayBuffer>): Result<Image> {
  return isElf(bytes) ? readElf(bytes) : ok(flatImage(bytes));
}

/** @param field what the document calls it */
function readCarried(base64: string, field: string): Result<Image> {
  const bytes = fromBase64(base64);
  if (!bytes.ok) return bytes;
  const image = readProgram(bytes.value);
  return image.ok ? image : err(`${field} can't be run: ${image.error}`);
}

/**
 * What `createMachine` would throw at, as a sentence for whoever wrote the document or the program.
 * @param where the part of the document that says how much RAM there is, or, of a plain host, what it is about
 */
export function roomFault(image: Image, ramBytes: number, where: string): Err<string> | undefined {
  const { base, entry, end } = image;
  const needed = Math.max(end, base + image.bytes.length) - RAM_BASE;
  const whose = where === 'machine' ? 'The guest program' : `The program of ${where}`;
  if (base < RAM_BASE) return err(`${whose} stands at ${hex(base)}, and RAM begins at ${hex(RAM_BASE)}.`);
  if (needed > ramBytes) return err(tooSmall(where, ramBytes, needed));
  if (entry % 4 === 0 && entry >= RAM_BASE && entry < RAM_BASE + ramBytes) return undefined;
  return err(`${whose} begins at ${hex(entry)}, where no instruction can be.`);
}

const tooSmall = (where: string, ramBytes: number, needed: number): string =>
  where === 'machine'
    ? fault(['machine', 'ramBytes'], `is ${ramBytes}, but the guest program takes ${needed}`).message
    : `The program of ${where} takes ${needed} bytes, and there is room for ${ramBytes}.`;
