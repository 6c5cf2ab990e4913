// What comes to a host: packets in groups and without room, messages that come twice, answers of the disk.

import { describe, expect, test } from 'vitest';
import { concatBytes } from '../../base/bytes.ts';
import { decodeEntries, type LogEntry } from '../../ft/entry.ts';
import { own } from '../../ft/own.ts';
import { inOrder, schedule } from '../../sim/event-queue.ts';
import { microseconds } from '../../sim/time.ts';
import { clientEndpoint, encodeRequest, udpFrame, VM_ENDPOINT } from '../net/ethernet.ts';
import { type Host, hostOf, type World } from '../state/world.ts';
import { type Going, going } from '../testing/going.ts';
import { at, worldConfig } from '../testing/worlds.ts';
import { deliverMessage } from './receiving.ts';

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
    to(50_000);
    expect([a.group, interrupts(a)]).toEqual([[], []]);
  });
});

describe('without room in the guest’s ring', () => {
  /** A machine that stands still for want of room in the log, with so many packets, and a tick, in front of it. */
  function standing(packets: number, groupPackets = 1): Receiving {
    const made = receiving(groupPackets);
    own(made.a).replica.sender.limit = -1;
    const bytes = new Uint8Array(60);
    made.a.deferred.push({ kind: 'timer' });
    for (let i = 0; i < packets; i++) made.a.deferred.push({ kind: 'packet', bytes });
    return made;
  }
  const lost = ({ facts }: Going) => facts.filter(({ kind }) => kind === 'frameLost');

  test('a packet is lost, as a network card drops it', () => {
    const made = standing(255);
    made.packet();
    expect([lost(made), made.a.deferred.length]).toEqual([[], 257]);
    made.packet();
    expect(lost(made)).toEqual([{ at: 0, kind: 'frameLost', link: 'lan-A', reason: 'full' }]);
    expect(made.a.deferred).toHaveLength(257);
  });

  test('those of a group count, and the one that takes the last room waits for no other', () => {
    const made = standing(253, 9);
    made.packet();
    made.packet();
    expect([made.a.group.length, made.a.deferred.length]).toEqual([2, 254]);
    made.packet();
    expect([made.a.group.length, made.a.deferred.length]).toEqual([0, 257]);
    made.packet();
    expect(lost(made)).toHaveLength(1);
  });
});
