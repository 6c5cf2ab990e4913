// What a person has written and not run yet, kept in this browser: closing the tab loses nothing.
import * as v from 'valibot';
import type { Shelf } from '../../store/preferences.ts';

const KEY = 'understudy.draft';

/** As much as a source may have, and room for its name. */
const CHARACTERS_MAX = 70_000;

const schema = v.object({
  /** The built-in guest that it was written for. */
  program: v.string(),
  source: v.pipe(v.string(), v.maxLength(CHARACTERS_MAX)),
});

export type Draft = v.InferOutput<typeof schema>;

/** The stored draft; null when there is none, or none that can be read. */
export function readDraft(shelf: Shelf | null): Draft | null {
  try {
    const parsed = v.safeParse(schema, JSON.parse(shelf?.getItem(KEY) ?? 'null'));
    return parsed.success ? parsed.output : null;
  } catch {
    return null;
  }
}

/** Stores a draft, or with null forgets it; says whether that was possible. */
export function writeDraft(shelf: Shelf | null, draft: Draft | null): boolean {
  if (draft !== null && draft.source.length > CHARACTERS_MAX) return false;
  try {
    shelf?.setItem(KEY, JSON.stringify(draft));
    return shelf !== null;
  } catch {
    return false;
  }
}

/** Drafts of this page: the one being written, and one that an earlier page has left. */
export interface Drafts {
  /** What was written for this guest since the page was opened. */
  current(program: string): string | null;
  /** What an earlier page left, until it is taken or put away. */
  left(): Draft | null;
  /** Forgets what was left. */
  putAway(): void;
  /** Keeps a text; with null there is nothing to keep. False the first time that it could not be stored. */
  keep(program: string, source: string | null): boolean;
}

/** Drafts on a shelf, which may be full or forbidden: then they last as long as the page. */
export function createDrafts(shelf: Shelf | null): Drafts {
  let left = readDraft(shelf);
  let current: Draft | null = null;
  let wasTold = false;
  return {
    current: (program) => (current?.program === program ? current.source : null),
    left: () => left,
    putAway: () => {
      left = null;
      if (current === null) writeDraft(shelf, null);
    },
    keep(program, source) {
      current = source === null ? null : { program, source };
      // What was left stays stored until something new takes its place.
      if (current === null && left !== null) return true;
      if (writeDraft(shelf, current) || current === null || wasTold) return true;
      wasTold = true;
      return false;
    },
  };
}
