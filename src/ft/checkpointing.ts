// A baseline (§6): the backup gets what each epoch has changed, and the epoch's outputs wait for that.

import { keepForConsole } from './duplicate-outputs.ts';
import type { Effect } from './effects.ts';
import type { Checkpoint, CheckpointMessage } from './messages.ts';
import { releaseEpoch } from './output-rule.ts';
import type { End } from './pair-end.ts';
import type { ProtocolConfig, Replica } from './replica.ts';

/** The first epoch begins. Both machines were made from the same image, so only what changes has to travel. */
export function beginEpochs({ replica }: End, { mode }: ProtocolConfig, out: Effect[]): void {
  if (mode !== 'checkpoint' || replica.role !== 'primary') return;
  out.push({ kind: 'markCopied' });
  out.push({ kind: 'setEpochTimer' });
}

/**
 * The epoch has lasted as long as it should. It goes on while the checkpoint before is under way, as Remus' does: on a cable
 * too narrow for them checkpoints would stand in line, more and more of them.
 */
export function epochDue(end: End, out: Effect[]): void {
  const { checkpoint } = end.replica;
  if (checkpoint === undefined) endEpoch(end, out);
  else checkpoint.isNextDue = true;
}

/** The VM stands still while what the epoch has changed is copied aside, and then runs on, ahead of the backup. */
function endEpoch(end: End, out: Effect[]): void {
  const { replica } = end;
  if (replica.role !== 'primary' || replica.arbitration !== 'none') return;
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

/** What has changed is collected, and goes to the backup. */
export function sendFirst(
  replica: Replica,
  config: ProtocolConfig,
  message: Checkpoint,
  out: Effect[],
): void {
  // Frozen, it is shared by copies of the world instead of being copied with it.
  replica.checkpoint = { message: Object.freeze(message), isNextDue: false };
  sendUnacknowledged(replica, config, out);
}

/** The retransmission timer: what the backup has not acknowledged is sent again, for the next says only what changed after it. */
export function sendUnacknowledged(replica: Replica, config: ProtocolConfig, out: Effect[]): void {
  const { role, checkpoint } = replica;
  if (role !== 'primary' || checkpoint === undefined) return;
  out.push({ kind: 'sendCheckpoint', message: checkpoint.message });
  out.push({ kind: 'setTimer', timer: 'retransmit', wait: config.retransmitTimeout, onceSent: true });
}

/** A checkpoint, all of it or nothing, or the word that it has arrived. */
export function receiveCheckpoint(
  end: End,
  config: ProtocolConfig,
  message: CheckpointMessage,
  out: Effect[],
): void {
  const { replica } = end;
  if (message.kind === 'checkpointReceived') {
    if (replica.role === 'primary') checkpointReceived(end, config, message.epoch, out);
  } else if (replica.role === 'backup' && replica.arbitration === 'none') {
    const { generation, epoch } = message;
    replica.epoch = epoch;
    replica.pendingIo = message.pendingIo.map((io) => ({ ...io, issued: false }));
    for (const held of message.console) keepForConsole(replica, held);
    out.push({ kind: 'installCheckpoint', checkpoint: message });
    out.push({ kind: 'sendCheckpoint', message: { kind: 'checkpointReceived', generation, epoch } });
  }
}

/** What the epoch has produced may leave, and the next checkpoint may be taken. */
function checkpointReceived(end: End, config: ProtocolConfig, epoch: number, out: Effect[]): void {
  const { replica } = end;
  const { checkpoint } = replica;
  releaseEpoch(replica, config, epoch, out);
  if (checkpoint?.message.epoch !== epoch) return;
  delete replica.checkpoint;
  if (checkpoint.isNextDue) endEpoch(end, out);
}
