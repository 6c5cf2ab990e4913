// What is wrong with a source text, where, what was expected, and what may have been meant.

import type { Assembly } from './model.ts';

/** How many errors are kept of one source text: enough for a person, little enough for a page. */
export const ERRORS_MAX = 500;

/** A macro being expanded: the place of its use. */
export interface Use {
  readonly macro: string;
  readonly file: string;
  readonly line: number;
}

/** `line` and `column` count from 1. Of text that a macro made, the line is the one in the macro's body, and `within` says who used it. */
export interface SourceLocation {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** The macros that led here, the innermost first. */
  readonly within: readonly Use[];
}

/** One error or warning: a sentence without a full stop, and if something close would have been right, that. */
export interface AssemblyError extends SourceLocation {
  readonly message: string;
  readonly suggestion?: string;
}

/** Thrown while one statement is read, caught where statements are taken one by one. */
export class Problem extends Error {
  /** Where in the statement's text, from 0; -1 for the statement as a whole. */
  readonly offset: number;
  readonly suggestion: string | undefined;
  /** The operand is of the right sort and only its value is not: says more than that another sort was expected. */
  readonly specific: boolean;

  constructor(message: string, offset = -1, suggestion?: string, specific = false) {
    super(message);
    this.offset = offset;
    this.suggestion = suggestion;
    this.specific = specific;
  }
}

/** Thrown when it makes no sense to go on: a bound was passed. */
export class Fatal extends Problem {}

/** More statements than any program that is meant seriously, macros and repetitions counted as they are read, and more text of these. */
const STATEMENTS_MAX = 1_000_000;
const CHARACTERS_MAX = 1 << 23;

/** Counts a statement that is read or passed over, and its text if a macro or repetition made it. Throws a Fatal when there is too much. */
export function chargeStatement(assembly: Assembly, text = ''): void {
  if (assembly.inputs.at(-1)?.kind !== 'file') assembly.characters += text.length;
  if (++assembly.statements > STATEMENTS_MAX) throw new Fatal(`more than ${STATEMENTS_MAX} statements`, 0);
  if (assembly.characters > CHARACTERS_MAX) {
    throw new Fatal(`macros and repetitions make more than ${CHARACTERS_MAX} characters`, 0);
  }
}

/** Messages quote the source, which may be hostile. */
const MESSAGE_MAX = 300;

/** Adds the error that a Problem is, at its place in the statement that stands at `place`. */
export function noteProblem(assembly: Assembly, problem: Problem, place: SourceLocation): void {
  noteError(assembly, {
    ...place,
    column: place.column + Math.max(problem.offset, 0),
    message: problem.message,
    ...(problem.suggestion === undefined ? {} : { suggestion: problem.suggestion }),
  });
}

/** Adds an error. Throws a Fatal when there are more than anybody can read. */
export function noteError({ errors }: Assembly, error: AssemblyError): void {
  errors.push({ ...error, message: shortened(error.message) });
  if (errors.length >= ERRORS_MAX) throw new Fatal('too many errors: the rest was not looked at', 0);
}

/** Adds a warning, unless there are more than anybody can read already. */
export function noteWarning({ warnings, location }: Assembly, message: string, offset = 0): void {
  if (warnings.length < ERRORS_MAX)
    warnings.push({ ...location, column: location.column + offset, message: shortened(message) });
}

const shortened = (message: string): string =>
  message.length > MESSAGE_MAX ? `${message.slice(0, MESSAGE_MAX)}…` : message;

/** How many of the macros that led to an error are named. */
const USES_SHOWN = 3;

/** An error as one line of text, the way compilers print it. */
export function formatError(error: AssemblyError): string {
  const shown = error.within.slice(0, USES_SHOWN);
  const more = error.within.length - shown.length;
  const uses = shown.map((use) => ` (in macro ${use.macro}, used in ${use.file}:${use.line})`).join('');
  const hint = error.suggestion === undefined ? '' : `; did you mean ${error.suggestion}?`;
  const rest = more > 0 ? ` and ${more} more` : '';
  return `${error.file}:${error.line}:${error.column}: ${error.message}${hint}${uses}${rest}`;
}

/** Longer names are not mistyped but made up, and comparing them takes time. */
const NAME_MAX = 60;

/** Of `candidates` the one that takes the fewest slips of the keyboard to reach from `name`, or undefined if none is near. */
export function nearest(name: string, candidates: Iterable<string>): string | undefined {
  if (name.length > NAME_MAX) return undefined;
  const allowed = name.length < 4 ? 1 : name.length < 8 ? 2 : 3;
  let best: string | undefined;
  let fewest = allowed + 1;
  for (const candidate of candidates) {
    if (candidate === name || Math.abs(candidate.length - name.length) >= fewest) continue;
    const slips = slipsBetween(name, candidate);
    if (slips < fewest && slips < Math.max(name.length, candidate.length)) {
      best = candidate;
      fewest = slips;
    }
  }
  return best;
}

/** Damerau's distance (insertion, deletion, substitution, swap of neighbours), upper and lower case taken as equal. */
function slipsBetween(a: string, b: string): number {
  const [from, to] = [a.toLowerCase(), b.toLowerCase()];
  let before: number[] = [];
  let above = Array.from({ length: to.length + 1 }, (_, j) => j);
  for (let i = 1; i <= from.length; i++) {
    const row = [i];
    for (let j = 1; j <= to.length; j++) {
      const same = from[i - 1] === to[j - 1];
      let least = Math.min(above[j]! + 1, row[j - 1]! + 1, above[j - 1]! + (same ? 0 : 1));
      const swapped = i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1];
      if (swapped) least = Math.min(least, before[j - 2]! + 1);
      row.push(least);
    }
    before = above;
    above = row;
  }
  return above[to.length]!;
}
