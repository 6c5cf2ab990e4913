// §2.2, the Output Rule: no output leaves the primary before the backup has acknowledged the entry of the operation that produced it.

import type { InstructionCount } from '../machine/boundary.ts';
import type { SimTime } from '../sim/time.ts';
import type { Command } from './commands.ts';
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
  out: Command[],
): LogEntry | undefined {
  const entry = record(replica, config, outputEntry(output), instruction, now, out);
  const held: HeldOutput = { sequence: entry?.sequence ?? 0, instruction, output, producedAt: now };
  if (replica.role === 'backup') {
    replica.reproduced.push(held);
  } else if (entry === undefined || !config.rules.outputRule) {
    out.push({ kind: 'releaseOutput', held });
  } else {
    replica.gate.push(held);
    out.push({ kind: 'note', note: { kind: 'outputHeld', held } });
    if (!config.rules.ackOnReceipt) releaseAcknowledged(replica, out);
  }
  return entry;
}

/** Opens the gate for what is acknowledged, in order. */
export function releaseAcknowledged(replica: Replica, out: Command[]): void {
  releaseWhile(replica, (held) => held.sequence <= replica.sender.ackedThrough, out);
}

/** Without a backup nothing has to wait: whoever is alone lets everything out. */
export function openGate(replica: Replica, out: Command[]): void {
  releaseWhile(replica, () => true, out);
}

function releaseWhile(replica: Replica, may: (held: HeldOutput) => boolean, out: Command[]): void {
  for (let held = replica.gate[0]; held !== undefined && may(held); held = replica.gate[0]) {
    replica.gate.shift();
    out.push({ kind: 'releaseOutput', held });
  }
}
