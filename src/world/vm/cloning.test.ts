// §3.1, §3.3: a VM's way to another host, message by message, on the smallest world.

import { describe, expect, test } from 'vitest';
import type { Transfer } from '../../ft/ft-vmotion.ts';
import { sendVmTo } from '../../ft/host-events.ts';
import type { TransferMessage } from '../../ft/messages.ts';
import { own } from '../../ft/own.ts';
import { flipBit, hashMachine } from '../../machine/machine.ts';
import { inOrder } from '../../sim/event-queue.ts';
import { goOn } from '../host/inputs.ts';
import { receiveAtHost } from '../host/receiving.ts';
import { requestsFor } from '../net/storage-client.ts';
import type { StorageRequest } from '../net/storage-protocol.ts';
import { install, takeChanges } from '../state/changed-pages.ts';
import type { Observation } from '../state/observation.ts';
import { flagHolder, type Host, hostOf, type World } from '../state/world.ts';
import { type Going, pairAndSpare } from '../testing/going.ts';
import { replyMessage } from '../testing/storage.ts';
import { worldConfig } from '../testing/worlds.ts';
import { crashComputer } from './host-power.ts';
import { startMigration } from './operations.ts';

interface Fixture extends Going {
  a: Host;
  b: Host;
  c: Host;
}

function fixture(said: Parameters<typeof worldConfig>[0] = {}): Fixture {
  const made = pairAndSpare(said);
  const [a, b, c] = made.world.hosts as [Host, Host, Host];
  return { ...made, a, b, c };
}

/** The guest has written somewhere. */
const poke = ({ machine }: Host, offset: number): boolean => flipBit(machine, 0x8000_0000 + offset, 0);

const told = (facts: Observation[], ...kinds: Observation['kind'][]): string[] =>
  facts.flatMap(({ kind }) => (kinds.includes(kind) ? [kind] : []));

/** A message about a machine that is on its way. */
function receiveTransfer(...[world, host, from, message, see]: Received): void {
  receiveAtHost(world, host, from, { kind: 'transfer', message }, see);
}
type Received = [World, Host, from: string, TransferMessage, see: (fact: Observation) => void];

/** A solo A that begins to clone itself to C. */
function cloning(said: Parameters<typeof worldConfig>[0] = {}): Fixture {
  const made = fixture(said);
  own(made.a).replica.role = 'solo';
  own(made.a).peer = null;
  crashComputer(made.world, made.b, made.see);
  const { world, a, c, see } = made;
  goOn(world, a, sendVmTo(a, world.config, 'clone', c.id, world.now), see);
  return made;
}

describe('what has changed', () => {
  test('is everything at first, and then only that', () => {
    const { a, c } = fixture();
    const first = takeChanges(a);
    expect(first.pages.length).toBeGreaterThan(0);
    expect(takeChanges(a).pages).toEqual([]);
    poke(a, 0x5004);
    expect(takeChanges(a).pages.map(({ page }) => page)).toEqual([5]);
    install(c, first.pages, []);
    expect(c.machine.ram.bytes).not.toEqual(a.machine.ram.bytes);
    poke(c, 0x5004);
    expect(c.machine.ram.bytes).toEqual(a.machine.ram.bytes);
  });

  test('counts the blocks of a disk of one’s own too (§4.1)', () => {
    const { a, c } = fixture({ disk: { ...worldConfig().disk, isShared: false } });
    const { blocks } = takeChanges(a);
    expect(blocks.map(({ block }) => block)).toEqual([7]);
    install(c, [], blocks);
    expect(c.disk?.blocks[7]).toEqual(a.disk?.blocks[7]);
    const own = a.disk as NonNullable<Host['disk']>;
    own.blocks[3] = new Uint8Array(512).fill(1);
    expect(takeChanges(a).blocks.map(({ block }) => block)).toEqual([3]);
  });
});

describe('a clone', () => {
  test('ends in a pair of equal machines of a new generation, and the VM stood still for a moment', () => {
    const { world, facts, a, c, to } = cloning();
    to(10_000_000);
    const order = ['cloneRound', 'clonePaused', 'paired', 'cloneFinished'] as const;
    expect(told(facts, ...order)).toEqual(['paired', ...order]);
    const paired = facts.findLast((fact) => fact.kind === 'paired');
    expect(paired).toMatchObject({ generation: 2, primary: 'A', backup: 'C' });
    expect(hashMachine(c.machine)).toBe(hashMachine(a.machine));
    expect([a.replica.role, c.replica.role, a.peer, c.peer]).toEqual(['primary', 'backup', 'C', 'A']);
    expect([a.transfer, c.incoming, a.copied]).toEqual([null, null, null]);
    to(60_000_000);
    expect(told(facts, 'suspected')).toEqual([]);
    expect(world.hosts.map(({ replica }) => replica.generation)).toEqual([2, 1, 2]);
  });

  test('is given up when the target is silent, and asked for again', () => {
    const { world, facts, c, a, see, to } = cloning();
    crashComputer(world, c, see);
    to(22_000_000);
    expect(told(facts, 'cloneAbandoned')).toEqual([]);
    to(26_000_000);
    expect(told(facts, 'cloneAbandoned', 'backupRequested')).toEqual(['cloneAbandoned', 'backupRequested']);
    expect([a.replica.role, a.transfer]).toEqual(['solo', null]);
  });

  test('that is decided while the VM stands still lets it go on alone', () => {
    const { world, facts, a, c, see, to, until } = cloning();
    until(() => a.transfer?.stage === 'paused');
    crashComputer(world, c, see);
    to(world.now + 5_000_000);
    expect(a.replica.role).toBe('primary');
    to(world.now + 20_000_000);
    expect(told(facts, 'wentSolo', 'cloneAbandoned')).toEqual(['wentSolo', 'cloneAbandoned']);
    expect([a.replica.role, a.transfer]).toEqual(['solo', null]);
    expect(flagHolder(world, 2)).toBe('A');
  });

  test('goes on in rounds while much changes, but not for ever', () => {
    const { world, facts, a, to } = cloning({ vmotion: { rounds: 3, finalPages: 0 } });
    for (let i = 0; i < 1000 && a.transfer?.stage === 'copying'; i++) {
      poke(a, 0x5000 + i);
      to(world.now + 20_000);
    }
    expect(facts.flatMap((fact) => (fact.kind === 'cloneRound' ? [fact.round] : []))).toEqual([1, 2, 3]);
  });
});

describe('messages of a transfer that is not this one', () => {
  const ofOther = (transfer: Transfer | null) => ({ number: (transfer?.number ?? 0) + 1 });

  test('change nothing at the source', () => {
    const { world, a, see } = cloning();
    const number = ofOther(a.transfer).number;
    receiveTransfer(world, a, 'C', { kind: 'roundReceived', number, round: 1 }, see);
    receiveTransfer(world, a, 'B', { kind: 'roundReceived', number: number - 1, round: 1 }, see);
    receiveTransfer(world, a, 'C', { kind: 'ready', number: number - 1 }, see);
    expect(a.transfer).toMatchObject({ stage: 'copying', round: 1 });
  });

  test('change nothing at the target', () => {
    const { world, c, see, to } = cloning();
    to(4_000_000);
    const { number } = c.incoming as NonNullable<Host['incoming']>;
    receiveTransfer(world, c, 'A', { kind: 'cancel', number: number + 1 }, see);
    receiveTransfer(world, c, 'B', { kind: 'cancel', number }, see);
    receiveTransfer(world, c, 'A', { kind: 'go', number, deferred: [] }, see);
    expect(c.incoming).toMatchObject({ from: 'A', number });
    expect(c.replica.role).toBe('spare');
    receiveTransfer(world, c, 'A', { kind: 'cancel', number }, see);
    expect(c.incoming).toBeNull();
  });

  test('are answered for a whole round only: a message that is lost leaves no hole', () => {
    const { world, a, c, see } = fixture();
    const arrive = (round: number, before: number, page: number, endsRound: boolean) => {
      const pages = [{ page, bytes: new Uint8Array(4096).fill(page) }];
      const message = { kind: 'pages' as const, purpose: 'clone' as const, number: 9, round, before };
      receiveTransfer(world, c, a.id, { ...message, pages, blocks: [], endsRound }, see);
    };
    const answers = () => inOrder(world.queue).filter(({ event }) => event.kind === 'arrival').length;
    const none = answers();
    arrive(1, 0, 1, false);
    arrive(1, 2, 3, true);
    expect(answers()).toBe(none);
    arrive(1, 1, 2, false);
    arrive(1, 2, 3, true);
    expect(answers()).toBe(none + 1);
  });

  test('do not overwrite a machine that runs', () => {
    const { world, b, see } = fixture();
    const before = hashMachine(b.machine);
    const pages = [{ page: 0, bytes: new Uint8Array(4096) }];
    const message: TransferMessage = {
      kind: 'pages',
      purpose: 'clone',
      number: 1,
      before: 0,
      round: 1,
      pages,
      blocks: [],
      endsRound: true,
    };
    receiveTransfer(world, b, 'C', message, see);
    expect(hashMachine(b.machine)).toBe(before);
    expect(b.replica.role).toBe('backup');
  });
});

describe('a move', () => {
  test('of the primary takes the gate, the clock and what was typed meanwhile along', () => {
    const { world, a, c, see, to, until } = fixture();
    startMigration(world, 'primary', 'C', see);
    until(() => a.transfer?.stage === 'paused');
    a.deferred.push({ kind: 'console', byte: 0x41 }, { kind: 'timer' });
    to(8_000_000);
    expect([a.replica.role, a.peer, a.deferred]).toEqual(['spare', null, []]);
    expect(c).toMatchObject({ peer: 'B', replica: { role: 'primary', generation: 1 } });
    expect(hostOf(world, 'B').peer).toBe('C');
    to(12_000_000);
    expect(c.replica.sender.ackedThrough).toBe(1);
    expect(hashMachine(hostOf(world, 'B').machine)).toBe(hashMachine(c.machine));
  });

  test('of the backup leaves the primary’s disk free again', () => {
    const { world, facts, a, see, to, until } = fixture();
    startMigration(world, 'backup', 'C', see);
    until(() => a.replica.isQuiescing);
    to(12_000_000);
    expect(told(facts, 'migrationFinished')).toHaveLength(1);
    expect([a.replica.isQuiescing, a.peer]).toEqual([false, 'C']);
    expect(world.hosts.map(({ replica }) => replica.role)).toEqual(['primary', 'spare', 'backup']);
  });

  test.each(['primary', 'backup'] as const)(
    'of the %s begins once the last disk operation has entered, which had to wait for a full buffer',
    (machine) => {
      const { world, facts, a, c, see, to, until } = fixture();
      const { replica } = own(a);
      const memory = [{ address: 0x8000_2000, length: 512 }];
      const operation = { kind: 'diskRead' as const, request: 3, sector: 7, sectors: 1, memory };
      replica.pendingIo.push({ operation, isGated: false, issued: true });
      if (machine === 'backup')
        own(hostOf(world, 'B')).replica.pendingIo.push({ operation, isGated: false, issued: false });
      startMigration(world, machine, 'C', see);
      until(() => replica.isQuiescing);
      const { held, limit } = replica.sender;
      replica.sender.held = limit + 1;
      const [{ number }] = requestsFor(a.storage, 1, 1, { kind: 'read', io: 3, block: 7, blocks: 1 }) as [
        StorageRequest,
      ];
      const reply = replyMessage({ number, io: 3, block: 7, bytes: new Uint8Array(512) });
      receiveAtHost(world, a, 'disk', reply, see);
      expect(a.deferred).toHaveLength(1);
      to(world.now + 300_000);
      expect(told(facts, 'ioQuiesced', 'ioCompleted')).toEqual([]);
      replica.sender.held = held;
      goOn(world, a, [], see);
      expect(told(facts, 'ioQuiesced', 'ioCompleted')).toEqual(['ioCompleted', 'ioQuiesced']);
      to(world.now + 8_000_000);
      expect(told(facts, 'migrationFinished', 'cloneAbandoned')).toEqual(['migrationFinished']);
      expect(c.replica.role).toBe(machine);
    },
  );

  test('of a backup that dies on the way does not leave the disk quiet for ever', () => {
    const { world, a, see, to, until } = fixture();
    startMigration(world, 'backup', 'C', see);
    until(() => a.replica.isQuiescing);
    crashComputer(world, hostOf(world, 'B'), see);
    to(world.now + 20_000_000);
    expect(a.replica.isQuiescing).toBe(false);
  });

  test('that its target does not live to see leaves everything where it was', () => {
    for (const machine of ['primary', 'backup'] as const) {
      const { world, facts, a, c, see, to } = fixture();
      startMigration(world, machine, 'C', see);
      crashComputer(world, c, see);
      to(60_000_000);
      expect(told(facts, 'cloneAbandoned', 'suspected')).toEqual(['cloneAbandoned']);
      expect(world.hosts.slice(0, 2).map(({ replica }) => replica.role)).toEqual(['primary', 'backup']);
      expect(a.replica.isQuiescing).toBe(false);
    }
  });
});
