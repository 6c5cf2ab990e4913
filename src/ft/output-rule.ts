// §2.2, the Output Rule: no output leaves the primary before the backup has acknowledged the entry of the operation that produced it.

import type { InstructionCount } from '../machine/boundary.ts';
import type { SimTime } from '../sim/time.ts';
import { issueReady, ungate } from './disk-io.ts';
import { keepForConsole, letOut } from './duplicate-outputs.ts';
import type { Effect } from './effects.ts';
import type { LogEntry, Output } from './entry.ts';
import { outputEntry, record } from './recording.ts';
import type { HeldOutput, ProtocolConfig, Replica } from './replica.ts';

/** The guest has produced an output. The primary logs and holds it and runs on; solo it leaves at once; on a backup it waits for its entry. */
export function produceOutput(
  replica: Replica,
  config: ProtocolConfig,
  output: Output,
  instruction: InstructionCount,
  now: SimTime,
  out: Effect[],
): LogEntry | undefined {
  const entry = record(replica, config, outputEntry(output), instruction, now, out);
  const held: HeldOutput = {
    sequence: entry?.sequence ?? waitsFor(replica, config),
    instruction,
    output,
    producedAt: now,
  };
  if (replica.role === 'backup') {
    if (config.mode === 'ft' && !replica.hasDiverged) replica.reproduced.push(held);
    else drop(replica, held, out);
  } else if (held.sequence <= replica.sender.ackedThrough || !config.rules.outputRule) {
    // Where operations are shipped the last of them may have been acknowledged long ago: no other word would come.
    releaseWhile([held], replica, config, () => true, out);
  } else {
    replica.gate.push(held);
    out.push({ kind: 'note', note: { kind: 'outputHeld', held } });
  }
  return entry;
}

/** On a backup: the primary's output is the one that counts. */
export function drop(replica: Replica, held: HeldOutput, out: Effect[]): void {
  keepForConsole(replica, held);
  out.push({ kind: 'dropOutput', held });
}

/**
 * What an output without an entry of its own waits for: with checkpoints the one that ends this epoch, and where
 * operations are shipped the last of them. Without a backup it waits for nothing.
 */
function waitsFor({ role, epoch, sender }: Replica, { mode }: ProtocolConfig): number {
  if (role !== 'primary') return 0;
  return mode === 'checkpoint' ? epoch : sender.nextSequence - 1;
}

/** The checkpoint that ends an epoch is in the backup's hands: what the epoch has produced may leave. */
export function releaseEpoch(replica: Replica, config: ProtocolConfig, epoch: number, out: Effect[]): void {
  releaseWhile(replica.gate, replica, config, (held) => held.sequence <= epoch, out);
}

/** Opens the gate for what is acknowledged, in order; and whatever else a primary's disk operations waited for may be over. */
export function releaseAcknowledged(replica: Replica, config: ProtocolConfig, out: Effect[]): void {
  releaseWhile(replica.gate, replica, config, (held) => held.sequence <= replica.sender.ackedThrough, out);
}

/** Without a backup nothing has to wait: whoever is alone lets everything out. */
export function openGate(replica: Replica, config: ProtocolConfig, out: Effect[]): void {
  releaseWhile(replica.gate, replica, config, () => true, out);
}

/** The first of these outputs leave, as long as they may; what may be handed to the storage from then on is. */
function releaseWhile(
  waiting: HeldOutput[],
  replica: Replica,
  config: ProtocolConfig,
  may: (held: HeldOutput) => boolean,
  out: Effect[],
): void {
  for (let held = waiting[0]; held !== undefined && may(held); held = waiting[0]) {
    waiting.shift();
    letOut(replica, held, out);
    if (held.output.kind === 'diskWrite') ungate(replica, held.output.request);
  }
  issueReady(replica, config, out);
}
