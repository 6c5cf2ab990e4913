// The hash of a world sees every part of its state, and nothing of how it came there.

import { describe, expect, test } from 'vitest';
import { own } from '../../ft/own.ts';
import { RAM_BASE } from '../../isa/image.ts';
import { flipBit } from '../../machine/machine.ts';
import { inOrder } from '../../sim/event-queue.ts';
import { cutLink, impairLink } from '../../sim/link.ts';
import { advance, start } from '../advance.ts';
import { logCable } from '../base/cables.ts';
import { linkOf } from '../net/cables.ts';
import { impairMedium } from '../net/medium.ts';
import { at, worldConfig } from '../testing/worlds.ts';
import type { Client, PlainHost } from './plain-host.ts';
import { restoreWorld, snapshotWorld } from './snapshot.ts';
import { hashWorld } from './state-hash.ts';
import { createWorld, type Host, hostOf, setCommands, type World } from './world.ts';

/** A sleeping guest, asked something that it never answers. */
function underway(ns = 2_321_000): World {
  const world = createWorld(worldConfig());
  start(world, () => {});
  advance(world, at(ns), () => {});
  return world;
}

const replica = (world: World, id: string) => own(hostOf(world, id)).replica;

/** Something changes in the memory of a client, or of the disk's server. */
const writeWord = (host: PlainHost): void => {
  flipBit(host.machine, RAM_BASE + host.config.ramBytes - 8, 0);
};

describe('the hash of a world', () => {
  test.each<[string, (world: World) => void]>([
    [
      'the time',
      (world) => {
        world.now = at(world.now + 1);
      },
    ],
    ['a cut', (world) => cutLink(linkOf(world, logCable('A', 'B')), world.now, 1)],
    ['what impairs a link', (world) => impairLink(linkOf(world, logCable('A', 'B')), { loss: 1 })],
    ['what a disk cannot do', (world) => impairMedium(world.disk.medium, { full: true })],
    [
      'a disk without power',
      (world) => {
        world.disk.isAlive = false;
      },
    ],
    [
      'when a transmitter is free',
      (world) => {
        linkOf(world, logCable('A', 'B')).freeAt[1] = at(9);
      },
    ],
    [
      'what the switch has learnt',
      (world) => {
        world.forwarding['020000000009'] = 'lan-A';
      },
    ],
    [
      'a pending event',
      (world) => {
        world.queue.heap.pop();
      },
    ],
    [
      'when an event is due',
      (world) => {
        (inOrder(world.queue).at(-1) as { at: number }).at += 1;
      },
    ],
    ['a command to come', (world) => setCommands(world, [{ verb: 'crash', target: 'A', at: at(9e6) }])],
    [
      'what a client waits for',
      (world) => {
        (world.clients[0]?.history[0] as { tries: number }).tries++;
      },
    ],
    [
      'a client’s luck',
      (world) => {
        (world.clients[1] as Client).entropy[3] = 1;
      },
    ],
    [
      'a block',
      (world) => {
        world.disk.medium.blocks[1] = new Uint8Array(512);
      },
    ],
    [
      'what the disk waits for',
      (world) => {
        world.disk.seen.asked.push({
          kind: 'flush',
          host: 'A',
          number: 1,
          generation: 1,
          block: 0,
          blocks: 0,
          io: 0,
        });
      },
    ],
    [
      'a word in a client’s memory',
      (world) => {
        writeWord(world.clients[0] as Client);
      },
    ],
    [
      'a word in the disk server’s memory',
      (world) => {
        writeWord(world.disk);
      },
    ],
    [
      'a role',
      (world) => {
        replica(world, 'B').role = 'solo';
      },
    ],
    [
      'an entry in the send buffer',
      (world) => {
        // An entry never changes: it would be another one.
        const { entries } = replica(world, 'A').sender;
        const [entry] = entries;
        if (entry !== undefined)
          entries[0] = { ...entry, bytes: entry.bytes.with(27, 9) as typeof entry.bytes };
      },
    ],
    [
      'an acknowledgement',
      (world) => {
        replica(world, 'A').sender.ackedThrough++;
      },
    ],
    [
      'the window',
      (world) => {
        replica(world, 'A').sender.window--;
      },
    ],
    [
      'when something was heard',
      (world) => {
        replica(world, 'B').lastHeard = at(0);
      },
    ],
    [
      'a register',
      (world) => {
        hostOf(world, 'B').machine.cpu.x[5] = 1;
      },
    ],
    [
      'how far a machine is',
      (world) => {
        (hostOf(world, 'A').machine.cpu as { instructions: number }).instructions++;
      },
    ],
    [
      'the guest’s clock',
      (world) => {
        hostOf(world, 'B').guestClockOffset++;
      },
    ],
    [
      'that a guest sleeps',
      (world) => {
        hostOf(world, 'A').isIdle = false;
      },
    ],
    [
      'a host’s luck',
      (world) => {
        hostOf(world, 'A').entropy[0] = 7;
      },
    ],
    [
      'a death',
      (world) => {
        hostOf(world, 'A').isAlive = false;
      },
    ],
  ])('sees %s', (_, change) => {
    const world = underway();
    const before = hashWorld(world);
    change(world);
    expect(hashWorld(world)).not.toBe(before);
  });

  test('does not see in which order equal states were put together', () => {
    const world = underway();
    const before = hashWorld(world);
    world.queue.heap = inOrder(world.queue);
    world.queue.nextOrder += 100;
    world.forwarding = Object.fromEntries(Object.entries(world.forwarding).reverse());
    expect(hashWorld(world)).toBe(before);
  });

  test('does not change by being taken', () => {
    const world = underway();
    expect(hashWorld(world)).toBe(hashWorld(world));
    expect(hashWorld(world)).toBe(hashWorld(underway()));
  });
});

describe('a snapshot', () => {
  test('brings the world back to where it was, from before and from after, as often as one likes', () => {
    const world = underway();
    const snapshot = snapshotWorld(world);
    const then = hashWorld(world);
    const later = hashWorld(underway(9_000_000));
    for (let i = 0; i < 3; i++) {
      advance(world, at(9_000_000), () => {});
      expect(hashWorld(world)).toBe(later);
      restoreWorld(world, snapshot);
      expect(hashWorld(world)).toBe(then);
    }
  });

  test('fits another world of the same configuration', () => {
    const [world, other] = [underway(), underway(8_000_000)];
    restoreWorld(other, snapshotWorld(world));
    expect(hashWorld(other)).toBe(hashWorld(world));
    advance(other, at(9_000_000), () => {});
    advance(world, at(9_000_000), () => {});
    expect(hashWorld(other)).toBe(hashWorld(world));
  });

  test('stays as it is, whatever becomes of the world', () => {
    const world = underway();
    const snapshot = snapshotWorld(world);
    const then = hashWorld(world);
    const [a] = world.hosts as [Host, Host];
    own(a).replica.sender.ackedThrough = 99;
    a.pace.noise[0] = 5;
    a.timersSet.silence = 77;
    world.clients[0]?.history.push({ request: 9, sent: at(0), sentLast: at(0), tries: 1 });
    cutLink(linkOf(world, logCable('A', 'B')), world.now);
    world.disk.medium.blocks[16] = new Uint8Array(512).fill(1);
    world.disk.seen.told.push('undone');
    world.queue.heap.length = 0;
    restoreWorld(world, snapshot);
    expect(hashWorld(world)).toBe(then);
  });
});
