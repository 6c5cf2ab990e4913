// A baseline (§6): the backup gets what each epoch has changed, and the epoch's outputs wait for that.

import { keepForConsole } from './duplicate-outputs.ts';
import type { Effect } from './effects.ts';
import type { CheckpointMessage } from './messages.ts';
import { releaseEpoch } from './output-rule.ts';
import type { End } from './pair-end.ts';
import type { ProtocolConfig } from './replica.ts';

/** The first epoch begins. Both machines were made from the same image, so only what changes has to travel. */
export function beginEpochs({ replica }: End, { mode }: ProtocolConfig, out: Effect[]): void {
  if (mode !== 'checkpoint' || replica.role !== 'primary') return;
  out.push({ kind: 'markCopied' });
  out.push({ kind: 'setEpochTimer' });
}

/** The epoch ends: the VM stands still while what it has changed is copied aside, and then runs on, ahead of the backup. */
export function endEpoch(end: End, out: Effect[]): void {
  const { replica, peer } = end;
  if (replica.role !== 'primary' || peer === null || replica.arbitration !== 'none') return;
  const { epoch, generation, pendingIo } = replica;
  replica.epoch++;
  end.isCopying = true;
  const console = replica.gate.filter(({ output }) => output.kind === 'console');
  out.push({ kind: 'takeCheckpoint', generation, epoch, pendingIo, console });
}

/** The pages are copied aside: the next epoch begins. */
export function epochCopied(end: End, out: Effect[]): void {
  end.isCopying = false;
  if (end.replica.role === 'primary') out.push({ kind: 'setEpochTimer' });
}

/** A checkpoint, all of it or nothing, or the word that it has arrived. */
export function receiveCheckpoint(
  { replica }: End,
  config: ProtocolConfig,
  message: CheckpointMessage,
  out: Effect[],
): void {
  const { generation, epoch } = message;
  if (message.kind === 'checkpointReceived') {
    if (replica.role === 'primary') releaseEpoch(replica, config, epoch, out);
  } else if (replica.role === 'backup' && replica.arbitration === 'none') {
    replica.epoch = epoch;
    replica.pendingIo = message.pendingIo.map((io) => ({ ...io, issued: false }));
    for (const held of message.console) keepForConsole(replica, held);
    out.push({ kind: 'installCheckpoint', checkpoint: message });
    out.push({ kind: 'sendCheckpointReceived', generation, epoch });
  }
}
