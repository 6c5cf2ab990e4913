// All properties, and their course through a run.

import type { WorldConfig } from '../config.ts';
import type { Observation } from '../observation.ts';
import { clientsView } from './clients-view.ts';
import { equalStates } from './equal-states.ts';
import { oneLiveMachine } from './one-live-machine.ts';
import { outputRequirement } from './output-requirement.ts';
import { outputRule } from './output-rule.ts';
import type { Property, PropertyState } from './property.ts';

const PROPERTIES = [
  outputRule,
  outputRequirement,
  oneLiveMachine,
  equalStates,
  clientsView,
] as unknown as readonly Property[];

/** All properties at the beginning of a run. */
export function beginProperties(config: WorldConfig): PropertyState[] {
  return PROPERTIES.map((property) => ({
    name: property.name,
    section: property.section,
    checked: 0,
    memory: property.begin(config),
  }));
}

/** Holds every property against a fact. @returns those that it broke */
export function checkProperties(states: PropertyState[], observation: Observation): PropertyState[] {
  const broken: PropertyState[] = [];
  PROPERTIES.forEach((property, i) => {
    const state = states[i] as PropertyState;
    if (state.violation) return;
    const verdict = property.check(state.memory, observation);
    if (verdict === undefined) return;
    state.checked++;
    if (verdict === 'holds') return;
    state.violation = { at: observation.at, ...verdict };
    broken.push(state);
  });
  return broken;
}
