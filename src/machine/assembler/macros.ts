// Macros and repetitions: definitions, arguments, and text put in the place of parameters.

import { Fatal, Problem } from './errors.ts';
import { type Line, skipCharacter, skipString } from './lines.ts';
import type { Assembly, Frame, Macro, Parameter } from './model.ts';

/** As in GNU as: how deep macros may use macros. */
const NESTING_MAX = 100;
/** How many characters expansions may make in all, and in one line. */
const EXPANDED_MAX = 1 << 28;
const LINE_MAX = 1 << 16;

const WORD = /[\w.$\u0080-\uffff]/;
const NAME = /[A-Za-z_.$\u0080-\uffff][\w.$\u0080-\uffff]*/y;

/** A macro's argument as text, and the parameter's name if it was given by `name=`. */
export interface Argument {
  readonly keyword: string | undefined;
  readonly text: string;
}

/**
 * Splits the arguments of a macro, `.irp` or `.ifc`: commas part them, and so does white space where it parts two words,
 * as in `1 2` but not in `1 + 2`. A string that is an argument by itself loses its quotes.
 */
export function splitArguments(text: string, from: number, limit = Number.POSITIVE_INFINITY): Argument[] {
  const parts: Argument[] = [];
  let at = skipSpace(text, from);
  while (at < text.length) {
    if (parts.length === limit) {
      parts.push({ keyword: undefined, text: text.slice(at).trim() });
      break;
    }
    const { keyword, start } = readKeyword(text, at);
    const end = endOfArgument(text, start);
    parts.push({ keyword, text: unquote(text.slice(start, end)) });
    at = skipSpace(text, end);
    if (text[at] !== ',') continue;
    at = skipSpace(text, at + 1);
    // A comma at the end is followed by one more, empty argument.
    if (at >= text.length) parts.push({ keyword: undefined, text: '' });
  }
  return parts;
}

function skipSpace(text: string, at: number): number {
  let next = at;
  while (next < text.length && (text[next] === ' ' || text[next] === '\t')) next++;
  return next;
}

function readKeyword(text: string, at: number): { keyword: string | undefined; start: number } {
  NAME.lastIndex = at;
  const name = NAME.exec(text)?.[0];
  if (name === undefined) return { keyword: undefined, start: at };
  const sign = skipSpace(text, at + name.length);
  if (text[sign] !== '=' || text[sign + 1] === '=') return { keyword: undefined, start: at };
  return { keyword: name, start: skipSpace(text, sign + 1) };
}

function endOfArgument(text: string, start: number): number {
  if (text[start] === '"') {
    const end = skipString(text, start);
    if (end >= text.length || text[end] === ',' || text[end] === ' ' || text[end] === '\t') return end;
  }
  let depth = 0;
  let at = start;
  while (at < text.length && text[at] !== ',') {
    const c = text[at]!;
    if (c === '"') at = skipString(text, at);
    else if (c === "'") at = skipCharacter(text, at);
    else if (c === ' ' || c === '\t') {
      const next = skipSpace(text, at);
      if (depth === 0 && parts(text[at - 1], text[next])) return at;
      at = next;
    } else {
      if (c === '(' || c === '[') depth++;
      if (c === ')' || c === ']') depth--;
      at++;
    }
  }
  return at;
}

/** Whether white space between these two characters parts two arguments. */
function parts(before: string | undefined, after: string | undefined): boolean {
  if (before === undefined || after === undefined) return false;
  if (before === '"' || after === '"') return true;
  return WORD.test(before) && (WORD.test(after) || after === '\\');
}

function unquote(text: string): string {
  const trimmed = text.trim();
  if (trimmed[0] !== '"' || skipString(trimmed, 0) !== trimmed.length || trimmed.length < 2) return trimmed;
  return trimmed.slice(1, -1).replaceAll('\\"', '"');
}

const OPENERS: Readonly<Record<string, readonly string[]>> = {
  '.endm': ['.macro'],
  '.endr': ['.rept', '.irp', '.irpc'],
};

/** The first word of a statement in lower case, behind its labels. */
export function firstWord(text: string): string {
  return /^(?:[\w.$\u0080-\uffff]+:\s*)*([\w.$\u0080-\uffff]*)/.exec(text)![1]!.toLowerCase();
}

/** Takes the lines up to the matching `.endm` or `.endr` out of the present file. */
export function takeBody(assembly: Assembly, end: '.endm' | '.endr'): Line[] {
  const frame = assembly.frames.at(-1)!;
  const start = frame.next;
  let depth = 1;
  while (frame.next < frame.lines.length) {
    const word = firstWord(frame.lines[frame.next++]!.text);
    if (OPENERS[end]!.includes(word)) depth++;
    else if (word === end || (end === '.endm' && word === '.endmacro')) depth--;
    if (depth === 0) return frame.lines.slice(start, frame.next - 1);
  }
  // What follows is read all the same, for the errors in it.
  frame.next = start;
  throw new Problem(`no ${end} ends this`, 0);
}

/** `.macro name parameters`, where a parameter may have `=default`, `:req` or `:vararg`. */
export function defineMacro(assembly: Assembly, text: string, from: number): void {
  const body = takeBody(assembly, '.endm');
  const header = text.slice(from).trim();
  const name = /^[^\s,()=]+/.exec(header)?.[0];
  if (name === undefined) throw new Problem('expected the name of the macro', from);
  const parameters = parseParameters(header.slice(name.length));
  assembly.macros.set(name.toLowerCase(), { name, parameters, body });
}

function parseParameters(text: string): Parameter[] {
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
      default: unquote(value),
      required: kind === 'req',
      rest: kind === 'vararg',
    });
  }
  return parameters;
}

/** Starts reading what the macro makes of its arguments. */
export function expandMacro(assembly: Assembly, macro: Macro, text: string, from: number): void {
  checkNesting(assembly, macro.name);
  const values = bindArguments(macro, text, from);
  const number = String(assembly.expansions++);
  const { file, line, within } = assembly.line;
  const uses = [{ macro: macro.name, file, line }, ...within];
  const lines = macro.body.flatMap((bodyLine) => {
    const replaced = substitute(assembly, bodyLine.text, values, number);
    return replaced === '' ? [] : [{ ...bodyLine, text: replaced, within: uses }];
  });
  pushFrame(assembly, 'macro', lines);
}

function checkNesting(assembly: Assembly, name: string): void {
  const depth = assembly.frames.reduce((count, frame) => count + (frame.kind === 'macro' ? 1 : 0), 0);
  if (depth >= NESTING_MAX) throw new Fatal(`macros are nested more than ${NESTING_MAX} deep, in ${name}`, 0);
}

function bindArguments(macro: Macro, text: string, from: number): Map<string, string> {
  const { parameters } = macro;
  const rest = parameters.findIndex((parameter) => parameter.rest);
  const given = splitArguments(text, from, rest < 0 ? undefined : rest);
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

/** Puts the values in the places of `\name`, the number of the expansion in that of `\@`, and nothing in that of `\()`. */
function substitute(
  assembly: Assembly,
  text: string,
  values: ReadonlyMap<string, string>,
  number: string | undefined,
): string {
  if (!text.includes('\\')) return text;
  const put = (part: string): string => substituteNames(part, values, number);
  // GNU as has made a character constant a number before it looks for names, so none is looked for there.
  const replaced = text.replace(QUOTED, (part) => (part[0] === "'" ? part : put(part)));
  assembly.expanded += replaced.length;
  if (replaced.length > LINE_MAX) throw new Fatal('a macro makes a line of more than 65536 characters', 0);
  if (assembly.expanded > EXPANDED_MAX) throw new Fatal('macros make too much text', 0);
  return replaced;
}

/** A string, a character constant, or a stretch of text without either. */
const QUOTED = /"(?:[^"\\]|\\.)*"?|'(?:\\.|[^\\])'?|[^"']+/g;

const PLACEHOLDER = /\\(?:(@)|(\(\))|([A-Za-z_.$\u0080-\uffff][\w.$\u0080-\uffff]*))/g;

function substituteNames(
  text: string,
  values: ReadonlyMap<string, string>,
  number: string | undefined,
): string {
  return text.replace(PLACEHOLDER, (whole, count?: string, nothing?: string, name?: string) => {
    if (count) return number ?? whole;
    return nothing ? '' : (argumentFor(name!, values) ?? whole);
  });
}

/** The value of a parameter; of `size.w`, if that is none, of `size` with `.w` behind it. */
function argumentFor(name: string, values: ReadonlyMap<string, string>): string | undefined {
  for (let end = name.length; end > 0; end = name.lastIndexOf('.', end - 1)) {
    const value = values.get(name.slice(0, end));
    if (value !== undefined) return value + name.slice(end);
  }
  return undefined;
}

function pushFrame(
  assembly: Assembly,
  kind: Frame['kind'],
  lines: readonly Line[],
  repeat?: Frame['repeat'],
): void {
  if (assembly.frames.length >= 2 * NESTING_MAX) throw new Fatal('repetitions are nested too deeply', 0);
  assembly.frames.push({ lines, next: 0, kind, conditions: assembly.conditions.length, repeat });
}

/** `.rept`: reads the lines up to `.endr` so many times. */
export function repeat(assembly: Assembly, count: number): void {
  const body = takeBody(assembly, '.endr');
  if (count <= 0 || body.length === 0) return;
  pushFrame(assembly, 'repeat', body, { body, name: '', values: [], left: count - 1 });
}

/** `.irp` and `.irpc`: once for each value. */
export function repeatOver(assembly: Assembly, text: string, from: number, characters: boolean): void {
  const body = takeBody(assembly, '.endr');
  const [first, ...others] = splitArguments(text, from);
  if (first === undefined) throw new Problem('expected a name and the values it takes', from);
  const texts = others.map((argument) =>
    argument.keyword ? `${argument.keyword}=${argument.text}` : argument.text,
  );
  const values = characters ? [...texts.join('')] : texts;
  if (values.length === 0) values.push('');
  const lines = bodyWith(assembly, body, first.text, values[0]!);
  pushFrame(assembly, 'repeat', lines, { body, name: first.text, values, left: values.length - 1 });
}

function bodyWith(assembly: Assembly, body: readonly Line[], name: string, value: string): readonly Line[] {
  const values = new Map([[name.replace(/^\\/, ''), value]]);
  return body.map((line) => ({ ...line, text: substitute(assembly, line.text, values, undefined) }));
}

/** Begins the next round of a repetition. Returns false when there is none. */
export function nextRound(assembly: Assembly, frame: Frame): boolean {
  const { repeat: rounds } = frame;
  if (rounds === undefined || rounds.left === 0) return false;
  const value = rounds.values[rounds.values.length - rounds.left];
  if (value !== undefined) frame.lines = bodyWith(assembly, rounds.body, rounds.name, value);
  rounds.left--;
  frame.next = 0;
  return true;
}
