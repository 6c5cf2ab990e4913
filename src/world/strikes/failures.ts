// What a command does to the world, and why it could not.

import { unreachable } from '../../base/assert.ts';
import { hex } from '../../base/hex.ts';
import { flipBit } from '../../machine/memory/flip-bit.ts';
import {
  cutLink,
  type Direction,
  directionFrom,
  type Impairment,
  impairLink,
  type Link,
  mendLink,
} from '../../sim/link.ts';
import { type Fault, formatFault, targetsOf } from '../language/faults.ts';
import { linkOf } from '../net/cables.ts';
import { type Client, isDone } from '../net/client.ts';
import {
  crashDisk,
  type DiskImpairment,
  type DiskServer,
  impairDisk,
  mendDisk,
  repairDisk,
} from '../net/disk-server.ts';
import type { Observer } from '../state/observation.ts';
import { type Host, hostOf, type World } from '../state/world.ts';
import { crashHost, pauseHost, repairHost, resumeHost, slowHost } from '../vm/host-power.ts';
import { changeShare, powerOff, startMigration } from '../vm/operations.ts';
import { typeText } from '../vm/typing.ts';

/** The reason that nothing has happened, if so. */
type WhyNot = string | undefined;

/** The command's facts, and then that it was given. What is as it should be already stays so, and the last fact says why. */
export function strike(world: World, fault: Fault, observe: Observer): void {
  const why = carryOut(world, fault, observe);
  const command = formatFault(fault);
  observe({ at: world.now, kind: 'commanded', command, ...(why === undefined ? {} : { why }) });
}

function carryOut(world: World, fault: Fault, observe: Observer): WhyNot {
  switch (fault.verb) {
    case 'crash':
      if (fault.target === 'disk') return crashSharedDisk(world, observe);
      return fault.target === 'hosts'
        ? crashAll(world, observe)
        : crashHost(world, hostOf(world, fault.target), observe);
    case 'repair':
      if (fault.target === 'disk') return repairSharedDisk(world, observe);
      return repairHost(world, hostOf(world, fault.target), observe);
    case 'pause':
      return pauseHost(world, hostOf(world, fault.target), observe);
    case 'resume':
      return resumeHost(world, hostOf(world, fault.target), observe);
    case 'slow':
      return slowHost(world, hostOf(world, fault.target), fault.percent, observe);
    case 'flip':
      return flip(world, hostOf(world, fault.target), fault.address, fault.bit, observe);
    case 'poison':
      return poison(world, fault.target, observe);
    case 'cut':
      return cut(world, fault.target, fault.way, observe);
    case 'mend':
      return fault.target === 'disk' ? mendDisks(world, observe) : mend(world, fault.target, observe);
    case 'lose':
      return impair(world, fault.target, { loss: fault.ppm }, observe);
    case 'duplicate':
      return impair(world, fault.target, { duplication: fault.ppm }, observe);
    case 'reorder':
      return impair(world, fault.target, { reordering: fault.ppm }, observe);
    case 'delay':
      return impair(world, fault.target, { delay: fault.by }, observe);
    case 'fail': {
      const { operations } = fault;
      const reads = operations === 'writes' ? {} : { reads: true };
      return impairDisks(world, operations === 'reads' ? reads : { ...reads, writes: true }, observe);
    }
    case 'fill':
      return impairDisks(world, { full: true }, observe);
    case 'poweroff':
      return powerOff(world, observe);
    case 'share':
      return changeShare(world, fault.percent, observe);
    case 'migrate':
      return startMigration(world, fault.target, fault.to, observe);
    case 'type':
      return typeText(world, fault.text, observe);
    default:
      return unreachable(fault);
  }
}

/** The failure that no pair of hosts survives: what both have in common, such as the power of their room. */
function crashAll(world: World, observe: Observer): WhyNot {
  const whys = world.hosts.map((host) => crashHost(world, host, observe));
  return whys.every((why) => why !== undefined) ? 'no host has power as it is' : undefined;
}

function flip(world: World, host: Host, address: number, bit: number, observe: Observer): WhyNot {
  if (!host.isAlive) return `host ${host.id} has no power`;
  if (host.replica.role === 'spare') return `host ${host.id} has no machine`;
  if (!flipBit(host.machine, address, bit)) return `${hex(address)} is not in RAM`;
  observe({ at: world.now, kind: 'bitFlipped', host: host.id, address, bit });
  return undefined;
}

function poison(world: World, id: string, observe: Observer): WhyNot {
  const client = world.clients.find(({ config }) => config.id === id) as Client;
  if (client.isPoisoned) return `${id}'s next request is poisoned as it is`;
  if (isDone(client) || client.history.length >= client.config.requests)
    return `${id} makes no more requests`;
  client.isPoisoned = true;
  observe({ at: world.now, kind: 'clientPoisoned', client: id });
  return undefined;
}

/** The cables that a command's target means, each with the host or client whose ways in and out are meant. */
export function resolveLink(world: World, target: string): { link: Link; end: string | undefined }[] {
  const { hosts, clients } = world.config;
  const { links } = targetsOf(
    hosts.map(({ id }) => id),
    clients.map(({ id }) => id),
  );
  return (links[target] ?? []).map(({ link, end }) => ({ link: linkOf(world, link), end }));
}

function directionOf(link: Link, end: string, way: 'in' | 'out'): Direction {
  const out = directionFrom(link, end);
  return way === 'out' ? out : out === 0 ? 1 : 0;
}

/** Does this to all of them. @returns whether any has changed */
const changesAny = <T>(all: readonly T[], change: (one: T) => boolean): boolean =>
  all.filter((one) => change(one)).length > 0;

function cut(world: World, target: string, way: 'in' | 'out' | undefined, observe: Observer): WhyNot {
  const changed = changesAny(resolveLink(world, target), ({ link, end }) =>
    cutLink(link, world.now, way && end !== undefined ? directionOf(link, end, way) : undefined),
  );
  if (!changed) return `${target} is cut as it is`;
  observe({ at: world.now, kind: 'linkCut', link: target, ...(way ? { way } : {}) });
  return undefined;
}

function mend(world: World, target: string, observe: Observer): WhyNot {
  if (!changesAny(resolveLink(world, target), ({ link }) => mendLink(link)))
    return `${target} is well as it is`;
  observe({ at: world.now, kind: 'linkMended', link: target });
  return undefined;
}

/** What is told of a target with several cables is what they have in common. */
function impair(world: World, target: string, impairment: Partial<Impairment>, observe: Observer): WhyNot {
  const links = resolveLink(world, target).map(({ link }) => link);
  if (!changesAny(links, (link) => impairLink(link, impairment))) return `${target} is like that as it is`;
  const least = (of: (link: Link) => number): number => Math.min(...links.map(of));
  observe({
    at: world.now,
    kind: 'linkImpaired',
    link: target,
    loss: least(({ loss }) => loss),
    duplication: least(({ duplication }) => duplication),
    reordering: least(({ reordering }) => reordering),
    delay: least(({ delay }) => delay),
  });
  return undefined;
}

function crashSharedDisk(world: World, observe: Observer): WhyNot {
  if (!crashDisk(world.disk)) return 'the disk has no power as it is';
  observe({ at: world.now, kind: 'diskCrashed' });
  return undefined;
}

function repairSharedDisk(world: World, observe: Observer): WhyNot {
  if (!repairDisk(world.disk)) return 'the disk has power';
  observe({ at: world.now, kind: 'diskRepaired' });
  return undefined;
}

/** The disks that the VM works with: the shared one, or each host's own. */
const disksOf = ({ config, disk, hosts }: World): DiskServer[] =>
  config.disk.isShared ? [disk] : hosts.flatMap((host) => host.disk ?? []);

function impairDisks(world: World, impairment: Partial<DiskImpairment>, observe: Observer): WhyNot {
  if (!changesAny(disksOf(world), (disk) => impairDisk(disk, impairment)))
    return 'the disk is like that as it is';
  return tellImpairment(world, observe);
}

function mendDisks(world: World, observe: Observer): WhyNot {
  if (!changesAny(disksOf(world), mendDisk)) return 'the disk is well as it is';
  return tellImpairment(world, observe);
}

function tellImpairment(world: World, observe: Observer): WhyNot {
  const [disk] = disksOf(world);
  if (disk !== undefined) observe({ at: world.now, kind: 'diskImpaired', ...disk.failing });
  return undefined;
}
