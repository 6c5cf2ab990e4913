// A file that somebody brings: a source becomes the text, a program can be run, anything else is refused with its reason.
import type { Session } from '../../../store/session.ts';

export type Upload =
  | { kind: 'source'; source: string }
  | { kind: 'program'; name: string; elf: string; isElf: boolean; bytes: number; entry: number }
  | { kind: 'refused'; name: string; text: string }
  | { kind: 'tooLarge'; name: string; bytes: number; most: number };

/** Reads a file of at most `most` bytes, and lets the worker look at what it holds. */
export async function readUpload(session: Session, file: File, most: number): Promise<Upload> {
  const { name, size } = file;
  if (size > most) return { kind: 'tooLarge', name, bytes: size, most };
  const bytes = new Uint8Array(await file.arrayBuffer());
  const answer = await session.ask({ kind: 'inspect', bytes });
  if (answer?.kind !== 'inspected')
    return { kind: 'refused', name, text: answer?.kind === 'refused' ? answer.message : '' };
  if (answer.what === 'source') return { kind: 'source', source: answer.source };
  const { elf, isElf, bytes: taken, entry } = answer;
  return { kind: 'program', name, elf, isElf, bytes: taken, entry };
}
