// §2.2 for the console: nobody asks a serial line to send again, so the new primary gives again what may have been lost.
//
// A packet that is lost with the old primary is like one lost on the way, and TCP asks for it. A byte for the console is
// simply gone, although the backup knows it. So a backup keeps the bytes that it has dropped until it hears that the primary
// has let them out, and gives them when it goes live; the terminal passes over those that it has shown, by their numbers.

import type { Effect } from './effects.ts';
import type { HeldOutput, Replica } from './replica.ts';

/** An output leaves this host. */
export function letOut(replica: Replica, held: HeldOutput, out: Effect[]): void {
  if (held.output.kind === 'console') replica.console.released = held.output.number;
  const isProtected = replica.role === 'primary';
  out.push({ kind: 'releaseOutput', held, acked: replica.sender.ackedThrough, isProtected });
}

/** The backup has dropped an output that replay produced, or has been told of it with a checkpoint. */
export function keepForConsole({ console }: Replica, { output, ...place }: HeldOutput): void {
  if (output.kind === 'console' && output.number > console.released) console.kept.push({ ...place, output });
}

/** The backup hears how many bytes the primary has let out. */
export function consoleReleased({ console }: Replica, released: number): void {
  console.released = Math.max(console.released, released);
  const { kept } = console;
  while (kept[0] !== undefined && kept[0].output.number <= console.released) kept.shift();
}

/** Going live: what the old primary may not have let out is given, perhaps again. */
export function giveConsoleOutputs(replica: Replica, out: Effect[]): void {
  for (const held of replica.console.kept.splice(0)) letOut(replica, held, out);
}
