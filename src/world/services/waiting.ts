// For checkers: which request each client waits for an answer to, and what is wrong with an answer whatever it was to.

import type { Verdict } from '../properties/property.ts';
import type { Observation } from '../state/observation.ts';

type Asked = Extract<Observation, { kind: 'requestSent' }>;
type Answered = Extract<Observation, { kind: 'answered' }>;

/**
 * By client: its request without an answer, and what the checker noted when that was first sent. Under other names, those that clients
 * have given up: they may have been carried out, or still be.
 */
export type Waiting<N> = Record<string, { request: number; operation: string; arguments: number[]; note: N }>;

/** A request was sent: noted, unless it was sent again. */
export function noteAsked<N>(waiting: Waiting<N>, asked: Asked, note: () => N): void {
  if (asked.tries > 1) return;
  const { client, request, operation } = asked;
  const before = waiting[client];
  if (before !== undefined) giveUp(waiting, client, before);
  waiting[client] = { request, operation, arguments: asked.arguments, note: note() };
}

/** So many are remembered: a client that never waits must not fill the memory. */
const GIVEN_UP = 256;

function giveUp<N>(waiting: Waiting<N>, client: string, asked: Waiting<N>[string]): void {
  const givenUp = Object.keys(waiting).filter((name) => name.includes(' '));
  if (givenUp.length >= GIVEN_UP) delete waiting[givenUp[0] as string];
  waiting[`${client} ${asked.request}`] = asked;
}

/**
 * Takes the request out that an answer belongs to.
 * @returns it, or what is wrong: the answer reports a failure (any status but those in `fine`), or nobody waited for it
 */
export function takeAnswered<N>(
  waiting: Waiting<N>,
  { client, request, status, value }: Answered,
  fine: readonly number[] = [0],
): { asked: Waiting<N>[string] } | { wrong: Verdict } {
  const asked = waiting[client];
  delete waiting[client];
  if (!fine.includes(status)) return { wrong: { key: 'answerFailed', values: { client, request, status } } };
  if (asked?.request !== request)
    return { wrong: { key: 'answerUnasked', values: { client, request, value } } };
  return { asked };
}
