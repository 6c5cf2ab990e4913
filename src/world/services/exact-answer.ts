// For checkers of services where only one answer to a request is right.

import type { Verdict } from '../properties/property.ts';
import type { Observation } from '../state/observation.ts';
import { takeAnswered, type Waiting } from './waiting.ts';

/** What a client has to be told. */
export interface Answer {
  /** 0: done. */
  status: number;
  value: number;
}

/** Holds an answer against the only right one, which may be a refusal. */
export function judgeAnswer<N>(
  waiting: Waiting<N>,
  fact: Extract<Observation, { kind: 'answered' }>,
  rightAnswer: (asked: Waiting<N>[string]) => Answer,
): Verdict {
  const { client, request, value } = fact;
  const right = waiting[client] && rightAnswer(waiting[client]);
  const taken = takeAnswered(waiting, fact, [right?.status ?? 0]);
  if ('wrong' in taken) return taken.wrong;
  if (right?.value === value) return 'holds';
  return { key: 'answerWrong', values: { client, request, value, right: right?.value ?? 0 } };
}
