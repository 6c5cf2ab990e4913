// Every failure of the page is a command that the world understands, named in words, and refused only with a reason.
import { expect, test } from 'vitest';
import type { SimTime } from '../../../../sim/time.ts';
import type { HostView, LinkView, ViewFrame } from '../../../../worker/frame.ts';
import { formatFault, parseCommand, targetsOf } from '../../../../world/language/faults.ts';
import page from '../../../i18n/en/page.json';
import { allFaults, diskFaults, flipFault, hostFaults, linkFaults, vmFaults } from './faults.ts';

const host = (id: string, role: HostView['role'], more: Partial<HostView> = {}): HostView => ({
  id,
  role,
  activity: 'running',
  instruction: 0,
  cpuPercent: 100,
  sharePercent: 100,
  pacingPercent: 100,
  outputs: [],
  outputsHeld: 0,
  outputsReleased: 0,
  outputsDropped: 0,
  ...more,
});

const link = (id: string, ends: [string, string], more: Partial<LinkView> = {}): LinkView => ({
  id,
  ends,
  cut: [false, false],
  loss: 0,
  duplication: 0,
  reordering: 0,
  delayNs: 0,
  latencyNs: 1,
  bitsPerSecond: 1,
  ...more,
});

const HOSTS = ['A', 'B', 'C'];

function frameWith(more: Partial<ViewFrame> = {}): ViewFrame {
  return {
    hosts: [host('A', 'primary'), host('B', 'backup'), host('C', 'spare')],
    clients: [{ id: 'client1', state: 'waiting', answered: 0 }],
    disk: { isUp: true, failsReads: false, failsWrites: false, isFull: false, isShared: true },
    channel: { from: 'A', to: 'B' },
    transfer: null,
    links: [
      link('log-A:B', ['A', 'B']),
      link('log-A:C', ['A', 'C']),
      link('log-B:C', ['B', 'C']),
      ...['A', 'B', 'C', 'client1'].map((end) => link(`lan-${end}`, [end, 'switch'])),
      ...HOSTS.map((end) => link(`storage-${end}`, [end, 'disk'])),
    ],
    ...more,
  } as unknown as ViewFrame;
}

const why = (faults: readonly { command: string; why?: string }[], command: string) =>
  faults.find((each) => each.command === command)?.why;

test('the world understands every one of them, and they come back as they were', () => {
  const targets = targetsOf(HOSTS, ['client1']);
  const faults = [...allFaults(frameWith()), flipFault(host('A', 'primary'), '0x80001000.3')];
  expect(faults.length).toBeGreaterThan(80);
  for (const { command, name } of faults) {
    const parsed = parseCommand(command, targets, 5 as SimTime);
    expect(parsed.ok ? formatFault(parsed.value) : parsed.error).toBe(command);
    expect(page.fault.full).toHaveProperty(name);
    expect(page.fault.short).toHaveProperty(name);
  }
  expect(new Set(faults.map(({ command }) => command)).size).toBe(faults.length);
});

test('a host: what makes no sense says why', () => {
  const of = (role: HostView['role'], more: Partial<HostView> = {}) => {
    const { crash, power, speed } = hostFaults(host('B', role, more));
    return [crash, ...power, ...speed];
  };
  expect(why(of('backup'), 'crash B')).toBeUndefined();
  expect(why(of('backup'), 'repair B')).toBe('hasPower');
  expect(why(of('backup'), 'resume B')).toBe('notPaused');
  expect(why(of('backup', { activity: 'paused' }), 'resume B')).toBeUndefined();
  expect(why(of('backup', { activity: 'paused' }), 'pause B')).toBe('isPaused');
  expect(why(of('crashed'), 'pause B')).toBe('noPower');
  expect(why(of('crashed'), 'repair B')).toBeUndefined();
  expect(why(of('backup', { cpuPercent: 50 }), 'slow B 50%')).toBe('alike');
  expect(flipFault(host('C', 'spare'), '0x80001000.0').why).toBe('noVmThere');
  expect(flipFault(host('A', 'primary'), '0x80001000').why).toBe('notABit');
});

test('a link: each way by itself, all of a kind, and the one of the pair', () => {
  const frame = frameWith({
    links: frameWith().links.map((each) =>
      each.id === 'log-A:B'
        ? { ...each, cut: [true, false] }
        : each.id === 'lan-A'
          ? { ...each, loss: 10_000 }
          : each,
    ),
  });
  const of = (target: string) => {
    const { cut, mend, ways, loss } = linkFaults(frame, target);
    return [cut, mend, ...ways, ...loss];
  };
  // The first end's way out is cut, which is the second's way in.
  expect(why(of('log-A:B'), 'mend log-A:B')).toBeUndefined();
  expect(of('log-A:B').some(({ command }) => command.endsWith(' out'))).toBe(false);
  expect(why(of('log-A'), 'cut log-A out')).toBeUndefined();
  expect(why(of('storage-B'), 'mend storage-B')).toBe('isWell');
  expect(why(of('lan-A'), 'lose lan-A 1%')).toBe('alike');
  expect(why(of('lan'), 'lose lan 1%')).toBeUndefined();
  const both = frameWith({
    links: frameWith().links.map((each) =>
      each.id.startsWith('log-A') ? { ...each, cut: [true, true] } : each,
    ),
  });
  expect(linkFaults(both, 'log-A').cut.why).toBe('isCut');
  expect(linkFaults(both, 'log').cut.why).toBeUndefined();
});

test('the disk and the VM', () => {
  expect(diskFaults(frameWith()).mend.why).toBe('isWell');
  const vm = (frame: ViewFrame) => {
    const { power, movePrimary, moveBackup } = vmFaults(frame);
    return [power, ...movePrimary, ...moveBackup];
  };
  expect(why(vm(frameWith()), 'migrate primary C')).toBeUndefined();
  expect(why(vm(frameWith()), 'migrate primary A')).toBe('isThere');
  expect(why(vm(frameWith()), 'migrate primary B')).toBe('neverBoth');
  const solo = frameWith({ hosts: [host('A', 'crashed'), host('B', 'solo'), host('C', 'spare')] });
  expect(why(vm(solo), 'migrate backup C')).toBe('noBackup');
  expect(why(vm(solo), 'migrate primary A')).toBe('noPower');
  const down = frameWith({ hosts: [host('A', 'crashed'), host('B', 'crashed')] });
  expect(why(vm(down), 'poweroff vm')).toBe('noVm');
});
