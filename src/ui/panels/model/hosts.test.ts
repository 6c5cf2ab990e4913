// Sides, colours and words of the hosts through a failover.
import { expect, test } from 'vitest';
import type { HostView, Role } from '../../../worker/frame.ts';
import { activityKey, pacedTo, regionKey, sidesOf, silenceShare, slownessOf } from './hosts.ts';

function host(id: string, role: Role): HostView {
  return {
    id,
    role,
    activity: 'running',
    instruction: 0,
    changes: 0,
    cpuPercent: 100,
    sharePercent: 100,
    pacingPercent: 100,
    outputs: [],
    outputsHeld: 0,
    outputsReleased: 0,
    outputsDropped: 0,
  };
}

const sides = (a: Role, b: Role) => sidesOf([host('A', a), host('B', b)]);

test('there is always one of each side, and the live host is the primary', () => {
  expect(sides('primary', 'backup')).toEqual(['primary', 'backup']);
  expect(sides('crashed', 'backup')).toEqual(['primary', 'backup']);
  expect(sides('crashed', 'solo')).toEqual(['backup', 'primary']);
  expect(sides('solo', 'crashed')).toEqual(['primary', 'backup']);
  expect(sides('halted', 'primary')).toEqual(['backup', 'primary']);
  expect(sides('crashed', 'crashed')).toEqual(['primary', 'backup']);
});

test('a dead host’s region says that nobody stands there', () => {
  expect(regionKey(host('A', 'crashed'), 'backup')).toBe('noBackup');
  expect(regionKey(host('A', 'crashed'), 'primary')).toBe('noPrimary');
  expect(regionKey(host('B', 'solo'), 'primary')).toBe('primary');
});

test('running has its role’s word', () => {
  expect(activityKey({ role: 'primary', activity: 'running' })).toBe('recording');
  expect(activityKey({ role: 'backup', activity: 'running' })).toBe('replaying');
  expect(activityKey({ role: 'backup', activity: 'waitingForLog' })).toBe('waitingForLog');
});

test('silence grows towards suspicion', () => {
  const listening = { ...host('B', 'backup'), lastHeardAt: 1000, suspectsAt: 11_000 };
  expect(silenceShare(listening, 6000)).toBe(0.5);
  expect(silenceShare(listening, 90_000)).toBe(1);
  expect(silenceShare({ ...listening, role: 'solo' }, 6000)).toBeNull();
});

test('what slows a machine is said as soon as it leaves less than all, and not at 100 %', () => {
  for (const role of ['primary', 'backup', 'solo', 'crashed', 'halted', 'spare'] as const) {
    expect(slownessOf(host('A', role))).toEqual([]);
    expect(pacedTo(host('A', role))).toBeNull();
  }
  const slow = { cpuPercent: 99, sharePercent: 50, pacingPercent: 99 };
  expect(slownessOf({ ...host('A', 'primary'), ...slow })).toEqual([
    { key: 'slowed', percent: 99 },
    { key: 'share', percent: 50 },
    { key: 'paced', percent: 99 },
  ]);
  expect(pacedTo({ ...host('A', 'primary'), ...slow })).toBe(99);
  const keys = (role: Role) => slownessOf({ ...host('A', role), ...slow }).map(({ key }) => key);
  expect([keys('backup'), keys('solo'), keys('spare'), keys('crashed')]).toEqual([
    ['slowed', 'share'],
    ['slowed', 'share'],
    ['slowed'],
    [],
  ]);
  expect(pacedTo({ ...host('B', 'backup'), ...slow })).toBeNull();
  expect(pacedTo(undefined)).toBeNull();
});
