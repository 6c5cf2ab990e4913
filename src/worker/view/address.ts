// An address as a person writes it: a number or a label of a program.

import type { Image } from '../../isa/image.ts';
import { parseRange } from '../../timeline/breakpoints/breakpoint-text.ts';

/** An address, a label or a sum of such, in this program; or the sentence that says why it is none. */
export function addressOf(image: Image, text: string): { address: number } | { error: string } {
  const known = { hosts: [], clients: [], image, plain: {} };
  const parsed = parseRange(text, known);
  return parsed.ok ? { address: parsed.value.address } : { error: parsed.error };
}
