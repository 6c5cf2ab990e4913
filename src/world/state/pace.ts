// How a host's CPU turns time into instructions: exactly, and no two hosts alike.

import { below, type PrngState } from '../../base/prng.ts';
import { countAfter, type InstructionCount, NO_INSTRUCTIONS } from '../../machine/boundary.ts';
import { after, NEVER, nanoseconds, type SimTime, START } from '../../sim/time.ts';
import type { HostConfig } from '../base/config.ts';

/**
 * While it executes, a machine's instruction number is a pure function of time: so many picoseconds each, counted from
 * where it last began to execute. How often anybody asks makes no difference to it.
 */
export interface Pace {
  isExecuting: boolean;
  since: SimTime;
  sinceInstruction: InstructionCount;
  picoseconds: number;
  noise: PrngState;
}

export function createPace(config: HostConfig, noise: PrngState): Pace {
  return {
    isExecuting: false,
    since: START,
    sinceInstruction: NO_INSTRUCTIONS,
    picoseconds: config.instructionPicoseconds,
    noise,
  };
}

/**
 * The machine begins to execute, or goes on at another share of the CPU. Its speed differs a little each time, as caches
 * and neighbours would have it.
 * @param percent what it has of the CPU, more than 0
 */
export function beginExecuting(
  pace: Pace,
  config: HostConfig,
  percent: number,
  now: SimTime,
  instruction: InstructionCount,
): void {
  const spread = Math.floor((config.instructionPicoseconds * config.speedNoisePpm) / 1e6);
  const full = config.instructionPicoseconds - spread + below(pace.noise, 2 * spread + 1);
  pace.isExecuting = true;
  pace.since = now;
  pace.sinceInstruction = instruction;
  pace.picoseconds = percent === 100 ? full : Math.floor((full * 100) / percent);
}

/** The instruction number that an executing machine has reached at an instant. */
export function instructionAt(pace: Pace, now: SimTime): InstructionCount {
  return countAfter(pace.sinceInstruction, Math.floor(((now - pace.since) * 1000) / pace.picoseconds));
}

/** The instant at which an executing machine has retired `instruction` instructions. Inverse of `instructionAt`. */
export function instantOf(pace: Pace, instruction: InstructionCount): SimTime {
  return after(
    pace.since,
    nanoseconds(Math.ceil(((instruction - pace.sinceInstruction) * pace.picoseconds) / 1000)),
  );
}

/** The same, as far as nothing changes the pace until then; never, of a machine that executes nothing now. */
export const dueAt = (pace: Pace, instruction: InstructionCount): SimTime =>
  pace.isExecuting ? instantOf(pace, instruction) : NEVER;
