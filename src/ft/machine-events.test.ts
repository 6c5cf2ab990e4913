// What enters the guest and comes out of it, by the kind of what it is; and whose clock a guest has.
import { describe, expect, test } from 'vitest';
import type { Emission } from '../machine/boundary.ts';
import type { EntryBody } from './entry.ts';
import { emitted, entered } from './machine-events.ts';
import { runsByItself } from './pair-end.ts';
import type { Replica, ReplicationMode, Role } from './replica.ts';
import {
  backup,
  diskWrite,
  endConfig,
  endOf,
  kinds,
  momentAt,
  notes,
  primary,
  read,
} from './testing/replicas.ts';

const BYTES = new Uint8Array(512).fill(3);

describe('what enters', () => {
  test.each<[EntryBody, string[]]>([
    [{ kind: 'packet', bytes: BYTES }, []],
    [{ kind: 'control', operation: 'share', value: 40 }, ['changePace', 'note resourcesChanged']],
    [{ kind: 'control', operation: 'quiesce', value: 0 }, []],
    [{ kind: 'diskCompletion', request: 1, ok: true }, ['note ioCompleted']],
  ])('%o is logged, and what follows from it is done', (body, more) => {
    const end = endOf(primary());
    const out = kinds(entered(end, endConfig(), body, momentAt(5)));
    expect(out.filter((kind) => !/^s(end|etTimer) /.test(kind)).sort()).toEqual(
      ['note recorded', ...more].sort(),
    );
    expect(end.vmPercent).toBe(more.includes('changePace') ? 40 : 100);
  });

  test.each<[string, EntryBody, boolean, boolean]>([
    ['a packet', { kind: 'packet', bytes: BYTES }, true, true],
    ['what was read', { kind: 'diskCompletion', request: 1, ok: true, bytes: BYTES }, false, true],
    [
      'what a backup reads itself',
      { kind: 'diskCompletion', request: 1, ok: true, bytes: BYTES },
      true,
      false,
    ],
  ])('%s is in the log with its bytes, or without: %#', (_, body, backupReads, has) => {
    const out = entered(endOf(primary()), endConfig({ backupReads }), body, momentAt(5));
    const logged = notes(out).find(({ kind }) => kind === 'recorded');
    if (has) expect(logged).toHaveProperty('entry.bytes', BYTES);
    else expect(logged).not.toHaveProperty('entry.bytes');
  });
});

test.each<[Emission, boolean, boolean, boolean]>([
  [{ kind: 'console', byte: 65, number: 1 }, true, true, false],
  [{ kind: 'packet', bytes: BYTES }, true, true, false],
  [diskWrite(1), true, true, true],
  [diskWrite(1), false, false, true],
  [read(1), true, false, true],
  [{ kind: 'diskFlush', request: 1 }, true, false, true],
])('%o, on a shared disk (%s): an output: %s, an operation: %s', (emission, isDiskShared, isOutput, isIo) => {
  const out = kinds(emitted(endOf(primary()), endConfig({ isDiskShared }), [emission], momentAt(5)));
  expect([out.includes('note outputHeld'), out.includes('note ioStarted')]).toEqual([isOutput, isIo]);
});

test.each<[string, Replica, Role, ReplicationMode, boolean]>([
  ['a primary', primary(), 'primary', 'ft', true],
  ['who is alone', primary(), 'solo', 'ft', true],
  ['a backup that replays', backup(), 'backup', 'ft', false],
  ['a backup with checkpoints', backup(), 'backup', 'checkpoint', false],
  ['a backup that gets operations', backup(), 'backup', 'operations', true],
  ['a backup that has diverged', { ...backup(), hasDiverged: true }, 'backup', 'ft', true],
])('%s has a clock of its own: %#', (_, replica, role, mode, expected) => {
  expect(runsByItself(endOf({ ...replica, role }), endConfig({ mode }).protocol)).toBe(expected);
});
