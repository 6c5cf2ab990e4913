// All faults that a page can offer, and why some would change nothing just now.

import type { WorldConfig } from '../../world/base/config.ts';
import { type Fault, faultRow, VERBS } from '../../world/language/fault-table.ts';
import { formatFault, readFault } from '../../world/language/fault-text.ts';
import { type Targets, targetsIn } from '../../world/language/faults.ts';
import type { World } from '../../world/state/world.ts';
import { whyNot } from '../../world/strikes/strike.ts';
import type { FaultView } from '../frame.ts';

type Offer = { fault: Fault; view: FaultView };

/** What a world offers depends on its hosts and clients alone. */
const knownOffers = new WeakMap<WorldConfig, readonly Offer[]>();

/** In the order of the table. */
export function viewFaults(world: World): FaultView[] {
  const offers = knownOffers.get(world.config) ?? offersOf(targetsIn(world.config));
  knownOffers.set(world.config, offers);
  return offers.map(({ fault, view }) => {
    const why = whyNot(world, fault);
    return why === undefined ? view : { ...view, why };
  });
}

function offersOf(targets: Targets): Offer[] {
  return VERBS.flatMap((verb) => {
    const { offers, targets: targetsOf } = faultRow(verb);
    const values = typeof offers === 'function' ? offers(targets) : offers;
    return targetsOf(targets)
      .filter((target) => !target.includes(':'))
      .flatMap((target) => values.map((value) => readFault(verb, target, value, targets)))
      .flatMap((fault) => (fault.ok ? [{ fault: fault.value, view: viewFault(fault.value, targets) }] : []));
  });
}

function viewFault(fault: Fault, { hosts, clients, links }: Targets): FaultView {
  const { target } = fault;
  const { value, group } = faultRow(fault.verb);
  const words = value.words(fault);
  const named: FaultView['values'] = hosts.includes(target)
    ? { host: target }
    : clients.includes(target)
      ? { client: target }
      : Object.hasOwn(links, target)
        ? { link: target }
        : {};
  // Names that every world has, and values that are words themselves, are part of its own name.
  const isFixed = Object.keys(named).length === 0;
  const said = Object.keys(words).length === 0 ? value.write(fault) : '';
  return {
    command: formatFault(fault),
    name: [fault.verb, isFixed ? capitalised(target) : '', capitalised(said)].join(''),
    target,
    group: typeof group === 'function' ? group(target) : group,
    values: { ...named, ...words },
  };
}

const capitalised = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);
