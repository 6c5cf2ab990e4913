// Frames between links and the switch: what is delivered, what is lost, and what the switch learns.
import { describe, expect, test } from 'vitest';
import { inOrder, take } from '../sim/event-queue.ts';
import { cutLink, mendLink } from '../sim/link.ts';
import { at, worldConfig } from './bench.ts';
import { VM_MAC } from './config.ts';
import { announcement, clientEndpoint, udpFrame, VM_ENDPOINT } from './ethernet.ts';
import { strike } from './failures.ts';
import { lengthOf, type Message } from './messages.ts';
import { isDelivered, send, switchFrame, VM_KEY } from './network.ts';
import type { Observation } from './observation.ts';
import { createWorld, hostOf, linkIds, linkOf, type World, type WorldEvent } from './world.ts';

type Arrival = Extract<WorldEvent, { kind: 'arrival' }>;

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

describe('a message', () => {
  test.each<[string, Message, number]>([
    ['a short frame, padded, with preamble, check and gap', ethernet(new Uint8Array(42)), 84],
    ['a longer frame', ethernet(new Uint8Array(100)), 124],
    ['a heartbeat', { kind: 'channel', message: { kind: 'heartbeat' } }, 74],
    ['a flag’s question', { kind: 'storage', request: { kind: 'testAndSet', host: 'A', generation: 1 } }, 66],
    [
      'a write',
      {
        kind: 'storage',
        request: {
          kind: 'write',
          host: 'A',
          request: 1,
          generation: 1,
          block: 0,
          bytes: new Uint8Array(512),
        },
      },
      578,
    ],
    [
      'the data that was read',
      { kind: 'storageReply', reply: { kind: 'done', request: 1, ok: true, bytes: new Uint8Array(512) } },
      578,
    ],
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
  function underway(): { world: World; event: Arrival; due: ReturnType<typeof at> } {
    const world = create();
    send(world, 'lan-A', 'A', ethernet(new Uint8Array(101)));
    const pending = inOrder(world.queue)[0];
    if (pending?.event.kind !== 'arrival') throw new Error('A frame is on the way.');
    return { world, event: pending.event, due: pending.at };
  }

  test('a frame is delivered', () => {
    const { world, event, due } = underway();
    expect(isDelivered(world, event, due)).toBe(true);
  });

  test('a cut loses it, mended or not', () => {
    const { world, event, due } = underway();
    cutLink(linkOf(world, 'lan-A'), at(500));
    expect(isDelivered(world, event, due)).toBe(false);
    mendLink(linkOf(world, 'lan-A'));
    expect(isDelivered(world, event, due)).toBe(false);
  });

  test('one that was sent while the cable was cut is lost, even if it is mended before', () => {
    const world = create();
    cutLink(linkOf(world, 'lan-A'), at(0));
    send(world, 'lan-A', 'A', ethernet(new Uint8Array(101)));
    mendLink(linkOf(world, 'lan-A'));
    const { event, at: due } = take(world.queue) as { event: Arrival; at: ReturnType<typeof at> };
    expect(isDelivered(world, event, due)).toBe(false);
  });

  test('it dies with its sender until half the latency is over, and no longer', () => {
    for (const [died, delivered] of [
      [1000 + 24_999, false],
      [1000 + 25_000, true],
      [1000 + 49_000, true],
    ] as const) {
      const { world, event, due } = underway();
      world.now = at(died);
      strike(world, { verb: 'crash', target: 'A' }, () => {});
      expect(hostOf(world, 'A').diedAt).toBe(died);
      expect(isDelivered(world, event, due)).toBe(delivered);
    }
  });

  test('it does not care whether its receiver’s neighbour dies', () => {
    const { world, event, due } = underway();
    strike(world, { verb: 'crash', target: 'B' }, () => {});
    expect(isDelivered(world, event, due)).toBe(true);
  });
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

describe('a fault', () => {
  const strikeAll = (world: World, ...faults: Parameters<typeof strike>[1][]): string[] => {
    const seen: string[] = [];
    for (const fault of faults) strike(world, fault, (fact) => seen.push(fact.kind));
    return seen;
  };

  test('that changes nothing is not seen', () => {
    const world = create();
    expect(
      strikeAll(
        world,
        { verb: 'mend', target: 'log' },
        { verb: 'cut', target: 'log' },
        { verb: 'cut', target: 'log' },
        { verb: 'mend', target: 'log' },
        { verb: 'crash', target: 'A' },
        { verb: 'crash', target: 'A' },
      ),
    ).toEqual(['linkCut', 'linkMended', 'hostCrashed']);
    expect(linkOf(world, 'log').age).toBe(1);
  });

  test('stops the host that it kills', () => {
    const world = create();
    world.now = at(99);
    strikeAll(world, { verb: 'crash', target: 'A' });
    expect(hostOf(world, 'A')).toMatchObject({ isAlive: false, diedAt: 99, pace: { isExecuting: false } });
    expect(hostOf(world, 'B').isAlive).toBe(true);
  });
});

test('links are named after what they join', () => {
  expect(linkIds(['A', 'B'], ['client1'])).toEqual([
    'log',
    'lan-A',
    'lan-B',
    'lan-client1',
    'storage-A',
    'storage-B',
  ]);
  const world = create();
  expect(world.links.map(({ id }) => id).sort()).toEqual(linkIds(['A', 'B'], ['client1', 'client2']).sort());
});
