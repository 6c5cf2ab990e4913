// What a person has written and not run yet, kept in this browser: closing the tab loses nothing.
import type { Shelf } from '../../../store/preferences.ts';

/** As much as a source may have, and room for what is still to be shortened. */
const CHARACTERS_MAX = 70_000;

const keyOf = (program: string): string => `understudy.draft.${program}`;

/** The stored draft of a program; null when there is none, or it can't be read. */
export function readDraft(shelf: Shelf | null, program: string): string | null {
  try {
    const text = shelf?.getItem(keyOf(program)) ?? '';
    return text === '' || text.length > CHARACTERS_MAX ? null : text;
  } catch {
    return null;
  }
}

/** Stores a draft, or with null forgets it; says whether that was possible. */
export function writeDraft(shelf: Shelf | null, program: string, source: string | null): boolean {
  if (source !== null && source.length > CHARACTERS_MAX) return false;
  try {
    shelf?.setItem(keyOf(program), source ?? '');
    return shelf !== null;
  } catch {
    return false;
  }
}

/** Drafts by what they are of: a built-in guest, a client, the disk: those of this page, and those that earlier ones have left. */
export interface Drafts {
  /** What was written since the page was opened. */
  current(program: string): string | null;
  /** What an earlier page left, until it is taken or put away. */
  left(program: string): string | null;
  /** Forgets what was left. */
  putAway(program: string): void;
  /** Keeps a text; with null there is nothing to keep. False the first time that it could not be stored. */
  keep(program: string, source: string | null): boolean;
}

interface Kept {
  left: string | null;
  current: string | null;
}

/** Drafts on a shelf, which may be full or forbidden: then they last as long as the page. */
export function createDrafts(shelf: Shelf | null): Drafts {
  const all = new Map<string, Kept>();
  let wasTold = false;
  function draftsOf(program: string): Kept {
    const known = all.get(program) ?? { left: readDraft(shelf, program), current: null };
    all.set(program, known);
    return known;
  }
  return {
    current: (program) => draftsOf(program).current,
    left: (program) => draftsOf(program).left,
    putAway(program) {
      const kept = draftsOf(program);
      kept.left = null;
      if (kept.current === null) writeDraft(shelf, program, null);
    },
    keep(program, source) {
      const kept = draftsOf(program);
      kept.current = source;
      // What was left stays stored until something new takes its place.
      if (source === null && kept.left !== null) return true;
      if (writeDraft(shelf, program, source) || source === null || wasTold) return true;
      wasTold = true;
      return false;
    },
  };
}
