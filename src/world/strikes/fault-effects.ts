// What each fault does to the world, and why it would change nothing: a row a verb.

import { hex } from '../../base/hex.ts';
import { flipBit } from '../../machine/flip-bit.ts';
import { isRam } from '../../machine/memory/ram.ts';
import {
  cutLink,
  type Direction,
  directionFrom,
  type Impairment,
  impairLink,
  isImpaired,
  type Link,
  mendLink,
} from '../../sim/link.ts';
import { enterPlain } from '../host/plain-host.ts';
import type { FaultOf, Verb } from '../language/fault-table.ts';
import { targetsIn } from '../language/faults.ts';
import { type Refusal, refusal } from '../language/refusals.ts';
import { linkOf } from '../net/cables.ts';
import { impairMedium, type Medium, type MediumImpairment, mendMedium } from '../net/medium.ts';
import type { Observer } from '../state/observation.ts';
import { type Client, isDisk, isDone } from '../state/plain-host.ts';
import { type Computer, computerOf, isHost, type World } from '../state/world.ts';
import {
  crashComputer,
  pauseComputer,
  repairComputer,
  resumeComputer,
  slowComputer,
} from '../vm/host-power.ts';
import { actingHost, changeShare, migrationRefusal, powerOff, startMigration } from '../vm/operations.ts';
import { typeText } from '../vm/typing.ts';

interface Effect<K extends Verb> {
  /** Why it would change nothing now; undefined when it would. The world stays as it is. */
  whyNot(world: World, fault: FaultOf<K>): Refusal | undefined;
  /** Only where nothing speaks against it. Its facts are told. */
  carryOut(world: World, fault: FaultOf<K>, observe: Observer): void;
}

/** Something of a computer, as long as it has power. */
const noPower = ({ id, isAlive }: Computer): Refusal | undefined =>
  isAlive ? undefined : refusal('noPower', { host: id });

const noVm = (world: World): Refusal | undefined =>
  actingHost(world) === undefined ? refusal('noVm') : undefined;

/** A fault of a computer, by what speaks against it and what it does. */
function ofComputer<K extends 'pause' | 'resume' | 'slow' | 'flip'>(
  whyNot: (computer: Computer, fault: FaultOf<K>) => Refusal | undefined,
  carryOut: (world: World, computer: Computer, observe: Observer, fault: FaultOf<K>) => void,
): Effect<K> {
  return {
    whyNot: (world, fault) => {
      const computer = computerOf(world, fault.target);
      return noPower(computer) ?? whyNot(computer, fault);
    },
    carryOut: (world, fault, observe) => carryOut(world, computerOf(world, fault.target), observe, fault),
  };
}

/** The cables that a command's target means, each with the host or client whose ways in and out are meant. */
export function resolveLink(world: World, target: string): { link: Link; end: string | undefined }[] {
  const { links } = targetsIn(world.config);
  return (links[target] ?? []).map(({ link, end }) => ({ link: linkOf(world, link), end }));
}

const linksOf = (world: World, target: string): Link[] => resolveLink(world, target).map(({ link }) => link);

/** The direction that a cut's way is of a cable; undefined for both. */
function directionOf({ link, end }: ReturnType<typeof resolveLink>[number], way: 'in' | 'out' | undefined) {
  if (way === undefined || end === undefined) return undefined;
  const out = directionFrom(link, end);
  return way === 'out' ? out : ((1 - out) as Direction);
}

/** A fault that makes a link's traffic worse. What is told of a target with several cables is what they have in common. */
function impairing<K extends 'lose' | 'duplicate' | 'reorder' | 'delay'>(
  impairmentOf: (fault: FaultOf<K>) => Partial<Impairment>,
): Effect<K> {
  return {
    whyNot(world, fault) {
      const wanted = Object.entries(impairmentOf(fault)) as [keyof Impairment, number][];
      const isSo = linksOf(world, fault.target).every((link) =>
        wanted.every(([name, n]) => link[name] === n),
      );
      return isSo ? refusal('alreadyImpaired', { link: fault.target }) : undefined;
    },
    carryOut(world, fault, observe) {
      const links = linksOf(world, fault.target);
      for (const link of links) impairLink(link, impairmentOf(fault));
      const least = (of: (link: Link) => number): number => Math.min(...links.map(of));
      observe({
        at: world.now,
        kind: 'linkImpaired',
        link: fault.target,
        loss: least(({ loss }) => loss),
        duplication: least(({ duplication }) => duplication),
        reordering: least(({ reordering }) => reordering),
        delay: least(({ delay }) => delay),
      });
    },
  };
}

/** The disks that the VM works with: the shared one, or each host's own. */
const mediaOf = ({ config, disk, hosts }: World): Medium[] =>
  config.disk.isShared ? [disk.medium] : hosts.flatMap((host) => host.disk ?? []);

/** Disks that can't do these either, from now on. */
function impairingDisk<K extends 'fail' | 'fill'>(
  impairmentOf: (fault: FaultOf<K>) => Partial<MediumImpairment>,
): Effect<K> {
  return {
    whyNot(world, fault) {
      const wanted = Object.keys(impairmentOf(fault)) as (keyof MediumImpairment)[];
      const isSo = mediaOf(world).every(({ failing }) => wanted.every((name) => failing[name]));
      return isSo ? refusal('diskAlreadyImpaired') : undefined;
    },
    carryOut(world, fault, observe) {
      for (const medium of mediaOf(world)) impairMedium(medium, impairmentOf(fault));
      tellImpairment(world, observe);
    },
  };
}

function tellImpairment(world: World, observe: Observer): void {
  const [medium] = mediaOf(world);
  if (medium !== undefined) observe({ at: world.now, kind: 'diskImpaired', ...medium.failing });
}

const clientOf = (world: World, id: string): Client => computerOf(world, id) as Client;

/** Typed on a client's serial line it makes the program's next request the poison: `p`. */
const POISON_KEY = 0x70;

export const EFFECTS: { readonly [K in Verb]: Effect<K> } = {
  crash: {
    whyNot(world, { target }) {
      if (target === 'hosts')
        return world.hosts.some(({ isAlive }) => isAlive) ? undefined : refusal('allOff');
      const computer = computerOf(world, target);
      if (computer.isAlive) return undefined;
      return isDisk(computer) ? refusal('diskAlreadyOff') : refusal('alreadyOff', { host: target });
    },
    carryOut(world, { target }, observe) {
      // All at once: the failure that no pair of hosts survives, of what both have in common, such as the power of their room.
      const struck =
        target === 'hosts' ? world.hosts.filter(({ isAlive }) => isAlive) : [computerOf(world, target)];
      for (const computer of struck) crashComputer(world, computer, observe);
    },
  },
  repair: {
    whyNot(world, { target }) {
      const computer = computerOf(world, target);
      if (!computer.isAlive) return undefined;
      return isDisk(computer) ? refusal('diskAlreadyOn') : refusal('alreadyOn', { host: target });
    },
    carryOut(world, { target }, observe) {
      repairComputer(world, computerOf(world, target), observe);
    },
  },
  pause: ofComputer(
    ({ id, isPaused }) => (isPaused ? refusal('alreadyPaused', { host: id }) : undefined),
    pauseComputer,
  ),
  resume: ofComputer(
    ({ id, isPaused }) => (isPaused ? undefined : refusal('notPaused', { host: id })),
    resumeComputer,
  ),
  slow: ofComputer(
    ({ id, cpuPercent }, { percent }) =>
      cpuPercent === percent ? refusal('alreadySlow', { host: id, percent }) : undefined,
    (world, host, observe, { percent }) => slowComputer(world, host, percent, observe),
  ),
  flip: ofComputer(
    (computer, { address }) => {
      const { id, machine } = computer;
      if (isHost(computer) && computer.replica.role === 'spare') return refusal('noMachine', { host: id });
      return isRam(machine.ram, address, 1) ? undefined : refusal('notInRam', { place: hex(address) });
    },
    (world, host, observe, { address, bit }) => {
      flipBit(host.machine, address, bit);
      observe({ at: world.now, kind: 'bitFlipped', host: host.id, address, bit });
    },
  ),
  poison: {
    whyNot(world, { target }) {
      const client = clientOf(world, target);
      if (client.isPoisoned) return refusal('alreadyPoisoned', { client: target });
      const { history, config, power } = client;
      const hasAsked = isDone(client) || (power === 0 && history.length >= config.requests);
      return hasAsked ? refusal('noRequests', { client: target }) : undefined;
    },
    carryOut(world, { target }, observe) {
      const client = clientOf(world, target);
      client.isPoisoned = true;
      enterPlain(world, client, { kind: 'console', byte: POISON_KEY });
      observe({ at: world.now, kind: 'clientPoisoned', client: target });
    },
  },
  cut: {
    whyNot(world, { target, way }) {
      const isSo = resolveLink(world, target).every((cable) => {
        const direction = directionOf(cable, way);
        const { cut } = cable.link;
        return direction === undefined ? cut[0] && cut[1] : cut[direction];
      });
      return isSo ? refusal('alreadyCut', { link: target }) : undefined;
    },
    carryOut(world, { target, way }, observe) {
      for (const cable of resolveLink(world, target)) cutLink(cable.link, world.now, directionOf(cable, way));
      observe({ at: world.now, kind: 'linkCut', link: target, ...(way ? { way } : {}) });
    },
  },
  mend: {
    whyNot(world, { target }) {
      if (target === 'disk') {
        const isWell = mediaOf(world).every(
          ({ failing: { reads, writes, full } }) => !reads && !writes && !full,
        );
        return isWell ? refusal('diskAlreadyMended') : undefined;
      }
      const isWell = linksOf(world, target).every((link) => !link.cut.includes(true) && !isImpaired(link));
      return isWell ? refusal('alreadyMended', { link: target }) : undefined;
    },
    carryOut(world, { target }, observe) {
      if (target === 'disk') {
        for (const medium of mediaOf(world)) mendMedium(medium);
        tellImpairment(world, observe);
        return;
      }
      for (const link of linksOf(world, target)) mendLink(link);
      observe({ at: world.now, kind: 'linkMended', link: target });
    },
  },
  lose: impairing(({ ppm }) => ({ loss: ppm })),
  duplicate: impairing(({ ppm }) => ({ duplication: ppm })),
  reorder: impairing(({ ppm }) => ({ reordering: ppm })),
  delay: impairing(({ by }) => ({ delay: by })),
  fail: impairingDisk(({ operations }) => ({
    ...(operations === 'writes' ? {} : { reads: true }),
    ...(operations === 'reads' ? {} : { writes: true }),
  })),
  fill: impairingDisk(() => ({ full: true })),
  poweroff: {
    whyNot: (world) =>
      noVm(world) ??
      ((actingHost(world)?.replica.ending ?? null) !== null ? refusal('alreadyPoweringOff') : undefined),
    carryOut: (world, _, observe) => powerOff(world, observe),
  },
  share: {
    whyNot: (world, { percent }) =>
      noVm(world) ??
      (actingHost(world)?.vmPercent === percent ? refusal('alreadyShared', { percent }) : undefined),
    carryOut: (world, { percent }, observe) => changeShare(world, percent, observe),
  },
  migrate: {
    whyNot: (world, { target, to }) => migrationRefusal(world, target, to),
    carryOut: (world, { target, to }, observe) => startMigration(world, target, to, observe),
  },
  type: {
    whyNot: noVm,
    carryOut: (world, { text }, observe) => typeText(world, text, observe),
  },
};
