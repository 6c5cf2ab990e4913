// §2.1 on the backup's host: the log's entries go into its machine, each at its instruction, until it goes live.

import { awaitsOwnIo } from '../../ft/disk-io.ts';
import type { Effect } from '../../ft/effects.ts';
import type { EntryBody, LogEntry } from '../../ft/entry.ts';
import { goLive, isDraining } from '../../ft/going-live.ts';
import { acknowledge, consume, mayAcknowledge, windowReopened } from '../../ft/logging-channel.ts';
import { diverge, entryDue, injectionOf, isExact, matchOutput, valueDue } from '../../ft/replaying.ts';
import type { ProtocolConfig } from '../../ft/replica.ts';
import type { Injection } from '../../machine/boundary.ts';
import { inject } from '../../machine/machine.ts';
import { entryFacts } from '../state/entry-facts.ts';
import type { Observer } from '../state/observation.ts';
import { type Host, hostOf, instructionOf, isRunning, type World } from '../state/world.ts';
import { followControl } from '../vm/operations.ts';
import { execute } from './effects.ts';
import { completeIo, deliverDeferred, ownValue, positionOf, settle } from './hypervisor.ts';

/** Takes every entry that is due at the machine's present instruction; what comes next it runs to. */
export function replay(world: World, host: Host, observe: Observer): void {
  const { replica } = host;
  const { protocol } = world.config;
  const out: Effect[] = [];
  if (host.isReading !== null) replayRead(world, host, host.isReading, out, observe);
  while (
    host.isReading === null &&
    replica.role === 'backup' &&
    isRunning(host) &&
    host.transfer?.stage !== 'paused'
  ) {
    const entry = entryDue(replica, protocol, instructionOf(host));
    if (entry === undefined) break;
    if (entry.kind === 'diskCompletion' && awaitsOwnIo(replica, protocol, entry.request)) break;
    if (!apply(world, host, entry, out, observe)) break;
    consumed(world, host, entry, out, observe);
    // What was done to the VM may be that it moves, with the log as it is behind this entry.
    if (entry.kind === 'control') followControl(world, host, entry, observe);
  }
  if (isDraining(replica) && (replica.receiver.entries.length === 0 || !isExact(protocol))) {
    goLive(replica, protocol, out);
    if (host.isReading !== null) inject(host.machine, ownValue(world, host, host.isReading));
    host.isReading = null;
  }
  execute(world, host, out, observe);
  if (replica.role === 'solo') deliverDeferred(world, host, observe);
  settle(world, host);
}

/** Applies an entry. @returns false when the machine is not where the entry says it must be */
function apply(world: World, host: Host, entry: LogEntry, out: Effect[], observe: Observer): boolean {
  const { replica } = host;
  switch (entry.kind) {
    case 'clock':
    case 'entropy':
      // The machine retired the entry's instruction without reading the clock there.
      diverge(replica, entry.sequence, entry.kind, 'another instruction', out);
      return false;
    case 'output': {
      const isSame = matchOutput(replica, world.config.protocol, entry, out);
      if (!isSame) diverge(replica, entry.sequence, entry.kind, 'another output', out);
      return isSame;
    }
    case 'control':
      return true;
    default: {
      const injection = withOwnData(host, world.config.protocol, injectionOf(entry) as Injection);
      inject(host.machine, injection);
      host.isIdle = false;
      if (injection.kind === 'diskCompletion') completeIo(world, host, injection, out, observe);
      return true;
    }
  }
}

/** §4.2: what the log leaves out is what this host has read itself. */
function withOwnData(host: Host, protocol: ProtocolConfig, injection: Injection): Injection {
  if (injection.kind !== 'diskCompletion' || !injection.ok || !protocol.backupReads) return injection;
  const io = host.replica.pendingIo.find(({ operation }) => operation.request === injection.request);
  return io?.own?.bytes ? { ...injection, bytes: io.own.bytes } : injection;
}

/** The machine reads a clock or entropy: the value is the log's, which has it next or does not know it yet. */
export function replayRead(
  world: World,
  host: Host,
  kind: 'clock' | 'entropy',
  out: Effect[],
  observe: Observer,
): void {
  const { replica } = host;
  const { protocol } = world.config;
  const entry = valueDue(replica, protocol, kind, instructionOf(host));
  if (entry !== undefined) {
    const value = protocol.rules.loggedValues ? entry : ownValue(world, host, kind);
    inject(host.machine, value as Injection);
    host.isReading = null;
    consumed(world, host, entry, out, observe, value as EntryBody);
  } else if (isExact(protocol)) {
    const [next] = replica.receiver.entries;
    diverge(replica, next?.sequence ?? 0, next?.kind ?? 'nothing', `a read of ${kind}`, out);
  } else {
    host.isReading = kind;
  }
}

/** An entry has been applied: its room in the buffer is free, and an observer can compare the machines. */
function consumed(
  world: World,
  host: Host,
  entry: LogEntry,
  out: Effect[],
  observe: Observer,
  applied?: EntryBody,
): void {
  const { replica } = host;
  const { protocol } = world.config;
  consume(replica.receiver, entry);
  const primary = host.peer === null ? undefined : hostOf(world, host.peer);
  const ahead =
    primary?.isAlive && primary.replica.role === 'primary' ? { ahead: positionOf(world, primary) } : {};
  const facts = entryFacts(host, { ...entry, ...applied } as LogEntry);
  // Where the machine is, and not where the log says that it should be.
  observe({ at: world.now, kind: 'replayed', ...facts, instruction: instructionOf(host), ...ahead });
  const isRead = protocol.backupReads && entry.kind === 'diskCompletion';
  if (!mayAcknowledge(replica, protocol) || replica.role !== 'backup') return;
  if (isRead || windowReopened(replica.receiver)) acknowledge(replica, out);
}
