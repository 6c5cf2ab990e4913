// Who wrote a byte or a register last: the instruction, device or fault, however long ago, even if it wrote what was there.

import { runToCompletion } from '../../base/run-to-completion.ts';
import type { StoredBy } from '../../machine/machine.ts';
import { programOf } from '../../world/base/config.ts';
import type { Hit } from '../breakpoints/breakpoints.ts';
import { beginSearch, searchSome } from '../breakpoints/search.ts';
import type { Run } from '../run/run.ts';
import { lastRegisterWriter } from './register-writer.ts';

/** What is asked about: bytes of RAM, or a register by its number, 1 to 31. */
export type Written = { address: number; length: number } | { register: number };

export type Writer =
  /** An instruction of the machine: its number, its address, and when it retired. `device`: it notified one, which wrote. */
  | {
      by: 'instruction' | 'device';
      at: number;
      instruction: number;
      pc: number;
      /** Of a register that was written very long ago: where it last changed. Since then it may have been given the same value again. */
      isChangeOnly?: true;
    }
  /** Something entered the machine between two instructions: an entry of the log, where there is a log. */
  | {
      by: 'input';
      input: StoredBy;
      at: number;
      instruction: number;
      entry?: { generation: number; sequence: number };
    }
  /** A bit flipped. */
  | { by: 'fault'; at: number; instruction: number }
  /** The VM came to this host with its memory and registers: moved, cloned, or sent as a checkpoint. */
  | { by: 'transfer'; at: number; instruction: number }
  /** Nothing since the run began: the program as it was loaded, or what is there after reset. */
  | { by: 'image' | 'reset' };

/** So many instructions between two chances to stop: some ten milliseconds. */
const SLICE = 100_000;

/**
 * The last that wrote to any of these bytes, or to this register, up to the run's present instant. A store of the value that was there
 * counts. Yields now and then, so that whoever asks can stop; the run must not be moved meanwhile, and stays where it is.
 */
export function* findLastWriter(run: Run, host: string, what: Written): Generator<void, Writer> {
  if ('register' in what) return yield* lastRegisterWriter(run, host, what.register);
  const { address, length } = what;
  const breakpoint = { kind: 'memory', of: host, address, length, access: 'write' } as const;
  const search = beginSearch(run, [breakpoint], 'backward', run.world.now, {
    isInclusive: true,
    isPositionWanted: false,
  });
  while (!searchSome(search, SLICE)) yield;
  const { outcome } = search;
  return typeof outcome === 'object'
    ? writerOf(outcome)
    : { by: isInImage(run, host, address, length) ? 'image' : 'reset' };
}

/** `findLastWriter` to its end. */
export const lastWriter = (run: Run, host: string, what: Written): Writer =>
  runToCompletion(findLastWriter(run, host, what));

function writerOf({ at, instruction = 0, pc, by, fact }: Hit): Writer {
  if (pc !== undefined) return { by: by === undefined ? 'instruction' : 'device', at, instruction, pc };
  if (fact?.kind === 'bitFlipped') return { by: 'fault', at, instruction };
  if (by === 'outside' || by === undefined) return { by: 'transfer', at, instruction };
  const input = by as StoredBy;
  if (fact?.kind !== 'recorded' && fact?.kind !== 'replayed') return { by: 'input', input, at, instruction };
  const { generation, sequence } = fact;
  return { by: 'input', input, at, instruction, entry: { generation, sequence } };
}

function isInImage({ world }: Run, host: string, address: number, length: number): boolean {
  const { base, bytes } = programOf(world.config, host);
  return address < base + bytes.length && address + length > base;
}
