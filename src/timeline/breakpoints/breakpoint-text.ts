// Breakpoints as text, for the command line and the page: what stands behind `--break`.

import { err, ok, type Result } from '../../base/result.ts';
import type { EntryKind, OutputKind } from '../../ft/entry.ts';
import type { Image } from '../../isa/image.ts';
import { REGISTERS } from '../../isa/registers.ts';
import { ENTRY_NAMES } from '../../world/language/condition-text.ts';
import { PROPERTIES } from '../../world/properties/index.ts';
import { FACT_KINDS, isFactKind } from '../facts/fact-table.ts';
import type { Breakpoint, MemoryAccess, Whose } from './breakpoints.ts';
import { type Expression, parseExpression } from './expression.ts';
import { addressesOfLine } from './lines.ts';

/** What a text may name. */
export interface Known {
  readonly hosts: readonly string[];
  readonly clients: readonly string[];
  /** The program of the VM. */
  readonly image: Image;
  /** The hosts that run a program of their own: clients, the disk. */
  readonly plain: Readonly<Record<string, Image>>;
}

const ENTRIES = Object.fromEntries(
  Object.entries(ENTRY_NAMES).map(([kind, name]) => [name, kind as EntryKind]),
);
const OUTPUTS: Readonly<Record<string, OutputKind>> = {
  packet: 'packet',
  write: 'diskWrite',
  console: 'console',
};
const ENTRY_MOMENTS = ['recorded', 'replayed'] as const;
const OUTPUT_MOMENTS = ['held', 'released', 'dropped'] as const;

const FORMS =
  'line FILE:N, at ADDRESS, read|write|access ADDRESS[+LENGTH], register NAME [VALUE], entry [KIND] [recorded|replayed], ' +
  'output [KIND] [held|released|dropped], packet [CLIENT [REQUEST]] [bytes OFFSET HEX], property [NAME], fact KIND, or a condition';

/**
 * Reads a breakpoint: one of `FORMS`, of machines and hosts with `on HOST` behind it (the machine that acts for the VM unless
 * told). An error is one sentence.
 */
export function parseBreakpoint(text: string, all: Known): Result<Breakpoint> {
  const found = /^(.*?)(?:\s+on\s+(\S+))?\s*$/s.exec(text.trim());
  const [, body = '', place] = found ?? [];
  const [first = '', ...rest] = body.trim().split(/\s+/);
  const plain = all.plain[place ?? ''];
  if (place !== undefined && place !== 'acting' && !all.hosts.includes(place) && plain === undefined)
    return err(
      `there is no host "${place}"; there are ${[...all.hosts, ...Object.keys(all.plain)].join(', ')}`,
    );
  const known = plain === undefined ? all : { ...all, image: plain };
  const of = place ?? 'acting';
  const host = place === undefined || place === 'acting' ? {} : { host: place };
  switch (first) {
    case '':
      return err(`a breakpoint is ${FORMS}`);
    case 'line':
      return parseLine(rest.join(' '), of, known);
    case 'at':
      return map(constant(rest.join(' '), known), (address) => ({
        kind: 'address',
        of,
        addresses: [address],
      }));
    case 'read':
    case 'write':
    case 'access':
      return parseMemory(rest.join(' '), first, of, known);
    case 'register':
      return parseRegister(rest, of, known);
    case 'entry':
      return parseWords(rest, { entry: ENTRIES, moment: same(ENTRY_MOMENTS) }, { kind: 'entry', ...host });
    case 'output':
      return parseWords(rest, { output: OUTPUTS, moment: same(OUTPUT_MOMENTS) }, { kind: 'output', ...host });
    case 'packet':
      return parsePacket(rest, known);
    case 'property':
      return parseProperty(rest.join(' '));
    case 'fact': {
      const [kind = ''] = rest;
      if (!isFactKind(kind) || rest.length > 1)
        return err(`there is no fact "${rest.join(' ')}"; there are ${FACT_KINDS.join(', ')}`);
      return ok({ kind: 'fact', fact: kind, ...host });
    }
    default:
      return map(
        parseExpression(first === 'if' ? rest.join(' ') : body, known.image.symbols),
        (condition) => ({
          kind: 'condition',
          of,
          condition,
        }),
      );
  }
}

const map = <T, U>(result: Result<T>, change: (value: T) => U): Result<U> =>
  result.ok ? ok(change(result.value)) : result;

const same = <Word extends string>(words: readonly Word[]): Readonly<Record<string, Word>> =>
  Object.fromEntries(words.map((word) => [word, word]));

function parseLine(text: string, of: Whose, { image }: Known): Result<Breakpoint> {
  const [, file, number] = /^(?:(.+):)?(\d+)$/.exec(text) ?? [];
  if (number === undefined) return err(`"${text}" is no line; write line FILE:N, or line N`);
  const addresses = addressesOfLine(image, Number(number), file);
  if (addresses.length > 0) return ok({ kind: 'address', of, addresses });
  const { files } = image.lines;
  const there = files.length === 0 ? 'it has no lines' : `its files are ${files.join(', ')}`;
  return err(`nothing of the program stands on line ${text}; ${there}`);
}

/** An address: a number, a label, or a sum of such. */
function constant(text: string, { image }: Known): Result<number> {
  const parsed = parseExpression(text, image.symbols);
  if (!parsed.ok) return parsed;
  const value = valueOfConstant(parsed.value);
  return value === undefined
    ? err(`"${text}" is no address: it is not the same all the time`)
    : ok(value >>> 0);
}

function valueOfConstant(expression: Expression): number | undefined {
  if (expression.kind === 'number') return expression.value;
  if (expression.kind !== 'binary' || !['+', '-'].includes(expression.operator)) return undefined;
  const [left, right] = [valueOfConstant(expression.left), valueOfConstant(expression.right)];
  if (left === undefined || right === undefined) return undefined;
  return expression.operator === '+' ? left + right : left - right;
}

const LENGTH_MAX = 1 << 20;

/** `ADDRESS[+LENGTH]`: a word unless told. */
export function parseRange(text: string, known: Known): Result<{ address: number; length: number }> {
  const [, place = '', digits] = /^(.*?)(?:\+\s*(0x[\da-f]+|\d+))?$/is.exec(text.trim()) ?? [];
  const address = constant(place, known);
  if (!address.ok) return address;
  const length = digits === undefined ? 4 : Number(digits);
  if (length < 1 || length > LENGTH_MAX) return err(`a range of ${length} bytes: it has 1 to ${LENGTH_MAX}`);
  return ok({ address: address.value, length });
}

const parseMemory = (text: string, access: MemoryAccess, of: Whose, known: Known): Result<Breakpoint> =>
  map(parseRange(text, known), (range) => ({ kind: 'memory', of, access, ...range }));

function parseRegister(words: readonly string[], of: Whose, known: Known): Result<Breakpoint> {
  const [name = '', ...value] = words;
  const register = name === 'pc' ? 'pc' : REGISTERS.get(name);
  if (register === undefined)
    return err(`there is no register "${name}"; there are pc, ra, sp, a0, x1 and so on`);
  if (value.length === 0) return ok({ kind: 'register', of, register });
  return map(constant(value.join(' ').replace(/^==?/, ''), known), (equals) => ({
    kind: 'register',
    of,
    register,
    equals,
  }));
}

type Choices = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** Words in any order, each one of a list and of each list at most one. */
function parseWords<B extends Breakpoint>(words: readonly string[], choices: Choices, start: B): Result<B> {
  const chosen: Record<string, string> = {};
  for (const word of words) {
    const field = Object.keys(choices).find((name) => Object.hasOwn(choices[name] ?? {}, word));
    if (field === undefined || chosen[field] !== undefined) {
      const there = Object.values(choices).flatMap(Object.keys);
      return err(`"${word}" says nothing of an ${start.kind} here; there are ${there.join(', ')}`);
    }
    chosen[field] = (choices[field] as Readonly<Record<string, string>>)[word] as string;
  }
  return ok({ ...start, ...chosen });
}

function parsePacket(words: readonly string[], { clients }: Known): Result<Breakpoint> {
  const at = words.indexOf('bytes');
  const [client, request] = at < 0 ? words : words.slice(0, at);
  const count = at < 0 ? words.length : at;
  if (count > 2) return err(`"${words[2]}" is one word too many for a packet`);
  if (client !== undefined && !clients.includes(client))
    return err(`there is no client "${client}"; there are ${clients.join(', ')}`);
  if (request !== undefined && !/^[1-9]\d{0,8}$/.test(request))
    return err(`"${request}" is no request's number: these count from 1`);
  const who = {
    ...(client === undefined ? {} : { client }),
    ...(request === undefined ? {} : { request: Number(request) }),
  };
  if (at < 0) return ok({ kind: 'packet', ...who });
  const [offset = '', hex = '', more] = words.slice(at + 1);
  if (!/^\d{1,4}$/.test(offset) || !/^([\da-f]{2})+$/i.test(hex) || more !== undefined)
    return err(`write bytes OFFSET HEX, such as bytes 12 0800, and not "${words.slice(at).join(' ')}"`);
  const bytes = Array.from({ length: hex.length / 2 }, (_, i) =>
    Number.parseInt(hex.slice(2 * i, 2 * i + 2), 16),
  );
  return ok({ kind: 'packet', ...who, offset: Number(offset), bytes });
}

function parseProperty(name: string): Result<Breakpoint> {
  if (name === '') return ok({ kind: 'property' });
  const found = PROPERTIES.find((property) => property.name.toLowerCase() === name.toLowerCase());
  if (found !== undefined) return ok({ kind: 'property', property: found.name });
  return err(`there is no property "${name}"; there are ${PROPERTIES.map((each) => each.name).join(', ')}`);
}
