// The faults that the engine offers, put together as the panel shows them: a row a thing, in groups.
import type { FaultView, ViewFrame } from '../../../../worker/frame.ts';

/** Those of one group, in the engine's order. */
export interface FaultGroupView {
  group: string;
  faults: FaultView[];
}

/** What can be done to a thing: to all that commands call by these names. */
export interface FaultRowView {
  /** The commonest: the first of its group that would change something. */
  first: FaultView | undefined;
  groups: FaultGroupView[];
}

export function faultRow({ faults = [] }: Pick<ViewFrame, 'faults'>, ...targets: string[]): FaultRowView {
  const own = faults.filter(({ target }) => targets.includes(target));
  const groups: FaultGroupView[] = [];
  for (const fault of own) {
    const there = groups.find(({ group }) => group === fault.group);
    if (there === undefined) groups.push({ group: fault.group, faults: [fault] });
    else there.faults.push(fault);
  }
  const commonest = groups[0]?.faults ?? [];
  return { first: commonest.find(({ why }) => why === undefined) ?? commonest[0], groups };
}

/** A place in memory as a command writes it: `0x80001000.0`. */
export const BIT = /^0x[0-9a-fA-F]{1,8}\.[0-7]$/;

/** The flip of another bit of the same machine's memory. */
export const flipAt = (flip: FaultView, place: string): FaultView => ({
  ...flip,
  command: `flip ${flip.target} ${place}`,
  values: { ...flip.values, place },
});

/** Targets of commands about links: all of a kind, and those of one host or client. */
export function linkTargets({ hosts, clients }: ViewFrame): {
  all: string[];
  hosts: string[][];
  clients: string[];
} {
  return {
    all: ['log', 'lan', 'storage'],
    hosts: hosts.map(({ id }) => [`log-${id}`, `lan-${id}`, `storage-${id}`]),
    clients: clients.map(({ id }) => `lan-${id}`),
  };
}
