// Conditional assembly: `.if` and its kin.

import { plainText } from './arguments.ts';
import { readAbsolute } from './data-directives.ts';
import { Problem } from './errors.ts';
import type { Assembly } from './model.ts';
import { readName } from './symbol-directives.ts';
import { type Cursor, expectEnd, expectSign, peek, tokenize, unexpected } from './tokens.ts';

const NESTING_MAX = 1000;

type Test = (assembly: Assembly, text: string, from: number) => boolean;

const compare =
  (holds: (value: number) => boolean): Test =>
  (assembly, text, from) => {
    const cursor = tokenize(text, from);
    const value = readAbsolute(assembly, cursor);
    expectEnd(cursor);
    return holds(value);
  };

const defined =
  (wanted: boolean): Test =>
  (assembly, text, from) => {
    const cursor = tokenize(text, from);
    const name = readName(cursor);
    expectEnd(cursor);
    return (assembly.symbols.get(name)?.definition !== undefined) === wanted;
  };

const blank =
  (wanted: boolean): Test =>
  (_, text, from) =>
    (text.slice(from).trim() === '') === wanted;

/** `.ifc`: the texts themselves, up to the first comma and behind it. */
const same =
  (wanted: boolean): Test =>
  (_, text, from) => {
    const comma = text.indexOf(',', from);
    if (comma < 0) throw new Problem('expected two texts with a comma between them', from);
    return (plainText(text.slice(from, comma)) === plainText(text.slice(comma + 1))) === wanted;
  };

/** `.ifeqs`: what stands in quotes. */
const sameStrings =
  (wanted: boolean): Test =>
  (_, text, from) => {
    const cursor = tokenize(text, from);
    const first = readString(cursor);
    expectSign(cursor, ',');
    const second = readString(cursor);
    expectEnd(cursor);
    return (first === second) === wanted;
  };

function readString(cursor: Cursor): string {
  const token = peek(cursor);
  if (token.kind !== 'string') throw unexpected(cursor, 'a string');
  cursor.next++;
  return String(token.bytes);
}

const TESTS: Readonly<Record<string, Test>> = Object.freeze({
  '.if': compare((value) => value !== 0),
  '.ifne': compare((value) => value !== 0),
  '.ifeq': compare((value) => value === 0),
  '.ifge': compare((value) => value >= 0),
  '.ifgt': compare((value) => value > 0),
  '.ifle': compare((value) => value <= 0),
  '.iflt': compare((value) => value < 0),
  '.ifdef': defined(true),
  '.ifndef': defined(false),
  '.ifnotdef': defined(false),
  '.ifb': blank(true),
  '.ifnb': blank(false),
  '.ifc': same(true),
  '.ifnc': same(false),
  '.ifeqs': sameStrings(true),
  '.ifnes': sameStrings(false),
});

/** The names of the directives that this file is about. */
export const CONDITION_NAMES: readonly string[] = [
  ...Object.keys(TESTS),
  ...['.elseif', '.else', '.elsec', '.endif', '.endc'],
];

/** Whether the lines being read now are taken. */
export function isActive(assembly: Assembly): boolean {
  return assembly.conditions.at(-1)?.active ?? true;
}

/** Carries out a directive of conditional assembly. Returns false when `name` is none. */
export function acceptCondition(assembly: Assembly, name: string, text: string, from: number): boolean {
  const test = TESTS[name];
  if (test) openCondition(assembly, test, text, from);
  else if (name === '.elseif') elseIf(assembly, text, from);
  else if (name === '.else' || name === '.elsec') otherwise(assembly);
  else if (name === '.endif' || name === '.endc') endCondition(assembly);
  else return false;
  return true;
}

function openCondition(assembly: Assembly, test: Test, text: string, from: number): void {
  if (assembly.conditions.length >= NESTING_MAX) throw new Problem('conditions are nested too deeply', 0);
  const outer = isActive(assembly);
  const condition = { active: false, taken: false, outer, hadElse: false, where: assembly.location };
  // Opened before its test is read, so that its .endif has a partner even if the test is wrong.
  assembly.conditions.push(condition);
  if (outer) condition.active = condition.taken = test(assembly, text, from);
}

/** The innermost condition of the file or macro being read. */
function present(assembly: Assembly, name: string): Assembly['conditions'][number] {
  const open = assembly.inputs.at(-1)?.conditions ?? 0;
  const condition = assembly.conditions.at(-1);
  if (condition === undefined || assembly.conditions.length <= open) {
    throw new Problem(`this ${name} belongs to no .if`, 0);
  }
  return condition;
}

function elseIf(assembly: Assembly, text: string, from: number): void {
  const condition = present(assembly, '.elseif');
  if (condition.hadElse) throw new Problem('.elseif stands after .else', 0);
  condition.active = false;
  if (!condition.outer || condition.taken) return;
  condition.active = condition.taken = TESTS['.if']!(assembly, text, from);
}

function otherwise(assembly: Assembly): void {
  const condition = present(assembly, '.else');
  if (condition.hadElse) throw new Problem('this .if has an .else already', 0);
  condition.hadElse = true;
  condition.active = condition.outer && !condition.taken;
}

function endCondition(assembly: Assembly): void {
  present(assembly, '.endif');
  assembly.conditions.pop();
}
