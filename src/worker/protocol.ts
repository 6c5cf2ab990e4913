// The messages between page and worker. Types only. Every request gets exactly one answer with its id.

import type { Frame } from './frame.ts';

/** What of the run the page has on screen; the worker computes no more than this. */
export interface Viewport {
  /** Rows of the instruction streams. */
  rows: number;
  timeline: { from: number; to: number; samples: number };
  /** Narration lines the page already has. */
  narrationFrom: number;
}

export type StepUnit = 'instruction' | 'entry' | 'event';

export type Request =
  /** Starts a scenario: a built-in id, a document, or a link's hash (`#u1=…`). */
  | {
      kind: 'open';
      source: { builtin: string } | { document: unknown } | { link: string };
      viewport: Viewport;
    }
  /** Runs on to an instant. May return early, so that the answer comes in time: the frame says how far it came. */
  | { kind: 'advance'; until: number; viewport: Viewport }
  /** Goes to any instant, earlier or later. */
  | { kind: 'seek'; time: number; viewport: Viewport }
  /** One unit on or back; of instructions, those of `host`. */
  | { kind: 'step'; unit: StepUnit; direction: 1 | -1; host?: string; viewport: Viewport }
  /** A fault or click, now: `crash A`, `cut log`, `mend log`. What came later in an earlier run of this is forgotten. */
  | { kind: 'command'; text: string; viewport: Viewport }
  /** Changes the scenario and runs it again from the start, to the same instant. */
  | { kind: 'rules'; rules: Record<string, boolean>; viewport: Viewport }
  /** The same instant again, for another viewport. */
  | { kind: 'look'; viewport: Viewport }
  /** The run as a link's hash, with its cursor. */
  | { kind: 'link' };

export type Answer =
  | {
      kind: 'frame';
      frame: Frame /** Set when a link's run came out differently from what it recorded. */;
      differs?: { expected: string; found: string };
    }
  | { kind: 'link'; hash: string; document: unknown }
  /** Something was wrong with the request. What was running is as it was. `key` names a sentence in the locale files. */
  | { kind: 'refused'; message: string; key?: string; values?: Record<string, string | number> };

export type ToWorker = { id: number; request: Request };
export type FromWorker = { id: number; answer: Answer };
