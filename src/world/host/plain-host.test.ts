// A plain host: its machine's clock, cables and medium are its own; it loses power, comes back, stands still and gets slow.
import { describe, expect, test } from 'vitest';
import type { Image } from '../../isa/image.ts';
import { inject, readMemory } from '../../machine/machine.ts';
import { microseconds, milliseconds } from '../../sim/time.ts';
import { advance, start } from '../advance.ts';
import type { WorldConfig } from '../base/config.ts';
import { parseCommand, targetsIn } from '../language/faults.ts';
import { BOOT_BLOCK_BYTES } from '../net/boot-block.ts';
import { clientEndpoint, encodeRequest, udpFrame, VM_ENDPOINT } from '../net/ethernet.ts';
import type { Observation } from '../state/observation.ts';
import { type Client, isDone } from '../state/plain-host.ts';
import { createWorld, instructionOf, type World } from '../state/world.ts';
import { strike } from '../strikes/strike.ts';
import { at, clientConfig, program, sleeper, worldConfig } from '../testing/worlds.ts';
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
    const { world, client, to, facts } = going();
    to(3 * MS);
    const payload = encodeRequest({ sequence: 1, operation: 1, arguments: Array(300).fill(7) });
    const frame = udpFrame(clientEndpoint(1), VM_ENDPOINT, payload);
    for (let n = 0; n < 2000; n++) transmit(world, client, frame, (fact) => facts.push(fact));
    const floods = facts.filter((fact) => fact.kind === 'misbehaved' && fact.how === 'flood');
    expect(floods).toHaveLength(1);
    const [freeAt] = world.links.find(({ id }) => id === 'lan-client1')?.freeAt ?? [];
    expect((freeAt ?? 0) - world.now).toBeLessThan(milliseconds(5) + microseconds(20));
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
