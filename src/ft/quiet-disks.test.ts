// §3.3: for how long a primary keeps its disks quiet for a backup that moves: as long as the backup's heartbeats ask for it.
import { describe, expect, test } from 'vitest';
import type { Effect } from './effects.ts';
import { beat } from './failure-detection.ts';
import type { Transfer } from './ft-vmotion.ts';
import type { End } from './pair-end.ts';
import { receiveMessage } from './receive-message.ts';
import {
  backup,
  CONFIG,
  diskWrite,
  endConfig,
  endOf,
  kinds,
  momentAt,
  primary,
  sent,
  transferOf,
} from './testing/replicas.ts';

/** A primary that keeps its disks quiet, with a write that waits for that. */
function quiet(moving: Transfer | null = null): End {
  const end = { ...endOf(primary()), transfer: moving };
  end.replica.isQuiescing = true;
  end.replica.pendingIo.push({ operation: diskWrite(4), isGated: false, issued: false });
  return end;
}

function hears(end: End, wantsQuiet?: true): string[] {
  const heartbeat = { kind: 'heartbeat', generation: 1, executed: 0, released: 0 } as const;
  const message = wantsQuiet ? { ...heartbeat, wantsQuiet } : heartbeat;
  return kinds(receiveMessage(end, endConfig(), 'A', { kind: 'channel', message }, momentAt(10)));
}

describe('a primary', () => {
  test('goes on once its backup does not ask for quiet disks any more, although nobody has said so', () => {
    const end = quiet();
    expect(hears(end, true)).not.toContain('issueIo');
    expect(end.replica.isQuiescing).toBe(true);
    expect(hears(end)).toContain('issueIo');
    expect(end.replica.isQuiescing).toBe(false);
  });

  test('that moves itself keeps them quiet, whatever its backup asks for', () => {
    const end = quiet(transferOf('movePrimary', 'quiescing'));
    expect(hears(end)).not.toContain('issueIo');
    expect(end.replica.isQuiescing).toBe(true);
  });
});

test.each([
  [null, undefined],
  [transferOf('moveBackup', 'copying'), undefined],
  [transferOf('moveBackup', 'quiescing'), true],
  [transferOf('moveBackup', 'paused'), true],
])('a backup with the transfer %o asks: %s', (moving, asks) => {
  const out: Effect[] = [];
  beat({ ...endOf(backup()), transfer: moving }, CONFIG, out);
  expect(sent(out, 'heartbeat').map(({ wantsQuiet }) => wantsQuiet)).toEqual([asks]);
});
