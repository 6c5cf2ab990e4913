// The cables of a world: between every two hosts for the log, to the switch, and to the storage.

import { namedStream } from '../../base/prng.ts';
import { createLink, type Link } from '../../sim/link.ts';
import { logCable } from '../base/cables.ts';
import type { WorldConfig } from '../base/config.ts';
import type { World } from '../state/world.ts';

/** All of them, whole and empty. */
export function createLinks(config: WorldConfig): Link[] {
  const { lan, log, storage } = config.links;
  const noise = (id: string) => namedStream(`link ${id}`, config.seed);
  const cable = (
    id: string,
    ends: [string, string],
    { latency, bitsPerSecond }: typeof lan,
    ordered: boolean,
  ) => createLink(id, ends, latency, bitsPerSecond, noise(id), ordered);
  const ids = config.hosts.map(({ id }) => id);
  const pairs = ids.flatMap((a, i) => ids.slice(i + 1).map((b): [string, string] => [a, b]));
  return [
    ...pairs.map(([a, b]) => cable(logCable(a, b), [a, b], log, true)),
    ...[...config.hosts, ...config.clients].map(({ id }) => cable(`lan-${id}`, [id, 'switch'], lan, false)),
    ...ids.map((id) => cable(`storage-${id}`, [id, 'disk'], storage, true)),
  ];
}

/** The cable of that id, which there has to be. */
export function linkOf(world: World, id: string): Link {
  return world.links.find((link) => link.id === id) as Link;
}
