// The way in for messages: each goes to the rule that it is about, and what follows from it is done.

import { acknowledge, mayAcknowledge, receive } from './ack-on-receipt.ts';
import { arbitrated } from './arbitration.ts';
import { receiveCheckpoint } from './checkpointing.ts';
import { ownIoDone } from './disk-io.ts';
import { consoleReleased } from './duplicate-outputs.ts';
import type { Effect } from './effects.ts';
import type { LogEntry } from './entry.ts';
import { heard } from './failure-detection.ts';
import {
  beginQuiescing,
  endQuiescing,
  endQuiescingForBackup,
  forgetIncoming,
  ready,
  roundReceived,
} from './ft-vmotion.ts';
import { receivePages, receiveState, takeOver } from './ft-vmotion-target.ts';
import { acknowledged, executedThrough } from './logging-channel.ts';
import type { CheckpointMessage, PairMessage, TransferMessage } from './messages.ts';
import { own } from './own.ts';
import { type End, type EndConfig, type EndView, isHandedOver, type Moment } from './pair-end.ts';
import { proceed } from './proceed.ts';
import type { ProtocolConfig, Replica } from './replica.ts';
import { peerEnded } from './vm-end.ts';

/** What comes to a host for the protocol. */
export type ProtocolMessage =
  | { kind: 'channel'; message: PairMessage }
  | { kind: 'transfer'; message: TransferMessage }
  | { kind: 'checkpoint'; message: CheckpointMessage }
  /** The storage's answer about a generation's flag. */
  | { kind: 'flag'; generation: number; won: boolean }
  /** What came of a disk operation that a backup carries out itself. */
  | { kind: 'ownIo'; request: number; ok: boolean; bytes?: Uint8Array<ArrayBuffer> };

/** A message has come to this host, from another or from its storage. @returns what the host has to do, in order */
export function receiveMessage(
  view: EndView,
  config: EndConfig,
  from: string,
  received: ProtocolMessage,
  moment: Moment,
): Effect[] {
  const end = own(view);
  const out: Effect[] = [];
  const { protocol } = config;
  switch (received.kind) {
    case 'channel':
      if (isOfPeer(end, from, received.message))
        receiveFromPeer(end, protocol, received.message, moment, out);
      break;
    case 'transfer':
      receiveTransfer(end, config, from, received.message, moment, out);
      break;
    case 'checkpoint':
      if (isOfPeer(end, from, received.message)) {
        heard(end.replica, protocol, moment.now, out);
        receiveCheckpoint(end, protocol, received.message, out);
      }
      break;
    case 'flag':
      arbitrated(end.replica, protocol, received.generation, received.won, out);
      break;
    case 'ownIo':
      ownIoDone(end.replica, protocol, received);
      break;
  }
  proceed(end, config, moment, out);
  return out;
}

/** Whatever is of another generation, or from another host, is not for this end; and once it is handed over, more would be lost here. */
const isOfPeer = (end: End, from: string, { generation }: { generation: number }): boolean =>
  generation === end.replica.generation && from === end.peer && !isHandedOver(end);

function receiveFromPeer(
  end: End,
  config: ProtocolConfig,
  message: PairMessage,
  { now }: Moment,
  out: Effect[],
): void {
  const { replica } = end;
  heard(replica, config, now, out);
  switch (message.kind) {
    case 'entries':
      receiveEntries(replica, config, message.bytes, out);
      break;
    case 'ack':
      if (replica.role === 'primary') acknowledged(replica, config, message, out);
      break;
    case 'ended':
      peerEnded(replica, config, message.ending, out);
      break;
    case 'heartbeat':
      receiveHeartbeat(end, message);
      break;
  }
}

function receiveHeartbeat(end: End, message: Extract<PairMessage, { kind: 'heartbeat' }>): void {
  const { replica } = end;
  if (replica.role === 'primary') {
    executedThrough(replica, message.executed);
    if (!message.wantsQuiet) endQuiescingForBackup(end);
  } else consoleReleased(replica, message.released);
}

function receiveEntries(
  replica: Replica,
  config: ProtocolConfig,
  bytes: Uint8Array<ArrayBuffer>,
  out: Effect[],
): void {
  const stillListens = replica.role === 'solo' && !config.rules.muteWhenGoingLive;
  if (replica.role !== 'backup' && !stillListens) return;
  receive(replica.receiver, bytes, out);
  if (stillListens) replica.receiver.entries = [];
  else out.push({ kind: 'followClock', ticks: lastTimeIn(replica.receiver.entries) });
  if (mayAcknowledge(replica, config)) acknowledge(replica, out);
}

/** The newest of the guest's clock values in the log, in ticks; 0 when there is none. */
function lastTimeIn(entries: readonly LogEntry[]): number {
  const last = entries.findLast((entry) => entry.kind === 'clock' || entry.kind === 'timer');
  return last && 'time' in last ? last.time : 0;
}

/** A message about a machine that is on its way is for its source, its target, or the other half of the pair. */
function receiveTransfer(
  end: End,
  config: EndConfig,
  from: string,
  message: TransferMessage,
  moment: Moment,
  out: Effect[],
): void {
  const { transfer, incoming, replica } = end;
  const { now } = moment;
  const isMine = 'number' in message && transfer?.number === message.number && transfer.target === from;
  switch (message.kind) {
    case 'pages':
      receivePages(end, config, from, message, now, out);
      break;
    case 'roundReceived':
      if (isMine) roundReceived(end, config, transfer, moment, out);
      break;
    case 'state':
      receiveState(end, config, from, message, now, out);
      break;
    case 'ready':
      if (isMine) ready(end, config, transfer, now, out);
      break;
    case 'go':
      takeOver(end, config, from, message, now, out);
      break;
    case 'cancel':
      if (incoming?.number === message.number && incoming.from === from) forgetIncoming(end);
      break;
    case 'moved':
      if (message.generation === replica.generation && end.peer !== null) end.peer = from;
      break;
    case 'quiesce':
      if (message.generation === replica.generation) beginQuiescing(end, out);
      break;
    case 'resumeIo':
      if (message.generation === replica.generation) endQuiescing(end, config, out);
      break;
  }
}
