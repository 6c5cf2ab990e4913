// What the editor of programs asks: the texts and words there are, what is wrong with a source, what a file is. No run changes.

import { assemble } from '../assembler/assembler.ts';
import { isElf } from '../assembler/elf.ts';
import type { AssemblyError } from '../assembler/errors.ts';
import { toBase64 } from '../base/bytes.ts';
import { RAM_BASE } from '../isa/image.ts';
import { decode } from '../isa/instructions.ts';
import { type ScenarioDocument, withoutDefaults } from '../scenario/document.ts';
import { readProgram } from '../scenario/guest.ts';
import { kernelFiles } from '../scenario/guests/index.ts';
import { isCarried, optionsFor, programPart, programParts } from '../scenario/program-part.ts';
import { PROGRAM_BYTES_MAX, SOURCE_CHARACTERS_MAX } from '../scenario/schema.ts';
import { programOf, type WorldConfig } from '../world/base/config.ts';
import { COMPLETION_ITEMS } from './completion-items.ts';
import type { Answers, AnswerTo, Finding, ProgramText, Refused } from './protocol.ts';

/** More labels than a page can use. */
const SYMBOLS_MAX = 4_000;

/** The program of the VM, of a client or of the disk, for its editor. */
export function programText(document: ScenarioDocument, id: string, config: WorldConfig): ProgramText {
  const { of, file, builtIn, carried, name } = programPart(document, id);
  const image = programOf(config, of);
  const { view: _, ...scenario } = document;
  return {
    of,
    builtInName: file.replace(/\.s$/, ''),
    file,
    builtIn,
    source: carried.elf === undefined ? (carried.source ?? builtIn) : null,
    programBytes: image.end - image.base,
    kernel: kernelFiles(),
    words: [...COMPLETION_ITEMS],
    name,
    charactersMax: SOURCE_CHARACTERS_MAX,
    bytesMax: PROGRAM_BYTES_MAX,
    carriedBy: programParts(document).flatMap((each) => (isCarried(each.carried) ? [each.of] : [])),
    document: withoutDefaults(scenario),
  };
}

/** All that is wrong with a source as this program of a document, or the program that it is. */
export function assembleText(document: ScenarioDocument, id: string, source: string): Answers['assemble'] {
  const part = programPart(document, id);
  if (source.length > SOURCE_CHARACTERS_MAX) {
    const message = `the source has ${source.length} characters, and at most ${SOURCE_CHARACTERS_MAX} travel in a link`;
    const finding: Finding = { severity: 'error', file: part.name, line: 1, column: 1, message, within: [] };
    return { kind: 'assembled', isWhole: false, findings: [finding], bytes: 0, symbols: [] };
  }
  const result = assemble(source, optionsFor(part, document));
  const findings = [
    ...(result.ok ? [] : result.errors.map((error) => finding('error', error))),
    ...result.warnings.map((warning) => finding('warning', warning)),
  ];
  if (!result.ok) return { kind: 'assembled', isWhole: false, findings, bytes: 0, symbols: [] };
  const { symbols, end } = result.image;
  return {
    kind: 'assembled',
    isWhole: true,
    findings,
    bytes: end - RAM_BASE,
    symbols: [...symbols].slice(0, SYMBOLS_MAX).map(([name, address]) => ({ name, address })),
  };
}

function finding(severity: Finding['severity'], error: AssemblyError): Finding {
  const { file, line, column, message, suggestion, within } = error;
  return {
    severity,
    file,
    line,
    column,
    message,
    within: within.slice(0, 3),
    ...(suggestion === undefined ? {} : { suggestion }),
  };
}

/** Files that are likely to be dropped by mistake, by how they begin. */
const OTHER_FILES: readonly (readonly [bytes: readonly number[], name: string])[] = [
  [[0x4d, 0x5a], 'a Windows program'],
  [[0xcf, 0xfa, 0xed, 0xfe], 'a macOS program'],
  [[0xce, 0xfa, 0xed, 0xfe], 'a macOS program'],
  [[0xca, 0xfe, 0xba, 0xbe], 'a Java class or a macOS program'],
  [[0x00, 0x61, 0x73, 0x6d], 'a WebAssembly module'],
  [[0x21, 0x3c, 0x61, 0x72, 0x63, 0x68, 0x3e], 'an archive of object files: link them first'],
  [[0x50, 0x4b, 0x03, 0x04], 'a ZIP archive'],
  [[0x1f, 0x8b], 'a gzip archive'],
  [[0x25, 0x50, 0x44, 0x46], 'a PDF document'],
  [[0x89, 0x50, 0x4e, 0x47], 'a picture'],
  [[0xff, 0xd8, 0xff], 'a picture'],
];

/** What a file is, told by its content. A refusal says why it is nothing that this machine can run. */
export function inspectFile(bytes: Uint8Array<ArrayBuffer>): AnswerTo<'inspect'> {
  if (bytes.length === 0) return refused('The file is empty.');
  if (bytes.length > PROGRAM_BYTES_MAX)
    return refused(
      `The file has ${bytes.length} bytes, and a program has at most ${PROGRAM_BYTES_MAX}: it has to travel in a link.`,
    );
  if (isElf(bytes)) return inspectProgram(bytes);
  const other = OTHER_FILES.find(([start]) => start.every((byte, i) => bytes[i] === byte));
  if (other !== undefined) return refused(`The file is ${other[1]}, not a program for this machine.`);
  const text = textOf(bytes);
  if (text === undefined) return inspectFlat(bytes);
  if (text.length <= SOURCE_CHARACTERS_MAX) return { kind: 'inspected', what: 'source', source: text };
  return refused(
    `The text has ${text.length} characters, and a source has at most ${SOURCE_CHARACTERS_MAX}: it has to travel in a link.`,
  );
}

const refused = (message: string): Refused => ({ kind: 'refused', message });

/** The text of a file, if that is what it is: UTF-8 without control characters. */
function textOf(bytes: Uint8Array): string | undefined {
  if (bytes.some((byte) => byte < 32 && byte !== 9 && byte !== 10 && byte !== 12 && byte !== 13))
    return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes).replaceAll('\r\n', '\n');
  } catch {
    return undefined;
  }
}

function inspectFlat(bytes: Uint8Array<ArrayBuffer>): AnswerTo<'inspect'> {
  const first = bytes.length < 4 ? 0 : new DataView(bytes.buffer, bytes.byteOffset).getInt32(0, true);
  if (decode(first) >= 0) return inspectProgram(bytes);
  return refused(
    'The file is neither text nor ELF, and no flat image either: it does not begin with an instruction of RV32IMA.',
  );
}

function inspectProgram(bytes: Uint8Array<ArrayBuffer>): AnswerTo<'inspect'> {
  const image = readProgram(bytes);
  if (!image.ok) return refused(image.error);
  const { base, end, entry } = image.value;
  const elf = toBase64(bytes);
  return { kind: 'inspected', what: 'program', isElf: isElf(bytes), elf, bytes: end - base, entry };
}
