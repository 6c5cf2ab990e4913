// A scenario with another guest: what the editor runs.
import type { Session } from '../../../store/session.ts';

/** What is to run: a source, a program in base64, or the built-in guest again. */
export type Program = { source: string } | { elf: string } | 'builtIn';

/** The scenario with that guest in place of its own. */
export function withGuest(document: Record<string, unknown>, program: Program): Record<string, unknown> {
  const { guest, ...rest } = document;
  const { source: _, elf: __, ...kept } = (guest ?? {}) as Record<string, unknown>;
  return { ...rest, guest: program === 'builtIn' ? kept : { ...kept, ...program } };
}

/** Runs a changed scenario, from its beginning: a branch of this name. Says whether it was possible; if not, what ran goes on. */
export function runEdited(
  session: Session,
  document: Record<string, unknown>,
  name: string,
): Promise<boolean> {
  return session.change(document, name, true);
}
