// What arrives at a host, in every role that it may have by then.

import { describe, expect, test } from 'vitest';
import { encodeEntry } from '../ft/entry.ts';
import { own } from '../ft/own.ts';
import type { Role } from '../ft/replica.ts';
import type { InstructionCount } from '../machine/boundary.ts';
import { hashMachine } from '../machine/machine.ts';
import { directionFrom } from '../sim/link.ts';
import { handleEvent } from './events.ts';
import { linkOf } from './net/cables.ts';
import { clientEndpoint, encodeRequest, udpFrame, VM_ENDPOINT } from './net/ethernet.ts';
import type { Message } from './net/messages.ts';
import { requestsFor } from './net/storage-client.ts';
import type { Observation } from './state/observation.ts';
import { createWorld, hostOf, type World } from './state/world.ts';
import { replyMessage } from './testing/storage.ts';
import { at, worldConfig } from './testing/worlds.ts';

const LOG = 'log-A:B';
const PACKET = udpFrame(clientEndpoint(1), VM_ENDPOINT, encodeRequest({ sequence: 1, operation: 1 }));

/** Lets a message arrive now at the end of a link that `from` is not. */
function arrive(world: World, link: string, from: string, message: Message): Observation[] {
  const seen: Observation[] = [];
  const cable = linkOf(world, link);
  const age = cable.age[directionFrom(cable, from)];
  const times = { sentAt: world.now, leavesAt: world.now };
  const event = { kind: 'arrival', link, age, from, ...times, isLost: false, message } as const;
  handleEvent(world, event, (fact) => seen.push(fact));
  return seen;
}

const packet: Message = { kind: 'ethernet', bytes: PACKET };
const entries = (sequence: number): Message => ({
  kind: 'channel',
  message: {
    kind: 'entries',
    generation: 1,
    first: sequence,
    last: sequence,
    bytes: encodeEntry({ kind: 'packet', bytes: PACKET, sequence, instruction: 500 as InstructionCount }),
  },
});

const sent = (facts: Observation[]): string[] =>
  facts.flatMap((fact) => (fact.kind === 'sent' ? [`${fact.host} ${fact.message}`] : []));
const kinds = (facts: Observation[]): string[] => facts.map(({ kind }) => kind);

function world(role?: Role, host = 'A'): World {
  const made = createWorld(worldConfig());
  made.now = at(1000);
  if (role !== undefined) own(hostOf(made, host)).replica.role = role;
  return made;
}

describe('a packet from the LAN', () => {
  test('is logged by a primary, and by nobody else', () => {
    expect(kinds(arrive(world(), 'lan-A', 'switch', packet))).toEqual(['requestArrived', 'recorded', 'sent']);
    expect(kinds(arrive(world('solo'), 'lan-A', 'switch', packet))).toEqual(['requestArrived']);
  });

  test('does not reach a backup, nor who is halted or dead', () => {
    expect(arrive(world(), 'lan-B', 'switch', packet)).toEqual([]);
    expect(arrive(world('halted'), 'lan-A', 'switch', packet)).toEqual([]);
    const dead = world();
    hostOf(dead, 'A').isAlive = false;
    expect(arrive(dead, 'lan-A', 'switch', packet)).toEqual([]);
  });
});

describe('entries on the logging channel', () => {
  test('are kept and acknowledged by a backup', () => {
    const facts = arrive(world(), LOG, 'A', entries(1));
    expect(kinds(facts)).toEqual(['received', 'sent']);
    expect(sent(facts)).toEqual(['B ack']);
  });

  test('are kept and not acknowledged by one that has asked for the flag, or has won it', () => {
    for (const arbitration of ['asking', 'won'] as const) {
      const made = world();
      own(hostOf(made, 'B')).replica.arbitration = arbitration;
      const facts = arrive(made, LOG, 'A', entries(1));
      expect(kinds(facts)).toEqual(['received']);
      expect(hostOf(made, 'B').replica.receiver.receivedThrough).toBe(1);
    }
  });

  test('mean nothing to who is no backup, but that somebody is there', () => {
    const made = world();
    expect(arrive(made, LOG, 'B', entries(1))).toEqual([]);
    expect(hostOf(made, 'A').replica.lastHeard).toBe(1000);
    expect(hostOf(made, 'A').replica.receiver.receivedThrough).toBe(0);
  });
});

describe('the disk’s answer', () => {
  /** The answer to the first that the host has asked. */
  const done = replyMessage({ number: 1, io: 3, block: 7, bytes: new Uint8Array(512) });
  const withRead = (): World => {
    const made = world();
    const operation = { kind: 'diskRead' as const, request: 3, sector: 7, sectors: 1, memory: [] };
    const host = hostOf(made, 'A');
    own(host).replica.pendingIo.push({ operation, isGated: false, issued: true });
    requestsFor(host.storage, 1, 1, { kind: 'read', io: 3, block: 7, blocks: 1 });
    return made;
  };

  test('to a pending operation enters the machine, once', () => {
    const made = withRead();
    expect(kinds(arrive(made, 'storage-A', 'disk', done))).toEqual(['ioCompleted', 'recorded', 'sent']);
    expect(hostOf(made, 'A').replica.pendingIo).toEqual([]);
    expect(arrive(made, 'storage-A', 'disk', done)).toEqual([]);
  });

  test('that nobody waits for, or to one who does not run the machine, is dropped', () => {
    expect(arrive(world(), 'storage-A', 'disk', done)).toEqual([]);
    const halted = withRead();
    own(hostOf(halted, 'A')).replica.role = 'halted';
    expect(arrive(halted, 'storage-A', 'disk', done)).toEqual([]);
  });

  test('of the flag decides who asked', () => {
    const made = world();
    const { replica } = own(hostOf(made, 'A'));
    replica.arbitration = 'asking';
    const facts = arrive(made, 'storage-A', 'disk', replyMessage({ kind: 'testAndSet' }));
    expect(kinds(facts)).toEqual(['testAndSetWon', 'wentSolo', 'macAnnounced', 'backupRequested']);
    expect(replica.role).toBe('solo');
  });
});

describe('a full send buffer', () => {
  const full = (): World => {
    const made = world();
    const { sender } = own(hostOf(made, 'A')).replica;
    sender.limit = 10;
    arrive(made, 'lan-A', 'switch', packet);
    return made;
  };

  test('keeps what arrives out of the machine, until there is room', () => {
    const made = full();
    const host = hostOf(made, 'A');
    expect(kinds(arrive(made, 'lan-A', 'switch', packet))).toEqual(['requestArrived']);
    expect(host.deferred).toHaveLength(1);
    const ack = { kind: 'ack', generation: 1, through: 1, executed: 0, window: 65_536 } as const;
    const facts = arrive(made, LOG, 'B', { kind: 'channel', message: ack });
    expect(kinds(facts)).toEqual(['acked', 'sendBufferDrained', 'recorded', 'sendBufferFull', 'sent']);
    expect(host.deferred).toEqual([]);
  });

  test('lets nothing into the machine of one who has lost the flag', () => {
    const made = full();
    const host = hostOf(made, 'A');
    host.deferred.push({ kind: 'timer' });
    const before = hashMachine(host.machine);
    own(host).replica.arbitration = 'asking';
    const lost = replyMessage({ kind: 'testAndSet', status: 'lost' });
    expect(kinds(arrive(made, 'storage-A', 'disk', lost))).toEqual(['testAndSetLost', 'halted']);
    expect(hashMachine(host.machine)).toBe(before);
  });

  test('no longer matters to who goes on alone', () => {
    const made = full();
    const host = hostOf(made, 'A');
    arrive(made, 'lan-A', 'switch', packet);
    own(host).replica.arbitration = 'asking';
    const won = replyMessage({ kind: 'testAndSet' });
    expect(kinds(arrive(made, 'storage-A', 'disk', won))).toEqual([
      'testAndSetWon',
      'wentSolo',
      'macAnnounced',
      'backupRequested',
    ]);
    expect(host.deferred).toEqual([]);
  });
});

test('a frame whose cable was cut is lost, and seen to be', () => {
  const made = world();
  const event = {
    kind: 'arrival',
    link: 'lan-A',
    age: -1,
    from: 'switch',
    sentAt: made.now,
    leavesAt: made.now,
    isLost: false,
    message: packet,
  } as const;
  const seen: Observation[] = [];
  handleEvent(made, event, (fact) => seen.push(fact));
  expect(seen).toEqual([{ at: 1000, kind: 'frameLost', link: 'lan-A', reason: 'cut' }]);
});

test('a timer that has been set anew, or whose host is dead, is void', () => {
  const made = world();
  const due = (set: number): Observation[] => {
    const seen: Observation[] = [];
    handleEvent(made, { kind: 'hostTimer', host: 'A', timer: 'silence', set }, (fact) => seen.push(fact));
    return seen;
  };
  hostOf(made, 'A').timersSet.silence = 5;
  expect(due(4)).toEqual([]);
  hostOf(made, 'A').isAlive = false;
  expect(due(5)).toEqual([]);
  hostOf(made, 'A').isAlive = true;
  expect(kinds(due(5))).toEqual(['suspected', 'testAndSetSent']);
});
