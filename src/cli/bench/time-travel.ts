// What moving in a long run costs: a pair whose guest never sleeps, its history, and seeks and steps back anywhere in it.
import { below, namedStream } from '../../base/prng.ts';
import { parseDocument } from '../../scenario/document.ts';
import { toWorldConfig } from '../../scenario/to-world.ts';
import { instantAt, type SimTime } from '../../sim/time.ts';
import { createRun, memoryOf, type Run, runOn, seekRun } from '../../timeline/run/run.ts';
import { stepEntry, stepEvent, stepInstruction } from '../../timeline/run/step.ts';
import { hashWorld } from '../../world/state/state-hash.ts';
import { instructionOf } from '../../world/state/world.ts';
import type { HeldBytes } from './snapshots.ts';
import type { Now } from './speed.ts';

/** Milliseconds. */
interface Times {
  readonly median: number;
  readonly p95: number;
  readonly longest: number;
}

export interface HistoryCosts {
  /** Retired by the primary; its backup does the same. */
  readonly instructions: number;
  readonly seconds: number;
  readonly snapshots: number;
  /** By the run's own estimate; and what is held more than before, where that can be told. */
  readonly estimatedBytes: number;
  readonly heldBytes: number | null;
  /** To instants drawn at random. */
  readonly seek: Times;
  readonly stepBack: { readonly instruction: Times; readonly entry: Times; readonly event: Times };
  /** After all of that the state was what it had been when the run first came there. */
  readonly isExact: boolean;
}

/** Two histories, one ten times as long as the other. */
export interface TimeTravelCosts {
  readonly budgetBytes: number;
  readonly short: HistoryCosts;
  readonly long: HistoryCosts;
}

/** Of the long history, by extent. */
const INSTRUCTIONS = { quick: 100_000_000, full: 1_000_000_000, long: 10_000_000_000 } as const;
const INSTRUCTIONS_A_SECOND = 20_000_000;
const SECOND = 1_000_000_000;
const SEEKS = 200;
const PLACES = 20;
const STEPS = 10;

const DOCUMENT = {
  guest: { program: 'compute' },
  machine: { instructionsPerSecond: INSTRUCTIONS_A_SECOND },
  clients: [{ operation: 'progress', requests: 100_000, thinkNs: 10_000_000 }],
};

function open(memory: number): Run {
  const document = parseDocument(DOCUMENT);
  if (!document.ok) throw new Error(document.error.message);
  const config = toWorldConfig(document.value);
  if (!config.ok) throw new Error(config.error);
  return createRun(config.value, { scenario: document.value, memory });
}

const rounded = (value: number): number => Number(value.toPrecision(4));

function summary(times: number[]): Times {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number): number => rounded(sorted[Math.floor((sorted.length - 1) * share)] as number);
  return { median: at(0.5), p95: at(0.95), longest: at(1) };
}

function timed(now: Now, work: () => void): number {
  const began = now();
  work();
  return now() - began;
}

function measureHistory(
  instructions: number,
  memory: number,
  now: Now,
  heldBytes: HeldBytes | null,
): HistoryCosts {
  const before = heldBytes?.();
  const run = open(memory);
  const end = Math.ceil((instructions / INSTRUCTIONS_A_SECOND) * SECOND);
  const milliseconds = timed(now, () => runOn(run, instantAt(end)));
  const hash = hashWorld(run.world);
  const estimatedBytes = memoryOf(run);
  const after = heldBytes?.();
  const retired = instructionOf(run.world.hosts[0] as Run['world']['hosts'][number]);
  const noise = namedStream('bench of time travel', 1);
  const anywhere = (): SimTime => instantAt(Math.floor((below(noise, 1_000_000) * end) / 1_000_000));
  const seeks = Array.from({ length: SEEKS }, () => {
    const to = anywhere();
    return timed(now, () => seekRun(run, to));
  });
  const stepsBack = (step: () => void): Times => {
    const times: number[] = [];
    for (let place = 0; place < PLACES; place++) {
      seekRun(run, anywhere());
      for (let n = 0; n < STEPS; n++) times.push(timed(now, step));
    }
    return summary(times);
  };
  const stepBack = {
    instruction: stepsBack(() => stepInstruction(run, 0, -1)),
    entry: stepsBack(() => stepEntry(run, -1)),
    event: stepsBack(() => stepEvent(run, -1)),
  };
  seekRun(run, instantAt(end));
  return {
    instructions: retired,
    seconds: rounded(milliseconds / 1000),
    snapshots: run.snapshots.length,
    estimatedBytes,
    heldBytes: before === undefined || after === undefined ? null : after - before,
    seek: summary(seeks),
    stepBack,
    isExact: hashWorld(run.world) === hash,
  };
}

/** Measures with so much memory for the history. */
export function measureTimeTravel(
  extent: keyof typeof INSTRUCTIONS,
  memory: number,
  now: Now,
  heldBytes: HeldBytes | null,
): TimeTravelCosts {
  const instructions = INSTRUCTIONS[extent];
  const short = measureHistory(instructions / 10, memory, now, heldBytes);
  return { budgetBytes: memory, short, long: measureHistory(instructions, memory, now, heldBytes) };
}
