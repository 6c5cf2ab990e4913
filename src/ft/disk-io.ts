// §3.4 and §4: which of the guest's disk operations may be handed to the storage, and when.

import type { DeepReadonly } from '../base/readonly.ts';
import type { Emission } from '../machine/boundary.ts';
import type { Effect } from './effects.ts';
import type { PendingIo, ProtocolConfig, Replica } from './replica.ts';

const PAGE_BYTES = 4096;
const SECTOR_BYTES = 512;

type DiskEmission = PendingIo['operation'];
type Range = { sector: number; sectors: number };

export const isDiskEmission = (emission: Emission): emission is DiskEmission =>
  emission.kind === 'diskRead' || emission.kind === 'diskWrite' || emission.kind === 'diskFlush';

/** The sectors that an operation is about. */
export function sectorsOf(operation: DiskEmission): Range {
  switch (operation.kind) {
    case 'diskRead':
      return { sector: operation.sector, sectors: operation.sectors };
    case 'diskWrite':
      return { sector: operation.sector, sectors: operation.bytes.length / SECTOR_BYTES };
    case 'diskFlush':
      return { sector: 0, sectors: 0 };
  }
}

const overlap = (a: Range, b: Range): boolean =>
  a.sector < b.sector + b.sectors && b.sector < a.sector + a.sectors;

type Segment = { address: number; length: number };

const pageOf = (address: number): number => Math.floor(address / PAGE_BYTES);
const lastPage = ({ address, length }: Segment): number => pageOf(address + Math.max(1, length) - 1);

const sharePage = (a: Segment, b: Segment): boolean =>
  pageOf(a.address) <= lastPage(b) && pageOf(b.address) <= lastPage(a);

/** Memory that the operation changes: a write only reads it, and its data was copied out at once. */
const memoryChanged = (operation: DiskEmission): readonly Segment[] =>
  operation.kind === 'diskRead' ? operation.memory : [];

/** Whether two operations race: on sectors that at least one of them writes, or in a page of memory (§3.4). */
export function race(a: DiskEmission, b: DiskEmission): boolean {
  const isWrite = a.kind === 'diskWrite' || b.kind === 'diskWrite';
  if (isWrite && overlap(sectorsOf(a), sectorsOf(b))) return true;
  const changed = memoryChanged(b);
  return memoryChanged(a).some((segment) => changed.some((other) => sharePage(segment, other)));
}

/** Whether this host carries out the operation at all: the backup of a pair with a shared disk leaves that to the primary. */
function isCarriedOut(replica: Replica, config: ProtocolConfig, operation: DiskEmission): boolean {
  if (replica.role !== 'backup') return true;
  return !config.isDiskShared || (config.backupReads && operation.kind === 'diskRead');
}

/**
 * Issues whatever may be: its output is released, no earlier operation races with it, and no backup has still to read
 * what it would write.
 */
export function issueReady(replica: Replica, config: ProtocolConfig, out: Effect[], again = false): void {
  if (replica.isQuiescing && replica.role !== 'backup') return;
  for (const [i, io] of replica.pendingIo.entries()) {
    if (io.issued || io.isGated || !isCarriedOut(replica, config, io.operation)) continue;
    if (config.rules.serializedRaces) {
      const ahead = replica.pendingIo.slice(0, i).find((other) => race(other.operation, io.operation));
      if (ahead !== undefined) continue;
    }
    if (isStillRead(replica, io.operation)) continue;
    io.issued = true;
    out.push({ kind: 'issueIo', io, again });
  }
}

/** §4.2: the primary's write has to wait until the backup has read what was there before. */
const isStillRead = (replica: Replica, operation: DiskEmission): boolean =>
  operation.kind === 'diskWrite' &&
  replica.unreadByBackup.some((read) => overlap(read, sectorsOf(operation)));

/** The guest has started a disk operation. */
export function startIo(
  replica: Replica,
  config: ProtocolConfig,
  operation: DiskEmission,
  out: Effect[],
): void {
  out.push({ kind: 'note', note: { kind: 'ioStarted', operation } });
  // With a shared disk a write is an output, and waits at the gate. A disk of the machine's own is part of it (§4.1).
  const isGated = operation.kind === 'diskWrite' && config.isDiskShared;
  replica.pendingIo.push({ operation, isGated, issued: false });
  const rival = replica.pendingIo.slice(0, -1).find((io) => race(io.operation, operation));
  if (rival && config.rules.serializedRaces) {
    const behind = rival.operation.request;
    out.push({ kind: 'note', note: { kind: 'ioSerialized', io: operation.request, behind } });
  }
  issueReady(replica, config, out);
}

/** §2.2: a write is an output. Its gate is open. */
export function ungate(replica: Replica, request: number): void {
  const io = replica.pendingIo.find(({ operation }) => operation.request === request);
  if (io) io.isGated = false;
}

/** Its completion enters the guest: whatever had to wait for it can begin. */
export function finishIo(
  replica: Replica,
  config: ProtocolConfig,
  { request, ok }: { request: number; ok: boolean },
  out: Effect[],
): void {
  const at = replica.pendingIo.findIndex((io) => io.operation.request === request);
  const [io] = at < 0 ? [] : replica.pendingIo.splice(at, 1);
  out.push({ kind: 'note', note: { kind: 'ioCompleted', io: request, ok } });
  const isReadAgain = config.backupReads && config.isDiskShared && replica.role === 'primary';
  if (io?.operation.kind === 'diskRead' && isReadAgain) {
    const { sector, sectors } = io.operation;
    replica.unreadByBackup.push({ sequence: replica.sender.nextSequence, sector, sectors });
  }
  issueReady(replica, config, out);
}

/** The host has handed an operation to the storage, for the `issue`-th time that it handed over any. */
export function numberIssue(replica: Replica, request: number, issue: number): void {
  const io = replica.pendingIo.find((pending) => pending.operation.request === request);
  if (io !== undefined) io.issue = issue;
}

const isUnanswered = (io: DeepReadonly<PendingIo>, request: number, issue: number): boolean =>
  io.operation.request === request && io.issued && io.own === undefined && io.issue === issue;

/** Whether no answer has come yet for what this host handed over as its `issue`-th, and has not handed over again since. */
export const awaitsAnswer = ({ pendingIo }: DeepReadonly<Replica>, request: number, issue: number): boolean =>
  pendingIo.some((io) => isUnanswered(io, request, issue));

/** No answer came for an operation since the host's `issue`-th: it is handed over again. Doing it twice changes nothing. */
export function retryIo(replica: Replica, request: number, issue: number, out: Effect[]): void {
  const io = replica.pendingIo.find((pending) => isUnanswered(pending, request, issue));
  const isActive = replica.role !== 'halted' && replica.role !== 'spare';
  if (io !== undefined && isActive) out.push({ kind: 'issueIo', io, again: true });
}

/**
 * §4.1, §4.2: a backup has carried out an operation itself; it completes in the guest where the log says so. What went
 * well for the primary has to go well here too, so on a shared disk it is tried again.
 */
export function ownIoDone(
  replica: Replica,
  config: ProtocolConfig,
  { request, ok, bytes }: { request: number; ok: boolean; bytes?: Uint8Array<ArrayBuffer> },
): void {
  const io = issuedIo(replica, request);
  if (io !== undefined && (ok || !config.isDiskShared)) io.own = { ok, ...(bytes ? { bytes } : {}) };
}

/** An operation that this host has handed to the storage and the guest has not seen completed. */
const issuedIo = (replica: Replica, request: number): PendingIo | undefined =>
  replica.pendingIo.find(({ issued, operation }) => issued && operation.request === request);

/** §4.2: whether a backup has still to carry out itself what the log says is complete. */
export function awaitsOwnIo(replica: Replica, config: ProtocolConfig, request: number): boolean {
  const io = replica.pendingIo.find((pending) => pending.operation.request === request);
  return io !== undefined && io.own === undefined && isCarriedOut(replica, config, io.operation);
}

/**
 * §3.4: operations that were started and not seen completed. The old primary may or may not have carried them out; each
 * names its blocks and its data, so that doing it again changes nothing.
 */
export function reissuePendingIo(replica: Replica, config: ProtocolConfig, out: Effect[]): void {
  for (const io of replica.pendingIo) {
    io.isGated = false;
    // With the rule off they count as carried out, by whoever began them.
    if (!config.rules.reissueIo) io.issued = true;
  }
  if (!config.rules.reissueIo) return;
  // What came of an operation that a backup carried out itself, for the log no longer says.
  for (const { operation, own } of replica.pendingIo) {
    if (own === undefined) continue;
    out.push({ kind: 'enter', arrival: { kind: 'diskCompletion', request: operation.request, ...own } });
  }
  const count = replica.pendingIo.filter((io) => !io.issued).length;
  if (count === 0) return;
  out.push({ kind: 'note', note: { kind: 'ioReissued', count } });
  issueReady(replica, config, out, true);
}
