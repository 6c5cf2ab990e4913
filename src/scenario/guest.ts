// The guest program of a scenario, assembled.
import { err, ok, type Result } from '../base/result.ts';
import { assemble } from '../machine/assembler/assembler.ts';
import { formatError } from '../machine/assembler/errors.ts';
import type { AssemblyOptions } from '../machine/assembler/model.ts';
import type { Image } from '../machine/image.ts';
import { GUESTS, includeKernel } from './guests/index.ts';
import type { ScenarioDocument } from './schema.ts';

/** The program that a document names, with its timer rate in it. */
export function assembleGuest({ guest }: ScenarioDocument): Result<Image> {
  const { file, source, include } = GUESTS[guest.program]!;
  return assembleSource(source, { file, include, defsym: { TIMER_HZ: guest.timerHz } });
}

/**
 * A source text that somebody wrote, as an image; it may include the kernel's files. An error is the first of the text,
 * as `file:line:column: sentence`, and how many more there are.
 */
export function assembleSource(source: string, options: AssemblyOptions): Result<Image> {
  const result = assemble(source, { include: includeKernel, ...options });
  if (result.ok) return ok(result.image);
  const [first, ...more] = result.errors.map(formatError);
  return err(more.length === 0 ? `${first}` : `${first} (and ${more.length} more)`);
}
