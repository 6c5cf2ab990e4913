// The watch over the facts that gives a conditional command its moment.

import { schedule } from '../../sim/event-queue.ts';
import { after } from '../../sim/time.ts';
import { comesTrue } from '../language/conditions.ts';
import type { ConditionalCommand, Fault } from '../language/faults.ts';
import type { Observation, Observer } from '../state/observation.ts';
import { lookahead, type World } from '../state/world.ts';
import { strike } from './failures.ts';

/**
 * An observer that passes every fact on, and lets the world's conditional commands strike at it: in their order, and
 * before anything else happens. Facts that such a strike causes are looked at behind the one that caused them.
 */
export function watching(world: World, observe: Observer): Observer {
  const unseen: Observation[] = [];
  let isLooking = false;
  const watch: Observer = (fact) => {
    observe(fact);
    if (world.conditionals.length === 0) return;
    unseen.push(fact);
    if (isLooking) return;
    isLooking = true;
    for (let next = unseen.shift(); next !== undefined; next = unseen.shift()) look(world, next, watch);
    isLooking = false;
  };
  return watch;
}

function look(world: World, fact: Observation, watch: Observer): void {
  for (const conditional of world.conditionals) {
    if (conditional.struck || !comesTrue(conditional, fact)) continue;
    conditional.struck = true;
    strikeInTime(world, conditional.command, watch);
  }
}

/**
 * A fault strikes now where every machine it touches stands at this instant. While one host's stop is dealt with the
 * others' machines may have run ahead, so a fault there waits until they certainly have not: for the shortest latency,
 * before which nobody could hear of anything. What is asked of the VM never cuts into what its host is doing.
 */
function strikeInTime(world: World, { when: _, ...fault }: ConditionalCommand, watch: Observer): void {
  const { acting } = world;
  if (fault.verb === 'crash' && fault.target === 'hosts' && acting !== null) {
    for (const { id } of world.hosts) {
      const one: Fault = { verb: 'crash', target: id };
      if (id === acting) strike(world, one, watch);
      else strikeLater(world, one);
    }
  } else if (isOfVm(fault) || (acting !== null && touchesMachine(world, fault) && fault.target !== acting)) {
    strikeLater(world, fault);
  } else {
    strike(world, fault, watch);
  }
}

function strikeLater(world: World, fault: Fault): void {
  const at = world.acting === null ? world.now : after(world.now, lookahead(world));
  schedule(world.queue, at, { kind: 'strike', fault });
}

const isOfVm = ({ verb }: Fault): boolean =>
  verb === 'poweroff' || verb === 'share' || verb === 'migrate' || verb === 'type';

/** Faults of a host with power; one that is repaired has no machine. */
const touchesMachine = (world: World, { verb, target }: Fault): boolean =>
  verb !== 'repair' && world.hosts.some(({ id }) => id === target);
