// An address as a person writes it: a number or a label of the guest.

import { parseRange } from '../../timeline/breakpoints/breakpoint-text.ts';
import type { Run } from '../../timeline/run/run.ts';

/** An address, a label or a sum of such, in this guest; or the sentence that says why it is none. */
export function addressOf({ world }: Run, text: string): { address: number } | { error: string } {
  const known = { hosts: [], clients: [], image: world.config.image, plain: {} };
  const parsed = parseRange(text, known);
  return parsed.ok ? { address: parsed.value.address } : { error: parsed.error };
}
