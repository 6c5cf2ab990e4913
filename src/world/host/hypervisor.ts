// The hypervisor of a host: how far its machine may run, what it does when that stops, and what it lets in.

import { below } from '../../base/prng.ts';
import { finishIo, isDiskEmission, startIo } from '../../ft/disk-io.ts';
import type { Effect } from '../../ft/effects.ts';
import type { EntryBody } from '../../ft/entry.ts';
import { isStopped } from '../../ft/logging-channel.ts';
import { produceOutput } from '../../ft/output-rule.ts';
import { record } from '../../ft/recording.ts';
import { diverge, isExact, replayLimit } from '../../ft/replaying.ts';
import {
  type Emission,
  type Injection,
  type InstructionCount,
  type Stop,
  UNBOUNDED,
} from '../../machine/boundary.ts';
import { inject } from '../../machine/machine.ts';
import { entryFacts, ioFacts } from '../state/entry-facts.ts';
import type { Observer } from '../state/observation.ts';
import { beginExecuting, instructionAt } from '../state/pace.ts';
import {
  type Arrival,
  type Host,
  instructionOf,
  isActing,
  isRunning,
  isStill,
  type World,
} from '../state/world.ts';
import { carryOutControl } from '../vm/operations.ts';
import { beginDma, isDmaOf } from './bounce-buffers.ts';
import { execute } from './effects.ts';
import { armGuestTimer, guestTicks } from './host-clock.ts';
import { replay, replayRead } from './replay.ts';

/** How far the host's machine may run now; nothing when it may not run at all. */
export function runLimit(world: World, host: Host): InstructionCount | undefined {
  const { replica, machine } = host;
  if (!isRunning(host) || isStill(host) || machine.ending.kind !== 'running') return undefined;
  switch (replica.role) {
    case 'halted':
    case 'spare':
      return undefined;
    case 'backup':
      return backupLimit(world, host);
    default:
      return isStopped(replica.sender) ? undefined : UNBOUNDED;
  }
}

/** A backup runs as far as its log goes; in the baselines it stands still (checkpoints) or runs by itself (operations). */
function backupLimit(world: World, host: Host): InstructionCount | undefined {
  switch (world.config.replication.mode) {
    case 'checkpoint':
      return undefined;
    case 'operations':
      return UNBOUNDED;
    default:
      return host.isReading === null ? replayLimit(host.replica, world.config.protocol) : undefined;
  }
}

/** What the machine has of its host's CPU, in percent: of its host, of its owner (§3.3), for its backup's sake (§3.2). */
const percentOf = (host: Host): number =>
  (host.cpuPercent * host.vmPercent * host.replica.pacingPercent) / 1e4;

/** After anything that may have changed what the machine can do: it begins to execute, or no longer does. */
export function settle(world: World, host: Host): void {
  const limit = runLimit(world, host);
  const can = limit !== undefined && !host.isIdle && host.stop === null && instructionOf(host) < limit;
  if (can && !host.pace.isExecuting) begin(world, host);
  else if (!can) host.pace.isExecuting = false;
}

function begin(world: World, host: Host): void {
  beginExecuting(host.pace, host.config, percentOf(host), world.now, instructionOf(host));
}

/** The machine's share of the CPU is another one from now on. */
export function changePace(world: World, host: Host): void {
  if (host.pace.isExecuting && host.stop === null) begin(world, host);
}

/** Where the machine is at this instant: its state may already be ahead of it (advance.ts). */
export function positionOf(world: World, host: Host): InstructionCount {
  const now = instructionOf(host);
  if (!host.isAlive) return now;
  const reached = instructionAt(host.pace, world.now);
  return reached < now ? reached : now;
}

/** Writes down what has entered the guest, where there is a log. */
export function log(world: World, host: Host, body: EntryBody, out: Effect[], observe: Observer): void {
  const entry = record(host.replica, world.config.protocol, body, instructionOf(host), world.now, out);
  if (entry) observe({ at: world.now, kind: 'recorded', ...entryFacts(host, entry) });
}

/**
 * Something from outside enters the guest, between two instructions, and is logged where it did. While the machine
 * stands still it has to wait: it could not be logged.
 */
export function deliver(world: World, host: Host, arrival: Arrival, observe: Observer): void {
  if (mustWait(host)) {
    host.deferred.push(arrival);
    return;
  }
  const out: Effect[] = [];
  if (arrival.kind === 'control') log(world, host, arrival, out, observe);
  else if (isDmaOf(world, arrival)) beginDma(world, host, arrival, observe);
  else enter(world, host, arrival, out, observe);
  execute(world, host, out, observe);
  if (arrival.kind === 'control') carryOutControl(world, host, arrival, observe);
  settle(world, host);
}

/** Whether nothing may enter the guest now: it could not be logged. */
export const mustWait = (host: Host): boolean =>
  (host.replica.role === 'primary' && isStopped(host.replica.sender)) || isStill(host);

function enter(world: World, host: Host, injection: Injection, out: Effect[], observe: Observer): void {
  inject(host.machine, injection);
  host.isIdle = false;
  if (injection.kind === 'diskCompletion') completeIo(world, host, injection, out, observe);
  if (injection.kind === 'deviceInterrupt') return;
  log(world, host, bodyOf(world, host, injection), out, observe);
}

/** What the log has to say of something that has entered the guest. */
function bodyOf(
  world: World,
  host: Host,
  injection: Exclude<Injection, { kind: 'deviceInterrupt' }>,
): EntryBody {
  if (injection.kind === 'timer') return { kind: 'timer', time: guestTicks(world, host) };
  // §4.2: the backup has read the same sectors itself.
  if (injection.kind === 'diskCompletion' && world.config.protocol.backupReads) {
    const { bytes: _bytes, ...completion } = injection;
    return injection.ok ? completion : injection;
  }
  return injection;
}

/** The guest sees an operation completed: whatever had to wait for it can begin. */
export function completeIo(
  world: World,
  host: Host,
  { request, ok }: Extract<Injection, { kind: 'diskCompletion' }>,
  out: Effect[],
  observe: Observer,
): void {
  const { replica } = host;
  const { protocol } = world.config;
  const io = finishIo(replica, protocol, request, out);
  observe({ at: world.now, kind: 'ioCompleted', host: host.id, io: request, ok });
  const isReadAgain = protocol.backupReads && protocol.isDiskShared && replica.role === 'primary';
  if (io?.operation.kind === 'diskRead' && isReadAgain) {
    const { sector, sectors } = io.operation;
    replica.unreadByBackup.push({ sequence: replica.sender.nextSequence, sector, sectors });
  }
}

/** Once the machine may run again what had to wait enters, in the order in which it came. */
export function deliverDeferred(world: World, host: Host, observe: Observer): void {
  if (mustWait(host) || host.deferred.length === 0) return;
  for (const arrival of host.deferred.splice(0)) {
    if (isActing(host)) deliver(world, host, arrival, observe);
  }
}

/** The machine has stopped, for a reason that concerns the world. */
export function handleStop(world: World, host: Host, stop: Stop, observe: Observer): void {
  const out: Effect[] = [];
  switch (stop.reason) {
    case 'clock':
    case 'entropy':
      readNondeterministic(world, host, stop.reason, out, observe);
      break;
    case 'emission':
      for (const emission of stop.emissions) emit(world, host, emission, out, observe);
      break;
    case 'timerSet':
      if (runsByItself(world, host)) armGuestTimer(world, host);
      break;
    case 'exit':
    case 'stuck':
      end(world, host, stop, observe);
      break;
    case 'waiting':
      fallAsleep(world, host, out);
      break;
    case 'budget':
      break;
  }
  execute(world, host, out, observe);
  if (host.replica.role === 'backup') replay(world, host, observe);
  settle(world, host);
}

/** Whether the guest's clock, timer and entropy are this host's own: not on a backup that replays. */
export const runsByItself = (world: World, host: Host): boolean =>
  host.replica.role !== 'backup' || world.config.replication.mode === 'operations';

/** Only a backup's host hears of it: the log has entries ahead, but nothing that could wake the machine here. */
function fallAsleep(world: World, host: Host, out: Effect[]): void {
  if (!isExact(world.config.protocol)) {
    host.isIdle = true;
    return;
  }
  const [entry] = host.replica.receiver.entries;
  diverge(host.replica, entry?.sequence ?? 0, 'nothing', 'a guest asleep', out);
}

/** §2.1: on the primary the hypervisor gives the value and logs it; on the backup the value is the log's. */
function readNondeterministic(
  world: World,
  host: Host,
  kind: 'clock' | 'entropy',
  out: Effect[],
  observe: Observer,
): void {
  if (!runsByItself(world, host)) {
    replayRead(world, host, kind, out, observe);
    return;
  }
  const body = ownValue(world, host, kind);
  inject(host.machine, body);
  log(world, host, body, out, observe);
}

/** What this host's own clock or source of entropy says. */
export const ownValue = (world: World, host: Host, kind: 'clock' | 'entropy') =>
  kind === 'clock' ? { kind, time: guestTicks(world, host) } : { kind, bits: below(host.entropy, 0x1_0000) };

function emit(world: World, host: Host, emission: Emission, out: Effect[], observe: Observer): void {
  const { replica } = host;
  const { protocol } = world.config;
  if (isDiskEmission(emission)) {
    const role = isActing(host) ? 'acting' : 'backup';
    observe({ at: world.now, kind: 'ioStarted', host: host.id, role, ...ioFacts(emission) });
    startIo(replica, protocol, emission, out);
  }
  const isOutput = emission.kind === 'packet' || emission.kind === 'console';
  // A disk of the machine's own is no part of the outside world (§4.1).
  if (isOutput || (emission.kind === 'diskWrite' && protocol.isDiskShared)) {
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
    ...(stop.reason === 'exit'
      ? { code: stop.code }
      : { address: stop.pc, cause: stop.first.cause, trappedAt: stop.first.pc }),
  });
}
