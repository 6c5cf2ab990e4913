// All properties, and their course through a run.

import type { WorldConfig } from '../base/config.ts';
import type { Observation } from '../state/observation.ts';
import { ackOnReceipt } from './ack-on-receipt.ts';
import { answersSurvive } from './answers-survive.ts';
import { behindTheLog } from './behind-the-log.ts';
import { clientsView } from './clients-view.ts';
import { diskHistory } from './disk-history.ts';
import { drainedLog } from './drained-log.ts';
import { equalClones } from './equal-clones.ts';
import { equalStates } from './equal-states.ts';
import { exactDelivery } from './exact-delivery.ts';
import { fullBufferStops } from './full-buffer-stops.ts';
import { liveness } from './liveness.ts';
import { loggedValues } from './logged-values.ts';
import { memoryAtRest } from './memory-at-rest.ts';
import { muteBeforeLive } from './mute-before-live.ts';
import { oneLiveMachine } from './one-live-machine.ts';
import { oneLog } from './one-log.ts';
import { outputRequirement } from './output-requirement.ts';
import { outputRule } from './output-rule.ts';
import { pacing } from './pacing.ts';
import { pendingIo } from './pending-io.ts';
import { powerOffIsFinal } from './power-off-is-final.ts';
import { primaryAhead } from './primary-ahead.ts';
import { progress } from './progress.ts';
import {
  type Contradiction,
  type Property,
  type PropertyState,
  referTo,
  type Violation,
} from './property.ts';
import { racesInOrder } from './races-in-order.ts';
import { silentBackup } from './silent-backup.ts';
import { terminalView } from './terminal-view.ts';
import { twoHosts } from './two-hosts.ts';

/** In the order of their numbers, by which they are told. */
export const PROPERTIES = [
  outputRule,
  oneLog,
  ackOnReceipt,
  behindTheLog,
  primaryAhead,
  equalStates,
  exactDelivery,
  loggedValues,
  memoryAtRest,
  silentBackup,
  oneLiveMachine,
  muteBeforeLive,
  drainedLog,
  outputRequirement,
  answersSurvive,
  clientsView,
  diskHistory,
  racesInOrder,
  pendingIo,
  fullBufferStops,
  twoHosts,
  powerOffIsFinal,
  pacing,
  equalClones,
  progress,
  terminalView,
  liveness,
] as unknown as readonly Property[];

const byId = new Map(PROPERTIES.map((property) => [property.id, property]));

/** The properties that mean anything in such a world, at the beginning of a run. */
export function beginProperties(config: WorldConfig): PropertyState[] {
  return PROPERTIES.filter(({ applies }) => applies?.(config) ?? true).map((property) => ({
    id: property.id,
    name: property.name,
    section: property.section,
    scope: property.scope,
    checked: 0,
    memory: property.begin(config),
  }));
}

/** Holds every property against a fact. @returns those that it broke */
export function checkProperties(states: PropertyState[], observation: Observation): PropertyState[] {
  const broken: PropertyState[] = [];
  for (const state of states) {
    if (state.violation) continue;
    const verdict = byId.get(state.id)?.check(state.memory, observation);
    if (verdict === undefined) continue;
    state.checked++;
    if (verdict === 'holds') continue;
    state.violation = violationAt(observation, verdict);
    broken.push(state);
  }
  return broken;
}

function violationAt(observation: Observation, { against, ...found }: Contradiction): Violation {
  const { at } = observation;
  return against ? { at, ...found, facts: [against, referTo(observation)] } : { at, ...found };
}
