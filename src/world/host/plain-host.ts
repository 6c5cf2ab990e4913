// A plain host as a hypervisor: its machine gets what comes, at once, and what it asks for is done, at once. Nothing is recorded.

import { below } from '../../base/prng.ts';
import type { Emission, Injection, Stop } from '../../machine/boundary.ts';
import { inject } from '../../machine/machine.ts';
import { schedule } from '../../sim/event-queue.ts';
import { blocksOf } from '../base/blocks.ts';
import { enqueue, type MediumOperation, type MediumService, serve } from '../net/medium.ts';
import { noteDone } from '../net/storage-seen.ts';
import { showByte } from '../net/terminal.ts';
import type { Observer } from '../state/observation.ts';
import type { Disk, PlainHost } from '../state/plain-host.ts';
import type { World } from '../state/world.ts';
import { armGuestTimer, guestTicks } from './host-clock.ts';
import { transmit } from './plain-network.ts';
import { settle } from './running.ts';

/** The machine takes something in, if it runs at all. */
export function enterPlain(world: World, host: PlainHost, injection: Injection): void {
  if (!host.isAlive || host.machine.ending.kind !== 'running') return;
  inject(host.machine, injection);
  host.isIdle = false;
  settle(world, host);
}

/** What a plain host does when its machine has stopped. */
export function handlePlainStop(world: World, host: PlainHost, stop: Stop, observe: Observer): void {
  switch (stop.reason) {
    case 'clock':
      inject(host.machine, { kind: 'clock', time: guestTicks(world, host) });
      break;
    case 'entropy':
      inject(host.machine, { kind: 'entropy', bits: below(host.entropy, 0x1_0000) });
      break;
    case 'emission':
      for (const emission of stop.emissions) emit(world, host, emission, observe);
      break;
    case 'timerSet':
      armGuestTimer(world, host);
      break;
    case 'exit':
      observe({ at: world.now, kind: 'programEnded', host: host.id, code: stop.code });
      break;
    case 'stuck': {
      const { cause, pc: trappedAt } = stop.first;
      observe({ at: world.now, kind: 'programEnded', host: host.id, address: stop.pc, cause, trappedAt });
      break;
    }
    case 'waiting':
    case 'budget':
      break;
  }
  settle(world, host);
}

function emit(world: World, host: PlainHost, emission: Emission, observe: Observer): void {
  switch (emission.kind) {
    case 'packet':
      transmit(world, host, emission.bytes, observe);
      break;
    case 'console':
      showByte(host.screen, emission.byte, emission.number);
      break;
    case 'diskRefused':
      break;
    default:
      if (host.kind === 'disk') begin(world, host, operationOf(emission));
  }
}

type DiskEmission = Extract<Emission, { kind: 'diskRead' | 'diskWrite' | 'diskFlush' }>;

function operationOf(emission: DiskEmission): MediumOperation {
  const { request } = emission;
  switch (emission.kind) {
    case 'diskRead':
      return { kind: 'read', request, block: emission.sector, blocks: emission.sectors };
    case 'diskWrite':
      return { kind: 'write', request, block: emission.sector, bytes: emission.bytes };
    case 'diskFlush':
      return { kind: 'flush', request };
  }
}

/** The block of the flags takes a time of its own. */
function begin(world: World, { medium, config }: Disk, operation: MediumOperation): void {
  const isOfFlags = operation.kind !== 'flush' && operation.block >= config.blocks;
  const service = enqueue(
    medium,
    config,
    operation,
    world.now,
    isOfFlags ? config.testAndSetTime : undefined,
  );
  schedule(world.queue, service.ends, { kind: 'mediumDone', medium: medium.id, service });
}

/** The medium of the disk's server has done an operation, and its machine is told. */
export function serverMediumDone(world: World, service: MediumService, observe: Observer): void {
  const { disk } = world;
  const answer = serve(disk.medium, disk.config, service);
  if (answer === null) return;
  const { operation } = service;
  const done = noteDone(disk.seen, operation, answer, disk.config.blocks);
  if (done) {
    const { medium } = disk;
    const { host } = done;
    if (operation.kind === 'write' && answer.ok && host !== undefined)
      for (let i = 0; i < blocksOf(operation.bytes); i++)
        medium.writers[operation.block + i] = { host, at: world.now };
    observe({ at: world.now, ...done.fact });
  }
  const { request, ok, bytes } = answer;
  enterPlain(world, disk, { kind: 'diskCompletion', request, ok, ...(bytes ? { bytes } : {}) });
}
