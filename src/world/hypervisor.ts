// The hypervisor of a host: what it does when its machine stops, and when something arrives for it.

import { below } from '../base/prng.ts';
import type { Command } from '../ft/commands.ts';
import { type EntryBody, entryLength, type LogEntry } from '../ft/entry.ts';
import { goLive, isDraining } from '../ft/going-live.ts';
import { acknowledge, consume, isStopped, windowReopened } from '../ft/logging-channel.ts';
import { produceOutput } from '../ft/output-rule.ts';
import { record } from '../ft/recording.ts';
import { diverge, injectionOf, matchOutput, replayLimit } from '../ft/replaying.ts';
import type { Emission, Injection, InstructionCount, Stop } from '../machine/boundary.ts';
import { hashMachine, inject } from '../machine/machine.ts';
import { armGuestTimer, guestTicks } from './host-clock.ts';
import { execute } from './host-commands.ts';
import type { Observer } from './observation.ts';
import { beginExecuting } from './pace.ts';
import { type Host, instructionOf, type World } from './world.ts';

const UNBOUNDED = Number.MAX_SAFE_INTEGER as InstructionCount;

/** How far the host's machine may run now; nothing when it may not run at all. */
export function runLimit(host: Host): InstructionCount | undefined {
  const { replica, machine } = host;
  if (!host.isAlive || replica.role === 'halted' || machine.ending.kind !== 'running') return undefined;
  if (replica.role === 'backup') return replayLimit(replica);
  return isStopped(replica.sender) ? undefined : UNBOUNDED;
}

/** After anything that may have changed what the machine can do: it begins to execute, or no longer does. */
export function settle(world: World, host: Host): void {
  const limit = runLimit(host);
  const can = limit !== undefined && !host.isIdle && host.stop === null && instructionOf(host) < limit;
  if (can && !host.pace.isExecuting) beginExecuting(host.pace, host.config, world.now, instructionOf(host));
  else if (!can) host.pace.isExecuting = false;
}

function entryFacts(host: Host, entry: LogEntry) {
  return {
    host: host.id,
    sequence: entry.sequence,
    entry: entry.kind,
    ...(entry.kind === 'output' ? { output: entry.output } : {}),
    instruction: entry.instruction,
    bytes: entryLength(entry),
    state: hashMachine(host.machine),
  };
}

function log(world: World, host: Host, body: EntryBody, out: Command[], observe: Observer): void {
  const entry = record(host.replica, world.config.protocol, body, instructionOf(host), out);
  if (entry) observe({ at: world.now, kind: 'recorded', ...entryFacts(host, entry) });
}

/**
 * Something from outside enters the guest, between two instructions, and is logged where it did. While a full send
 * buffer stops the machine it has to wait: it could not be logged.
 */
export function deliver(world: World, host: Host, injection: Injection, observe: Observer): void {
  if (isStopped(host.replica.sender) && host.replica.role === 'primary') {
    host.deferred.push(injection);
    return;
  }
  const out: Command[] = [];
  inject(host.machine, injection);
  host.isIdle = false;
  if (injection.kind === 'diskCompletion') forgetIo(host, injection.request);
  const body =
    injection.kind === 'timer' ? { kind: 'timer' as const, time: guestTicks(world, host) } : injection;
  log(world, host, body, out, observe);
  execute(world, host, out, observe);
  settle(world, host);
}

/** Once the primary may run again, its backup having acknowledged or being gone, what had to wait enters, in the order in which it came. */
export function deliverDeferred(world: World, host: Host, observe: Observer): void {
  if (isStopped(host.replica.sender)) return;
  for (const injection of host.deferred.splice(0)) deliver(world, host, injection, observe);
}

function forgetIo(host: Host, request: number): void {
  const at = host.replica.pendingIo.findIndex((io) => io.operation.request === request);
  if (at >= 0) host.replica.pendingIo.splice(at, 1);
}

/** The machine has stopped, for a reason that concerns the world. */
export function handleStop(world: World, host: Host, stop: Stop, observe: Observer): void {
  const out: Command[] = [];
  switch (stop.reason) {
    case 'clock':
    case 'entropy':
      readNondeterministic(world, host, stop.reason, out, observe);
      break;
    case 'emission':
      for (const emission of stop.emissions) emit(world, host, emission, out, observe);
      break;
    case 'timerSet':
      if (host.replica.role !== 'backup') armGuestTimer(world, host);
      break;
    case 'exit':
    case 'stuck':
      end(world, host, stop, observe);
      break;
    case 'waiting':
      // Only a backup's host hears of it: the log has entries ahead, but nothing that could wake the machine here.
      diverge(
        host.replica,
        host.replica.receiver.entries[0]?.sequence ?? 0,
        'nothing',
        'a guest asleep',
        out,
      );
      break;
    case 'budget':
      break;
  }
  execute(world, host, out, observe);
  if (host.replica.role === 'backup') replay(world, host, observe);
  settle(world, host);
}

/** §2.1: on the primary the hypervisor gives the value and logs it; on the backup the value is the log's. */
function readNondeterministic(
  world: World,
  host: Host,
  kind: 'clock' | 'entropy',
  out: Command[],
  observe: Observer,
): void {
  if (host.replica.role === 'backup') {
    replayRead(world, host, kind, out, observe);
    return;
  }
  const body =
    kind === 'clock'
      ? { kind, time: guestTicks(world, host) }
      : { kind, bits: below(host.entropy, 0x1_0000) };
  inject(host.machine, body);
  log(world, host, body, out, observe);
}

function replayRead(
  world: World,
  host: Host,
  kind: 'clock' | 'entropy',
  out: Command[],
  observe: Observer,
): void {
  const [entry] = host.replica.receiver.entries;
  if (entry?.kind !== kind || entry.instruction !== instructionOf(host) + 1) {
    diverge(host.replica, entry?.sequence ?? 0, entry?.kind ?? 'nothing', `a read of ${kind}`, out);
    return;
  }
  inject(host.machine, entry);
  consumed(world, host, out, observe);
}

function emit(world: World, host: Host, emission: Emission, out: Command[], observe: Observer): void {
  const { replica } = host;
  if (emission.kind === 'diskRead' || emission.kind === 'diskWrite' || emission.kind === 'diskFlush') {
    const io = { operation: emission, issued: false };
    replica.pendingIo.push(io);
    // A read is an input that is under way, not an output: nothing gates it. The backup's data comes with the log.
    if (emission.kind !== 'diskWrite' && replica.role !== 'backup') out.push({ kind: 'issueIo', io });
  }
  if (emission.kind === 'packet' || emission.kind === 'diskWrite' || emission.kind === 'console') {
    const { protocol } = world.config;
    const entry = produceOutput(replica, protocol, emission, instructionOf(host), world.now, out);
    if (entry) observe({ at: world.now, kind: 'recorded', ...entryFacts(host, entry) });
  }
}

/** A guest that ends itself or can't go on stops for good. Its replica will do the same: both run the same program. */
function end(
  world: World,
  host: Host,
  stop: Extract<Stop, { reason: 'exit' | 'stuck' }>,
  observe: Observer,
): void {
  const { replica } = host;
  replica.role = 'halted';
  replica.haltReason = stop.reason === 'exit' ? 'guestExit' : 'guestStuck';
  observe({
    at: world.now,
    kind: 'halted',
    host: host.id,
    reason: replica.haltReason,
    ...(stop.reason === 'exit' ? { code: stop.code } : { address: stop.pc }),
  });
}

/** Takes every entry that is due at the machine's present instruction; what comes next it runs to. */
export function replay(world: World, host: Host, observe: Observer): void {
  const { replica } = host;
  const out: Command[] = [];
  while (replica.role === 'backup') {
    const [entry] = replica.receiver.entries;
    if (entry === undefined || entry.instruction !== instructionOf(host)) break;
    if (!apply(host, entry, out)) break;
    consumed(world, host, out, observe);
  }
  if (isDraining(replica) && replica.receiver.entries.length === 0) goLive(replica, out);
  execute(world, host, out, observe);
  settle(world, host);
}

/** Applies an entry at its instruction. @returns false when the machine is not where the entry says it must be */
function apply(host: Host, entry: LogEntry, out: Command[]): boolean {
  if (entry.kind === 'clock' || entry.kind === 'entropy') {
    // The machine retired the entry's instruction without reading the clock there.
    diverge(host.replica, entry.sequence, entry.kind, 'another instruction', out);
    return false;
  }
  if (entry.kind === 'output') {
    const isSame = matchOutput(host.replica, entry, out);
    if (!isSame) diverge(host.replica, entry.sequence, entry.kind, 'another output', out);
    return isSame;
  }
  inject(host.machine, injectionOf(entry) as Injection);
  host.isIdle = false;
  if (entry.kind === 'diskCompletion') forgetIo(host, entry.request);
  return true;
}

/** An entry has been applied: its room in the buffer is free, and an observer can compare the machines. */
function consumed(world: World, host: Host, out: Command[], observe: Observer): void {
  const { receiver } = host.replica;
  const entry = consume(receiver) as LogEntry;
  observe({ at: world.now, kind: 'replayed', ...entryFacts(host, entry) });
  if (host.replica.arbitration === 'none' && windowReopened(receiver)) {
    acknowledge(receiver, instructionOf(host), out);
  }
}
