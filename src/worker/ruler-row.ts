// The rows of the instruction streams, as a page may see them. Types only.

import type { EntryName } from './frame.ts';

/** One row of the ruler that both instruction streams share, in the order of execution. */
export type RulerRow =
  | {
      kind: 'instruction';
      /** It was the n-th to retire. */
      instruction: number;
      pc: number;
      /** `lw a5, 8(s1)` split for setting in columns. */
      mnemonic: string;
      operands: string;
      /** Label at or before pc, with an offset, and the source line. */
      symbol?: string;
      source?: { file: string; line: number; text: string };
      /** The log entry this instruction made, if it is a nondeterministic point. */
      entry?: EntryName & { output?: 'packet' | 'diskWrite' | 'console' };
      /** Whether each host (in the order of `hosts`) has executed it. */
      done: boolean[];
    }
  /** The machines took an interrupt or an exception here. Nothing retires by it. */
  | {
      kind: 'trap';
      /** Taken after this many instructions, as the how manieth change since. */
      instruction: number;
      changes: number;
      /** mcause. */
      cause: number;
      /** At which instruction: the one that trapped, or that would have been next. */
      pc: number;
      mnemonic: string;
      operands: string;
      symbol?: string;
      entry?: undefined;
      done: boolean[];
    }
  | {
      kind: 'injection';
      /** Put in after this many instructions. */
      instruction: number;
      entry: EntryName;
      done: boolean[];
    }
  /** Left out here: instructions from..to, on both sides at the same height. */
  | { kind: 'fold'; from: number; to: number };
