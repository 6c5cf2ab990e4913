// Macros: definitions, bodies, and text put in the place of parameters.

import { localNames, type Numbers } from './alternate-syntax.ts';
import { splitArguments, unquote } from './arguments.ts';
import { readAbsolute64 } from './data-directives.ts';
import { chargeStatement, Fatal, Problem } from './errors.ts';
import type { Line } from './lines.ts';
import type { Assembly, Input, Macro, Parameter } from './model.ts';
import { replaceParameters } from './parameters.ts';
import { peek, tokenize } from './tokens.ts';

/** As in GNU as: how deep macros may use macros. */
const NESTING_MAX = 100;

/** How many characters expansions may make in all, and in one line. */
const EXPANDED_MAX = 1 << 28;

const LINE_MAX = 1 << 16;

/** As many characters take the time that a line takes by itself. */
const LINE_COST = 64;

/** How much of a line is looked at for one number behind `%`. */
const NUMBER_MAX = 1000;

const OPENERS: Readonly<Record<string, readonly string[]>> = {
  '.endm': ['.macro'],
  '.endr': ['.rept', '.rep', '.irp', '.irep', '.irpc', '.irepc'],
};

/** The first word of a statement in lower case, behind its labels. */
export function firstWord(text: string): string {
  return /^(?:[\w.$\u0080-\uffff]+\s*:\s*)*([\w.$\u0080-\uffff]*)/.exec(text)![1]!.toLowerCase();
}

/** Takes the lines up to the matching `.endm` or `.endr` out of the present file. */
export function takeBody(assembly: Assembly, end: '.endm' | '.endr'): Line[] {
  const input = assembly.inputs.at(-1)!;
  const start = input.next;
  let depth = 1;
  while (input.next < input.lines.length) {
    chargeStatement(assembly);
    const word = firstWord(input.lines[input.next++]!.text);
    if (OPENERS[end]!.includes(word)) depth++;
    else if (word === end || (end === '.endm' && word === '.endmacro')) depth--;
    if (depth === 0) return input.lines.slice(start, input.next - 1);
  }
  // What follows is read all the same, for the errors in it.
  input.next = start;
  throw new Problem(`no ${end} ends this`, 0);
}

/** `.macro name parameters`, where a parameter may have `=default`, `:req` or `:vararg`. */
export function defineMacro(assembly: Assembly, text: string, from: number): void {
  const body = takeBody(assembly, '.endm');
  const header = text.slice(from).trim();
  const name = /^[^\s,()=]+/.exec(header)?.[0];
  if (name === undefined) throw new Problem('expected the name of the macro', from);
  const parameters = parseParameters(header.slice(name.length), assembly.alternate);
  assembly.macros.set(name.toLowerCase(), { name, parameters, body });
}

function parseParameters(text: string, alternate: boolean): Parameter[] {
  const parameters: Parameter[] = [];
  const pattern =
    /[\s,()]*([\w.$\u0080-\uffff]+)(?:\s*:\s*(req|vararg))?(?:\s*=\s*("(?:[^"\\]|\\.)*"|[^\s,]*))?[\s,()]*/y;
  while (pattern.lastIndex < text.length) {
    const at = pattern.lastIndex;
    const match = pattern.exec(text);
    if (!match) throw new Problem(`expected a parameter, found ${text.slice(at).trim()}`, 0);
    const [, name, kind, value = ''] = match;
    if (parameters.some((parameter) => parameter.name === name)) {
      throw new Problem(`the macro has two parameters ${name}`, 0);
    }
    if (parameters.at(-1)?.rest) throw new Problem('no parameter may stand after one that is :vararg', 0);
    parameters.push({
      name: name!,
      default: alternate ? value.replace(/^<(.*)>$/, '$1') : unquote(value),
      required: kind === 'req',
      rest: kind === 'vararg',
    });
  }
  return parameters;
}

/** Starts reading what the macro makes of its arguments. */
export function expandMacro(assembly: Assembly, macro: Macro, text: string, from: number): void {
  checkNesting(assembly, macro.name);
  const values = bindArguments(assembly, macro, text, from);
  const number = String(assembly.expansions++);
  const { file, line, within } = assembly.line;
  const uses = [{ macro: macro.name, file, line }, ...within];
  const lines = macro.body.flatMap((bodyLine) => {
    if (assembly.alternate && bindLocals(assembly, bodyLine.text, values)) return [];
    const replaced = substitute(assembly, bodyLine.text, values, number);
    return replaced === '' ? [] : [{ ...bodyLine, text: replaced, within: uses }];
  });
  pushInput(assembly, 'macro', lines);
}

function checkNesting(assembly: Assembly, name: string): void {
  const depth = assembly.inputs.reduce((count, input) => count + (input.kind === 'macro' ? 1 : 0), 0);
  if (depth >= NESTING_MAX) throw new Fatal(`macros are nested more than ${NESTING_MAX} deep, in ${name}`, 0);
}

/** Under `.altmacro`, the number behind a `%`. */
export function numbersFor(assembly: Assembly): Numbers | undefined {
  if (!assembly.alternate) return undefined;
  return (text, from) => {
    const comma = text.indexOf(',', from);
    const end = Math.min(comma < 0 ? text.length : comma, from + NUMBER_MAX);
    const cursor = tokenize(text.slice(0, end), from);
    const value = String(readAbsolute64(assembly, cursor));
    if (peek(cursor).kind === 'end' && end === from + NUMBER_MAX)
      throw new Problem(`an expression behind % has at most ${NUMBER_MAX} characters`, from);
    return { value, end: peek(cursor).start };
  };
}

/** `LOCAL`: gives names of the expansion's own to the names in this line. Returns false when it is another line. */
function bindLocals(assembly: Assembly, text: string, values: Map<string, string>): boolean {
  const names = localNames(text);
  if (names === undefined) return false;
  for (const name of names) {
    if (!/^[A-Za-z_.$\u0080-\uffff]/.test(name)) throw new Problem(`LOCAL: ${name} is no name`, 0);
    if (values.has(name))
      throw new Problem(`LOCAL ${name}: the macro has a parameter or a LOCAL ${name} already`, 0);
    values.set(name, `.LL${(++assembly.localNames).toString(16).padStart(4, '0')}`);
  }
  return true;
}

function bindArguments(assembly: Assembly, macro: Macro, text: string, from: number): Map<string, string> {
  const { parameters } = macro;
  const rest = parameters.findIndex((parameter) => parameter.rest);
  const given = splitArguments(text, from, rest < 0 ? undefined : rest, numbersFor(assembly));
  const values = new Map<string, string>();
  let position = 0;
  for (const argument of given) {
    const named = parameters.find((parameter) => parameter.name === argument.keyword);
    if (argument.keyword !== undefined && named === undefined && rest < 0) {
      throw new Problem(`the macro ${macro.name} has no parameter ${argument.keyword}`, from);
    }
    const parameter = named ?? parameters[position++];
    if (parameter === undefined) {
      throw new Problem(
        `the macro ${macro.name} takes ${parameters.length} arguments, not ${given.length}`,
        from,
      );
    }
    values.set(parameter.name, argument.text);
  }
  for (const parameter of parameters) {
    if (values.get(parameter.name)) continue;
    if (parameter.required)
      throw new Problem(`the macro ${macro.name} needs its argument ${parameter.name}`, from);
    values.set(parameter.name, parameter.default);
  }
  return values;
}

/** A line of a body with the values in the places of parameters. Throws a Fatal when that makes too much text. */
export function substitute(
  assembly: Assembly,
  text: string,
  values: ReadonlyMap<string, string>,
  number: string | undefined,
): string {
  const replaced = replaceParameters(text, values, number, assembly.alternate);
  assembly.expanded += replaced.length + LINE_COST;
  if (replaced.length > LINE_MAX) throw new Fatal('a macro makes a line of more than 65536 characters', 0);
  if (assembly.expanded > EXPANDED_MAX) throw new Fatal('macros make too much text', 0);
  return replaced;
}

/** Starts reading lines that a macro or a repetition made. */
export function pushInput(
  assembly: Assembly,
  kind: Input['kind'],
  lines: readonly Line[],
  repeat?: Input['repeat'],
): void {
  if (assembly.inputs.length >= 2 * NESTING_MAX) throw new Fatal('repetitions are nested too deeply', 0);
  assembly.inputs.push({ lines, next: 0, kind, conditions: assembly.conditions.length, repeat });
}
