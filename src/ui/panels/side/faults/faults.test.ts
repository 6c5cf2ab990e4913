// Every fault that the engine offers is a command that it understands, has its words, and is refused with its reason.
import i18next from 'i18next';
import { beforeAll, describe, expect, test } from 'vitest';
import type { SimTime } from '../../../../sim/time.ts';
import type { ViewFrame } from '../../../../worker/frame.ts';
import { opened } from '../../../../worker/testing/worker.ts';
import { VERBS } from '../../../../world/language/fault-table.ts';
import { formatFault, parseCommand, targetsOf } from '../../../../world/language/faults.ts';
import { REFUSALS } from '../../../../world/language/refusals.ts';
import narration from '../../../i18n/en/narration.json';
import page from '../../../i18n/en/page.json';
import { prepareTexts } from '../../../i18n/index.ts';
import { faultName, refusalSentence, type Translate } from '../../../i18n/sentences.ts';
import { BIT, type FaultRowView, faultRow, flipAt } from './faults.ts';

let t: Translate;

beforeAll(async () => {
  const instance = i18next.createInstance();
  await prepareTexts(instance);
  t = instance.t as unknown as Translate;
});

/** A world of three hosts, after these commands at one instant. */
async function inWorld(...commands: string[]): Promise<ViewFrame> {
  const given = commands.map((command) => `${command} @ 5ms`);
  const { frame } = await opened({ spares: [{ id: 'C' }], commands: given });
  return await frame({ kind: 'seek', time: 5_000_000 });
}

const names = ({ groups }: FaultRowView) =>
  groups.map(({ group, faults }) =>
    [group, ...faults.map((fault) => faultName(t, fault, 'short').replaceAll('\u00a0', ' '))].join(': '),
  );

const why = ({ faults = [] }: ViewFrame, command: string): string | undefined => {
  const found = faults.find((each) => each.command === command);
  if (found === undefined) throw new Error(command);
  return found.why && refusalSentence(t, found.why);
};

test('the engine understands every one of them, and each has its words', async () => {
  const targets = targetsOf(['A', 'B', 'C'], ['client1', 'client2']);
  const { faults = [] } = await inWorld();
  expect(faults.length).toBeGreaterThan(100);
  for (const { command, name, group } of faults) {
    const parsed = parseCommand(command, targets, 5 as SimTime);
    expect(parsed.ok ? formatFault(parsed.value) : parsed.error).toBe(command);
    expect(page.fault.full).toHaveProperty(name);
    expect(page.fault.short).toHaveProperty(name);
    expect(page.fault.row).toHaveProperty(group);
  }
  expect(new Set(faults.map(({ command }) => command)).size).toBe(faults.length);
  // What is typed has a panel of its own.
  const verbs = new Set(faults.map(({ command }) => command.split(' ')[0]));
  expect(VERBS.filter((verb) => !verbs.has(verb))).toEqual(['type']);
  const told = new Set(faults.map(({ name }) => name));
  expect(Object.keys(page.fault.full).filter((name) => !told.has(name))).toEqual([]);
});

test('a refusal has the same words on the page as from the command line', () => {
  const plain = (text: string) =>
    text
      .replaceAll('{{hostName}}', 'host {{host}}')
      .replaceAll('{{clientName}}', '{{client}}')
      .replaceAll('{{machineName}}', '{{machine}}');
  expect(
    Object.fromEntries(Object.entries(narration.refusal).map(([key, text]) => [key, plain(text)])),
  ).toEqual(REFUSALS);
});

describe('rows', () => {
  test('have what can be done to a thing, in groups', async () => {
    const frame = await inWorld();
    expect(names(faultRow(frame, 'A'))).toEqual([
      'power: Crash: Repair: Pause: Resume',
      'speed: 25 %: 50 %: 100 %',
      'memory: Flip',
    ]);
    expect(names(faultRow(frame, 'log'))).toEqual([
      'cut: Cut: Mend',
      'loss: 1 %: 10 %: 50 %',
      'delay: 1 ms: 5 ms: 20 ms',
    ]);
    expect(names(faultRow(frame, 'lan-A'))).toEqual([
      'cut: Cut: only out: only in: Mend',
      'loss: 1 %: 10 %: 50 %',
      'disorder: double 5 %: reorder 5 %',
      'delay: 1 ms: 5 ms: 20 ms',
    ]);
    expect(names(faultRow(frame, 'vm', 'primary', 'backup'))).toEqual([
      'power: Power off',
      'share: 25 %: 50 %: 100 %',
      'movePrimary: A: B: C',
      'moveBackup: A: B: C',
    ]);
    const ofMachine = ['power: Crash: Repair: Pause: Resume', 'speed: 25 %: 50 %: 100 %', 'memory: Flip'];
    expect(names(faultRow(frame, 'client1'))).toEqual([...ofMachine, 'requests: Poison']);
    expect(names(faultRow(frame, 'disk'))).toEqual([
      'power: Crash: Bring back: Pause: Resume',
      ...ofMachine.slice(1),
      'errors: Mend: reads: writes: all: full',
    ]);
    expect(names(faultRow(frame, 'nobody'))).toEqual([]);
  });

  test('begin with the commonest that changes something', async () => {
    const first = (frame: ViewFrame, ...targets: string[]) => faultRow(frame, ...targets).first?.command;
    const well = await inWorld();
    expect([first(well, 'A'), first(well, 'log'), first(well, 'disk')]).toEqual([
      'crash A',
      'cut log',
      'crash disk',
    ]);
    const broken = await inWorld('crash A', 'cut log', 'crash disk');
    expect([first(broken, 'A'), first(broken, 'log'), first(broken, 'disk')]).toEqual([
      'repair A',
      'mend log',
      'repair disk',
    ]);
  });
});

describe('what would change nothing says why, as the engine does', () => {
  test('of hosts', async () => {
    const frame = await inWorld('crash A', 'pause B', 'slow C 50%');
    expect(why(frame, 'crash A')).toBe('host A already has no power');
    expect(why(frame, 'pause A')).toBe('host A has no power');
    expect(why(frame, 'repair A')).toBeUndefined();
    expect(why(frame, 'repair B')).toBe('host B already has power');
    expect(why(frame, 'pause B')).toBe('host B is already paused');
    expect(why(frame, 'resume B')).toBeUndefined();
    expect(why(frame, 'resume C')).toBe('host C is not paused');
    expect(why(frame, 'slow C 50%')).toBe('host C already runs at 50 % of its speed');
    expect(why(frame, 'flip C 0x80001000.0')).toBe('host C has no machine');
    expect(why(frame, 'crash hosts')).toBeUndefined();
  });

  test('of links: each way by itself, and all of a kind', async () => {
    const frame = await inWorld('cut log-A out', 'lose lan-A 1%', 'cut storage');
    expect(why(frame, 'cut log-A')).toBeUndefined();
    expect(why(frame, 'cut log-A out')).toBe('link log-A is already cut');
    expect(why(frame, 'cut log-A in')).toBeUndefined();
    expect(why(frame, 'mend log')).toBeUndefined();
    expect(why(frame, 'lose lan-A 1%')).toBe('link lan-A is already like that');
    expect(why(frame, 'lose lan 1%')).toBeUndefined();
    expect(why(frame, 'cut storage-B')).toBe('link storage-B is already cut');
    expect(why(frame, 'mend lan-B')).toBe('link lan-B already works');
  });

  test('of the machines of clients and of the disk', async () => {
    const frame = await inWorld('crash client1', 'pause disk', 'slow client2 50%');
    expect(why(frame, 'crash client1')).toBe('client 1 already has no power');
    expect(why(frame, 'pause client1')).toBe('client 1 has no power');
    expect(why(frame, 'repair client1')).toBeUndefined();
    expect(why(frame, 'pause disk')).toBe('the disk is already paused');
    expect(why(frame, 'resume client2')).toBe('client 2 is not paused');
    expect(why(frame, 'slow client2 50%')).toBe('client 2 already runs at 50 % of its speed');
    expect(why(frame, 'flip disk 0x80001000.0')).toBeUndefined();
    const crash = frame.faults?.find(({ command }) => command === 'crash client2');
    expect(crash && faultName(t, crash, 'full')).toBe('Crash client 2');
  });

  test('of the disk, the VM and the clients', async () => {
    const frame = await inWorld('fail disk reads', 'poison client1');
    expect(why(frame, 'fail disk reads')).toBe('the disk is already like that');
    expect(why(frame, 'fail disk all')).toBeUndefined();
    expect(why(frame, 'mend disk')).toBeUndefined();
    expect(why(frame, 'poison client1')).toBe('the next request of client 1 is already poisoned');
    expect(why(frame, 'share vm 100%')).toBe('the VM may already use 100 % of the CPU');
    expect(why(frame, 'migrate primary A')).toBe('host A already runs the primary');
    expect(why(frame, 'migrate primary B')).toMatch(/never share a host/);
    expect(why(frame, 'migrate primary C')).toBeUndefined();
    const down = await inWorld('crash hosts');
    expect(why(down, 'poweroff vm')).toBe('no VM is running');
    expect(why(down, 'migrate backup C')).toBe('no backup is running');
    expect(why(down, 'crash hosts')).toBe('all hosts already have no power');
  });
});

test('another bit of the same machine is another command', async () => {
  const flip = faultRow(await inWorld(), 'B').groups.at(-1)?.faults[0];
  if (flip === undefined) throw new Error('no flip');
  const other = flipAt(flip, '0x80001000.3');
  expect([other.command, faultName(t, other, 'full')]).toEqual([
    'flip B 0x80001000.3',
    'Flip bit 0x80001000.3 on host B',
  ]);
  expect(['0x80001000.3', '0x80001000', '80001000.1', '0x8.8'].map((place) => BIT.test(place))).toEqual([
    true,
    false,
    false,
    false,
  ]);
});
