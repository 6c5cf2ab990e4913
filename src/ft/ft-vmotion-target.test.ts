// §3.1, §3.3: a transfer at its target, message by message, and what begins there.
import { describe, expect, test } from 'vitest';
import { instantAt, milliseconds } from '../sim/time.ts';
import type { Effect } from './effects.ts';
import type { Purpose } from './ft-vmotion.ts';
import type { MachineHandover, PageCopy, TransferMessage } from './messages.ts';
import type { End } from './pair-end.ts';
import { receiveMessage } from './receive-message.ts';
import type { Replica, ReplicationMode, Role } from './replica.ts';
import {
  backup,
  count,
  diskWrite,
  endConfig,
  endOf,
  entry,
  kinds,
  momentAt,
  primary,
  read,
} from './testing/replicas.ts';

const NOW = instantAt(7000);
const hears = (end: End, message: TransferMessage, from = 'C', config = endConfig()): Effect[] =>
  receiveMessage(end, config, from, { kind: 'transfer', message }, momentAt(0, NOW));
const page = (n: number): PageCopy => ({ page: n, bytes: new Uint8Array(4096) });
const pages = (said: Partial<Extract<TransferMessage, { kind: 'pages' }>> = {}): TransferMessage => ({
  kind: 'pages',
  purpose: 'movePrimary',
  number: 1,
  round: 1,
  before: 0,
  pages: [page(1), page(2)],
  blocks: [],
  endsRound: false,
  ...said,
});
const host = (role: Role = 'spare'): End => ({ ...endOf({ ...primary(), role, generation: 1 }), peer: null });
/** What is left of a machine, with the state of its end. */
const stateOf = (purpose: Purpose, replica: Replica | null, peer = 'A'): TransferMessage => {
  const state: MachineHandover = {
    purpose,
    generation: 1,
    peer,
    registers: { cpu: { instructions: count(70) } },
    guestTicks: 0,
    vmPercent: 60,
    replica,
    pendingIo: [],
  };
  return { kind: 'state', number: 1, pages: [page(9)], blocks: [], state };
};
const go = (deferred: Extract<TransferMessage, { kind: 'go' }>['deferred'] = []): TransferMessage => ({
  kind: 'go',
  number: 1,
  deferred,
});
/** A host to which such a machine has come, and which waits for the word to begin. */
function handed(purpose: Purpose, replica: Replica, peer = 'A', config = endConfig()): End {
  const end = host();
  hears(end, pages({ purpose, endsRound: true }), 'C', config);
  hears(end, stateOf(purpose, replica, peer), 'C', config);
  return end;
}
const messages = (out: readonly Effect[]) =>
  out.flatMap((effect) => (effect.kind === 'sendTransfer' ? [[effect.to, effect.message.kind]] : []));

describe('pages', () => {
  test.each(['spare', 'halted'] as const)(
    'make room with the first of them, on a host that is %s',
    (role) => {
      const end = host(role);
      const out = hears(end, pages());
      expect(kinds(out)).toEqual(['clearMachine', 'installPages', 'setTransferTimer']);
      expect(out[0]).toEqual({ kind: 'clearMachine', disk: true });
      expect(out).toContainEqual({ kind: 'setTransferTimer', number: 1, wait: milliseconds(40) });
      expect(end).toMatchObject({ incoming: { from: 'C', number: 1, pages: 2 }, replica: { role: 'spare' } });
    },
  );

  test.each(['primary', 'backup', 'solo'] as const)(
    'are nothing to a host that runs a machine: %s',
    (role) => {
      const end = host(role);
      hears(end, pages());
      expect(end).toMatchObject({ incoming: null, replica: { role } });
    },
  );

  test('are answered when the round is whole, and begin anew with the next', () => {
    const end = host();
    hears(end, pages());
    expect(messages(hears(end, pages({ before: 2, pages: [page(3)], endsRound: true })))).toEqual([
      ['C', 'roundReceived'],
    ]);
    expect(kinds(hears(end, pages({ round: 2 })))).toEqual(['installPages', 'setTransferTimer']);
    expect(end.incoming?.pages).toBe(2);
  });

  test.each<[string, Parameters<typeof pages>[0]]>([
    ['the first is missing', { before: 2 }],
    ['a round is missing', { round: 2 }],
  ])('are not taken where %s', (_, said) => {
    const end = host();
    expect(hears(end, pages(said))).toEqual([]);
    expect(end.incoming).toBeNull();
  });

  test('behind a hole are not taken', () => {
    const end = host();
    hears(end, pages());
    expect(hears(end, pages({ before: 3, endsRound: true }))).toEqual([]);
  });

  test.each<[string, string, number]>([
    ['its source', 'C', 2],
    ['another host', 'D', 1],
  ])(
    'of another transfer of %s take the place of one that came before, and of its state',
    (_, from, number) => {
      const end = handed('movePrimary', primary());
      expect(kinds(hears(end, pages({ number }), from))).toContain('clearMachine');
      expect(end).toMatchObject({ incoming: { from, number }, handover: null });
      expect(hears(end, { ...go(), number } as TransferMessage, from)).toEqual([]);
    },
  );
});

test('the rest of a machine, or the word to begin, is nothing where no page has come', () => {
  for (const message of [stateOf('movePrimary', primary()), go()]) {
    const end = host();
    expect(hears(end, message)).toEqual([]);
    expect(end).toEqual(host());
  }
});

test('a machine that is moved waits for the word to begin', () => {
  const end = host();
  hears(end, pages({ endsRound: true }));
  expect(hears(end, go())).toEqual([]);
  const out = hears(end, stateOf('movePrimary', primary()));
  expect(kinds(out)).toEqual(['installPages', 'installMachine', 'sendTransfer', 'setTransferTimer']);
  expect(messages(out)).toEqual([['C', 'ready']]);
  expect(end).toMatchObject({ peer: 'A', vmPercent: 60, replica: { role: 'spare' } });
  hears(end, { kind: 'cancel', number: 1 });
  expect(end).toMatchObject({ incoming: null, handover: null });
});

test('a clone is a backup at once, with the operations under way issued by nobody here', () => {
  const end = host();
  hears(end, pages({ purpose: 'clone', endsRound: true }));
  const message = stateOf('clone', null) as Extract<TransferMessage, { kind: 'state' }>;
  message.state.pendingIo.push({ operation: read(4), isGated: false, issued: true });
  const out = hears(end, message);
  expect(kinds(out)).toEqual([
    'installPages',
    'installMachine',
    'sendTransfer',
    'note paired',
    'setTimer heartbeat',
    'setTimer silence',
    'send ack',
  ]);
  expect(end).toMatchObject({ peer: 'C', incoming: null, handover: null });
  expect(end.replica).toMatchObject({
    role: 'backup',
    pendingIo: [{ issued: false }],
    receiver: { barrier: 70 },
  });
});

describe('the word to begin', () => {
  const arrival = { kind: 'console', byte: 65 } as const;

  test('makes this host the primary: its peer hears of it, what was not acknowledged goes again, the MAC is here', () => {
    const replica = primary();
    replica.isQuiescing = true;
    replica.pendingIo.push({ operation: read(4), isGated: false, issued: true });
    Object.assign(replica.sender, {
      nextToSend: 6,
      ackedThrough: 3,
      inFlight: 50,
      waitingForAck: true,
      isFlushDue: true,
    });
    const end = handed('movePrimary', replica);
    const out = hears(end, go([arrival]));
    expect(kinds(out)).toEqual([
      'enter',
      'sendTransfer',
      'setTimer heartbeat',
      'setTimer silence',
      'setTimer pacing',
      'setTimer flush',
      'takeOverClock',
      'announceMac',
      'setTimer announce',
      'issueIo',
      'note migrationFinished',
    ]);
    expect(out[0]).toEqual({ kind: 'enter', arrival });
    expect(messages(out)).toEqual([['A', 'moved']]);
    expect(out.at(-1)).toMatchObject({ note: { machine: 'primary', from: 'C', to: 'B' } });
    expect(end.replica).toMatchObject({ role: 'primary', generation: 1, isQuiescing: false, lastHeard: NOW });
    expect(end.replica.sender).toMatchObject({
      nextToSend: 4,
      inFlight: 0,
      waitingForAck: false,
      isFlushDue: false,
    });
    expect(hears(end, go())).toEqual([]);
  });

  test('makes this host the backup: its primary may use the disks again, and hears how far the log is here', () => {
    const replica = backup();
    replica.receiver.entries.push(entry(1));
    const out = hears(handed('moveBackup', replica), go());
    expect(kinds(out)).toEqual([
      'sendTransfer',
      'sendTransfer',
      'setTimer heartbeat',
      'setTimer silence',
      'send ack',
      'note migrationFinished',
    ]);
    expect(messages(out)).toEqual([
      ['A', 'moved'],
      ['A', 'resumeIo'],
    ]);
    expect(out.at(-1)).toMatchObject({ note: { machine: 'backup' } });
  });

  test('to a VM that is alone begins a generation, whose flag nobody has yet, and asks for a backup', () => {
    const end = handed('movePrimary', { ...primary(), role: 'solo' }, '');
    const out = hears(end, go());
    expect(kinds(out)).toEqual([
      'takeOverClock',
      'announceMac',
      'setTimer announce',
      'note migrationFinished',
      'requestBackup',
    ]);
    expect(end).toMatchObject({ peer: null, replica: { role: 'solo', generation: 2 } });
  });

  test.each<[ReplicationMode, boolean]>([
    ['ft', false],
    ['operations', true],
  ])('leaves the clock to the log where there is one: %s', (mode, isOwn) => {
    const config = endConfig({ mode });
    const out = hears(handed('moveBackup', backup({ mode }), 'A', config), go(), 'C', config);
    expect(kinds(out).includes('takeOverClock')).toBe(isOwn);
  });

  test('has a backup carry out here what it had begun, but not what has come to something', () => {
    const config = endConfig({ isDiskShared: false });
    const replica = backup();
    replica.pendingIo.push(
      { operation: read(4), isGated: false, issued: true },
      { operation: diskWrite(5, 30), isGated: false, issued: true, own: { ok: true } },
    );
    const out = hears(handed('moveBackup', replica, 'A', config), go(), 'C', config);
    expect(out.flatMap((effect) => (effect.kind === 'issueIo' ? [effect.io.operation.request] : []))).toEqual(
      [4],
    );
  });
});
