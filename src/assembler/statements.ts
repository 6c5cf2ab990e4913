// Statements one by one: labels, assignments, macros, directives, instructions.

import { acceptCondition, CONDITION_NAMES, isActive } from './conditions.ts';
import { DATA_DIRECTIVES, type Directive, readAbsolute } from './data-directives.ts';
import { type AssemblyError, ERRORS_MAX, Fatal, nearest, Problem, type SourceLocation } from './errors.ts';
import { assembleInstruction } from './instruction.ts';
import { type Line, splitLines } from './lines.ts';
import { defineMacro, expandMacro, firstWord } from './macros.ts';
import type { Assembly } from './model.ts';
import { nextRound, repeat, repeatOver } from './repetitions.ts';
import { SECTION_DIRECTIVES } from './section-directives.ts';
import { SPACE_DIRECTIVES } from './space-directives.ts';
import { assignSymbol, SYMBOL_DIRECTIVES } from './symbol-directives.ts';
import { defineLabel, defineLocal } from './symbols.ts';
import { expectEnd, peek, tokenize } from './tokens.ts';

/** More statements than any program that is meant seriously, macros and repetitions counted as they are read. */
const STATEMENTS_MAX = 1_000_000;
const INCLUDES_MAX = 50;
/** Messages quote the source, which may be hostile. */
const MESSAGE_MAX = 300;

const LABEL = /^([A-Za-z_.$\u0080-\uffff][\w.$\u0080-\uffff]*|\d+|"[^"]*"):/;
const ASSIGNMENT = /^([A-Za-z_.$\u0080-\uffff][\w.$\u0080-\uffff]*)\s*(==?)(?!=)/;
const OPERATION = /^[A-Za-z_.$\u0080-\uffff][\w.$\u0080-\uffff]*/;

/** Lines for tools that this assembler has no use for: debuggers, unwinders, linkers of several files. */
const IGNORED =
  /^\.(file|loc|ident|size|type|option|attribute|cfi_\w+|hidden|protected|internal|addrsig(_sym)?|variant_cc|version|symver|line|ln|title|sbttl|list|nolist|eject|psize|func|endfunc|print|gnu_attribute|loc_mark_labels|altmacro|noaltmacro|reloc)$/;

const OTHER_DIRECTIVES: Readonly<Record<string, Directive>> = Object.freeze({
  '.macro': defineMacro,
  '.purgem': (assembly, text, from) => {
    assembly.macros.delete(text.slice(from).trim().toLowerCase());
  },
  '.exitm': leaveMacro,
  '.rept': (assembly, text, from) => {
    const cursor = tokenize(text, from);
    const count = readAbsolute(assembly, cursor);
    expectEnd(cursor);
    repeat(assembly, count);
  },
  '.irp': (assembly, text, from) => repeatOver(assembly, text, from, false),
  '.irpc': (assembly, text, from) => repeatOver(assembly, text, from, true),
  '.include': include,
  '.incbin': () => {
    throw new Problem('.incbin has no files to read from here', 0);
  },
  '.end': (assembly) => {
    assembly.ended = true;
  },
  '.err': () => {
    throw new Problem('.err', 0);
  },
  '.error': (_, text, from) => {
    throw new Problem(textOperand(text, from) || '.error', 0);
  },
  '.warning': (assembly, text, from) => {
    assembly.warnings.push({ ...assembly.location, message: textOperand(text, from) || '.warning' });
  },
});

const DIRECTIVES: ReadonlyMap<string, Directive> = new Map(
  [DATA_DIRECTIVES, SPACE_DIRECTIVES, SYMBOL_DIRECTIVES, SECTION_DIRECTIVES, OTHER_DIRECTIVES].flatMap(
    (table) => Object.entries(table),
  ),
);

/** The directives that there are, those of conditions among them. */
export const DIRECTIVE_NAMES: readonly string[] = [...DIRECTIVES.keys(), ...CONDITION_NAMES];

function textOperand(text: string, from: number): string {
  const token = peek(tokenize(text, from));
  return token.kind === 'string' ? token.text : '';
}

function leaveMacro(assembly: Assembly): void {
  const { inputs, conditions } = assembly;
  if (!inputs.some((input) => input.kind === 'macro')) throw new Problem('.exitm stands in no macro', 0);
  let left = inputs.pop();
  while (left && left.kind !== 'macro') left = inputs.pop();
  conditions.length = left!.conditions;
}

function include(assembly: Assembly, text: string, from: number): void {
  const cursor = tokenize(text, from);
  const token = peek(cursor);
  if (token.kind !== 'string') throw new Problem('expected the name of a file in quotes', token.start);
  cursor.next++;
  expectEnd(cursor);
  const source = assembly.options.include?.(token.text);
  if (source === undefined) throw new Problem(`there is no file ${token.text} to include`, token.start);
  const depth = assembly.inputs.filter((input) => input.kind === 'file').length;
  if (depth >= INCLUDES_MAX)
    throw new Fatal(`files include each other more than ${INCLUDES_MAX} deep`, token.start);
  beginFile(assembly, source, token.text);
}

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

/** Reads all statements there are, noting every error. Throws a Fatal when a bound is passed. */
export function readStatements(assembly: Assembly): void {
  for (;;) {
    const input = assembly.inputs.at(-1);
    if (input === undefined || assembly.ended) return;
    const line = input.lines[input.next];
    if (line) {
      input.next++;
      readStatement(assembly, line);
    } else endInput(assembly);
  }
}

function endInput(assembly: Assembly): void {
  const input = assembly.inputs.at(-1)!;
  const { conditions } = assembly;
  while (conditions.length > input.conditions) {
    const { where } = conditions.pop()!;
    noteError(assembly, { ...where, message: 'no .endif ends this condition' });
  }
  if (!nextRound(assembly, input)) assembly.inputs.pop();
}

function readStatement(assembly: Assembly, line: Line): void {
  if (++assembly.statements > STATEMENTS_MAX) throw new Fatal(`more than ${STATEMENTS_MAX} statements`, 0);
  const { file, line: number, column, within } = line;
  assembly.line = line;
  assembly.location = { file, line: number, column, within };
  const errors = assembly.errors.length;
  try {
    readText(assembly, line.text);
  } catch (problem) {
    if (!(problem instanceof Problem) || problem instanceof Fatal) throw problem;
    if (errors === assembly.errors.length)
      noteProblem(assembly, problem, { file, line: number, column, within });
  }
}

/** Adds the error that a Problem is, at its place in the statement that stands at `location`. */
export function noteProblem(assembly: Assembly, problem: Problem, location: SourceLocation): void {
  noteError(assembly, {
    ...location,
    column: location.column + Math.max(problem.offset, 0),
    message: problem.message,
    ...(problem.suggestion === undefined ? {} : { suggestion: problem.suggestion }),
  });
}

function noteError(assembly: Assembly, error: AssemblyError): void {
  const { message } = error;
  const short = message.length > MESSAGE_MAX ? `${message.slice(0, MESSAGE_MAX)}…` : message;
  assembly.errors.push({ ...error, message: short });
  if (assembly.errors.length >= ERRORS_MAX) throw new Fatal('too many errors: the rest was not looked at', 0);
}

function readText(assembly: Assembly, text: string): void {
  if (!isActive(assembly)) {
    const word = firstWord(text);
    if (CONDITION_NAMES.includes(word))
      acceptCondition(assembly, word, text, text.toLowerCase().indexOf(word) + word.length);
    return;
  }
  const from = readLabels(assembly, text);
  const rest = text.slice(from);
  if (rest === '') return;
  const assignment = ASSIGNMENT.exec(rest);
  if (assignment) {
    const cursor = tokenize(text, from + assignment[0].length);
    assignSymbol(assembly, assignment[1]!, cursor, assignment[2] === '==');
    return;
  }
  const operation = OPERATION.exec(rest)?.[0];
  if (operation === undefined) {
    throw new Problem(`expected a label, an instruction or a directive, found ${rest.slice(0, 20)}`, from);
  }
  carryOut(assembly, operation, text, from + operation.length);
}

/** Defines the labels that stand before the operation. Returns where that begins. */
function readLabels(assembly: Assembly, text: string): number {
  let from = 0;
  for (;;) {
    const label = LABEL.exec(text.slice(from));
    if (!label) return from;
    const name = label[1]!;
    if (/^\d/.test(name)) defineLocal(assembly, Number(name));
    else defineLabel(assembly, name.replaceAll('"', ''));
    from += label[0].length;
    while (/\s/.test(text[from] ?? '')) from++;
  }
}

function carryOut(assembly: Assembly, operation: string, text: string, from: number): void {
  const lower = operation.toLowerCase();
  const macro = assembly.macros.get(lower);
  if (macro) expandMacro(assembly, macro, text, from);
  else if (!operation.startsWith('.')) assembleInstruction(assembly, operation, tokenize(text, from));
  else if (!acceptCondition(assembly, lower, text, from)) {
    const directive = DIRECTIVES.get(lower);
    if (directive) directive(assembly, text, from);
    else if (!IGNORED.test(lower)) {
      const hint = nearest(lower, [...DIRECTIVE_NAMES, ...assembly.macros.keys()]);
      throw new Problem(`there is no directive ${operation}`, from - operation.length, hint);
    }
  }
}
