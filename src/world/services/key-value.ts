// The key-value store's clients: each key is a register, and what is read from it was put last (linearizability).

import { BLOCK_BYTES } from '../base/blocks.ts';
import type { WorldConfig } from '../base/config.ts';
import type { Verdict } from '../properties/property.ts';
import type { Observation } from '../state/observation.ts';
import type { Service } from './service.ts';
import { noteAsked, takeAnswered, type Waiting } from './waiting.ts';
import { drawn, type WordSource } from './words.ts';

const PUT = 1;
const GET = 2;
const KEYS = 16;
/** As in the guest: where its log is. */
const LOG_FIRST = 8;
const LOG_PAGES = 4;
const RECORDS_MAX = (BLOCK_BYTES - 4 * (2 + KEYS)) / 8;

/** A value that may stand under a key. Instants count facts. */
interface Put {
  value: number;
  /** When it was asked for: not before this it stands there. */
  from: number;
  /** When somebody had been told that it stands there: from then on at the latest. Not known yet if null. */
  since: number | null;
}

interface Memory {
  /** Counts facts. */
  now: number;
  /** By key: what the log says that the disk begins with. */
  stored: number[];
  /** By key: what may stand there, or may be read by somebody who has asked already. */
  puts: Record<number, Put[]>;
  /** The note is when the request was sent. */
  waiting: Waiting<number>;
}

/** Each put of a run has a value of its own, so that a value tells which put it is from. */
const put: readonly WordSource[] = [drawn(KEYS), { kind: 'tag' }];

export const keyValue: Service<Memory> = {
  name: 'key-value',
  operations: {
    put: { code: PUT, words: put },
    get: { code: GET, words: [drawn(KEYS)] },
    mix: {
      code: 3,
      words: [{ kind: 'oneOf', values: [GET, PUT] }, ...put],
    },
  },
  // Who comes first has the log read.
  effort: () => ({ instructions: 2_000, operations: LOG_PAGES + 1 }),
  begin: (config) => ({ now: 0, stored: storedValues(config), puts: {}, waiting: {} }),
  check(memory, fact) {
    memory.now++;
    if (fact.kind === 'requestSent') noteSent(memory, fact);
    return fact.kind === 'answered' ? checkAnswer(memory, fact) : undefined;
  },
};

/** What a request is about, whichever way it was asked. */
function meaning(
  operation: string,
  words: readonly number[],
): { isPut: boolean; key: number; value: number } {
  const [code = 0, key = 0, value = 0] =
    operation === 'mix' ? words : [operation === 'put' ? PUT : GET, ...words];
  return { isPut: code === PUT, key, value };
}

/** The values in the newest page of a log, as the guest writes it: number, count of records, values, records. */
function storedValues({ disk }: WorldConfig): number[] {
  let newest = new Uint32Array(BLOCK_BYTES / 4);
  for (const { block, bytes } of disk.contents) {
    if (block < LOG_FIRST || block >= LOG_FIRST + LOG_PAGES) continue;
    const page = Uint8Array.from({ length: BLOCK_BYTES }, (_, i) => bytes[i] ?? 0);
    const words = new Uint32Array(page.buffer);
    if ((words[0] as number) > (newest[0] as number)) newest = words;
  }
  const values = [...newest.subarray(2, 2 + KEYS)];
  for (let record = 0; record < Math.min(newest[1] as number, RECORDS_MAX); record++) {
    const [key = 0, value = 0] = newest.subarray(2 + KEYS + 2 * record);
    values[key] = value;
  }
  return values;
}

/** Under a key to which nothing was ever put stands what the disk began with, or 0. */
const putsOf = ({ puts, stored }: Memory, key: number): Put[] => {
  puts[key] ??= [{ value: stored[key] ?? 0, from: 0, since: 0 }];
  return puts[key];
};

function noteSent(memory: Memory, fact: Extract<Observation, { kind: 'requestSent' }>): void {
  noteAsked(memory.waiting, fact, () => memory.now);
  const { isPut, key, value } = meaning(fact.operation, fact.arguments);
  if (isPut && fact.tries === 1) putsOf(memory, key).push({ value, from: memory.now, since: null });
}

function checkAnswer(memory: Memory, fact: Extract<Observation, { kind: 'answered' }>): Verdict {
  const taken = takeAnswered(memory.waiting, fact);
  if ('wrong' in taken) return taken.wrong;
  const { client, request, value } = fact;
  const { operation, arguments: words, note: sent } = taken.asked;
  const { isPut, key, value: wanted } = meaning(operation, words);
  const puts = putsOf(memory, key);
  const seen = puts.find((each) => each.value === (isPut ? wanted : value));
  const isOver = seen === undefined || (!isPut && isOverwritten(puts, seen, sent));
  if (isOver || (isPut && value !== wanted))
    return { key: 'valueWrong', values: { client, request, value, key } };
  seen.since ??= memory.now;
  memory.puts[key] = stillReadable(memory, puts);
  return 'holds';
}

/** Whether another put came after this one for certain, and was over for certain, before the instant. */
const isOverwritten = (puts: readonly Put[], { since }: Put, before: number): boolean =>
  since !== null && puts.some((later) => later.from > since && later.since !== null && later.since < before);

/** Leaves out what nobody can read any more. */
function stillReadable({ waiting, now }: Memory, puts: readonly Put[]): Put[] {
  const oldest = Math.min(now + 1, ...Object.values(waiting).map(({ note }) => note));
  return puts.filter((each) => !isOverwritten(puts, each, oldest));
}
