// The watch over the facts that gives a conditional command its moment.

import { schedule } from '../../sim/event-queue.ts';
import { after } from '../../sim/time.ts';
import { comesTrue } from '../language/conditions.ts';
import type { Fault } from '../language/faults.ts';
import type { Observer } from '../state/observation.ts';
import { lookahead, type World } from '../state/world.ts';
import { actingHost } from '../vm/operations.ts';
import { strike } from './strike.ts';

export interface Watch {
  /** Passes a fact on, and notes whose condition came true with it. It changes nothing else. */
  observe: Observer;
  /**
   * What came true strikes, in the order in which it did, and so does what comes true by that.
   * @param acting the host whose stop or own event is over, at whose instant the others' machines may be ahead
   */
  strikeDue: (acting: string | null) => void;
}

/** Watches a world's conditional commands. They strike once the stop or event is over with which they came true, at that instant. */
export function watching(world: World, observer: Observer): Watch {
  const due: Fault[] = [];
  const observe: Observer = (fact) => {
    observer(fact);
    for (const conditional of world.conditionals) {
      if (conditional.struck || !comesTrue(conditional, fact)) continue;
      conditional.struck = true;
      const { when: _, ...fault } = conditional.command;
      due.push(fault);
    }
  };
  const strikeDue = (acting: string | null): void => {
    for (let fault = due.shift(); fault !== undefined; fault = due.shift())
      strikeInTime(world, fault, acting, observe);
  };
  return { observe, strikeDue };
}

/**
 * A fault strikes now where every machine it touches stands at this instant. When one host's stop has been dealt with the
 * others' machines may have run ahead, so a fault there waits until they certainly have not: for the shortest latency,
 * before which nobody could hear of anything.
 */
function strikeInTime(world: World, fault: Fault, acting: string | null, observe: Observer): void {
  const mayBeAhead = (id: string): boolean => acting !== null && id !== acting;
  if (fault.verb === 'crash' && fault.target === 'hosts' && acting !== null) {
    for (const { id } of world.hosts) {
      const one: Fault = { verb: 'crash', target: id };
      if (mayBeAhead(id)) strikeLater(world, one);
      else strike(world, one, observe);
    }
  } else if (computersTouched(world, fault).some(mayBeAhead)) {
    strikeLater(world, fault);
  } else {
    strike(world, fault, observe);
  }
}

function strikeLater(world: World, fault: Fault): void {
  schedule(world.queue, after(world.now, lookahead(world)), { kind: 'strike', fault });
}

/** The computers whose machine a fault touches: none has one that is repaired. */
function computersTouched(world: World, fault: Fault): string[] {
  const idsOf = (machine: (host: World['hosts'][number]) => boolean): string[] =>
    world.hosts.filter(machine).map(({ id }) => id);
  switch (fault.verb) {
    case 'repair':
      return [];
    case 'poweroff':
    case 'share':
    case 'type':
      return idsOf((host) => host === actingHost(world));
    case 'migrate':
      return idsOf(({ replica }) => replica.role !== 'spare' && replica.role !== 'halted');
    default:
      return world.computers.flatMap(({ id }) => (id === fault.target ? [id] : []));
  }
}
