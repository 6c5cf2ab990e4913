// How far the machine of each kind of host may run, and when nothing may enter it.
import { describe, expect, test } from 'vitest';
import { UNBOUNDED } from '../machine/boundary.ts';
import type { End } from './pair-end.ts';
import type { ProtocolConfig, Role } from './replica.ts';
import { mayEnter, runLimit } from './run-limit.ts';
import { endConfig, endOf, entry, primary, transferOf } from './testing/replicas.ts';

/** A host of this role whose log has an entry at instruction 10. */
function host(role: Role, change: (end: End) => void = () => {}): End {
  const end = endOf({ ...primary(), role });
  end.replica.receiver.entries.push(entry(1));
  change(end);
  return end;
}
const limit = (end: End, said: Partial<ProtocolConfig> = {}, isAsking = false) =>
  runLimit(end, endConfig(said).protocol, isAsking);

describe('how far a machine may run', () => {
  test.each<[Role, Partial<ProtocolConfig>, number | undefined]>([
    ['primary', {}, UNBOUNDED],
    ['solo', {}, UNBOUNDED],
    ['backup', {}, 10],
    ['backup', { mode: 'checkpoint' }, undefined],
    ['backup', { mode: 'operations' }, UNBOUNDED],
    ['halted', {}, undefined],
    ['spare', {}, undefined],
  ])('%s, %o: %s', (role, said, expected) => {
    expect(limit(host(role), said)).toBe(expected);
  });

  test('a backup that asks for a value waits for it, unless it runs by itself', () => {
    expect(limit(host('backup'), {}, true)).toBeUndefined();
    expect(limit(host('backup'), { mode: 'operations' }, true)).toBe(UNBOUNDED);
  });
});

describe('a primary', () => {
  test.each<[string, (end: End) => void, boolean]>([
    [
      'whose buffer is at its limit',
      ({ replica: { sender } }) => Object.assign(sender, { held: 1000 }),
      true,
    ],
    ['whose buffer is past it', ({ replica: { sender } }) => Object.assign(sender, { held: 1001 }), false],
    ['that is being copied aside', (end) => Object.assign(end, { isCopying: true }), false],
    ['that ends', ({ replica }) => Object.assign(replica, { ending: { reason: 'poweredOff' } }), false],
    [
      'whose VM moves, in rounds',
      (end) => Object.assign(end, { transfer: transferOf('movePrimary', 'copying') }),
      true,
    ],
    [
      'whose VM is handed over',
      (end) => Object.assign(end, { transfer: transferOf('movePrimary', 'paused') }),
      false,
    ],
  ])('%s: runs and takes what comes: %s', (_, change, isFree) => {
    const end = host('primary', change);
    expect(limit(end) === UNBOUNDED).toBe(isFree);
    expect(mayEnter(end)).toBe(isFree);
  });
});
