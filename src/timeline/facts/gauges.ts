// What an observer reads off the facts so far: who the pair is, how full the send buffer, how far the backup behind, what is held.

import type { WorldConfig } from '../../world/base/config.ts';
import { createScreen, type Screen, showByte } from '../../world/net/terminal.ts';
import type { Observation } from '../../world/state/observation.ts';

/** Plain data, of the cursor's instant: goes on with every fact, and is kept in snapshots. Times in nanoseconds. */
export interface Gauges {
  /** Of the pair: the first has generation 1. */
  generation: number;
  primary: string;
  backup: string;
  /** The two hosts that a picture is about, left and right. Whoever is new takes the place of who is gone, so that nobody else moves. */
  stage: string[];
  /** Bytes of each entry that the primary has not heard to be acknowledged, in order; the first is behind `ackedThrough`. */
  unacked: number[];
  ackedThrough: number;
  /** Their sum: what stands in the send buffer. */
  fill: number;
  /** When each entry was recorded that the backup has yet to replay, in order. */
  unreplayed: number[];
  replayedThrough: number;
  /** How old the last entry was when it was replayed. */
  lastLag: number;
  /** Outputs at the gates, by host: their kind and instruction, in the order in which they leave. */
  held: Record<string, string[]>;
  /** By host: how many outputs it has released and dropped. */
  released: Record<string, number>;
  dropped: Record<string, number>;
  /** What the terminal has been sent. */
  screen: Screen;
}

export function createGauges({ hosts }: WorldConfig): Gauges {
  const ids = hosts.map(({ id }) => id);
  return {
    generation: 1,
    primary: ids[0] ?? '',
    backup: ids[1] ?? ids[0] ?? '',
    stage: ids.slice(0, 2),
    ...emptyLog(),
    held: {},
    released: {},
    dropped: {},
    screen: createScreen(),
  };
}

const emptyLog = () => ({
  unacked: [] as number[],
  ackedThrough: 0,
  fill: 0,
  unreplayed: [] as number[],
  replayedThrough: 0,
  lastLag: 0,
});

/**
 * Execution lag at an instant that is not before the last fact: the age of the oldest entry that the backup has yet to replay, or
 * of the last one when it was replayed, if that is more.
 */
export function lagAt({ unreplayed, lastLag }: Gauges, instant: number): number {
  const [oldest] = unreplayed;
  return oldest === undefined ? lastLag : Math.max(lastLag, instant - oldest);
}

/** Takes the run's next fact into account. */
export function updateGauges(gauges: Gauges, fact: Observation): void {
  switch (fact.kind) {
    case 'paired': {
      if (fact.generation > gauges.generation) Object.assign(gauges, emptyLog());
      gauges.generation = fact.generation;
      gauges.primary = fact.primary;
      gauges.backup = fact.backup;
      takeStage(gauges, [fact.primary, fact.backup]);
      return;
    }
    case 'migrationFinished':
      gauges[fact.machine] = fact.to;
      replaceOnStage(gauges, fact.from, fact.to);
      return;
    case 'recorded':
      if (fact.generation > gauges.generation) {
        Object.assign(gauges, emptyLog());
        gauges.generation = fact.generation;
      }
      gauges.unacked.push(fact.bytes);
      gauges.fill += fact.bytes;
      gauges.unreplayed.push(fact.at);
      return;
    case 'acked':
      if (fact.generation === gauges.generation) acknowledge(gauges, fact.through);
      return;
    case 'replayed':
      if (fact.generation === gauges.generation) replay(gauges, fact.sequence, fact.at);
      return;
    case 'outputHeld':
      hold(gauges, fact);
      return;
    case 'outputReleased':
      letOut(gauges, fact);
      gauges.released[fact.host] = (gauges.released[fact.host] ?? 0) + 1;
      if (fact.output.number !== undefined)
        showByte(gauges.screen, Number(fact.output.digest), fact.output.number);
      return;
    case 'outputDropped':
      letOut(gauges, fact);
      gauges.dropped[fact.host] = (gauges.dropped[fact.host] ?? 0) + 1;
      return;
    case 'hostCrashed':
    case 'halted':
      // What a host holds ends with the host.
      delete gauges.held[fact.host];
  }
}

type OutputFact = Extract<Observation, { kind: 'outputHeld' | 'outputReleased' | 'outputDropped' }>;

/** Sequence numbers begin anew in each generation; a machine's instructions do not. */
const outputName = ({ output }: OutputFact): string => `${output.kind} ${output.instruction}`;

function hold({ held }: Gauges, fact: OutputFact): void {
  const waiting = held[fact.host];
  if (waiting === undefined) held[fact.host] = [outputName(fact)];
  else waiting.push(outputName(fact));
}

function letOut({ held }: Gauges, fact: OutputFact): void {
  const waiting = held[fact.host];
  if (waiting === undefined) return;
  const at = waiting.indexOf(outputName(fact));
  if (at === 0) waiting.shift();
  else if (at > 0) waiting.splice(at, 1);
}

/** How many outputs are at the gates. */
export const heldOutputs = ({ held }: Gauges): number => {
  let count = 0;
  for (const host in held) count += held[host]?.length ?? 0;
  return count;
};

function acknowledge(gauges: Gauges, through: number): void {
  const count = Math.max(0, through - gauges.ackedThrough);
  for (const bytes of gauges.unacked.splice(0, count)) gauges.fill -= bytes;
  gauges.ackedThrough = Math.max(gauges.ackedThrough, through);
}

function replay(gauges: Gauges, sequence: number, at: number): void {
  const gone = gauges.unreplayed.splice(0, Math.max(0, sequence - gauges.replayedThrough));
  gauges.replayedThrough = Math.max(gauges.replayedThrough, sequence);
  gauges.lastLag = at - (gone.at(-1) ?? at);
}

function takeStage(gauges: Gauges, pair: readonly string[]): void {
  const gone = gauges.stage.find((id) => !pair.includes(id));
  const come = pair.find((id) => !gauges.stage.includes(id));
  if (gone !== undefined && come !== undefined) replaceOnStage(gauges, gone, come);
}

function replaceOnStage({ stage }: Gauges, gone: string, come: string): void {
  if (!stage.includes(come) && stage.includes(gone)) stage[stage.indexOf(gone)] = come;
}
