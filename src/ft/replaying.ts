// §2.1: the backup takes the entries of the log in order, each at exactly its instruction, drops what it produces, and never passes the last.

import type { DeepReadonly } from '../base/readonly.ts';
import { countAfter, type Injection, type InstructionCount, UNBOUNDED } from '../machine/boundary.ts';
import { acknowledge, mayAcknowledge, windowReopened } from './ack-on-receipt.ts';
import { awaitsOwnIo, finishIo } from './disk-io.ts';
import { applyDiverged, diverge, isAstray } from './divergence.ts';
import type { Effect } from './effects.ts';
import type { EntryBody, LogEntry } from './entry.ts';
import { goLive, isDraining } from './going-live.ts';
import { consume } from './logging-channel.ts';
import { drop } from './output-rule.ts';
import type { End, EndConfig, Moment } from './pair-end.ts';
import { followControl } from './power-off.ts';
import { outputEntry } from './recording.ts';
import type { HeldOutput, ProtocolConfig, Replica } from './replica.ts';

/** Takes every entry that is due at the machine's present instruction, and goes live once the last is consumed. */
export function replay(end: End, config: EndConfig, moment: Moment, out: Effect[]): void {
  const { replica } = end;
  const { protocol } = config;
  let { instruction } = moment;
  // A machine that has diverged asks the log for nothing.
  let asks = replica.hasDiverged ? null : moment.asks;
  if (isAstray(replica, protocol)) {
    diverge(replica, protocol, replica.receiver.entries[0], 'entries that it never comes to', out, asks);
    asks = null;
  }
  if (asks !== null && replayRead(replica, protocol, asks, instruction, out)) {
    asks = null;
    instruction = countAfter(instruction, 1);
  }
  while (asks === null && end.transfer?.stage !== 'paused') {
    const entry = entryDue(replica, protocol, instruction);
    if (entry === undefined) break;
    const isMet = !replica.hasDiverged && apply(replica, protocol, entry, out);
    if (!isMet && !replica.hasDiverged) break;
    if (!isMet) applyDiverged(replica, protocol, entry, out);
    consumed(replica, protocol, entry, out);
    // What was done to the VM may be that it moves, with the log as it is behind this entry.
    if (entry.kind === 'control') followControl(end, config, entry, moment.now, out);
  }
  const isDone = replica.receiver.entries.length === 0 || !isExact(replica, protocol);
  if (isDraining(replica) && isDone) goLive(replica, protocol, out);
}

/** Applies an entry. @returns false when it has to wait, or the machine is not where the entry says it must be */
function apply(replica: Replica, config: ProtocolConfig, entry: LogEntry, out: Effect[]): boolean {
  switch (entry.kind) {
    case 'clock':
    case 'entropy':
      // The machine retired the entry's instruction without reading the clock there.
      diverge(replica, config, entry, 'another instruction', out);
      return false;
    case 'output': {
      const held = matchOutput(replica, config, entry);
      if (held === undefined) diverge(replica, config, entry, 'another output', out);
      else {
        out.push({ kind: 'replay', entry, injection: undefined });
        drop(replica, held, out);
      }
      return held !== undefined;
    }
    case 'diskCompletion':
      if (awaitsOwnIo(replica, config, entry.request)) return false;
      break;
  }
  const injection = injectionOf(entry);
  const own = injection && withOwnData(replica, config, injection);
  if (own?.kind === 'diskCompletion') finishIo(replica, config, own, out);
  out.push({ kind: 'replay', entry, injection: own });
  return true;
}

/** §4.2: what the log leaves out is what this host has read itself. */
function withOwnData(replica: Replica, config: ProtocolConfig, injection: Injection): Injection {
  if (injection.kind !== 'diskCompletion' || !injection.ok || !config.backupReads) return injection;
  const io = replica.pendingIo.find(({ operation }) => operation.request === injection.request);
  return io?.own?.bytes ? { ...injection, bytes: io.own.bytes } : injection;
}

/** The machine reads a clock or entropy: the value is the log's, which has it next or does not know it yet. @returns whether it has it now */
function replayRead(
  replica: Replica,
  config: ProtocolConfig,
  value: 'clock' | 'entropy',
  instruction: InstructionCount,
  out: Effect[],
): boolean {
  const entry = valueDue(replica, config, value, instruction);
  if (entry !== undefined) {
    const ownValue = !config.rules.loggedValues;
    out.push({ kind: 'replay', entry, injection: injectionOf(entry), ownValue });
    consumed(replica, config, entry, out);
    return true;
  }
  if (!isExact(replica, config)) {
    out.push({ kind: 'awaitValue', value });
    return false;
  }
  return diverge(replica, config, replica.receiver.entries[0], `a read of ${value}`, out, value);
}

/** An entry has been applied: its room in the buffer is free. */
function consumed(replica: Replica, config: ProtocolConfig, entry: LogEntry, out: Effect[]): void {
  consume(replica.receiver, entry);
  const isRead = config.backupReads && entry.kind === 'diskCompletion';
  if (mayAcknowledge(replica, config) && (isRead || windowReopened(replica.receiver)))
    acknowledge(replica, out);
}

/** The log has entries ahead, but nothing that could wake the guest here, which is asleep. */
export function asleep(replica: Replica, config: ProtocolConfig, out: Effect[]): void {
  if (isExact(replica, config)) diverge(replica, config, replica.receiver.entries[0], 'a guest asleep', out);
}

/**
 * How far the backup's machine may run: to the next entry's instruction and never past it, because what happens there
 * is in that entry and nowhere else. Without an entry it waits.
 */
export function replayLimit(
  replica: DeepReadonly<Replica>,
  config: ProtocolConfig,
): InstructionCount | undefined {
  if (!isExact(replica, config)) return UNBOUNDED;
  const [next] = replica.receiver.entries;
  if (next === undefined) return undefined;
  // A guest that can only trap retires nothing more, and has to get there.
  return isEnd(next) ? countAfter(next.instruction, 1) : next.instruction;
}

/** §3.3: the guest ends here, which only its machine can show. */
const isEnd = (entry: DeepReadonly<LogEntry>): boolean =>
  entry.kind === 'control' && entry.operation === 'end';

/**
 * Whether what enters the backup's machine enters at the primary's instruction. Operations are only in the same order,
 * and a machine that has diverged has other instructions.
 */
export const isExact = (
  { hasDiverged }: DeepReadonly<Replica>,
  { rules, mode }: DeepReadonly<ProtocolConfig>,
): boolean => rules.exactDelivery && mode === 'ft' && !hasDiverged;

/**
 * The entry that the backup's machine takes now, if any. With exact delivery it is the first, once the machine is at its
 * instruction. With the rule off whatever comes from outside goes in as soon as it is here; only values that the machine
 * asks for, and outputs that it makes, wait for the machine.
 */
export function entryDue(
  replica: Replica,
  config: ProtocolConfig,
  instruction: InstructionCount,
): LogEntry | undefined {
  const { entries } = replica.receiver;
  const [next] = entries;
  if (replica.hasDiverged) return next;
  if (isExact(replica, config)) {
    if (next?.instruction !== instruction) return undefined;
    return isEnd(next) && replica.guestEnd === null ? undefined : next;
  }
  return entries.find(({ kind }) =>
    kind === 'output' ? replica.reproduced.length > 0 : kind !== 'clock' && kind !== 'entropy',
  );
}

/** The entry with the value that the backup's machine asks for: the next, which has to be at this very place. */
export function valueDue(
  replica: Replica,
  config: ProtocolConfig,
  kind: 'clock' | 'entropy',
  instruction: InstructionCount,
): LogEntry | undefined {
  const { entries } = replica.receiver;
  if (!isExact(replica, config)) return entries.find((entry) => entry.kind === kind);
  const [next] = entries;
  return next?.kind === kind && next.instruction === instruction + 1 ? next : undefined;
}

/** The entry's injection, if it enters the machine. An output entry doesn't: it is the machine that made the output. */
export function injectionOf(entry: LogEntry): Injection | undefined {
  switch (entry.kind) {
    case 'output':
    case 'control':
    case 'progress':
      return undefined;
    case 'timer':
      return { kind: 'timer' };
    default:
      return entry;
  }
}

type OutputBody = Extract<EntryBody, { kind: 'output' }>;

const isSameOutput = (entry: OutputBody, { output, length, digest }: OutputBody): boolean =>
  output === entry.output && length === entry.length && digest === entry.digest;

/**
 * The backup is at an output entry: the output that replay produced there is dropped, for the primary's is the one that
 * counts. One that differs means that the machines have diverged.
 * @returns it, if it was the same
 */
export function matchOutput(
  replica: Replica,
  config: ProtocolConfig,
  entry: Extract<LogEntry, { kind: 'output' }>,
): HeldOutput | undefined {
  const found = replica.reproduced.shift();
  if (found === undefined || !isSameOutput(entry, outputEntry(found.output))) return undefined;
  if (isExact(replica, config) && found.instruction !== entry.instruction) return undefined;
  replica.lastDropped = { ...found, sequence: entry.sequence };
  return replica.lastDropped;
}
