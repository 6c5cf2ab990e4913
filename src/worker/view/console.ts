// The VM's serial line as the world has seen it.

import { printedText, visibleText } from '../../base/printed-text.ts';
import type { Run } from '../../timeline/run/run.ts';
import { bytesShown, shownBytes } from '../../world/net/terminal.ts';
import { actingHost } from '../../world/vm/operations.ts';
import { bytesAtKeyboard } from '../../world/vm/typing.ts';
import type { ConsoleView } from '../frame.ts';

/** A frame has so many bytes, the last ones: what it costs does not grow with what was printed. */
const PRINTED_BYTES = 16 * 1024;

/** What the VM has printed; null where nobody expects a console: a built-in guest that has none, and has printed nothing. */
export function viewConsole(run: Run): ConsoleView | null {
  const { screen } = run.gauges;
  const total = shownBytes(screen);
  if (total === 0 && !hasConsole(run)) return null;
  const bytes = bytesShown(screen, Math.max(0, total - PRINTED_BYTES));
  const begin = total > bytes.length ? characterFrom(bytes) : 0;
  return {
    printed: visibleText(printedText(bytes.subarray(begin))),
    before: total - bytes.length + begin,
    waiting: bytesAtKeyboard(run.world),
    isOpen: actingHost(run.world) !== undefined,
  };
}

/** Any guest may read and write its UART. Of the built-in ones only the shell does; of somebody's own nobody knows. */
function hasConsole({ scenario, world }: Run): boolean {
  const { source, elf } = scenario?.guest ?? {};
  return world.config.service === 'shell' || world.keyboard.typed.length > 0 || (source ?? elf) !== undefined;
}

/** The first byte that does not go on with a character that began before. */
function characterFrom(bytes: Uint8Array): number {
  const first = bytes.findIndex((byte) => (byte & 0xc0) !== 0x80);
  return first >= 0 && first < 4 ? first : 0;
}
