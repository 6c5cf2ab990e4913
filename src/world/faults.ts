// The faults and clicks that a run can be given, as values and as text: `crash A @ 12ms`, `cut log @ 2s`.

import { err, ok, type Result } from '../base/result.ts';
import type { SimTime } from '../sim/time.ts';

export type Fault =
  /** The host loses power. */
  | { verb: 'crash'; target: string }
  /** The cable is cut: what is on it is lost, and nothing passes until it is mended. */
  | { verb: 'cut'; target: string }
  | { verb: 'mend'; target: string };

export type TimedCommand = Fault & { at: SimTime };

export const VERBS = ['crash', 'cut', 'mend'] as const;

/** What may be crashed, cut and mended in a world. */
export interface Targets {
  hosts: readonly string[];
  links: readonly string[];
}

const UNITS = { ns: 1, us: 1e3, µs: 1e3, ms: 1e6, s: 1e9 } as const;

/** Reads `12ms`, `3456789ns`, `1.5s`, `250us`. A fraction finer than a nanosecond is refused: nothing rounds. */
export function parseInstant(text: string): Result<SimTime, string> {
  const match = /^(\d{1,16}(?:\.\d{1,9})?)(ns|us|µs|ms|s)$/.exec(text.trim());
  if (match === null)
    return err(`"${text}" is not an instant: write a number and ns, us, ms or s, such as 12ms`);
  const [whole = '0', fraction = ''] = (match[1] as string).split('.');
  const scale = BigInt(UNITS[match[2] as keyof typeof UNITS]);
  const parts = 10n ** BigInt(fraction.length);
  const scaled = BigInt(whole + fraction) * scale;
  if (scaled % parts !== 0n) return err(`"${text}" is finer than a nanosecond`);
  const ns = Number(scaled / parts);
  if (!Number.isSafeInteger(ns)) return err(`"${text}" is later than any run lasts`);
  return ok(ns as SimTime);
}

/** An instant as text: milliseconds, as far behind the point as it takes to be exact. */
export function formatInstant(at: SimTime): string {
  const whole = Math.floor(at / 1e6);
  const fraction = String(at % 1e6)
    .padStart(6, '0')
    .replace(/0+$/, '');
  return fraction === '' ? `${whole}ms` : `${whole}.${fraction}ms`;
}

/** `crash A @ 12ms` as a command. Without `@ …` it happens at `now`, where that is given. */
export function parseCommand(text: string, targets: Targets, now?: SimTime): Result<TimedCommand, string> {
  const [what = '', when, ...rest] = text.split('@');
  const [verb = '', target = '', ...more] = what.trim().split(/\s+/);
  if (rest.length > 0 || more.length > 0)
    return err(`"${text}" is not a command: write VERB TARGET @ INSTANT`);
  if (verb !== 'crash' && verb !== 'cut' && verb !== 'mend') {
    return err(`"${text}": there is no command "${verb}"; there are ${VERBS.join(', ')}`);
  }
  const candidates = verb === 'crash' ? targets.hosts : targets.links;
  if (!candidates.includes(target)) {
    const what = verb === 'crash' ? 'host' : 'link';
    return err(`"${text}": there is no ${what} "${target}"; there are ${candidates.join(', ')}`);
  }
  if (when === undefined) {
    return now === undefined
      ? err(`"${text}" does not say when: add @ and an instant`)
      : ok({ verb, target, at: now });
  }
  const at = parseInstant(when);
  return at.ok ? ok({ verb, target, at: at.value }) : err(`"${text}": ${at.error}`);
}

/** The command as `parseCommand` reads it. */
export const formatCommand = (command: TimedCommand): string =>
  `${command.verb} ${command.target} @ ${formatInstant(command.at)}`;
