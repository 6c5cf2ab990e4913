// What comes to a host: packets in groups and without room, messages that come twice, answers of the disk.

import { describe, expect, test } from 'vitest';
import { concatBytes } from '../../base/bytes.ts';
import { decodeEntries, type LogEntry } from '../../ft/entry.ts';
import type { MachineHandover, TransferMessage } from '../../ft/messages.ts';
import { own } from '../../ft/own.ts';
import type { PendingIo, Replica } from '../../ft/replica.ts';
import { stateBesideRam } from '../../machine/machine.ts';
import { inOrder, schedule } from '../../sim/event-queue.ts';
import { microseconds } from '../../sim/time.ts';
import { clientEndpoint, encodeRequest, udpFrame, VM_ENDPOINT } from '../net/ethernet.ts';
import type { StorageStatus } from '../net/storage-protocol.ts';
import { takeChanges } from '../state/changed-pages.ts';
import { copyPlain } from '../state/snapshot.ts';
import { type Host, hostOf, type World } from '../state/world.ts';
import { type Going, going, pairAndSpare } from '../testing/going.ts';
import { replyMessage } from '../testing/storage.ts';
import { at, clientConfig, worldConfig } from '../testing/worlds.ts';
import { completeIo, deliverMessage, receiveAtHost } from './receiving.ts';
import { askForFlag } from './storage.ts';

interface Receiving extends Going {
  a: Host;
  /** A packet reaches a host from the LAN, now. */
  packet(host?: Host): void;
}

/** @param groupPackets how many packets share an interrupt, which wait 50 µs for each other */
function receiving(groupPackets = 1): Receiving {
  const network = { groupPackets, groupWait: microseconds(50) };
  const made = going(worldConfig({ clients: [], network }));
  const { world, see } = made;
  const a = hostOf(world, 'A');
  const bytes = udpFrame(clientEndpoint(1), VM_ENDPOINT, encodeRequest({ sequence: 1, operation: 1 }));
  const packet = (host = a) =>
    deliverMessage(
      world,
      { kind: 'delivery', to: host.id, from: 'switch', message: { kind: 'ethernet', bytes } },
      see,
    );
  return { ...made, a, packet };
}

const logged = ({ replica }: Host): LogEntry[] =>
  decodeEntries(concatBytes(...replica.sender.entries.map(({ bytes }) => bytes)));
/** Of each packet in the log, whether the device interrupts. */
const interrupts = (host: Host): boolean[] =>
  logged(host).flatMap((entry) => (entry.kind === 'packet' ? [entry.interrupt !== false] : []));
const waiting = ({ queue }: World): string[] =>
  inOrder(queue).flatMap(({ at, event }) => (event.kind === 'groupDue' ? [`${event.host} ${at}`] : []));

describe('packets that come together (§3.5)', () => {
  test('enter together once they are enough, and only the last interrupts', () => {
    const { world, a, packet } = receiving(3);
    packet();
    packet();
    expect([interrupts(a), waiting(world)]).toEqual([[], ['A 50000']]);
    schedule(world.queue, at(60_000), { kind: 'groupDue', host: 'B', set: 7 });
    packet();
    expect([interrupts(a), waiting(world)]).toEqual([[false, false, true], ['B 60000']]);
  });

  test('wait no longer than the first of them may', () => {
    const { a, packet, to } = receiving(3);
    packet();
    to(20_000);
    packet();
    to(49_999);
    expect(interrupts(a)).toEqual([]);
    to(50_000);
    expect(interrupts(a)).toEqual([false, true]);
    packet();
    to(99_999);
    expect(interrupts(a)).toEqual([false, true]);
    to(100_000);
    expect(interrupts(a)).toEqual([false, true, true]);
  });

  test('are lost with who has halted meanwhile', () => {
    const { a, packet, to } = receiving(3);
    packet();
    own(a).replica.role = 'halted';
    a.isIdle = true;
    to(50_000);
    expect([a.group, a.isIdle]).toEqual([[], true]);
  });
});

describe('without room in the guest’s ring', () => {
  /** A machine that stands still for want of room in the log, with so many packets in front of it, a tick, and one that is in its memory. */
  function standing(packets: number, groupPackets = 1): Receiving {
    const made = receiving(groupPackets);
    own(made.a).replica.sender.limit = -1;
    const bytes = new Uint8Array(60);
    made.a.deferred.push({ kind: 'timer' }, { kind: 'packet', bytes, isLanded: true });
    for (let i = 0; i < packets; i++) made.a.deferred.push({ kind: 'packet', bytes });
    return made;
  }
  const lost = ({ facts }: Going) => facts.filter(({ kind }) => kind === 'frameLost');

  test('a packet is lost, as a network card drops it', () => {
    const made = standing(255);
    made.packet();
    expect([lost(made), made.a.deferred.length]).toEqual([[], 258]);
    made.packet();
    expect(lost(made)).toEqual([{ at: 0, kind: 'frameLost', link: 'lan-A', reason: 'full' }]);
    expect(made.a.deferred).toHaveLength(258);
  });

  test('those of a group count, and the one that takes the last room waits for no other', () => {
    const made = standing(253, 9);
    made.packet();
    made.packet();
    expect([made.a.group.length, made.a.deferred.length]).toEqual([2, 255]);
    made.packet();
    expect([made.a.group.length, made.a.deferred.length]).toEqual([0, 258]);
    made.packet();
    expect(lost(made)).toHaveLength(1);
  });
});

describe('a packet', () => {
  test.each<[string, Uint8Array<ArrayBuffer>, object[]]>([
    [
      'with a client’s request is told of',
      udpFrame(clientEndpoint(1), VM_ENDPOINT, encodeRequest({ sequence: 7, operation: 1 })),
      [{ at: 0, kind: 'requestArrived', host: 'A', client: 'client1', request: 7 }],
    ],
    [
      'with a stranger’s is not',
      udpFrame(clientEndpoint(9), VM_ENDPOINT, encodeRequest({ sequence: 7, operation: 1 })),
      [],
    ],
    ['of a client without a request is not', udpFrame(clientEndpoint(1), VM_ENDPOINT, new Uint8Array(3)), []],
    ['that is no datagram is not', new Uint8Array(60), []],
  ])('%s, and enters', (_, bytes, told) => {
    const { world, facts, see } = going(worldConfig({ clients: [clientConfig('client1')] }));
    const a = hostOf(world, 'A');
    receiveAtHost(world, a, 'switch', { kind: 'ethernet', bytes }, see);
    expect(facts.filter(({ kind }) => kind === 'requestArrived')).toEqual(told);
    expect(interrupts(a)).toEqual([true]);
  });

  test('is not for a backup, although its machine runs by itself, nor for a VM that has ended', () => {
    const base = worldConfig();
    const { world, see } = going(
      worldConfig({
        clients: [],
        replication: { ...base.replication, mode: 'operations' },
        protocol: { ...base.protocol, mode: 'operations', isDiskShared: false },
        disk: { ...base.disk, isShared: false },
      }),
    );
    const [a, b] = world.hosts as [Host, Host];
    a.machine.ending = { kind: 'exit', code: 0 };
    for (const host of [a, b]) {
      host.isIdle = true;
      receiveAtHost(world, host, 'switch', { kind: 'ethernet', bytes: new Uint8Array(60) }, see);
      expect(host.isIdle).toBe(true);
    }
  });
});

describe('what a disk has done', () => {
  const reading = (request: number, issued = true): PendingIo => ({
    operation: { kind: 'diskRead', request, sector: 7, sectors: 1, memory: [] },
    isGated: false,
    issued,
  });
  const bytes = new Uint8Array(512).fill(3);

  test('ends the operation that was asked for, and none that this host has not handed over', () => {
    const { world, see, a } = receiving();
    own(a).replica.pendingIo.push(reading(1), reading(2), reading(3, false));
    const left = () => a.replica.pendingIo.map(({ operation }) => operation.request);
    for (const [io, still] of [
      [9, [1, 2, 3]],
      [3, [1, 2, 3]],
      [2, [1, 3]],
      [2, [1, 3]],
    ] as const) {
      completeIo(world, a, { io, ok: true, bytes }, see);
      expect(left()).toEqual(still);
    }
    expect(logged(a)).toMatchObject([{ kind: 'diskCompletion', request: 2, ok: true, bytes }]);
  });

  test('is kept by a backup that reads itself, until the log says so (§4.2)', () => {
    const { protocol } = worldConfig();
    const { world, see } = going(worldConfig({ clients: [], protocol: { ...protocol, backupReads: true } }));
    const b = hostOf(world, 'B');
    own(b).replica.pendingIo.push(reading(1));
    completeIo(world, b, { io: 1, ok: true, bytes }, see);
    expect(b.replica.pendingIo).toMatchObject([{ own: { ok: true, bytes } }]);
  });

  test('enters a backup’s machine that runs by itself', () => {
    const { world, see } = receiving();
    const b = hostOf(world, 'B');
    own(b).replica.hasDiverged = true;
    own(b).replica.pendingIo.push(reading(1));
    completeIo(world, b, { io: 1, ok: true, bytes }, see);
    expect(b.replica.pendingIo).toEqual([]);
  });
});

test('what is no answer of the disk is passed over', () => {
  const { world, facts, see, a } = receiving();
  const before = facts.length;
  receiveAtHost(world, a, 'disk', { kind: 'ethernet', bytes: new Uint8Array(60) }, see);
  expect(facts).toHaveLength(before);
});

test('the question for the flag is answered by yes or no; one whose medium failed is asked as another one', () => {
  const { world, facts, see, a } = receiving();
  own(a).replica.arbitration = 'asking';
  askForFlag(world, a, 1, see);
  const { number } = a.storage.flag as { number: number };
  const answer = (status: StorageStatus) => {
    receiveAtHost(world, a, 'disk', replyMessage({ kind: 'testAndSet', number, status }), see);
    return a.storage.flag?.number;
  };
  for (const status of ['fenced', 'malformed', 'range'] as const) expect(answer(status)).toBe(number);
  expect([answer('error'), a.replica.arbitration]).toEqual([undefined, 'asking']);
  expect(answer('done')).toBeUndefined();
  expect(facts.filter(({ kind }) => /^testAndSet[WL]/.test(kind))).toMatchObject([{ kind: 'testAndSetWon' }]);
});

test('of a message about a machine nothing is shared with its sender, who may send it again', () => {
  const { world, see } = pairAndSpare();
  const [a, , c] = world.hosts as [Host, Host, Host];
  const receive = (message: TransferMessage) =>
    receiveAtHost(world, c, 'A', { kind: 'transfer', message }, see);
  const first = { kind: 'pages', purpose: 'movePrimary', round: 1, before: 0, endsRound: true } as const;
  receive({ ...first, number: 1, pages: [], blocks: [] });
  const state: MachineHandover = {
    purpose: 'movePrimary',
    generation: 1,
    peer: 'B',
    registers: stateBesideRam(takeChanges(a).snapshot),
    guestTicks: 0,
    vmPercent: 100,
    replica: copyPlain(a.replica) as Replica,
    pendingIo: [],
  };
  receive({ kind: 'state', number: 1, pages: [], blocks: [], state });
  expect(c.handover).toEqual(state);
  expect(c.handover?.replica).not.toBe(state.replica);
});
