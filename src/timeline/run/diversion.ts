// A diversion (rr's word): a second world that goes through a part of a run again to look for something, and leaves the run where it is.

import type { MachineSnapshot } from '../../machine/machine.ts';
import { snapshotMachine } from '../../machine/machine.ts';
import { type Duration, justBefore, nanoseconds, type SimTime } from '../../sim/time.ts';
import { advanceSome, stepInstant, type Tracing } from '../../world/advance.ts';
import { checkProperties } from '../../world/properties/index.ts';
import type { PropertyState } from '../../world/properties/property.ts';
import type { Observer } from '../../world/state/observation.ts';
import { copyPlain, restoreWorld, snapshotWorld, type WorldSnapshot } from '../../world/state/snapshot.ts';
import { createWorld, instructionOf, type World } from '../../world/state/world.ts';
import { latestSnapshot, type RunSnapshot } from './history.ts';
import type { Position } from './position.ts';
import { HAPPENING_MAX, type Run, setCommandsToCome, sliceEnd } from './progress.ts';

export interface Diversion {
  world: World;
  properties: PropertyState[];
}

/** A diversion where the run is now. */
export const divertHere = (run: Run): Diversion =>
  diversionFrom(createWorld(run.world.config), snapshotWorld(run.world), run.properties);

/** A diversion at one of the run's snapshots; `before`, which is then no longer one, is cheaper than a new one. */
export function divertAt(run: Run, snapshot: RunSnapshot, before?: Diversion): Diversion {
  const diversion = diversionFrom(
    before?.world ?? createWorld(run.world.config),
    snapshot.world,
    snapshot.properties,
  );
  setCommandsToCome(run, diversion.world);
  return diversion;
}

function diversionFrom(world: World, snapshot: WorldSnapshot, properties: PropertyState[]): Diversion {
  restoreWorld(world, snapshot);
  return { world, properties: copyPlain(properties) };
}

/** The hosts' machines in a snapshot of the run, and as they are now. */
export const machinesOf = ({ world }: RunSnapshot): readonly MachineSnapshot[] => world.machines;

export const machinesNow = ({ world }: Pick<Run, 'world'>): readonly MachineSnapshot[] =>
  world.computers.map(({ machine }) => snapshotMachine(machine));

/** Where a diversion has been, to go back to. */
export interface FrozenDiversion {
  readonly world: WorldSnapshot;
  readonly properties: PropertyState[];
}

export const freeze = ({ world, properties }: Diversion): FrozenDiversion => ({
  world: snapshotWorld(world),
  properties: copyPlain(properties),
});

export function thaw(diversion: Diversion, frozen: FrozenDiversion): void {
  restoreWorld(diversion.world, frozen.world);
  diversion.properties = copyPlain(frozen.properties);
}

/**
 * Goes on towards an instant, as long as not too much happens. What is seen is what the run would have seen, broken properties included.
 * @returns how many stops and events it were
 */
export const advanceDiversion = (
  diversion: Diversion,
  until: SimTime,
  observe: Observer,
  tracing?: Tracing,
): number => advanceSome(diversion.world, until, HAPPENING_MAX, seeing(diversion, observe), tracing);

/** Makes one step of an instant, see `stepInstant`; sees what the run would have seen. @returns false when none is left */
export const stepDiversion = (
  diversion: Diversion,
  instant: SimTime,
  observe: Observer,
  tracing?: Tracing,
): boolean => stepInstant(diversion.world, instant, seeing(diversion, observe), tracing);

/** A diversion at a position, which the run need not have come to. */
export function* divertTo(run: Run, position: Position): Generator<void, Diversion> {
  const diversion = divertAt(
    run,
    latestSnapshot(run, instantBefore(position)) ?? (run.snapshots[0] as RunSnapshot),
  );
  yield* leadTo(diversion, position);
  return diversion;
}

/** The last instant of which everything has happened at a position. */
const instantBefore = ({ at, step }: Position): SimTime => (step === undefined ? at : justBefore(at));

/** Goes on to a position, in slices of about so many instructions; what comes behind it is not seen. */
export function* leadTo(
  diversion: Diversion,
  position: Position,
  observe: Observer = () => {},
  tracing?: Tracing,
  instructions?: number,
): Generator<void, void> {
  const { world } = diversion;
  const { at, step = 0 } = position;
  const end = instantBefore(position);
  while (world.now < end) {
    advanceDiversion(diversion, sliceEnd(diversion, end, instructions), observe, tracing);
    yield;
  }
  for (let made = 0; made < step; made++) stepDiversion(diversion, at, observe, tracing);
}

const seeing =
  ({ properties }: Diversion, observe: Observer): Observer =>
  (fact) => {
    observe(fact);
    for (const { name, section } of checkProperties(properties, fact))
      observe({ at: fact.at, kind: 'violated', property: name, section });
  };

/** How long the fastest of the machines takes for so many instructions; a nanosecond at least. */
export function strideOf({ config }: World, instructions: number): Duration {
  const fastest = Math.min(...config.hosts.map(({ instructionPicoseconds }) => instructionPicoseconds));
  return nanoseconds(Math.max(1, Math.floor((instructions * fastest) / 1000)));
}

/** How many instructions all machines together have retired: how much work was done. */
export const retired = ({ hosts }: World): number =>
  hosts.reduce((sum, host) => sum + instructionOf(host), 0);
