// For tests: facts made by hand, with what does not matter filled in, and what properties make of them.

import type { WorldConfig } from '../base/config.ts';
import { beginProperties, checkProperties } from '../properties/index.ts';
import type { Contradiction, Property, PropertyState, Verdict } from '../properties/property.ts';
import type { Fact, IoFacts, Observation, OutputFacts } from '../state/observation.ts';
import { at, worldConfig } from './worlds.ts';

type Said<K extends Fact['kind']> = Partial<Omit<Extract<Fact, { kind: K }>, 'kind'>> & { at?: number };
type EntryKind = Extract<Fact, { kind: 'recorded' }>['entry'];

/** Facts without an instant get their place in the list, in nanoseconds. */
export type Told = Fact & { at?: number };

export const observed = (facts: readonly Told[]): Observation[] =>
  facts.map((fact, i) => ({ ...fact, at: at(fact.at ?? i) }) as Observation);

/** The verdict on each fact, one after the other. */
export function verdicts<M>(
  property: Property<M>,
  facts: readonly Told[],
  config: WorldConfig = worldConfig(),
): Verdict[] {
  const memory = property.begin(config);
  return observed(facts).map((fact) => property.check(memory, fact));
}

/** What all properties have come to after these facts. */
export function judged(facts: readonly Told[], config: WorldConfig = worldConfig()): PropertyState[] {
  const states = beginProperties(config);
  for (const fact of observed(facts)) checkProperties(states, fact);
  return states;
}

/** What a list of facts comes to for a property: the keys of its violations, or else whether anything bore it out. */
export function outcome<M>(property: Property<M>, facts: readonly Told[], config?: WorldConfig): string {
  const said = verdicts(property, facts, config).filter((verdict) => verdict !== undefined);
  const broken = said.find((verdict): verdict is Contradiction => typeof verdict === 'object');
  return broken?.key ?? (said.length > 0 ? 'holds' : 'nothing to say');
}

export const paired = (said: Said<'paired'> = {}): Told => ({
  kind: 'paired',
  generation: 1,
  primary: 'A',
  backup: 'B',
  instruction: 0,
  primaryState: 's0',
  backupState: 's0',
  ...said,
});

const entryFacts = (sequence: number, entry: EntryKind) => ({
  generation: 1,
  sequence,
  entry,
  instruction: sequence * 10,
  bytes: 28,
  says: `v${sequence}`,
  state: `s${sequence}`,
});

export const recorded = (sequence: number, said: Said<'recorded'> = {}): Told => ({
  kind: 'recorded',
  host: 'A',
  ...entryFacts(sequence, 'clock'),
  ...said,
});

export const replayed = (sequence: number, said: Said<'replayed'> = {}): Told => ({
  kind: 'replayed',
  host: 'B',
  ...entryFacts(sequence, 'clock'),
  ...said,
});

export const sent = (first: number, last: number, said: Said<'sent'> = {}): Told => ({
  kind: 'sent',
  host: 'A',
  message: 'entries',
  bytes: 100,
  generation: 1,
  first,
  last,
  ...said,
});

export const ackSent = (last: number, said: Said<'sent'> = {}): Told => ({
  kind: 'sent',
  host: 'B',
  message: 'ack',
  bytes: 86,
  generation: 1,
  last,
  ...said,
});

/** The backup's machine stands at the first instruction, unless it is said where. */
export const received = (first: number, last: number, said: Said<'received'> = {}): Told => ({
  kind: 'received',
  host: 'B',
  generation: 1,
  first,
  last,
  instruction: 0,
  ...said,
});

export const acked = (through: number, said: Said<'acked'> = {}): Told => ({
  kind: 'acked',
  host: 'A',
  generation: 1,
  through,
  executed: 0,
  ...said,
});

/** Entries `first` to `last` go all the way from the primary to the backup's buffer and are acknowledged. */
export const delivered = (first: number, last: number): Told[] => [
  ...Array.from({ length: last - first + 1 }, (_, i) => recorded(first + i)),
  sent(first, last),
  received(first, last),
  ackSent(last),
  acked(last),
];

export const output = (sequence: number, said: Partial<OutputFacts> = {}): OutputFacts => ({
  kind: 'packet',
  instruction: sequence * 10,
  sequence,
  digest: `d${sequence}`,
  ...said,
});

export const released = (
  sequence: number,
  said: Partial<OutputFacts> = {},
  fact: Said<'outputReleased'> = {},
): Told => ({
  kind: 'outputReleased',
  host: 'A',
  output: output(sequence, said),
  waited: 0,
  acked: 0,
  isProtected: true,
  ...fact,
});

/** An output of who is alone. */
export const shown = (host: string, said: Partial<OutputFacts> = {}): Told =>
  released(0, said, { host, isProtected: false });

export const dropped = (sequence: number, said: Partial<OutputFacts> = {}, host = 'B'): Told => ({
  kind: 'outputDropped',
  host,
  output: output(sequence, said),
});

export const wentLive = (host = 'B', said: Said<'wentLive'> = {}): Told => ({
  kind: 'wentLive',
  host,
  generation: 1,
  instruction: 0,
  silence: 0,
  received: 0,
  consumed: 0,
  ...said,
});

export const wentSolo = (host = 'A', generation = 1): Told => ({ kind: 'wentSolo', host, generation });

export const won = (host: string, generation = 1): Told => ({ kind: 'testAndSetWon', host, generation });

export const suspected = (host: string, of: string): Told => ({ kind: 'suspected', host, of, silence: 0 });

export const crashed = (host: string): Told => ({ kind: 'hostCrashed', host });

export const halted = (
  host: string,
  reason: Extract<Fact, { kind: 'halted' }>['reason'] = 'lostArbitration',
): Told => ({ kind: 'halted', host, reason });

export const movedTo = (machine: 'primary' | 'backup', from: string, to: string): Told => ({
  kind: 'migrationFinished',
  machine,
  from,
  to,
});

export const started = (host: string, io: number, said: Partial<IoFacts> = {}): Told => ({
  kind: 'ioStarted',
  host,
  role: host === 'A' ? 'acting' : 'backup',
  io,
  operation: 'write',
  block: 7,
  blocks: 1,
  digest: `w${io}`,
  ...said,
});

export const issued = (host: string, io: number, again = false): Told => ({
  kind: 'ioIssued',
  host,
  io,
  again,
});

export const completed = (host: string, io: number): Told => ({ kind: 'ioCompleted', host, io, ok: true });

export const written = (host: string, io: number, said: Said<'diskWritten'> = {}): Told => ({
  kind: 'diskWritten',
  disk: 'disk',
  block: 7,
  blocks: 1,
  value: 0,
  host,
  io,
  generation: 1,
  digest: `w${io}`,
  ...said,
});

export const read = (host: string, io: number): Told => ({
  kind: 'diskRead',
  disk: 'disk',
  block: 7,
  blocks: 1,
  host,
  io,
  digest: 'r',
});
