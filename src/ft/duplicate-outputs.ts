// §2.2: nobody knows which of the last outputs the old primary has let out, so the new one may let them out again.
//
// A packet that is lost with the old primary is like one lost on the way, and TCP asks for it. A byte for the console is
// simply gone, although the backup knows it. So a backup keeps the bytes that it has dropped until it hears that the primary
// has let them out, and gives them when it goes live; the terminal passes over those that it has shown, by their numbers.

import type { Effect } from './effects.ts';
import type { HeldOutput, ProtocolConfig, Replica } from './replica.ts';

/** An output leaves this host. */
export function letOut(replica: Replica, held: HeldOutput, out: Effect[]): void {
  if (held.output.kind === 'console') replica.console.released = held.output.number;
  const isProtected = replica.role === 'primary';
  out.push({ kind: 'releaseOutput', held, acked: replica.sender.ackedThrough, isProtected });
}

/** Going live: outputs that the old primary may not have let out; a duplicate at worst, which clients and terminal pass over. */
export function letOutAgain(replica: Replica, config: ProtocolConfig, out: Effect[]): void {
  if (config.lastOutput === 'send') releaseLast(replica, out);
  giveConsoleOutputs(replica, out);
  releaseReproduced(replica, out);
}

/** The backup has dropped an output that replay produced, or has been told of it with a checkpoint. */
export function keepForConsole({ console }: Replica, { output, ...place }: HeldOutput): void {
  if (output.kind !== 'console') return;
  // A checkpoint names what an earlier one may have named.
  const known = console.kept.at(-1)?.output.number ?? console.released;
  if (output.number > known) console.kept.push({ ...place, output });
}

/** The backup hears how many bytes the primary has let out. */
export function consoleReleased({ console }: Replica, released: number): void {
  console.released = Math.max(console.released, released);
  const { kept } = console;
  while (kept[0] !== undefined && kept[0].output.number <= console.released) kept.shift();
}

/** Bytes for the console that the old primary may not have let out. */
function giveConsoleOutputs(replica: Replica, out: Effect[]): void {
  for (const held of replica.console.kept.splice(0)) letOut(replica, held, out);
}

/**
 * The old primary may have died before it could send the output with which its log ends. Sent again it is a duplicate
 * at worst; a disk write is pending I/O.
 */
function releaseLast(replica: Replica, out: Effect[]): void {
  const { lastDropped, receiver } = replica;
  const isLast = lastDropped !== null && lastDropped.sequence === receiver.receivedThrough;
  if (isLast && lastDropped.output.kind === 'packet') letOut(replica, lastDropped, out);
}

/** Outputs that replay produced at the last instruction, whose entries never came: nobody else will send them. */
function releaseReproduced(replica: Replica, out: Effect[]): void {
  for (const held of replica.reproduced.splice(0)) {
    if (held.output.kind !== 'diskWrite') letOut(replica, held, out);
  }
}
