// §2.2, the Output Rule: no output leaves the primary before the backup has acknowledged the entry of the operation that produced it.

import type { InstructionCount } from '../machine/boundary.ts';
import type { SimTime } from '../sim/time.ts';
import { keepForConsole, letOut } from './console-outputs.ts';
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
    if (config.mode === 'ft') replica.reproduced.push(held);
    else drop(replica, held, out);
  } else if (held.sequence === 0 || !config.rules.outputRule) {
    letOut(replica, held, out);
  } else {
    replica.gate.push(held);
    out.push({ kind: 'note', note: { kind: 'outputHeld', held } });
    if (!config.rules.ackOnReceipt) releaseAcknowledged(replica, out);
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
  return mode === 'checkpoint' ? epoch : mode === 'operations' ? sender.nextSequence - 1 : 0;
}

/** The checkpoint that ends an epoch is in the backup's hands: what the epoch has produced may leave. */
export function releaseEpoch(replica: Replica, epoch: number, out: Effect[]): void {
  releaseWhile(replica, (held) => held.sequence <= epoch, out);
}

/** Opens the gate for what is acknowledged, in order. */
export function releaseAcknowledged(replica: Replica, out: Effect[]): void {
  releaseWhile(replica, (held) => held.sequence <= replica.sender.ackedThrough, out);
}

/** Without a backup nothing has to wait: whoever is alone lets everything out. */
export function openGate(replica: Replica, out: Effect[]): void {
  releaseWhile(replica, () => true, out);
}

function releaseWhile(replica: Replica, may: (held: HeldOutput) => boolean, out: Effect[]): void {
  for (let held = replica.gate[0]; held !== undefined && may(held); held = replica.gate[0]) {
    replica.gate.shift();
    letOut(replica, held, out);
  }
}
