// A plain host: its machine's clock, cables and medium are its own; it loses power, comes back, stands still and gets slow.
import { describe, expect, test } from 'vitest';
import type { Image } from '../../isa/image.ts';
import type { Emission } from '../../machine/boundary.ts';
import { inject, readMemory, receiveBuffers } from '../../machine/machine.ts';
import { inOrder } from '../../sim/event-queue.ts';
import { directionFrom } from '../../sim/link.ts';
import { microseconds, milliseconds } from '../../sim/time.ts';
import { advance, start } from '../advance.ts';
import type { WorldConfig } from '../base/config.ts';
import { parseCommand, targetsIn } from '../language/faults.ts';
import { BOOT_BLOCK_BYTES } from '../net/boot-block.ts';
import { linkOf } from '../net/cables.ts';
import {
  clientEndpoint,
  DISK_ENDPOINT,
  encodeRequest,
  storageEndpoint,
  udpFrame,
  VM_ENDPOINT,
} from '../net/ethernet.ts';
import { storageFrame } from '../net/storage-protocol.ts';
import { noteAsked } from '../net/storage-seen.ts';
import { bytesShown } from '../net/terminal.ts';
import type { Observation } from '../state/observation.ts';
import { type Client, isDone, type PlainHost } from '../state/plain-host.ts';
import { createWorld, instructionOf, type World } from '../state/world.ts';
import { strike } from '../strikes/strike.ts';
import { replyFrame, setFlag } from '../testing/storage.ts';
import { at, clientConfig, program, sleeper, worldConfig } from '../testing/worlds.ts';
import { enterPlain, handlePlainStop } from './plain-host.ts';
import { receiveFrame, transmit } from './plain-network.ts';

interface Going {
  world: World;
  client: Client;
  facts: Observation[];
  to: (ns: number) => void;
  give: (...commands: string[]) => void;
  of: <K extends Observation['kind']>(kind: K) => Extract<Observation, { kind: K }>[];
}

/** A world that has begun, with one client, whose guest never answers. */
function going(said: Partial<WorldConfig> = {}): Going {
  const world = createWorld(worldConfig({ clients: [clientConfig('client1')], ...said }));
  const facts: Observation[] = [];
  const see = (fact: Observation): void => {
    facts.push(fact);
  };
  start(world, see);
  return {
    world,
    client: world.clients[0] as Client,
    facts,
    to: (ns) => advance(world, at(ns), see),
    give: (...commands) => {
      for (const text of commands) {
        const command = parseCommand(text, targetsIn(world.config), world.now);
        if (!command.ok) throw new Error(command.error);
        strike(world, command.value, see);
      }
    },
    of: (kind) =>
      facts.filter((fact): fact is Extract<Observation, { kind: typeof kind }> => fact.kind === kind),
  };
}

const MS = 1_000_000;

/** A client whose program is this. */
const withProgram = (image: Image) => ({
  clients: [clientConfig('client1', { image, isOwnProgram: true, ramBytes: 64 * 1024 })],
});

describe('a client', () => {
  test('asks by its own clock, and again when nobody answers', () => {
    const { to, of } = going();
    to(100 * MS);
    const sent = of('requestSent');
    expect(sent.map(({ request, tries }) => [request, tries])).toEqual([
      [1, 1],
      [1, 2],
      [1, 3],
    ]);
    const [first = 0, second = 0, third = 0] = sent.map((fact): number => fact.at);
    for (const [wait, wanted] of [
      [first, 2 * MS],
      [second - first, 20 * MS],
      [third - second, 40 * MS],
    ] as const) {
      expect(wait).toBeGreaterThanOrEqual(wanted);
      expect(wait).toBeLessThan(wanted + 100_000);
    }
  });

  test('whose clock is fast is early', () => {
    const first = (clockDriftPpm: number): number => {
      const { to, of } = going({ clients: [clientConfig('client1', { clockDriftPpm })] });
      to(10 * MS);
      return of('requestSent')[0]?.at ?? 0;
    };
    expect(first(0) - first(100_000)).toBeGreaterThan(150_000);
  });

  test('paused does nothing, and goes on where it was', () => {
    const { client, to, give, of } = going();
    to(1 * MS);
    give('pause client1');
    const then = instructionOf(client);
    to(30 * MS);
    expect([instructionOf(client), of('requestSent')]).toEqual([then, []]);
    give('resume client1');
    to(31 * MS);
    expect(of('requestSent')).toMatchObject([{ request: 1, tries: 1 }]);
    expect(of('requestSent')[0]?.at).toBeGreaterThanOrEqual(30 * MS);
  });

  test('that is slow takes longer for what it computes', () => {
    const first = (percent: number): number => {
      const { to, give, of } = going();
      give(`slow client1 ${percent}%`);
      to(20 * MS);
      return of('requestSent')[0]?.at ?? 0;
    };
    expect(first(1) - 2 * MS).toBeGreaterThan(20 * (first(99) - 2 * MS));
  });

  test('without power asks nothing; back it boots, and gives no number twice', () => {
    const { client, to, give, of } = going();
    to(3 * MS);
    give('crash client1');
    expect(of('clientCrashed')).toHaveLength(1);
    const then = instructionOf(client);
    to(60 * MS);
    expect([instructionOf(client), of('requestSent').length]).toEqual([then, 1]);
    give('repair client1');
    to(61 * MS);
    expect(of('requestSent').map(({ request }) => request)).toEqual([1, 2]);
    expect(client.power).toBe(1);
    expect(instructionOf(client)).toBeGreaterThan(0);
  });

  test('keeps of its memory nothing but the page with the battery when power is lost', () => {
    const { client, to, give } = going();
    to(3 * MS);
    const { ramBytes } = client.config;
    const top = 0x8000_0000 + ramBytes - BOOT_BLOCK_BYTES;
    const page = readMemory(client.machine, top, BOOT_BLOCK_BYTES);
    client.machine.ram.bytes[ramBytes - BOOT_BLOCK_BYTES - 64] = 0x5a;
    give('crash client1', 'repair client1');
    expect(readMemory(client.machine, top, BOOT_BLOCK_BYTES)).toEqual(page);
    expect(readMemory(client.machine, top - 64, 1)).toEqual(Uint8Array.of(0));
  });

  test('takes in what is sent to it, and leaves the rest on the wire', () => {
    const { world, client, to } = going();
    to(3 * MS);
    const before = instructionOf(client);
    const frame = (n: number): Uint8Array<ArrayBuffer> =>
      udpFrame(VM_ENDPOINT, clientEndpoint(n), new Uint8Array(12));
    receiveFrame(world, client, 'switch', frame(2), () => {});
    to(4 * MS);
    expect(instructionOf(client)).toBe(before);
    receiveFrame(world, client, 'switch', frame(1), () => {});
    to(5 * MS);
    expect(instructionOf(client)).toBeGreaterThan(before);
  });

  test('whose network card has no free buffer loses the frame', () => {
    const { world, client, to, give, of } = going();
    to(3 * MS);
    give('slow client1 1%');
    const answer = udpFrame(VM_ENDPOINT, clientEndpoint(1), new Uint8Array(12));
    const told: Observation[] = [];
    for (let n = 0; n < 9; n++) receiveFrame(world, client, 'switch', answer, (fact) => told.push(fact));
    expect(told.filter(({ kind }) => kind === 'frameLost')).toMatchObject([
      { link: 'lan-client1', reason: 'full' },
    ]);
    expect(of('frameLost')).toEqual([]);
  });

  test('that floods its cable is told of once, and harms nobody for long', () => {
    const { world, client, to, facts, give } = going();
    to(3 * MS);
    const payload = encodeRequest({ sequence: 1, operation: 1, arguments: Array(300).fill(7) });
    const frame = udpFrame(clientEndpoint(1), VM_ENDPOINT, payload);
    for (let n = 0; n < 2000; n++) transmit(world, client, frame, (fact) => facts.push(fact));
    const floods = facts.filter((fact) => fact.kind === 'misbehaved' && fact.how === 'flood');
    expect(floods).toHaveLength(1);
    const [freeAt] = world.links.find(({ id }) => id === 'lan-client1')?.freeAt ?? [];
    expect((freeAt ?? 0) - world.now).toBeLessThan(milliseconds(5) + microseconds(20));
    const stands = instructionOf(client);
    const from = world.now;
    give('slow client1 50%');
    to(from + 999 * MS);
    expect(instructionOf(client)).toBe(stands);
    to(from + 1001 * MS);
    expect(instructionOf(client)).toBeGreaterThan(stands);
  });

  test('may send a few frames more than its cable carries in 5 ms, where that is narrow', () => {
    const { links } = worldConfig();
    const { world, client } = going({ links: { ...links, lan: { ...links.lan, bitsPerSecond: 10_000 } } });
    const frame = udpFrame(clientEndpoint(1), VM_ENDPOINT, encodeRequest({ sequence: 1, operation: 1 }));
    const facts: Observation[] = [];
    for (let n = 0; n < 20; n++) transmit(world, client, frame, (fact) => facts.push(fact));
    expect(facts.filter(({ kind }) => kind === 'misbehaved')).toEqual([]);
  });

  test('can have a bit of its memory flipped', () => {
    const { client, to, give, of } = going();
    to(1 * MS);
    const before = client.machine.ram.bytes[0x2000] as number;
    give('flip client1 0x80002000.3');
    expect(client.machine.ram.bytes[0x2000]).toBe(before ^ 8);
    expect(of('bitFlipped')).toMatchObject([{ host: 'client1' }]);
  });

  test('is done when it has all its answers, or sleeps for good', () => {
    const sleeping = going(withProgram(sleeper()));
    expect(isDone(sleeping.client)).toBe(false);
    sleeping.to(1 * MS);
    expect(isDone(sleeping.client)).toBe(true);
    const asking = going();
    asking.to(3 * MS);
    expect(isDone(asking.client)).toBe(false);
    asking.give('crash client1');
    expect(isDone(asking.client)).toBe(false);
    const nothing = going({ clients: [clientConfig('client1', { requests: 0 })] });
    nothing.to(5 * MS);
    expect([isDone(nothing.client), nothing.of('requestSent')]).toEqual([true, []]);
  });

  test('may run a program that ends, or that traps for ever: it is told, and all else goes on', () => {
    // `li t0, 0x5555; lui t1, 0x100; sw t0, 0(t1)`: the finisher.
    const ends = going(withProgram(program(0x0000_52b7, 0x5552_8293, 0x0010_0337, 0x0053_2023)));
    ends.to(30 * MS);
    expect(ends.of('programEnded')).toMatchObject([{ host: 'client1', code: 0 }]);
    expect(isDone(ends.client)).toBe(true);
    const traps = going(withProgram(program(0xffff_ffff)));
    traps.to(30 * MS);
    expect(traps.of('programEnded')).toMatchObject([{ host: 'client1', cause: 2 }]);
    expect(traps.world.now).toBe(30 * MS);
  });
});

describe('the disk', () => {
  test('paused serves nothing, and goes on', () => {
    const { world, to, give } = going();
    to(1 * MS);
    give('pause disk');
    inject(world.disk.machine, { kind: 'console', byte: 65 });
    const then = instructionOf(world.disk);
    to(5 * MS);
    expect(instructionOf(world.disk)).toBe(then);
    give('resume disk');
    expect(world.disk.isPaused).toBe(false);
  });

  test('that lost power answers nothing until it is back, with its medium as it was', () => {
    const { world, to, give, of } = going();
    to(1 * MS);
    const blocks = { ...world.disk.medium.blocks };
    give('crash disk', 'repair disk');
    expect([of('diskCrashed').length, of('diskRepaired').length]).toEqual([1, 1]);
    to(3 * MS);
    expect(world.disk.medium.blocks[7]).toEqual(blocks[7]);
    expect(world.disk.isIdle).toBe(true);
    expect(instructionOf(world.disk)).toBeGreaterThan(1000);
  });
});

describe('a plain host’s cables', () => {
  const asked = { host: 1, number: 1, generation: 1, block: 3, blocks: 1, io: 9 } as const;

  test('a frame that would wait for more than 5 ms is dropped, and is a flood but for an answer that somebody waits for', () => {
    const { world, client } = going();
    const told: Observation[] = [];
    const see = (fact: Observation) => {
      told.push(fact);
    };
    const frame = udpFrame(clientEndpoint(1), VM_ENDPOINT, encodeRequest({ sequence: 1, operation: 1 }));
    const waits = (id: string, from: string, ns: number) => {
      const link = linkOf(world, id);
      link.freeAt[directionFrom(link, from)] = at(world.now + ns);
    };
    waits('lan-client1', 'client1', 5 * MS + 1);
    transmit(world, client, frame, see);
    expect(told).toEqual([{ at: 0, kind: 'misbehaved', host: 'client1', how: 'flood' }]);
    waits('lan-client1', 'client1', 5 * MS);
    transmit(world, client, frame, see);
    expect(told.slice(1)).toMatchObject([{ kind: 'requestSent', request: 1 }]);
    const onCables = () => world.queue.heap.filter(({ event }) => event.kind === 'arrival').length;
    const before = onCables();
    waits('storage-A', 'disk', 5 * MS + 1);
    transmit(world, world.disk, replyFrame({}), see);
    expect([told.slice(2), onCables()]).toEqual([
      [{ at: 0, kind: 'misbehaved', host: 'disk', how: 'flood' }],
      before,
    ]);
    waits('storage-A', 'disk', 5 * MS);
    transmit(world, world.disk, replyFrame({}), see);
    // To a host that there is not.
    transmit(world, world.disk, replyFrame({ host: 9 }), see);
    expect([told.length, onCables()]).toEqual([3, before + 1]);
  });

  test('what the disk answers is seen, and whether it is so', () => {
    const { world } = going();
    const told: Observation[] = [];
    for (const [number, generation] of [
      [1, 1],
      [2, 2],
    ] as const) {
      noteAsked(world.disk.seen, world.hosts, { ...asked, kind: 'testAndSet', number, generation });
      setFlag(world, generation, number);
      const reply = replyFrame({ kind: 'testAndSet', host: 1, number, generation });
      transmit(world, world.disk, reply, (fact) => told.push(fact));
    }
    // The second generation's flag is B's.
    expect(told).toMatchObject([
      { kind: 'flagAnswered', host: 'A', generation: 1, isWon: true },
      { kind: 'misbehaved', host: 'disk', how: 'undone' },
    ]);
    transmit(world, world.disk, udpFrame(DISK_ENDPOINT, storageEndpoint(1), new Uint8Array(3)), () => {
      throw new Error('nothing is answered');
    });
  });

  test('what is asked of the disk is told of when it has come, of hosts that there are', () => {
    const { world } = going();
    const told: Observation[] = [];
    const receive = (bytes: Uint8Array<ArrayBuffer>) =>
      receiveFrame(world, world.disk, 'A', bytes, (fact) => told.push(fact));
    receive(storageFrame({ ...asked, kind: 'read' }));
    receive(storageFrame({ ...asked, kind: 'read', host: 9 }));
    receive(udpFrame(storageEndpoint(1), DISK_ENDPOINT, new Uint8Array(3)));
    const arrived = { at: 0, kind: 'storageArrived', host: 'A', operation: 'read', io: 9, generation: 1 };
    expect(told).toEqual([arrived]);
    expect(world.disk.seen.asked).toHaveLength(1);
  });

  test('a frame for all is for a client too, and one of the disk’s that finds no buffer is lost on its cable', () => {
    const { world, client, to } = going();
    to(3 * MS);
    const told: Observation[] = [];
    const all = new Uint8Array(60).fill(0xff, 0, 6);
    client.isIdle = true;
    receiveFrame(world, client, 'switch', all, (fact) => told.push(fact));
    expect([client.isIdle, told]).toEqual([false, []]);
    for (let room = receiveBuffers(world.disk.machine); room > 0; room--)
      inject(world.disk.machine, { kind: 'packet', bytes: new Uint8Array(60) });
    const frame = storageFrame({ ...asked, kind: 'read' });
    receiveFrame(world, world.disk, 'B', frame, (fact) => told.push(fact));
    expect(told).toEqual([{ at: 3 * MS, kind: 'frameLost', link: 'storage-B', reason: 'full' }]);
  });

  test('a program that has ended takes nothing in', () => {
    const { world, client } = going();
    client.machine.ending = { kind: 'exit', code: 0 };
    client.isIdle = true;
    receiveFrame(world, client, 'switch', new Uint8Array(60).fill(0xff, 0, 6), () => {});
    enterPlain(world, client, { kind: 'timer' });
    expect(client.isIdle).toBe(true);
    client.machine.ending = { kind: 'running' };
    client.isAlive = false;
    enterPlain(world, client, { kind: 'timer' });
    expect(client.isIdle).toBe(true);
    client.isAlive = true;
    enterPlain(world, client, { kind: 'timer' });
    expect(client.isIdle).toBe(false);
  });
});

describe('what a plain host’s machine asks for', () => {
  const emit = (world: World, host: PlainHost, ...emissions: Emission[]) =>
    handlePlainStop(world, host, { reason: 'emission', emissions }, () => {});
  const served = ({ queue }: World) =>
    inOrder(queue).flatMap(({ at, event }) =>
      event.kind === 'mediumDone' ? [[at, event.service.operation]] : [],
    );

  test('is served by the disk’s medium: the block of the flags in its own time', () => {
    const { world, client } = going();
    const bytes = new Uint8Array(512);
    emit(
      world,
      world.disk,
      { kind: 'diskRead', request: 1, sector: 15, sectors: 1, memory: [] },
      { kind: 'diskWrite', request: 2, sector: 16, bytes, memory: [] },
      { kind: 'diskFlush', request: 3 },
      { kind: 'diskRefused', sector: 17 },
    );
    // A client has no disk.
    emit(world, client, { kind: 'diskFlush', request: 4 });
    expect(served(world)).toEqual([
      [60_000, { kind: 'read', request: 1, block: 15, blocks: 1 }],
      [560_000, { kind: 'write', request: 2, block: 16, bytes }],
      [620_000, { kind: 'flush', request: 3 }],
    ]);
  });

  test('entropy is its host’s own, another one each time', () => {
    // `csrrw a0, seed, x0; csrrw a1, seed, x0; wfi`
    const { client, to } = going(withProgram(program(0x0150_1573, 0x0150_15f3, 0x1050_0073)));
    to(1 * MS);
    const [first = 0, second = 0] = client.machine.cpu.x.slice(10, 12);
    expect([client.isIdle, first !== second]).toEqual([true, true]);
  });

  test('a byte for its serial line is shown, and no frame is sent for it', () => {
    const { world, client } = going();
    emit(world, client, { kind: 'console', byte: 65, number: 1 });
    expect(bytesShown(client.screen)).toEqual(Uint8Array.of(65));
    expect(world.queue.heap.filter(({ event }) => event.kind === 'arrival')).toHaveLength(1);
  });
});
