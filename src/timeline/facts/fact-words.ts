// What rows of the table of facts have in common: numbers, words and names that are made of a fact.

import type { Misbehaviour, OutputFacts } from '../../world/state/observation.ts';
import type { FactNumbers, FactOf, Values } from './fact-shape.ts';

export const outputKind = ({ output }: { output: OutputFacts }): string => output.kind;

export const outputNumbers = ({
  output: { sequence, instruction, value },
}: {
  output: OutputFacts;
}): FactNumbers => [sequence, instruction, value ?? Number.NaN];

export function outputValues({ kind, client, value, block, sequence }: OutputFacts): Values {
  return {
    kind,
    sequence,
    ...(client === undefined ? {} : { client }),
    ...(value === undefined ? {} : { value }),
    ...(block === undefined ? {} : { block }),
  };
}

export const entryNumbers = (fact: FactOf<'recorded' | 'replayed'>): FactNumbers => [
  fact.sequence,
  fact.instruction,
  fact.generation,
];

export const isLog = (link: string): boolean => /^log(-|$)/.test(link);

/** What is asked of the VM takes its effect later, so the asking is told. All else is told by what it did. */
export const ASKED: Readonly<Record<string, string>> = { poweroff: 'powerOffAsked', type: 'typingAsked' };

export const verbOf = (command: string): string => command.slice(0, command.indexOf(' '));

/** What is left of a command behind its verb and target: of `type vm hello` what is typed. */
export const valueIn = (command: string): string => command.split(' ').slice(2).join(' ');

/** So many characters of what somebody typed have room in a sentence. */
export const QUOTED = 60;
export const quoted = (text: string): string => (text.length > QUOTED ? `${text.slice(0, QUOTED)}…` : text);

export function haltSentence({ reason, cause }: FactOf<'halted'>): string {
  if (reason === 'guestExit') return 'guestExited';
  if (reason === 'guestStuck') return cause === undefined ? 'guestStuck' : 'guestTrapped';
  return 'halted';
}

export function haltValues({
  host,
  reason,
  code = 0,
  address = 0,
  cause,
  trappedAt = 0,
}: FactOf<'halted'>): Values {
  if (reason === 'guestExit') return { host, code };
  if (reason !== 'guestStuck') return { host, reason };
  return cause === undefined ? { host, address } : { host, address, cause, trappedAt };
}

/** The sentence for each of a program's bad manners. */
export const MISBEHAVED: Readonly<Record<Misbehaviour, string>> = {
  again: 'misbehavedAgain',
  skipped: 'misbehavedSkipped',
  early: 'misbehavedEarly',
  changed: 'misbehavedChanged',
  nonsense: 'misbehavedNonsense',
  flood: 'misbehavedFlood',
  unasked: 'misbehavedUnasked',
  undone: 'misbehavedUndone',
  altered: 'misbehavedAltered',
};
