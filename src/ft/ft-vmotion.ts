// FT VMotion (§3.1, §3.3) at its source: a running VM is copied to another host, in rounds of the pages that it has changed meanwhile.

import { between, type SimTime, scaled } from '../sim/time.ts';
import { issueReady } from './disk-io.ts';
import type { Effect } from './effects.ts';
import { startWatching } from './failure-detection.ts';
import type { TransferMessage } from './messages.ts';
import type { End, EndConfig, Moment } from './pair-end.ts';
import { createReplica, type Replica } from './replica.ts';

/**
 * Why a VM is copied: to get a new backup from it (the VM is cloned, and both go on), or to move one of the two machines
 * of a pair elsewhere (VMotion).
 */
export type Purpose = 'clone' | 'movePrimary' | 'moveBackup';

export interface VmotionConfig {
  /** The VM stands still for the last pages once they are so few, or after so many rounds. */
  finalPages: number;
  rounds: number;
}

/** At the host that the VM is copied from. */
export interface Transfer {
  purpose: Purpose;
  target: string;
  /** Counts this host's transfers: what belongs to an abandoned one is ignored. */
  number: number;
  /** Of a clone, the generation that begins with it; of a move, the pair's. */
  generation: number;
  round: number;
  /** `copying` rounds; `quiescing`: waiting until no disk operation is under way; `paused`: the VM stands still. */
  stage: 'copying' | 'quiescing' | 'paused';
  pausedAt: SimTime;
}

/** At the host that it is copied to. */
export interface Incoming {
  purpose: Purpose;
  from: string;
  number: number;
  /** Pages of the present round that have arrived, one message after the other. */
  pages: number;
}

/** After a round that changed `pages`: another round, or the last, for which the VM stands still. */
export const isLastRound = (config: VmotionConfig, transfer: Transfer, pages: number): boolean =>
  pages <= config.finalPages || transfer.round >= config.rounds;

/** The VM begins to be copied to `target`: cloned there, for a new backup, or moved. */
export function startTransfer(
  end: End,
  config: EndConfig,
  purpose: Purpose,
  target: string,
  now: SimTime,
  out: Effect[],
): void {
  const { generation: present } = end.replica;
  const generation = purpose === 'clone' ? present + 1 : present;
  const number = ++end.transfers;
  end.transfer = { purpose, target, number, generation, round: 0, stage: 'copying', pausedAt: now };
  out.push({ kind: 'forgetCopied' });
  copyRound(end.transfer, config, out);
  if (purpose === 'clone') out.push({ kind: 'note', note: { kind: 'cloneStarted', target, generation } });
}

/** One round: everything that has changed since the one before, while the VM goes on changing it. */
function copyRound(transfer: Transfer, config: EndConfig, out: Effect[]): void {
  transfer.round++;
  const { purpose, number, round, target } = transfer;
  out.push({ kind: 'copyRound', target, purpose, number, round });
  awaitAnswer(transfer, config, out);
}

/** Nothing heard of the target for as long as of a silent peer, after the last page has left: the transfer is given up. */
function awaitAnswer({ number, target }: Transfer, { protocol }: EndConfig, out: Effect[]): void {
  const wait = scaled(protocol.silenceTimeout, 2);
  out.push({ kind: 'setTransferTimer', number, wait, onceSentTo: target });
}

/** The target has a whole round. */
export function roundReceived(
  end: End,
  config: EndConfig,
  transfer: Transfer,
  moment: Moment,
  out: Effect[],
): void {
  const { now, changes } = moment;
  if (transfer.stage !== 'copying') return;
  if (end.replica.role === 'halted') abandon(end, config, out);
  else if (!isLastRound(config.vmotion, transfer, changes())) copyRound(transfer, config, out);
  else if (transfer.purpose === 'clone') {
    handOver(end, config, transfer, now, out);
    becomePrimary(end, config, transfer, moment, out);
  } else quiesce(end, config, transfer, now, out);
}

/** §3.3: before a machine moves no disk operation may be under way. A backup has to ask its primary for that. */
function quiesce(end: End, config: EndConfig, transfer: Transfer, now: SimTime, out: Effect[]): void {
  transfer.stage = 'quiescing';
  awaitAnswer(transfer, config, out);
  const { generation } = end.replica;
  if (transfer.purpose === 'movePrimary') {
    end.replica.isQuiescing = true;
    handOverOnceQuiet(end, config, now, out);
  } else tellPeer(end, { kind: 'quiesce', generation }, out);
}

/** The other half of the pair hears of a machine that is on its way. */
export function tellPeer({ peer }: End, message: TransferMessage, out: Effect[]): void {
  if (peer !== null) out.push({ kind: 'sendTransfer', to: peer, message });
}

const isQuiet = ({ pendingIo }: Replica): boolean => pendingIo.every(({ issued }) => !issued);

/** A disk operation has completed, and may have been the last that somebody waits for who is to move. */
export function quietPerhaps(end: End, config: EndConfig, now: SimTime, out: Effect[]): void {
  handOverOnceQuiet(end, config, now, out);
  tellOnceQuiet(end, out);
}

function handOverOnceQuiet(end: End, config: EndConfig, now: SimTime, out: Effect[]): void {
  const { transfer } = end;
  if (transfer?.stage !== 'quiescing' || transfer.purpose !== 'movePrimary' || !isQuiet(end.replica)) return;
  out.push({ kind: 'note', note: { kind: 'ioQuiesced' } });
  handOver(end, config, transfer, now, out);
}

/** §3.3: on the primary, for a backup that is to be moved: the log says when no operation is under way. */
function tellOnceQuiet({ replica, transfer }: End, out: Effect[]): void {
  if (!replica.isQuiescing || transfer !== null || !isQuiet(replica)) return;
  out.push({ kind: 'note', note: { kind: 'ioQuiesced' } });
  out.push({ kind: 'enter', arrival: { kind: 'control', operation: 'quiesce', value: 0 } });
}

/** A backup that is to be moved asks for a moment without disk operations. */
export function beginQuiescing(end: End, out: Effect[]): void {
  if (end.replica.role !== 'primary') return;
  end.replica.isQuiescing = true;
  tellOnceQuiet(end, out);
}

/** Disk operations may begin again. */
export function endQuiescing({ replica }: End, { protocol }: EndConfig, out: Effect[]): void {
  if (!replica.isQuiescing) return;
  replica.isQuiescing = false;
  issueReady(replica, protocol, out);
}

/** The backup does not, or no longer, ask for it: its word that this is over may have been lost. */
export function endQuiescingForBackup({ transfer, replica }: End): void {
  if (transfer === null) replica.isQuiescing = false;
}

/** The backup that asked for it is gone, and will not say that it no longer does. */
export function endOrphanedQuiescing(end: End, config: EndConfig, out: Effect[]): void {
  if (end.replica.role === 'solo' && end.transfer === null) endQuiescing(end, config, out);
}

/** On a backup: the log says that no operation is under way at this instruction. */
export function backupIsQuiet(end: End, config: EndConfig, now: SimTime, out: Effect[]): void {
  const { transfer } = end;
  if (transfer?.stage !== 'quiescing') return;
  handOver(end, config, transfer, now, out);
}

/** The VM stands still, and what is left of it follows. */
function handOver(end: End, config: EndConfig, transfer: Transfer, now: SimTime, out: Effect[]): void {
  const { replica, vmPercent } = end;
  const { purpose, number, target, generation } = transfer;
  // A flag belongs to the host that has asked for it: who is about to go live decides that where it is.
  if (purpose !== 'clone' && replica.arbitration === 'asking') {
    abandon(end, config, out);
    return;
  }
  transfer.stage = 'paused';
  transfer.pausedAt = now;
  const isClone = purpose === 'clone';
  const peer = isClone ? end.id : (end.peer ?? '');
  const { pendingIo } = replica;
  const state = { purpose, generation, peer, vmPercent, replica: isClone ? null : replica, pendingIo };
  out.push({ kind: 'sendState', target, number, state });
  awaitAnswer(transfer, config, out);
}

/**
 * From here on the target may be a backup that suspects this host, so this host is its primary, and must win the new
 * generation's flag before it goes on without it.
 */
function becomePrimary(
  end: End,
  { protocol }: EndConfig,
  { generation, target }: Transfer,
  { now, instruction }: Moment,
  out: Effect[],
): void {
  const { pendingIo, console } = end.replica;
  end.replica = { ...createReplica('primary', generation, protocol, now), pendingIo, console };
  end.replica.sender.last = { instruction, at: now };
  end.peer = target;
  startWatching(end.replica, protocol, out);
  out.push({ kind: 'setTimer', timer: 'silence', wait: protocol.silenceTimeout, onceSent: true });
}

/** The target has everything: a clone's source goes on, and one of a move lets go. */
export function ready(
  end: End,
  { protocol }: EndConfig,
  transfer: Transfer,
  now: SimTime,
  out: Effect[],
): void {
  if (transfer.stage !== 'paused') return;
  const { target, purpose, pausedAt, number } = transfer;
  end.transfer = null;
  out.push({ kind: 'forgetCopied' });
  if (purpose === 'clone') {
    const pause = between(pausedAt, now);
    out.push({ kind: 'note', note: { kind: 'cloneFinished', target, pause } });
    out.push({ kind: 'announceMac' });
    return;
  }
  out.push({ kind: 'sendGo', target, number });
  end.replica = createReplica('spare', end.replica.generation, protocol, now);
  end.peer = null;
  out.push({ kind: 'clearMachine', disk: false });
}

/** No answer came in time to a transfer from here, or nothing more of one that came here. */
export function transferTimedOut(end: End, config: EndConfig, number: number, out: Effect[]): void {
  const { transfer, incoming } = end;
  if (incoming?.number === number) {
    forgetIncoming(end);
    return;
  }
  // A clone that is paused is a primary already: its detector and the flag decide.
  if (transfer?.number !== number || (transfer.purpose === 'clone' && transfer.stage === 'paused')) return;
  abandon(end, config, out);
}

/** Nothing is on its way here any more. */
export function forgetIncoming(end: End): void {
  end.incoming = null;
  end.handover = null;
}

/** The transfer comes to nothing; the VM goes on where it is. */
export function abandon(end: End, config: EndConfig, out: Effect[]): void {
  const { transfer, replica } = end;
  if (transfer === null) return;
  const { target, number, purpose } = transfer;
  end.transfer = null;
  out.push({ kind: 'forgetCopied' });
  out.push({ kind: 'note', note: { kind: 'cloneAbandoned', target } });
  out.push({ kind: 'sendTransfer', to: target, message: { kind: 'cancel', number } });
  endQuiescing(end, config, out);
  const { generation } = replica;
  if (purpose === 'moveBackup') tellPeer(end, { kind: 'resumeIo', generation }, out);
  if (replica.role === 'solo' && replica.ending === null) out.push({ kind: 'requestBackup' });
}

/**
 * The clone that this VM stands still for has come to nothing: its target was never heard of, and the flag has decided.
 * Who has won goes on, alone; who has lost is free to take a VM again.
 */
export function endDecidedClone(end: End, out: Effect[]): void {
  const { transfer, replica } = end;
  if (transfer?.purpose !== 'clone' || transfer.stage !== 'paused' || replica.role === 'primary') return;
  end.transfer = null;
  out.push({ kind: 'forgetCopied' });
  out.push({ kind: 'note', note: { kind: 'cloneAbandoned', target: transfer.target } });
}
