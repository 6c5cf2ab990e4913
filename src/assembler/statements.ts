// Statements one by one: labels, assignments, macros, directives, instructions.

import { BLOCK_DIRECTIVES } from './block-directives.ts';
import { acceptCondition, CONDITION_NAMES, isActive } from './conditions.ts';
import { DATA_DIRECTIVES, type Directive } from './data-directives.ts';
import { chargeStatement, Fatal, nearest, noteError, noteProblem, Problem } from './errors.ts';
import { FLOAT_DIRECTIVES } from './float-directives.ts';
import { assembleInstruction } from './instruction.ts';
import type { Line } from './lines.ts';
import { expandMacro, firstWord } from './macros.ts';
import type { Assembly } from './model.ts';
import { isIgnored, OTHER_DIRECTIVES, REFUSED_DIRECTIVES } from './other-directives.ts';
import { rawInstruction } from './raw-instruction.ts';
import { nextRound } from './repetitions.ts';
import { SECTION_DIRECTIVES } from './section-directives.ts';
import { SPACE_DIRECTIVES } from './space-directives.ts';
import { assignSymbol, SYMBOL_DIRECTIVES } from './symbol-directives.ts';
import { defineLabel, defineLocal } from './symbols.ts';
import { tokenize } from './tokens.ts';

const LABEL = /^(?:([A-Za-z_.$\u0080-\uffff][\w.$\u0080-\uffff]*|\d+)\s*|"([^"]*)"):/;
const ASSIGNMENT = /^([A-Za-z_.$\u0080-\uffff][\w.$\u0080-\uffff]*)\s*(==?)(?!=)/;
const OPERATION = /^[A-Za-z_.$\u0080-\uffff][\w.$\u0080-\uffff]*/;

const DIRECTIVES: ReadonlyMap<string, Directive> = new Map(
  [
    DATA_DIRECTIVES,
    FLOAT_DIRECTIVES,
    BLOCK_DIRECTIVES,
    SPACE_DIRECTIVES,
    SYMBOL_DIRECTIVES,
    SECTION_DIRECTIVES,
    OTHER_DIRECTIVES,
    { '.insn': rawInstruction },
  ].flatMap((table) => Object.entries(table)),
);

const REFUSED: ReadonlyMap<string, Directive> = new Map(Object.entries(REFUSED_DIRECTIVES));

/** The directives that there are, those of conditions among them. */
export const DIRECTIVE_NAMES: readonly string[] = [...DIRECTIVES.keys(), ...CONDITION_NAMES];

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
  chargeStatement(assembly, line.text);
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
    const [whole, plain, quoted] = label;
    const name = plain ?? quoted ?? '';
    if (plain !== undefined && /^\d/.test(plain)) defineLocal(assembly, Number(plain));
    else defineLabel(assembly, name);
    from += whole.length;
    while (/\s/.test(text[from] ?? '')) from++;
  }
}

function carryOut(assembly: Assembly, operation: string, text: string, from: number): void {
  const lower = operation.toLowerCase();
  const macro = assembly.macros.get(lower);
  if (macro) expandMacro(assembly, macro, text, from);
  else if (!operation.startsWith('.')) assembleInstruction(assembly, operation, tokenize(text, from));
  else if (!acceptCondition(assembly, lower, text, from)) {
    const directive = DIRECTIVES.get(lower) ?? REFUSED.get(lower);
    if (directive) directive(assembly, text, from);
    else if (!isIgnored(lower)) {
      const hint = nearest(lower, [...DIRECTIVE_NAMES, ...assembly.macros.keys()]);
      throw new Problem(`there is no directive ${operation}`, from - operation.length, hint);
    }
  }
}
