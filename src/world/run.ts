// A whole run at once, for the command line and tests: as far as its clients need, or to a bound.

import { after, earlier, milliseconds, type SimTime, START } from '../sim/time.ts';
import { advance, isFinished, isVmOver, start } from './advance.ts';
import type { WorldConfig } from './base/config.ts';
import { beginProperties, checkProperties } from './properties/index.ts';
import { beginTally, buildReport, type RunReport, tally } from './report.ts';
import type { Observation } from './state/observation.ts';
import { createWorld, type World } from './state/world.ts';

/** How far a run goes before it is asked whether all clients are content. */
const STRIDE = milliseconds(1);

/**
 * Runs until every client has had its answers or `until` is reached.
 * @param observe sees every fact too
 */
export function runScenario(
  config: WorldConfig,
  until: SimTime,
  observe?: (observation: Observation) => void,
): { world: World; report: RunReport } {
  const world = createWorld(config);
  const properties = beginProperties(config);
  const sum = beginTally();
  const see = (observation: Observation): void => {
    checkProperties(properties, observation);
    tally(sum, observation);
    observe?.(observation);
  };
  start(world, see);
  for (let next = START; next < until && !isFinished(world) && !isVmOver(world); ) {
    next = earlier(after(next, STRIDE), until);
    advance(world, next, see);
  }
  return { world, report: buildReport(world, sum, properties) };
}
