// The part of a command before its `@`: a verb, what it is done to, and what else has to be said.

import { err, ok, type Result } from '../../base/result.ts';
import { type Fault, faultRow, missing, VERBS, type Verb } from './fault-table.ts';
import type { Targets } from './faults.ts';

/** Reads `VERB TARGET [VALUE]`. An error names what is wrong and what there is. */
export function parseFault(text: string, targets: Targets): Result<Fault, string> {
  const [, verb = '', target = '', rest = ''] = /^\s*(\S*)\s*(\S*)[ \t]*(.*?)[ \t]*$/s.exec(text) ?? [];
  const known = VERBS.find((each) => each === verb);
  if (known === undefined) return err(missing('command', verb, VERBS));
  const { usage, noun, targets: targetsOf, takes } = faultRow(known);
  const candidates = targetsOf(targets);
  if (!candidates.includes(target)) return err(missing(noun, target, candidates));
  const value = takes === 'rest' ? rest : rest.trim();
  const isCountWrong = value === '' ? takes === 'word' || takes === 'rest' : takes === 'none';
  if (isCountWrong || (takes !== 'rest' && /\s/.test(value))) return err(`write ${usage}`);
  return readFault(known, target, value, targets);
}

/** The fault that a verb, one of its targets and the text of a value make. */
export function readFault(
  verb: Verb,
  target: string,
  value: string,
  targets: Targets,
): Result<Fault, string> {
  const read = faultRow(verb).value.read(value, target, targets);
  return read.ok ? ok({ verb, target, ...read.value } as Fault) : read;
}

/** What a command does, without when it does it, as `parseFault` reads it. */
export function formatFault(fault: Fault): string {
  const value = faultRow(fault.verb).value.write(fault);
  return `${fault.verb} ${fault.target}${value === '' ? '' : ` ${value}`}`;
}
