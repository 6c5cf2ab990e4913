// The VM's serial line as the world has seen it.

import { lastFacts } from '../../timeline/facts/fact-index.ts';
import type { Run } from '../../timeline/run/run.ts';
import { actingHost } from '../../world/vm/operations.ts';
import type { ConsoleView } from '../frame.ts';

/** Bytes of it that the page shows, and outputs among which they are looked for. */
const PRINTED = 1000;

/** The end of what the VM has printed; null for a guest without a console. */
export function viewConsole(run: Run): ConsoleView | null {
  if (!run.world.config.image.symbols.has('console_start')) return null;
  const printed = lastFacts(run, { kind: 'outputReleased' }, run.seen, PRINTED)
    .filter(({ output }) => output.kind === 'console')
    .map(({ output }) => characterOf(output.digest))
    .join('');
  return { printed, isOpen: actingHost(run.world) !== undefined };
}

/** A byte of output as a character; what has no shape is left out. */
function characterOf(digest: string): string {
  const byte = Number(digest);
  return byte === 10 || (byte >= 32 && byte < 127) ? String.fromCharCode(byte) : '';
}
