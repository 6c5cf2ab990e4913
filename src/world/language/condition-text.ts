// Conditions as text: what stands behind `@ when` in a command.

import { err, ok, type Result } from '../../base/result.ts';
import type { EntryKind } from '../../ft/entry.ts';
import type {
  Condition,
  EntryMoment,
  HostMoment,
  IoMoment,
  OutputMoment,
  RequestMoment,
} from './conditions.ts';
import { missing } from './fault-table.ts';
import type { Targets } from './faults.ts';

const ENTRY_MOMENTS = ['recorded', 'sent', 'received', 'acked', 'replayed'] as const satisfies EntryMoment[];
const OUTPUT_MOMENTS = ['held', 'released', 'dropped'] as const satisfies OutputMoment[];
const REQUEST_MOMENTS = ['sent', 'arrived', 'answered'] as const satisfies RequestMoment[];
const IO_MOMENTS = ['started', 'issued', 'done', 'completed'] as const satisfies IoMoment[];
const HOST_MOMENTS = [
  'suspects',
  'asks',
  'wins',
  'loses',
  'drains',
  'live',
  'solo',
  'halts',
] as const satisfies HostMoment[];

/** Kinds of entries, as commands and breakpoints call them. */
export const ENTRY_NAMES: Readonly<Record<EntryKind, string>> = {
  timer: 'timer',
  clock: 'clock',
  entropy: 'entropy',
  packet: 'packet',
  diskCompletion: 'disk',
  console: 'console',
  output: 'output',
  control: 'control',
  progress: 'progress',
};
const ENTRY_KINDS = Object.keys(ENTRY_NAMES) as EntryKind[];

const EXAMPLES =
  'entry 57 sent, packet entry 3 acked, output 4 released, request 5 of client1 arrived, write 3 done, B suspects, generation 2 begins, clone round 2';

/** Reads a condition: see conditions.ts for what there is. An error names what is wrong and what there is. */
export function parseCondition(text: string, targets: Targets): Result<Condition, string> {
  const words = text.trim().split(/\s+/);
  const [first = '', second = '', third = '', fourth = '', fifth = ''] = words;
  // By the second word first: a host may have any name.
  if (words.length <= 3 && isOneOf(HOST_MOMENTS, second)) return parseHost(first, second, third, targets);
  if (words.length === 3 && first === 'entry') return parseEntry(undefined, second, third);
  if (words.length === 4 && second === 'entry') return parseEntry(first, third, fourth);
  if (words.length === 3 && first === 'output') return parseOutput(second, third);
  if (words.length === 5 && first === 'request' && third === 'of')
    return parseRequest(second, fourth, fifth, targets);
  if (words.length === 3 && (first === 'read' || first === 'write')) return parseIo(first, second, third);
  if (words.length === 3 && first === 'generation' && third === 'begins')
    return numbered(second, (nth) => ok({ kind: 'generation', nth }));
  if (words.length === 3 && first === 'clone' && second === 'round')
    return numbered(third, (nth) => ok({ kind: 'clone', nth, moment: 'round' }));
  if (words.length <= 3 && first === 'clone' && second === 'paused')
    return numbered(third || '1', (nth) => ok({ kind: 'clone', nth, moment: 'paused' }));
  return err(`"${text.trim()}" is not a condition; there are, for example, ${EXAMPLES}`);
}

const isOneOf = <const Word extends string>(words: readonly Word[], word: string): word is Word =>
  (words as readonly string[]).includes(word);

function parseNumber(text: string): number | undefined {
  return /^[1-9]\d{0,8}$/.test(text) ? Number(text) : undefined;
}

function numbered(text: string, make: (nth: number) => Result<Condition, string>): Result<Condition, string> {
  const nth = parseNumber(text);
  return nth === undefined ? err(`"${text}" is not a number from 1 to 999999999`) : make(nth);
}

/** One of the moments of a thing, or what moments it has. */
const noMoment = (thing: string, moment: string, there: readonly string[]): Result<never, string> =>
  err(`${thing} is never "${moment}"; it is ${there.join(', ')}`);

function parseHost(
  host: string,
  moment: HostMoment,
  nth: string,
  { hosts }: Targets,
): Result<Condition, string> {
  if (!hosts.includes(host)) return err(missing('host', host, hosts));
  return numbered(nth || '1', (nth) => ok({ kind: 'host', host, nth, moment }));
}

function parseEntry(name: string | undefined, place: string, moment: string): Result<Condition, string> {
  const kind = ENTRY_KINDS.find((candidate) => ENTRY_NAMES[candidate] === name);
  if (name !== undefined && kind === undefined)
    return err(missing('kind of entry', name, Object.values(ENTRY_NAMES)));
  if (!isOneOf(ENTRY_MOMENTS, moment)) return noMoment('an entry', moment, ENTRY_MOMENTS);
  const entry = kind === undefined ? {} : { entry: kind };
  const [before, after] = place.split(/\/(.*)/s) as [string, string?];
  if (after === undefined) return numbered(before, (nth) => ok({ kind: 'entry', ...entry, nth, moment }));
  return numbered(after, (nth) =>
    numbered(before, (generation) => ok({ kind: 'entry', ...entry, generation, nth, moment })),
  );
}

function parseOutput(number: string, moment: string): Result<Condition, string> {
  if (!isOneOf(OUTPUT_MOMENTS, moment)) return noMoment('an output', moment, OUTPUT_MOMENTS);
  return numbered(number, (nth) => ok({ kind: 'output', nth, moment }));
}

function parseRequest(
  number: string,
  client: string,
  moment: string,
  { clients }: Targets,
): Result<Condition, string> {
  if (!clients.includes(client)) return err(missing('client', client, clients));
  if (!isOneOf(REQUEST_MOMENTS, moment)) return noMoment('a request', moment, REQUEST_MOMENTS);
  return numbered(number, (nth) => ok({ kind: 'request', client, nth, moment }));
}

function parseIo(operation: 'read' | 'write', number: string, moment: string): Result<Condition, string> {
  if (!isOneOf(IO_MOMENTS, moment)) return noMoment(`a ${operation}`, moment, IO_MOMENTS);
  return numbered(number, (nth) => ok({ kind: 'io', operation, nth, moment }));
}

/** The condition as `parseCondition` reads it. */
export function formatCondition(condition: Condition): string {
  const { nth } = condition;
  const times = nth === 1 ? '' : ` ${nth}`;
  switch (condition.kind) {
    case 'entry': {
      const place = condition.generation === undefined ? nth : `${condition.generation}/${nth}`;
      return `${condition.entry === undefined ? '' : `${ENTRY_NAMES[condition.entry]} `}entry ${place} ${condition.moment}`;
    }
    case 'output':
      return `output ${nth} ${condition.moment}`;
    case 'request':
      return `request ${nth} of ${condition.client} ${condition.moment}`;
    case 'io':
      return `${condition.operation} ${nth} ${condition.moment}`;
    case 'host':
      return `${condition.host} ${condition.moment}${times}`;
    case 'generation':
      return `generation ${nth} begins`;
    case 'clone':
      return condition.moment === 'round' ? `clone round ${nth}` : `clone paused${times}`;
  }
}
