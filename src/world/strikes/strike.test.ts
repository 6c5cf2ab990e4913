// What each command does to a world, what it tells, and why it sometimes can't.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { WorldConfig } from '../base/config.ts';
import { formatFault, parseCommand } from '../language/faults.ts';
import { refusalText } from '../language/refusals.ts';
import { linkOf } from '../net/cables.ts';
import { mendMedium } from '../net/medium.ts';
import type { Observation } from '../state/observation.ts';
import type { Client } from '../state/plain-host.ts';
import { hashWorld } from '../state/state-hash.ts';
import { createWorld, type Host, hostOf, type World } from '../state/world.ts';
import { anyFault, TARGETS } from '../testing/commands.arbitrary.ts';
import { at, clientConfig, hostConfig, worldConfig } from '../testing/worlds.ts';
import { resolveLink } from './fault-effects.ts';
import { strike, whyNot } from './strike.ts';

const worldOf = (said: Partial<WorldConfig> = {}): World =>
  createWorld(worldConfig({ hosts: ['A', 'B', 'C'].map((id) => hostConfig(id)), ...said }));

/** Does what the commands say, one after the other. @returns what was told, without the instant */
function give(world: World, ...commands: string[]): object[] {
  const told: object[] = [];
  for (const text of commands) {
    const command = parseCommand(text, TARGETS, world.now);
    if (!command.ok) throw new Error(command.error);
    strike(world, command.value, ({ at: _, ...fact }: Observation) =>
      told.push(fact.kind === 'commanded' && fact.why ? { ...fact, why: refusalText(fact.why) } : fact),
    );
  }
  return told;
}

const commanded = (command: string, why?: string): object => ({
  kind: 'commanded',
  command,
  ...(why === undefined ? {} : { why }),
});

describe('a target', () => {
  test('means cables of this world, each with the host or client whose ways are meant', () => {
    const world = worldOf();
    for (const [target, ends] of Object.entries(TARGETS.links)) {
      const found = resolveLink(world, target);
      expect(found.map(({ link }) => link)).toEqual(
        world.links.filter(({ id }) => ends.some((end) => end.link === id)),
      );
      for (const { link, end } of found) if (end !== undefined) expect(link.ends).toContain(end);
    }
  });
});

describe('a link', () => {
  test('is cut both ways, or what a host sends, or what it gets', () => {
    const world = worldOf();
    expect(give(world, 'cut log-B out')).toEqual([
      { kind: 'linkCut', link: 'log-B', way: 'out' },
      commanded('cut log-B out'),
    ]);
    expect(linkOf(world, 'log-A:B').cut).toEqual([false, true]);
    expect(linkOf(world, 'log-B:C').cut).toEqual([true, false]);
    expect(linkOf(world, 'log-A:C').cut).toEqual([false, false]);
    give(world, 'cut lan-A in', 'cut storage');
    expect(linkOf(world, 'lan-A').cut).toEqual([false, true]);
    expect(linkOf(world, 'storage-C').cut).toEqual([true, true]);
  });

  test('that is cut already is told of as that', () => {
    const world = worldOf();
    expect(give(world, 'cut log-A', 'cut log-A')).toEqual([
      { kind: 'linkCut', link: 'log-A' },
      commanded('cut log-A'),
      commanded('cut log-A', 'link log-A is already cut'),
    ]);
    // One cable of it is whole.
    expect(give(world, 'cut log')[0]).toEqual({ kind: 'linkCut', link: 'log' });
  });

  test('that is cut one way can be cut the other, and is not well', () => {
    const world = worldOf();
    const again = (text: string) => commanded(text, 'link lan-A is already cut');
    give(world, 'cut lan-A in');
    expect(give(world, 'cut lan-A in')).toEqual([again('cut lan-A in')]);
    expect(give(world, 'mend lan-A')[0]).toEqual({ kind: 'linkMended', link: 'lan-A' });
    give(world, 'cut lan-A in');
    expect(give(world, 'cut lan-A')[0]).toEqual({ kind: 'linkCut', link: 'lan-A' });
    expect(give(world, 'cut lan-A out')).toEqual([again('cut lan-A out')]);
  });

  test('of which one cable is impaired is impaired as a whole by the same', () => {
    const world = worldOf();
    give(world, 'lose lan-A 5%', 'lose lan-B 2%');
    expect(give(world, 'lose lan 5%')[0]).toMatchObject({ kind: 'linkImpaired', link: 'lan', loss: 50_000 });
    give(world, 'lose lan-A 1%');
    expect(give(world, 'delay lan 1ms')[0]).toMatchObject({ loss: 10_000, delay: 1_000_000 });
  });

  test('is impaired in one respect after the other, and mended in all', () => {
    const world = worldOf();
    const told = give(
      world,
      'lose lan-A 10%',
      'delay lan-A 2ms',
      'lose lan 5%',
      'lose lan 5%',
      'mend lan',
      'mend lan',
    );
    expect(told.filter((fact) => !('command' in fact))).toEqual([
      { kind: 'linkImpaired', link: 'lan-A', loss: 100_000, duplication: 0, reordering: 0, delay: 0 },
      { kind: 'linkImpaired', link: 'lan-A', loss: 100_000, duplication: 0, reordering: 0, delay: 2_000_000 },
      { kind: 'linkImpaired', link: 'lan', loss: 50_000, duplication: 0, reordering: 0, delay: 0 },
      { kind: 'linkMended', link: 'lan' },
    ]);
    expect(told.filter((fact) => 'why' in fact)).toEqual([
      commanded('lose lan 5%', 'link lan is already like that'),
      commanded('mend lan', 'link lan already works'),
    ]);
    expect(linkOf(world, 'lan-A')).toMatchObject({ loss: 0, delay: 0 });
  });

  test('of the LAN duplicates and reorders', () => {
    const world = worldOf();
    give(world, 'duplicate lan-client1 1%', 'reorder lan-client1 2%');
    expect(linkOf(world, 'lan-client1')).toMatchObject({ duplication: 10_000, reordering: 20_000 });
  });
});

describe('a host', () => {
  test('crashes and is repaired', () => {
    const world = worldOf();
    expect(give(world, 'crash A', 'crash A', 'repair A', 'repair A')).toEqual([
      { kind: 'hostCrashed', host: 'A' },
      commanded('crash A'),
      commanded('crash A', 'host A already has no power'),
      { kind: 'hostRepaired', host: 'A' },
      commanded('repair A'),
      commanded('repair A', 'host A already has power'),
    ]);
  });

  test('crashes with all others', () => {
    const world = worldOf();
    expect(give(world, 'crash B', 'crash hosts', 'crash hosts').slice(2)).toEqual([
      { kind: 'hostCrashed', host: 'A' },
      { kind: 'hostCrashed', host: 'C' },
      commanded('crash hosts'),
      commanded('crash hosts', 'all hosts already have no power'),
    ]);
  });

  test('pauses, goes on, and gets slow', () => {
    const world = worldOf();
    const told = give(world, 'resume B', 'pause B', 'pause B', 'resume B', 'slow B 25%', 'slow B 25%');
    expect(told.filter((fact) => !('command' in fact))).toEqual([
      { kind: 'hostPaused', host: 'B' },
      { kind: 'hostResumed', host: 'B' },
      { kind: 'hostSlowed', host: 'B', percent: 25 },
    ]);
    expect(told.filter((fact) => 'why' in fact)).toEqual([
      commanded('resume B', 'host B is not paused'),
      commanded('pause B', 'host B is already paused'),
      commanded('slow B 25%', 'host B already runs at 25 % of its speed'),
    ]);
    expect(hostOf(world, 'B').cpuPercent).toBe(25);
  });

  test('has a bit of its machine turned over, and of no other', () => {
    const world = worldOf();
    const before = hostOf(world, 'B').machine.ram.bytes[4] as number;
    const told = give(
      world,
      'flip B 0x80000004.6',
      'flip B 0x0.0',
      'flip C 0x80000004.6',
      'crash A',
      'flip A 0x80000004.6',
    );
    expect(told).toEqual([
      { kind: 'bitFlipped', host: 'B', address: 0x8000_0004, bit: 6 },
      commanded('flip B 0x80000004.6'),
      commanded('flip B 0x0.0', '0x0 is not in RAM'),
      commanded('flip C 0x80000004.6', 'host C has no machine'),
      { kind: 'hostCrashed', host: 'A' },
      commanded('crash A'),
      commanded('flip A 0x80000004.6', 'host A has no power'),
    ]);
    const others = give(world, 'pause A', 'resume A', 'slow A 50%');
    expect(others).toEqual(others.map((fact) => ({ ...fact, why: 'host A has no power' })));
    expect(hostOf(world, 'B').machine.ram.bytes[4]).toBe(before ^ 0x40);
    expect(hostOf(world, 'A').machine.ram.bytes[4]).toBe(before);
  });
});

describe('a client', () => {
  test('is poisoned as long as it asks at all', () => {
    const world = worldOf({ clients: [clientConfig('client1'), clientConfig('client2', { requests: 0 })] });
    expect(give(world, 'poison client1', 'poison client1', 'poison client2')).toEqual([
      { kind: 'clientPoisoned', client: 'client1' },
      commanded('poison client1'),
      commanded('poison client1', 'the next request of client1 is already poisoned'),
      commanded('poison client2', 'client2 makes no more requests'),
    ]);
    expect(world.clients.map(({ isPoisoned }) => isPoisoned)).toEqual([true, false]);
  });
});

describe('a client that has asked for all that it is to', () => {
  const asked = { request: 1, sent: at(0), sentLast: at(0), tries: 1 };

  test.each<[string, number, number, boolean]>([
    ['can’t be poisoned, although it waits for its answer', 1, 0, false],
    ['can be while there is more to ask', 2, 0, true],
    ['can be when it has lost power, for only its program knows', 1, 1, true],
  ])('%s', (_, requests, power, can) => {
    const world = worldOf({ clients: [clientConfig('client1', { requests }), clientConfig('client2')] });
    const [client] = world.clients as [Client];
    client.history.push(asked);
    client.power = power;
    expect(give(world, 'poison client1').at(-1)).toEqual(
      commanded('poison client1', can ? undefined : 'client1 makes no more requests'),
    );
  });
});

describe('the disk', () => {
  test('that can’t do one thing can come to be unable to do another, and is well again with none', () => {
    const world = worldOf();
    for (const text of ['fail disk reads', 'fail disk all', 'fill disk'])
      expect(give(world, text)[0]).toMatchObject({ kind: 'diskImpaired' });
    for (const name of ['reads', 'writes', 'full'] as const) {
      give(world, 'mend disk');
      world.disk.medium.failing[name] = true;
      expect(give(world, 'mend disk')[0]).toMatchObject({ kind: 'diskImpaired', [name]: false });
    }
  });

  test('crashes and is repaired', () => {
    const world = worldOf();
    expect(give(world, 'crash disk', 'crash disk', 'repair disk', 'repair disk')).toEqual([
      { kind: 'diskCrashed' },
      commanded('crash disk'),
      commanded('crash disk', 'the disk already has no power'),
      { kind: 'diskRepaired' },
      commanded('repair disk'),
      commanded('repair disk', 'the disk already has power'),
    ]);
  });

  test.each([
    ['fail disk reads', { reads: true, writes: false, full: false }],
    ['fail disk writes', { reads: false, writes: true, full: false }],
    ['fail disk all', { reads: true, writes: true, full: false }],
    ['fill disk', { reads: false, writes: false, full: true }],
  ])('%s, and is mended', (text, failing) => {
    const world = worldOf();
    expect(give(world, 'mend disk')).toEqual([commanded('mend disk', 'the disk already works')]);
    expect(give(world, text)[0]).toEqual({ kind: 'diskImpaired', ...failing });
    expect(world.disk.medium.failing).toEqual(failing);
    expect(give(world, text)).toEqual([commanded(text, 'the disk is already like that')]);
    expect(give(world, 'mend disk')[0]).toEqual({
      kind: 'diskImpaired',
      reads: false,
      writes: false,
      full: false,
    });
  });

  test('is each host’s own where disks are not shared', () => {
    const { disk } = worldConfig();
    const world = worldOf({ disk: { ...disk, isShared: false } });
    give(world, 'fail disk writes');
    expect(world.hosts.map((host) => host.disk?.failing.writes)).toEqual([true, true, true]);
    expect(world.disk.medium.failing.writes).toBe(false);
    for (const host of world.hosts.slice(1)) mendMedium(host.disk as NonNullable<Host['disk']>);
    expect(give(world, 'fail disk writes')).toHaveLength(2);
    expect(give(world, 'mend disk')).toHaveLength(2);
  });
});

describe('the VM', () => {
  test('is powered off, shared, moved and typed to, unless there is none', () => {
    const world = worldOf();
    const kinds = (text: string) => give(world, text).map((fact) => 'kind' in fact && fact.kind);
    expect(kinds('share vm 50%')).toContain('resourcesChanged');
    expect(kinds('type vm a')).toContain('typed');
    expect(kinds('migrate backup C')).toContain('migrationStarted');
    give(world, 'poweroff vm');
    expect(give(world, 'poweroff vm').at(-1)).toMatchObject({ why: expect.stringContaining('off') });
    expect(give(worldOf(), 'migrate primary B').at(-1)).toMatchObject({
      why: expect.stringContaining('host B'),
    });
    expect(give(world, 'share vm 50%')).toEqual([
      commanded('share vm 50%', 'the VM may already use 50 % of the CPU'),
    ]);
    give(world, 'crash hosts');
    for (const text of ['poweroff vm', 'share vm 20%', 'type vm a', 'migrate primary C', 'migrate backup C'])
      expect(give(world, text)).toEqual([{ ...commanded(text), why: expect.stringMatching(/^no /) }]);
  });
});

test('whatever the commands, each is told of once, last, as it was given', () => {
  fc.assert(
    fc.property(fc.array(anyFault, { maxLength: 20 }), (faults) => {
      const world = worldOf();
      for (const fault of faults) {
        const told: Observation[] = [];
        const before = hashWorld(world);
        const why = whyNot(world, fault);
        expect(hashWorld(world)).toBe(before);
        strike(world, fault, (fact) => told.push(fact));
        expect(told.filter(({ kind }) => kind === 'commanded')).toHaveLength(1);
        const last = told.at(-1);
        expect(last).toEqual({ at: world.now, ...commanded(formatFault(fault)), ...(why && { why }) });
        // Either something has happened, or it was known why nothing would, and nothing has; only what is asked of the VM may take its time.
        if (fault.target !== 'vm') expect(told.length > 1).toBe(why === undefined);
        if (why !== undefined) expect(hashWorld(world)).toBe(before);
      }
    }),
    { numRuns: 60 },
  );
});
