// A command strikes: it does what its effect is, or says why it changes nothing.

import type { Fault, FaultOf, Verb } from '../language/fault-table.ts';
import { formatFault } from '../language/faults.ts';
import type { Refusal } from '../language/refusals.ts';
import type { Observer } from '../state/observation.ts';
import type { World } from '../state/world.ts';
import { EFFECTS } from './fault-effects.ts';

/** Why a fault would change nothing just now; undefined when it would. */
export const whyNot = <K extends Verb>(world: World, fault: FaultOf<K>): Refusal | undefined =>
  EFFECTS[fault.verb as K].whyNot(world, fault);

/** The command's facts, and then that it was given. What is already as it should be stays so, and the last fact says why. */
export function strike(world: World, fault: Fault, observe: Observer): void {
  const why = whyNot(world, fault);
  if (why === undefined) carryOut(world, fault, observe);
  const command = formatFault(fault);
  observe({ at: world.now, kind: 'commanded', command, ...(why === undefined ? {} : { why }) });
}

const carryOut = <K extends Verb>(world: World, fault: FaultOf<K>, observe: Observer): void =>
  EFFECTS[fault.verb as K].carryOut(world, fault, observe);
