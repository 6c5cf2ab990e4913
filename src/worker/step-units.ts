// What a step can be by: which facts each unit stops at.

import { STEP_KINDS } from '../timeline/run/step.ts';
import type { Fact } from '../world/state/observation.ts';
import type { StepUnit } from './protocol.ts';

type Kinds = ReadonlySet<Fact['kind']>;

const OUTPUTS: Kinds = new Set(['outputHeld', 'outputReleased', 'outputDropped']);

/** What leaves or reaches a host or a client. */
const PACKETS: Kinds = new Set(['sent', 'received', 'requestSent', 'requestArrived', 'answered']);

/** What goes wrong, by itself or by somebody's hand. */
const FAILURES: Kinds = new Set([
  'hostCrashed',
  'hostPaused',
  'bitFlipped',
  'clientPoisoned',
  'linkCut',
  'diskCrashed',
  'suspected',
  'diverged',
  'halted',
  'violated',
]);

/** The facts at which a step by this unit stops. */
export function factsOfUnit(unit: Exclude<StepUnit, 'instruction'>): Kinds {
  switch (unit) {
    case 'output':
      return OUTPUTS;
    case 'packet':
      return PACKETS;
    case 'failure':
      return FAILURES;
    default:
      return STEP_KINDS[unit];
  }
}
