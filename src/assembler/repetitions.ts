// Repetitions: `.rept`, `.irp` and `.irpc`, a round at a time.

import { plainText, splitArguments } from './arguments.ts';
import { Problem } from './errors.ts';
import type { Line } from './lines.ts';
import { numbersFor, pushInput, substitute, takeBody } from './macros.ts';
import type { Assembly, Input } from './model.ts';

/** `.rept`: reads the lines up to `.endr` so many times. */
export function repeat(assembly: Assembly, count: number): void {
  const body = takeBody(assembly, '.endr');
  if (count <= 0 || body.length === 0) return;
  pushInput(assembly, 'repeat', body, { body, name: '', values: [], left: count - 1 });
}

/** `.irp` and `.irpc`: once for each value. */
export function repeatOver(assembly: Assembly, text: string, from: number, characters: boolean): void {
  const body = takeBody(assembly, '.endr');
  const [head, name] = HEAD.exec(text.slice(from)) ?? [];
  if (head === undefined || name === undefined)
    throw new Problem('expected a name and the values it takes', from);
  const start = from + head.length;
  const values = characters ? charactersOf(text.slice(start)) : valuesOf(assembly, text, start);
  const lines = bodyWith(assembly, body, name, values[0]!);
  pushInput(assembly, 'repeat', lines, { body, name, values, left: values.length - 1 });
}

/** The name that takes the values, and what parts it from them. */
const HEAD = /^\s*\\?([A-Za-z_.$\u0080-\uffff][\w.$\u0080-\uffff]*)\s*,?\s*/;

function valuesOf(assembly: Assembly, text: string, from: number): string[] {
  const values = splitArguments(text, from, undefined, numbersFor(assembly)).map((argument) =>
    argument.keyword ? `${argument.keyword}=${argument.text}` : argument.text,
  );
  return values.length > 0 ? values : [''];
}

/** Blanks count only in quotes. */
function charactersOf(text: string): string[] {
  const plain = plainText(text);
  const quoted = /^"(.*)"$/.exec(plain)?.[1];
  const characters = [...(quoted ?? plain.replace(/\s/g, ''))];
  return characters.length > 0 ? characters : [''];
}

function bodyWith(assembly: Assembly, body: readonly Line[], name: string, value: string): readonly Line[] {
  const values = new Map([[name, value]]);
  return body.map((line) => ({ ...line, text: substitute(assembly, line.text, values, undefined) }));
}

/** Begins the next round of a repetition. Returns false when there is none. */
export function nextRound(assembly: Assembly, input: Input): boolean {
  const { repeat: rounds } = input;
  if (rounds === undefined || rounds.left === 0) return false;
  const { values, body, name, left } = rounds;
  if (values.length > 0) input.lines = bodyWith(assembly, body, name, values[values.length - left]!);
  rounds.left--;
  input.next = 0;
  return true;
}
