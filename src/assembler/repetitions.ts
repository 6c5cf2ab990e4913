// Repetitions: `.rept`, `.irp` and `.irpc`, a round at a time.

import { splitArguments } from './arguments.ts';
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
  const [first, ...others] = splitArguments(text, from, undefined, numbersFor(assembly));
  if (first === undefined) throw new Problem('expected a name and the values it takes', from);
  const texts = others.map((argument) =>
    argument.keyword ? `${argument.keyword}=${argument.text}` : argument.text,
  );
  const values = characters ? [...texts.join('')] : texts;
  if (values.length === 0) values.push('');
  const lines = bodyWith(assembly, body, first.text, values[0]!);
  pushInput(assembly, 'repeat', lines, { body, name: first.text, values, left: values.length - 1 });
}

function bodyWith(assembly: Assembly, body: readonly Line[], name: string, value: string): readonly Line[] {
  const values = new Map([[name.replace(/^\\/, ''), value]]);
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
