// Frames between links and the switch: what is delivered, what is lost, and what the switch learns.

import { describe, expect, test } from 'vitest';
import { inOrder, take } from '../../sim/event-queue.ts';
import { cutLink, type Impairment, impairLink, mendLink } from '../../sim/link.ts';
import { NEVER, nanoseconds } from '../../sim/time.ts';
import { logCable } from '../base/cables.ts';
import { VM_MAC } from '../base/config.ts';
import type { Observation } from '../state/observation.ts';
import { createWorld, hostOf, type World, type WorldEvent } from '../state/world.ts';
import { replyMessage } from '../testing/storage.ts';
import { at, hostConfig, worldConfig } from '../testing/worlds.ts';
import { linkOf } from './cables.ts';
import { announcement, clientEndpoint, udpFrame, VM_ENDPOINT } from './ethernet.ts';
import { lengthOf, type Message } from './messages.ts';
import { emptyTransmitters, isDelivered, lossOf, send, switchFrame, VM_KEY } from './network.ts';
import { type StorageRequest, storageFrame } from './storage-protocol.ts';

type Arrival = Extract<WorldEvent, { kind: 'arrival' }>;

/** The frames under way, in the order in which they will arrive. */
const arrivalsOf = (world: World): Arrival[] =>
  inOrder(world.queue).flatMap(({ event }) => (event.kind === 'arrival' ? [event] : []));

const create = () => createWorld(worldConfig());
const ethernet = (bytes: Uint8Array<ArrayBuffer>): Message => ({ kind: 'ethernet', bytes });
const request = (client: number) => udpFrame(clientEndpoint(client), VM_ENDPOINT, new Uint8Array(8));
const reply = (client: number) => udpFrame(VM_ENDPOINT, clientEndpoint(client), new Uint8Array(12));

/** What is on the links, as `link: from`. */
const flying = (world: World): string[] =>
  inOrder(world.queue)
    .flatMap(({ event }) => (event.kind === 'arrival' ? [`${event.link}: ${event.from}`] : []))
    .sort();

function pass(world: World, link: string, bytes: Uint8Array<ArrayBuffer>): Observation[] {
  const seen: Observation[] = [];
  switchFrame(world, linkOf(world, link), bytes, (fact) => seen.push(fact));
  return seen;
}

const asked: StorageRequest = {
  kind: 'testAndSet',
  host: 1,
  number: 1,
  generation: 1,
  block: 0,
  blocks: 0,
  io: 0,
};

describe('a message', () => {
  test.each<[string, Message, number]>([
    ['a short frame, padded, with preamble, check and gap', ethernet(new Uint8Array(42)), 84],
    ['a longer frame', ethernet(new Uint8Array(100)), 124],
    [
      'a heartbeat',
      { kind: 'channel', message: { kind: 'heartbeat', generation: 1, executed: 0, released: 0 } },
      78,
    ],
    ['a flag’s question', ethernet(storageFrame(asked)), 14 + 20 + 8 + 32 + 24],
    [
      'a write',
      ethernet(storageFrame({ ...asked, kind: 'write', blocks: 1, bytes: new Uint8Array(512) })),
      98 + 512,
    ],
    ['the data that was read', replyMessage({ bytes: new Uint8Array(512) }), 98 + 512],
  ])('has the length of %s', (_, message, length) => {
    expect(lengthOf(message)).toBe(length);
  });

  test('arrives after its time on the wire', () => {
    const world = create();
    world.now = at(1000);
    send(world, 'lan-A', 'A', ethernet(new Uint8Array(101)));
    expect(take(world.queue)).toMatchObject({
      at: 1000 + 1000 + 50_000,
      event: { kind: 'arrival', link: 'lan-A', from: 'A', sentAt: 1000 },
    });
  });
});

describe('on the way', () => {
  /** A frame from A to the switch: on the cable from 1000 on, out of A's hands 25,000 later, there at 51,000. */
  function underway(damage: Partial<Impairment> = {}): { world: World; event: Arrival } {
    const world = create();
    impairLink(linkOf(world, 'lan-A'), damage);
    send(world, 'lan-A', 'A', ethernet(new Uint8Array(101)));
    return { world, event: arrivalsOf(world)[0] as Arrival };
  }

  test('a frame is delivered', () => {
    const { world, event } = underway();
    expect([lossOf(world, event), isDelivered(world, event)]).toEqual([null, true]);
  });

  test('a cut loses it, mended or not', () => {
    const { world, event } = underway();
    cutLink(linkOf(world, 'lan-A'), at(500));
    expect([lossOf(world, event), isDelivered(world, event)]).toEqual(['cut', false]);
    mendLink(linkOf(world, 'lan-A'));
    expect(lossOf(world, event)).toBe('cut');
  });

  test('a cut of the other direction does not', () => {
    const { world, event } = underway();
    cutLink(linkOf(world, 'lan-A'), at(500), 1);
    expect(lossOf(world, event)).toBe(null);
    cutLink(linkOf(world, 'lan-A'), at(500), 0);
    expect(lossOf(world, event)).toBe('cut');
  });

  test('one that was sent while the cable was cut is lost, even if it is mended before', () => {
    const world = create();
    cutLink(linkOf(world, 'lan-A'), at(0));
    send(world, 'lan-A', 'A', ethernet(new Uint8Array(101)));
    mendLink(linkOf(world, 'lan-A'));
    expect(lossOf(world, arrivalsOf(world)[0] as Arrival)).toBe('cut');
  });

  test('it may be lost by itself', () => {
    const { world, event } = underway({ loss: 1_000_000 });
    expect(lossOf(world, event)).toBe('loss');
  });

  test.each<[number, number, 'power' | null]>([
    [0, NEVER, 'power'],
    [25_999, NEVER, 'power'],
    [25_999, 26_000, 'power'],
    [26_000, NEVER, null],
    [50_000, NEVER, null],
  ])(
    'it dies with its sender until half the latency is over, back or not: off from %i to %i',
    (from, to, loss) => {
      for (const delay of [0, 7_000_000]) {
        const { world, event } = underway({ delay: nanoseconds(delay) });
        hostOf(world, 'A').lastOutage = { from: at(from), to: at(to) };
        expect(lossOf(world, event)).toBe(loss);
      }
    },
  );

  test('an outage before it was sent, or of another host, does it no harm', () => {
    const world = create();
    hostOf(world, 'A').lastOutage = { from: at(1000), to: at(2000) };
    hostOf(world, 'B').lastOutage = { from: at(5000), to: NEVER };
    world.now = at(4000);
    send(world, 'lan-A', 'A', ethernet(new Uint8Array(101)));
    expect(lossOf(world, arrivalsOf(world)[0] as Arrival)).toBe(null);
  });

  test('both copies arrive, or die, each by itself; whoever watches hears of them', () => {
    const world = create();
    const facts: Observation[] = [];
    impairLink(linkOf(world, 'lan-A'), { duplication: 1_000_000 });
    send(world, 'lan-A', 'A', ethernet(new Uint8Array(101)), (fact) => facts.push(fact));
    expect(facts).toEqual([{ at: 0, kind: 'frameDuplicated', link: 'lan-A' }]);
    expect(inOrder(world.queue).map(({ at }) => at)).toEqual([51_000, 52_000]);
    expect(arrivalsOf(world).map((event) => lossOf(world, event))).toEqual([null, null]);
    cutLink(linkOf(world, 'lan-A'), at(51_500));
    expect(arrivalsOf(world).map((event) => lossOf(world, event))).toEqual(['cut', 'cut']);
  });

  test('a frame that passes an earlier one is told of', () => {
    const world = create();
    const facts: Observation[] = [];
    const watched = () =>
      send(world, 'lan-A', 'A', ethernet(new Uint8Array(101)), (fact) => facts.push(fact));
    impairLink(linkOf(world, 'lan-A'), { delay: nanoseconds(100_000) });
    watched();
    mendLink(linkOf(world, 'lan-A'));
    watched();
    expect(facts).toEqual([{ at: 0, kind: 'frameReordered', link: 'lan-A' }]);
    expect(inOrder(world.queue).map(({ at }) => at)).toEqual([52_000, 151_000]);
  });

  test('what a host had not sent when it lost power is in nobody’s way', () => {
    const world = create();
    for (const [link, from] of [
      ['lan-A', 'A'],
      ['lan-A', 'switch'],
      ['storage-A', 'A'],
      ['lan-B', 'B'],
    ] as const)
      send(world, link, from, ethernet(new Uint8Array(100_000)));
    world.now = at(10);
    emptyTransmitters(world, 'A');
    expect(linkOf(world, 'lan-A').freeAt).toEqual([10, 800_192]);
    expect(linkOf(world, 'storage-A').freeAt[0]).toBe(10);
    expect(linkOf(world, 'lan-B').freeAt[0]).toBe(800_192);
  });
});

test('every two hosts have a cable for their log, whichever is named first', () => {
  const world = createWorld(worldConfig({ hosts: ['A', 'B', 'C'].map((id) => hostConfig(id)) }));
  const cables = [
    linkOf(world, logCable('A', 'B')),
    linkOf(world, logCable('A', 'C')),
    linkOf(world, logCable('B', 'C')),
  ];
  expect(cables.map(({ ends }) => ends)).toEqual([
    ['A', 'B'],
    ['A', 'C'],
    ['B', 'C'],
  ]);
  expect(linkOf(world, logCable('C', 'B'))).toBe(cables[2]);
  expect(new Set(cables.map(({ id }) => id)).size).toBe(3);
});

test('the log and the storage carry TCP, the LAN does not; each link has a stream of its own', () => {
  const { links } = create();
  expect(links.filter(({ isOrdered }) => !isOrdered).every(({ id }) => id.startsWith('lan-'))).toBe(true);
  expect(links.filter(({ isOrdered }) => isOrdered).every(({ id }) => /^(log|storage)-/.test(id))).toBe(true);
  expect(new Set(links.map(({ noise }) => noise.join())).size).toBe(links.length);
});

describe('the switch', () => {
  test('floods a frame to a MAC that it does not know, but not back', () => {
    const world = create();
    pass(world, 'lan-client1', request(1));
    expect(flying(world)).toEqual(['lan-A: switch', 'lan-B: switch', 'lan-client2: switch']);
  });

  test('learns where a MAC is from the frames that come from it', () => {
    const world = create();
    pass(world, 'lan-A', announcement(VM_MAC));
    expect(world.forwarding[VM_KEY]).toBe('lan-A');
    world.queue.heap = [];
    pass(world, 'lan-client1', request(1));
    expect(flying(world)).toEqual(['lan-A: switch']);
    world.queue.heap = [];
    pass(world, 'lan-A', reply(1));
    expect(flying(world)).toEqual(['lan-client1: switch']);
  });

  test('tells when the VM has moved, and only then', () => {
    const world = create();
    expect(pass(world, 'lan-A', announcement(VM_MAC))).toMatchObject([{ kind: 'macMoved', port: 'A' }]);
    expect(pass(world, 'lan-A', reply(1))).toEqual([]);
    expect(pass(world, 'lan-client1', request(1))).toEqual([]);
    expect(pass(world, 'lan-B', announcement(VM_MAC))).toMatchObject([{ kind: 'macMoved', port: 'B' }]);
    expect(world.forwarding[VM_KEY]).toBe('lan-B');
  });

  test('floods a broadcast although it knows everybody', () => {
    const world = create();
    pass(world, 'lan-A', announcement(VM_MAC));
    expect(flying(world)).toEqual(['lan-B: switch', 'lan-client1: switch', 'lan-client2: switch']);
  });

  test('does not send a frame back out of the port that it came from', () => {
    const world = create();
    pass(world, 'lan-A', announcement(VM_MAC));
    world.queue.heap = [];
    pass(world, 'lan-A', request(1));
    expect(flying(world)).toEqual([]);
  });
});
