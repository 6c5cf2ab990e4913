// §3.3: which operations are refused and why, and how each goes through the log.

import { describe, expect, test } from 'vitest';
import { own } from '../../ft/own.ts';
import { refusalText } from '../language/refusals.ts';
import type { Observation } from '../state/observation.ts';
import { hostOf, type World } from '../state/world.ts';
import { pairAndSpare } from '../testing/going.ts';
import { deaf, slowReader } from '../testing/worlds.ts';
import { crashComputer } from './host-power.ts';
import { actingHost, changeShare, migrationRefusal, powerOff, startMigration } from './operations.ts';
import { bytesAtKeyboard, typeText } from './typing.ts';

const kindsOf = (facts: Observation[], ...kinds: Observation['kind'][]): string[] =>
  facts.flatMap((fact) =>
    kinds.includes(fact.kind) ? [`${fact.kind} ${'host' in fact ? fact.host : ''}`] : [],
  );

describe('switching off', () => {
  test('is logged, and the primary is off once the backup has heard of it', () => {
    const { world, facts, see, to } = pairAndSpare();
    powerOff(world, see);
    expect(facts.at(-1)).toMatchObject({ kind: 'sent', host: 'A' });
    expect(facts.findLast(({ kind }) => kind === 'recorded')).toMatchObject({ entry: 'control' });
    to(30_000_000);
    expect(kindsOf(facts, 'poweredOff', 'suspected')).toEqual(['poweredOff A', 'poweredOff B']);
    expect(world.hosts.map(({ replica }) => replica.haltReason)).toEqual([
      'poweredOff',
      'poweredOff',
      undefined,
    ]);
  });

  test('waits for room in a full buffer, and only then is anybody off', () => {
    const { world, facts, see, to } = pairAndSpare();
    const { sender } = own(hostOf(world, 'A')).replica;
    changeShare(world, 90, see);
    sender.limit = 10;
    powerOff(world, see);
    expect(hostOf(world, 'A').deferred).toMatchObject([{ kind: 'control', operation: 'powerOff' }]);
    sender.limit = 1000;
    to(30_000_000);
    expect(kindsOf(facts, 'poweredOff', 'suspected')).toEqual(['poweredOff A', 'poweredOff B']);
  });

  test('ends a clone that is under way, and nobody asks for another', () => {
    const { world, facts, see, to, until } = pairAndSpare();
    crashComputer(world, hostOf(world, 'B'), see);
    until(() => facts.some(({ kind }) => kind === 'cloneStarted'));
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
  const { world, facts, see, to } = pairAndSpare();
  changeShare(world, 50, see);
  expect(world.hosts.map(({ vmPercent }) => vmPercent)).toEqual([50, 100, 100]);
  to(6_000_000);
  expect(world.hosts.map(({ vmPercent }) => vmPercent)).toEqual([50, 50, 100]);
  expect(kindsOf(facts, 'resourcesChanged')).toEqual(['resourcesChanged A', 'resourcesChanged B']);
});

describe('who acts for the VM', () => {
  test('is its primary, as long as that runs and has not to ask for the flag', () => {
    const { world } = pairAndSpare();
    const a = hostOf(world, 'A');
    expect(actingHost(world)?.id).toBe('A');
    own(a).replica.arbitration = 'asking';
    expect(actingHost(world)).toBeUndefined();
    own(a).replica.arbitration = 'won';
    a.isPaused = true;
    expect(actingHost(world)).toBeUndefined();
  });

  test('is nobody without power: nothing is switched off, shared or moved', () => {
    const { world, facts, see } = pairAndSpare();
    for (const host of world.hosts) crashComputer(world, host, see);
    const before = facts.length;
    powerOff(world, see);
    changeShare(world, 50, see);
    startMigration(world, 'primary', 'C', see);
    startMigration(world, 'backup', 'C', see);
    expect(facts).toHaveLength(before);
    typeText(world, 'a', see);
    expect([facts.length, bytesAtKeyboard(world)]).toEqual([before, 1]);
  });
});

describe('what is typed', () => {
  const typedUntil = (crashAt: number): [string, number, number][] => {
    const { world, facts, see, to } = pairAndSpare({ image: deaf() });
    typeText(world, 'hé', see);
    to(crashAt);
    crashComputer(world, hostOf(world, 'A'), see);
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

describe('a UART without room', () => {
  const takenFrom = (facts: Observation[]): string =>
    facts.map((fact) => (fact.kind === 'typed' ? String.fromCharCode(fact.byte) : '')).join('');
  const LINE = 'one line that is longer than sixteen bytes\n';

  test('lets the rest wait at the keyboard, where it is counted, and nothing overruns', () => {
    const { world, facts, see, to } = pairAndSpare({ image: deaf() });
    typeText(world, LINE, see);
    to(40_000_000);
    expect(takenFrom(facts)).toBe(LINE.slice(0, 16));
    expect(bytesAtKeyboard(world)).toBe(LINE.length - 16);
    const { uart } = hostOf(world, 'A').machine;
    expect([uart.received.length, uart.overrun]).toEqual([16, false]);
    expect(world.keyboard.isTyping).toBe(true);
  });

  test('is one byte wide as long as the guest has not switched the FIFO on', () => {
    const { world, facts, see, to } = pairAndSpare();
    typeText(world, LINE, see);
    to(10_000_000);
    expect([takenFrom(facts), bytesAtKeyboard(world)]).toEqual(['o', LINE.length - 1]);
  });

  test('gets the text in parts, as the guest reads, whole and in order, and one text behind the other', () => {
    const { world, facts, see, to } = pairAndSpare({ image: slowReader() });
    typeText(world, LINE, see);
    typeText(world, 'another\t\u00e9', see);
    expect(bytesAtKeyboard(world)).toBe(LINE.length + 10 - 1);
    to(6_000_000);
    expect(bytesAtKeyboard(world)).toBeGreaterThan(0);
    to(60_000_000);
    expect(takenFrom(facts)).toBe(`${LINE}another\t\u00c3\u00a9`);
    expect([bytesAtKeyboard(world), hostOf(world, 'A').machine.uart.overrun]).toEqual([0, false]);
    expect(world.keyboard.isTyping).toBe(false);
  });

  test('takes no more while its machine stands still than it will have room for', () => {
    const { world, facts, see, to } = pairAndSpare({ image: deaf() });
    changeShare(world, 90, see);
    own(hostOf(world, 'A')).replica.sender.limit = 10; // stands until it is alone
    crashComputer(world, hostOf(world, 'B'), see);
    typeText(world, LINE, see);
    const { machine, deferred } = hostOf(world, 'A');
    to(8_000_000);
    expect([machine.uart.received.length, deferred.length]).toEqual([0, 16]);
    to(80_000_000);
    expect([machine.uart.received.length, machine.uart.overrun]).toEqual([16, false]);
    expect(takenFrom(facts)).toBe(LINE.slice(0, 16));
  });

  test('keeps nobody who waits: what is at the keyboard goes to the machine that takes over', () => {
    const { world, facts, see, to } = pairAndSpare({ image: deaf() });
    typeText(world, LINE, see);
    to(20_000_000);
    crashComputer(world, hostOf(world, 'A'), see);
    to(80_000_000);
    expect(actingHost(world)?.id).toBe('B');
    expect(takenFrom(facts)).toBe(LINE.slice(0, 16));
    expect(bytesAtKeyboard(world)).toBe(LINE.length - 16);
  });
});

describe('a move', () => {
  const refused = ({ world }: { world: World }, machine: 'primary' | 'backup', to: string) => {
    const why = migrationRefusal(world, machine, to);
    return why && refusalText(why);
  };

  test.each<['primary' | 'backup', string, string]>([
    ['primary', 'B', 'host B runs the other machine of the pair; the two may never share a host'],
    ['backup', 'A', 'host A runs the other machine of the pair; the two may never share a host'],
    ['primary', 'A', 'host A already runs the primary'],
    ['backup', 'B', 'host B already runs the backup'],
  ])('of the %s to %s is refused', (machine, to, why) => {
    expect(refused(pairAndSpare(), machine, to)).toBe(why);
  });

  test('is refused while its machine’s host asks for the flag, and of a VM that is not', () => {
    const made = pairAndSpare();
    const { world, see } = made;
    own(hostOf(world, 'B')).replica.arbitration = 'asking';
    expect(refused(made, 'backup', 'C')).toBe('the backup is about to go live');
    for (const host of world.hosts) crashComputer(world, host, see);
    expect(refused(made, 'primary', 'C')).toBe('no VM is running');
  });

  test('is refused while a machine of the pair is copied, and not for one that was when its host died', () => {
    const made = pairAndSpare();
    const { world, see } = made;
    startMigration(world, 'backup', 'C', see);
    expect(refused(made, 'primary', 'C')).toBe('host B is already copying its VM');
    crashComputer(world, hostOf(world, 'B'), see);
    expect(refused(made, 'primary', 'C')).toBeUndefined();
  });

  test('is refused to a host that can’t take it, twice at once, and of a backup that is not', () => {
    const { world, see, to } = pairAndSpare();
    expect(refused({ world }, 'primary', 'C')).toBeUndefined();
    startMigration(world, 'primary', 'C', see);
    expect(refused({ world }, 'primary', 'C')).toBe('host A is already copying its VM');
    expect(refused({ world }, 'backup', 'C')).toBe('host A is already copying its VM');
    const other = pairAndSpare();
    crashComputer(other.world, hostOf(other.world, 'C'), other.see);
    expect(refused(other, 'backup', 'C')).toMatch(/^host C can’t take it/);
    crashComputer(other.world, hostOf(other.world, 'B'), other.see);
    expect(refused(other, 'backup', 'C')).toBe('no backup is running');
    to(20_000_000);
    expect(actingHost(world)?.id).toBe('C');
  });
});
