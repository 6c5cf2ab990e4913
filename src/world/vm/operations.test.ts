// §3.3: which operations are refused and why, and how each goes through the log.
import { describe, expect, test } from 'vitest';
import { advance, start } from '../advance.ts';
import type { Observation } from '../state/observation.ts';
import { createWorld, hostOf, type World } from '../state/world.ts';
import { at, hostConfig, worldConfig } from '../testing/worlds.ts';
import { crashHost } from './host-power.ts';
import { actingHost, changeShare, powerOff, startMigration } from './operations.ts';
import { typeText } from './typing.ts';

interface Fixture {
  world: World;
  facts: Observation[];
  see: (fact: Observation) => void;
  to(ns: number): void;
}

function fixture(said: Parameters<typeof worldConfig>[0] = {}): Fixture {
  const hosts = ['A', 'B', 'C'].map((id) => hostConfig(id));
  const world = createWorld(worldConfig({ hosts, clients: [], ...said }));
  const facts: Observation[] = [];
  const see = (fact: Observation): void => {
    facts.push(fact);
  };
  start(world, see);
  const to = (ns: number) => advance(world, at(ns), see);
  to(3_000_000);
  return { world, facts, see, to };
}

const kindsOf = (facts: Observation[], ...kinds: Observation['kind'][]): string[] =>
  facts.flatMap((fact) =>
    kinds.includes(fact.kind) ? [`${fact.kind} ${'host' in fact ? fact.host : ''}`] : [],
  );

const NOBODY = 'no VM is running';

describe('switching off', () => {
  test('is logged, and the primary is off once the backup has heard of it', () => {
    const { world, facts, see, to } = fixture();
    expect(powerOff(world, see)).toBeUndefined();
    expect(powerOff(world, see)).toBe('the VM is being switched off as it is');
    expect(facts.at(-1)).toMatchObject({ kind: 'sent', host: 'A' });
    expect(facts.findLast(({ kind }) => kind === 'recorded')).toMatchObject({ entry: 'control' });
    to(30_000_000);
    expect(kindsOf(facts, 'poweredOff', 'suspected')).toEqual(['poweredOff B', 'poweredOff A']);
    expect(world.hosts.map(({ replica }) => replica.haltReason)).toEqual([
      'poweredOff',
      'poweredOff',
      undefined,
    ]);
    expect(powerOff(world, see)).toBe(NOBODY);
    expect(changeShare(world, 50, see)).toBe(NOBODY);
    expect(typeText(world, 'x', see)).toBe(NOBODY);
  });

  test('waits for room in a full buffer, and only then is anybody off', () => {
    const { world, facts, see, to } = fixture();
    const { sender } = hostOf(world, 'A').replica;
    changeShare(world, 90, see);
    sender.limit = 10;
    powerOff(world, see);
    expect(hostOf(world, 'A').deferred).toMatchObject([{ kind: 'control', operation: 'powerOff' }]);
    sender.limit = 1000;
    to(30_000_000);
    expect(kindsOf(facts, 'poweredOff', 'suspected')).toEqual(['poweredOff B', 'poweredOff A']);
  });

  test('ends a clone that is under way, and nobody asks for another', () => {
    const { world, facts, see, to } = fixture();
    crashHost(world, hostOf(world, 'B'), see);
    while (!facts.some(({ kind }) => kind === 'cloneStarted')) to(world.now + 100_000);
    powerOff(world, see);
    to(60_000_000);
    expect(kindsOf(facts, 'poweredOff', 'cloneAbandoned', 'backupRequested')).toEqual([
      'backupRequested A',
      'cloneAbandoned A',
      'poweredOff A',
    ]);
    expect(hostOf(world, 'C')).toMatchObject({ incoming: null, replica: { role: 'spare' } });
  });
});

test('a share is changed where the log says so, on both', () => {
  const { world, facts, see, to } = fixture();
  changeShare(world, 50, see);
  expect(world.hosts.map(({ vmPercent }) => vmPercent)).toEqual([50, 100, 100]);
  to(6_000_000);
  expect(world.hosts.map(({ vmPercent }) => vmPercent)).toEqual([50, 50, 100]);
  expect(kindsOf(facts, 'resourcesChanged')).toEqual(['resourcesChanged A', 'resourcesChanged B']);
});

describe('what is typed', () => {
  const typedUntil = (crashAt: number): [string, number, number][] => {
    const { world, facts, see, to } = fixture();
    typeText(world, 'hé', see);
    to(crashAt);
    crashHost(world, hostOf(world, 'A'), see);
    to(40_000_000);
    expect(world.keyboard.isTyping).toBe(false);
    return facts.flatMap((fact) => (fact.kind === 'typed' ? [[fact.host, fact.number, fact.byte]] : []));
  };

  test('enters byte by byte, and is given again where the log had not told of it', () => {
    expect(typedUntil(3_150_000)).toEqual([
      ['A', 1, 0x68],
      ['A', 2, 0xc3],
      ['B', 1, 0x68],
      ['B', 2, 0xc3],
      ['B', 3, 0xa9],
    ]);
  });

  test('is given once where the backup knows of it', () => {
    expect(typedUntil(4_000_000)).toEqual([
      ['A', 1, 0x68],
      ['A', 2, 0xc3],
      ['A', 3, 0xa9],
    ]);
  });
});

describe('a move', () => {
  test.each<['primary' | 'backup', string, RegExp]>([
    ['primary', 'B', /^host B runs the other machine of the pair; the two may never share a host$/],
    ['backup', 'A', /other machine/],
    ['primary', 'A', /^host A runs the primary as it is$/],
    ['backup', 'B', /^host B runs the backup as it is$/],
  ])('of the %s to %s is refused', (machine, to, why) => {
    const { world, see } = fixture();
    expect(startMigration(world, machine, to, see)).toMatch(why);
    expect(world.hosts.every(({ transfer }) => transfer === null)).toBe(true);
  });

  test('is refused to a host that can’t take it, twice at once, and of a backup that is not', () => {
    const { world, see, to } = fixture();
    expect(startMigration(world, 'primary', 'C', see)).toBeUndefined();
    expect(startMigration(world, 'primary', 'C', see)).toBe('host A is copying its VM as it is');
    expect(startMigration(world, 'backup', 'C', see)).toBe('host A is copying its VM as it is');
    const other = fixture();
    crashHost(other.world, hostOf(other.world, 'C'), other.see);
    expect(startMigration(other.world, 'backup', 'C', other.see)).toMatch(/^host C can't take it/);
    crashHost(other.world, hostOf(other.world, 'B'), other.see);
    expect(startMigration(other.world, 'backup', 'C', other.see)).toBe('no backup is running');
    to(20_000_000);
    expect(actingHost(world)?.id).toBe('C');
  });
});
