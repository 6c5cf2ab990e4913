// The faults and clicks that a run can be given, as values and as text: `crash A @ 12ms`, `cut log @ when entry 57 sent`.

import { err, ok, type Result } from '../../base/result.ts';
import { CHARACTERS_OF_BYTE, TYPED_BYTES } from '../../base/typed-text.ts';
import type { SimTime } from '../../sim/time.ts';
import { logCable } from '../base/cables.ts';
import type { ClientId, HostId, WorldConfig } from '../base/config.ts';
import { formatCondition, parseCondition } from './condition-text.ts';
import type { Condition } from './conditions.ts';
import type { Fault } from './fault-table.ts';
import { formatFault, parseFault } from './fault-text.ts';
import { formatInstant, parseInstant } from './quantities.ts';

export type { Fault, Verb } from './fault-table.ts';
export { formatFault } from './fault-text.ts';
export { formatInstant, parseInstant } from './quantities.ts';

export type TimedCommand = Fault & { at: SimTime };

/** Strikes once, at the very instant at which its condition comes true, before another instruction is executed. */
export type ConditionalCommand = Fault & { when: Condition };

export type ScriptedCommand = TimedCommand | ConditionalCommand;

export const isConditional = (command: ScriptedCommand): command is ConditionalCommand => 'when' in command;

/** One cable of a target: `end` is the host or client whose way out and in is meant; without it there is no such way. */
export interface LinkEnd {
  link: string;
  end?: string;
}

/** What commands can name in a world. */
export interface Targets {
  hosts: readonly HostId[];
  clients: readonly ClientId[];
  /** Targets of commands about links, and the cables that each of them means. */
  links: Readonly<Record<string, readonly LinkEnd[]>>;
}

/** Characters that a command's text may have: with the longest text to be typed, all of it escaped. */
export const COMMAND_LENGTH = 200 + CHARACTERS_OF_BYTE * TYPED_BYTES;

/** Characters of a command that an error repeats. */
const QUOTED_LENGTH = 200;

/** What commands can name where there are these hosts and clients. */
export function targetsOf(hosts: readonly HostId[], clients: readonly ClientId[]): Targets {
  const logs = hosts.flatMap((first, i) =>
    hosts.slice(i + 1).map((second) => ({ link: logCable(first, second), ends: [first, second] })),
  );
  const cables = (kind: string, stations: readonly string[]): LinkEnd[] =>
    stations.map((end) => ({ link: `${kind}-${end}`, end }));
  const each = (cables: readonly LinkEnd[]) => cables.map((cable) => [cable.link, [cable]] as const);
  const lan = cables('lan', [...hosts, ...clients]);
  const storage = cables('storage', hosts);
  return {
    hosts,
    clients,
    links: Object.fromEntries<readonly LinkEnd[]>([
      ['log', logs.map(({ link }) => ({ link }))],
      ['lan', lan],
      ['storage', storage],
      ...hosts.map((end): [string, LinkEnd[]] => [
        `log-${end}`,
        logs.filter(({ ends }) => ends.includes(end)).map(({ link }) => ({ link, end })),
      ]),
      ...each(logs.map(({ link }) => ({ link }))),
      ...each(lan),
      ...each(storage),
    ]),
  };
}

const known = new WeakMap<WorldConfig, Targets>();

/** What commands can name in a world of this configuration. */
export function targetsIn(config: WorldConfig): Targets {
  const ids = (all: readonly { id: string }[]): string[] => all.map(({ id }) => id);
  const targets = known.get(config) ?? targetsOf(ids(config.hosts), ids(config.clients));
  known.set(config, targets);
  return targets;
}

/** The places of the @ in a text that are not written as \@ . */
const separators = (text: string): number[] =>
  [...text.matchAll(/\\.|@/gs)].filter(([found]) => found === '@').map(({ index }) => index);

/**
 * Reads `VERB TARGET [VALUE] @ INSTANT` or `VERB TARGET [VALUE] @ when CONDITION`. Without `@ …` it happens at `now`,
 * where that is given.
 */
export function parseCommand(text: string, targets: Targets, now?: SimTime): Result<ScriptedCommand, string> {
  if (text.length > COMMAND_LENGTH) return tooLong(text);
  const [separator = text.length, ...more] = separators(text);
  if (more.length > 0)
    return err(
      `${quoted(text)} is not a command: write VERB TARGET @ INSTANT, or VERB TARGET @ when CONDITION`,
    );
  const fault = parseFault(text.slice(0, separator), targets);
  if (!fault.ok) return err(`${quoted(text)}: ${fault.error}`);
  const command = parseMoment(fault.value, text.slice(separator + 1), targets, now);
  if (!command.ok) return err(`${quoted(text)}${command.error}`);
  // What is read must be writable again: text that was typed as it is may take more room with its escapes.
  return formatCommand(command.value).length > COMMAND_LENGTH ? tooLong(text) : command;
}

const quoted = (text: string): string =>
  text.length > QUOTED_LENGTH ? `"${text.slice(0, 40)}…"` : `"${text}"`;

const tooLong = (text: string): Result<never, string> =>
  err(`${quoted(text)} is too long: a command has at most ${COMMAND_LENGTH} characters`);

function parseMoment(
  fault: Fault,
  moment: string,
  targets: Targets,
  now: SimTime | undefined,
): Result<ScriptedCommand, string> {
  if (moment.trim() === '') {
    if (now !== undefined) return ok({ ...fault, at: now });
    return err(' does not say when: add @ and an instant, or @ when and a condition');
  }
  const condition = /^\s*when(?:\s+(.*))?$/s.exec(moment);
  if (condition === null) {
    const at = parseInstant(moment);
    return at.ok ? ok({ ...fault, at: at.value }) : err(`: ${at.error}`);
  }
  const when = parseCondition(condition[1] ?? '', targets);
  return when.ok ? ok({ ...fault, when: when.value }) : err(`: ${when.error}`);
}

/** The command as `parseCommand` reads it. */
export const formatCommand = (command: ScriptedCommand): string =>
  `${formatFault(command)} @ ${
    isConditional(command) ? `when ${formatCondition(command.when)}` : formatInstant(command.at)
  }`;
