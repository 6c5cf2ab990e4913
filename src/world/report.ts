// What a run came to, as one document: the JSON of `understudy run --json`.

import { printedText } from '../base/printed-text.ts';
import { hashMachine } from '../machine/machine.ts';
import { type CommandReport, reportCommands } from './command-report.ts';
import { beginMeasures, type Measures, measure, measured } from './measures.ts';
import { hashMedium } from './net/medium.ts';
import { bytesShown, createScreen, type Screen, showByte } from './net/terminal.ts';
import type { PropertyState, Violation } from './properties/property.ts';
import type { Misbehaviour, Observation, OutputFacts } from './state/observation.ts';
import { type Client, isDisk } from './state/plain-host.ts';
import { type Computer, flagHolder, type Host, instructionOf, isHost, type World } from './state/world.ts';

/** Times in nanoseconds. */
export interface RunReport {
  time: number;
  hosts: { id: string; role: string; live: boolean; instructions: number; hash: string }[];
  outputs: OutputReport[];
  /** All that the terminal was sent, as text; bytes that are no UTF-8 are `\xNN`. */
  console: string;
  /** How the VM's guest has ended, where it has. */
  guest: GuestReport | null;
  clients: {
    id: string;
    history: {
      sent: number;
      answered: number | null;
      request: number;
      tries: number;
      reply: number | null;
    }[];
  }[];
  disk: { hash: string; flag: string | null };
  /** What was seen of the programs of clients and of the disk that no well-made program does, and how they ended: where there is any. */
  programs: { id: string; misbehaved: Misbehaviour[]; ended: boolean }[];
  log: { entries: number; bytes: number; bitsPerSecond: number; maxLagNs: number };
  /** What the VM's protection has cost and brought. */
  replication: { mode: string } & ReturnType<typeof measured>;
  /** The run's commands, as they stand in the scenario. */
  commands: CommandReport[];
  properties: { name: string; section: string; holds: boolean; violation?: Violation }[];
}

/** It ended itself with a code (0 is success), can do nothing more but trap, or was switched off. `at`: when that was first so. */
export type GuestReport = { at: number } & (
  | { end: 'exit'; code: number }
  | { end: 'stuck'; address: number; cause: number; trappedAt: number }
  | { end: 'poweredOff' }
);

export interface OutputReport {
  /** When the guest produced it, when it left its host, and when the backup's acknowledgement of its entry arrived. */
  at: number;
  instruction: number;
  kind: OutputFacts['kind'];
  host: string;
  released: number | null;
  acked: number | null;
}

/** An output and the number of its entry. */
interface Logged {
  sequence: number;
  output: OutputReport;
}

/** What the report needs to remember of a run while it goes on. */
export interface Tally {
  outputs: OutputReport[];
  screen: Screen;
  /** Outputs that wait at a gate, and those whose entry is not acknowledged yet; both in their order. */
  waiting: Logged[];
  unacked: Logged[];
  recordedAt: Record<number, number>;
  entries: number;
  logBytes: number;
  maxLagNs: number;
  measures: Measures;
  commanded: Extract<Observation, { kind: 'commanded' }>[];
  guest: GuestReport | null;
}

export const beginTally = (): Tally => ({
  outputs: [],
  screen: createScreen(),
  waiting: [],
  unacked: [],
  recordedAt: {},
  entries: 0,
  logBytes: 0,
  maxLagNs: 0,
  measures: beginMeasures(),
  commanded: [],
  guest: null,
});

/** Counts a fact in. */
export function tally(sum: Tally, fact: Observation): void {
  measure(sum.measures, fact);
  switch (fact.kind) {
    case 'commanded':
      sum.commanded.push(fact);
      break;
    case 'halted':
      sum.guest ??= guestEnd(fact);
      break;
    case 'recorded':
      sum.entries++;
      sum.recordedAt[fact.sequence] = fact.at;
      break;
    case 'paired':
      sum.recordedAt = {};
      sum.waiting = [];
      sum.unacked = [];
      break;
    case 'replayed':
      sum.maxLagNs = Math.max(sum.maxLagNs, fact.at - (sum.recordedAt[fact.sequence] ?? fact.at));
      delete sum.recordedAt[fact.sequence];
      break;
    case 'sent':
      if (fact.message === 'entries') sum.logBytes += fact.bytes;
      break;
    case 'outputHeld':
      sum.waiting.push(addOutput(sum, fact.host, fact.output, fact.at));
      break;
    case 'outputReleased': {
      const { digest, number } = fact.output;
      if (number !== undefined) showByte(sum.screen, Number(digest), number);
      const output =
        takeWaiting(sum, fact.output) ?? addOutput(sum, fact.host, fact.output, fact.at - fact.waited).output;
      output.released = fact.at;
      break;
    }
    case 'acked':
      for (let [first] = sum.unacked; first && first.sequence <= fact.through; [first] = sum.unacked) {
        first.output.acked = fact.at;
        sum.unacked.shift();
      }
      break;
  }
}

function guestEnd(fact: Extract<Observation, { kind: 'halted' }>): GuestReport | null {
  const { at, reason, code = 0, address = 0, cause = 0, trappedAt = 0 } = fact;
  switch (reason) {
    case 'guestExit':
      return { at, end: 'exit', code };
    case 'guestStuck':
      return { at, end: 'stuck', address, cause, trappedAt };
    case 'poweredOff':
      return { at, end: 'poweredOff' };
    default:
      return null;
  }
}

/** The output that leaves, of those that wait: they leave in their order, so it is nearly always the first. */
function takeWaiting(
  { waiting }: Tally,
  { sequence, kind, instruction }: OutputFacts,
): OutputReport | undefined {
  if (sequence === 0) return undefined;
  const at = waiting.findIndex(
    ({ sequence: entry, output }) =>
      entry === sequence && output.kind === kind && output.instruction === instruction,
  );
  return at === 0 ? waiting.shift()?.output : waiting.splice(at, at < 0 ? 0 : 1)[0]?.output;
}

function addOutput(sum: Tally, host: string, facts: OutputFacts, at: number): Logged {
  const { instruction, kind, sequence } = facts;
  const output: OutputReport = { at, instruction, kind, host, released: null, acked: null };
  sum.outputs.push(output);
  // What is not logged is acknowledged by nobody.
  const logged = { sequence, output };
  if (sequence > 0) sum.unacked.push(logged);
  return logged;
}

/** Whether this host's VM answers the world. One that waits for arbitration does not: nothing of it gets out. */
export function isLive(world: World, host: Host): boolean {
  const { isAlive, isPaused, replica } = host;
  if (!isAlive || isPaused) return false;
  if (replica.role === 'solo') return true;
  return replica.role === 'primary' && replica.arbitration === 'none' && !isReplaced(world, host);
}

/**
 * A primary that stood still and has not noticed that the other went on without it lets nothing out that is new: nobody
 * acknowledges it.
 */
function isReplaced(world: World, { id, replica: { generation } }: Host): boolean {
  const { config, hosts } = world;
  if (!config.protocol.rules.outputRule) return false;
  const winner = flagHolder(world, generation);
  if (winner !== undefined) return winner !== id;
  return hosts.some(
    ({ replica }) =>
      replica.generation > generation || (replica.role === 'solo' && replica.generation === generation),
  );
}

/** Of the VM's hosts their end's; of a plain host what it is. */
export function roleOf(computer: Computer): string {
  if (!computer.isAlive) return 'crashed';
  if (isHost(computer)) return computer.replica.role;
  return isDisk(computer) ? 'disk' : 'client';
}

function clientReport({ config, history }: Client): RunReport['clients'][number] {
  return {
    id: config.id,
    history: history.map(({ sent, answered, request, tries, value }) => ({
      sent,
      answered: answered ?? null,
      request,
      tries,
      reply: value ?? null,
    })),
  };
}

function programReports({ clients, disk }: World): RunReport['programs'] {
  const told = [...clients.map((host) => ({ host, told: host.told })), { host: disk, told: disk.seen.told }];
  return told
    .map(({ host, told }) => ({
      id: host.id,
      misbehaved: [...told],
      ended: host.machine.ending.kind !== 'running',
    }))
    .filter(({ misbehaved, ended }) => misbehaved.length > 0 || ended);
}

export function buildReport(world: World, sum: Tally, properties: readonly PropertyState[]): RunReport {
  const generation = Math.max(...world.hosts.map((host) => host.replica.generation));
  return {
    time: world.now,
    hosts: world.hosts.map((host) => ({
      id: host.id,
      role: roleOf(host),
      live: isLive(world, host),
      instructions: instructionOf(host),
      hash: hashMachine(host.machine),
    })),
    outputs: sum.outputs,
    console: printedText(bytesShown(sum.screen)),
    guest: sum.guest,
    clients: world.clients.map(clientReport),
    disk: {
      hash: hashMedium(world.disk.medium, world.config.disk),
      flag: flagHolder(world, generation) ?? null,
    },
    programs: programReports(world),
    log: {
      entries: sum.entries,
      bytes: sum.logBytes,
      bitsPerSecond: world.now === 0 ? 0 : Math.round((sum.logBytes * 8 * 1e9) / world.now),
      maxLagNs: sum.maxLagNs,
    },
    replication: { mode: world.config.replication.mode, ...measured(sum.measures) },
    commands: reportCommands(world.config.commands, sum.commanded),
    properties: properties.map(({ name, section, violation }) => ({
      name,
      section,
      holds: violation === undefined,
      ...(violation ? { violation } : {}),
    })),
  };
}
