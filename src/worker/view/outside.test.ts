// The rest of the page: hosts and their outputs, what flies on the other cables, the disk, clients, the state of the pair.
import { describe, expect, test } from 'vitest';
import { firstAt, play } from '../../scenario/testing/story.ts';
import { schedule } from '../../sim/event-queue.ts';
import type { SimTime } from '../../sim/time.ts';
import { enqueue } from '../../world/net/medium.ts';
import { noteAsked } from '../../world/net/storage-seen.ts';
import { createWorld } from '../../world/state/world.ts';
import { worldConfig } from '../../world/testing/worlds.ts';
import { factOf, opened, type TestSession } from '../testing/worker.ts';
import { viewDisk } from './outside.ts';

const short = { clients: [{ requests: 4 }, { requests: 4, startNs: 3_000_000 }] };

/** When the first request is sent, and when it comes to the primary. */
const story = play(short, 3_000_000 as SimTime);
const SENT = firstAt(story, 'requestSent');
const ARRIVED = firstAt(story, 'requestArrived');

const at = async (session: TestSession, time: number) => session.frame({ kind: 'seek', time });

const flying = async (session: TestSession, time: number, link: string) =>
  (await at(session, time)).flights.filter((flight) => flight.link === link);

describe('flights', () => {
  test('a request flies from its client over the switch to the host where the VM is', async () => {
    const session = await opened(short);
    const first = (await at(session, SENT + 25_000)).flights;
    expect(first).toMatchObject([
      {
        link: 'lan-client1',
        from: 'client1',
        to: 'switch',
        kind: 'request',
        client: 'client1',
        request: 1,
        lost: false,
      },
    ]);
    expect(first[0]?.progress).toBeCloseTo(0.5, 1);
    const second = (await at(session, SENT + 75_000)).flights;
    expect(second).toMatchObject([{ link: 'lan-A', from: 'switch', to: 'A', kind: 'request' }]);
    expect((await at(session, SENT + 150_000)).flights).toEqual([]);
  });

  test('a write goes to the disk when it is released, is served, and is answered', async () => {
    const session = await opened(short, 5_000_000);
    const issued = factOf(session, 'ioIssued', ({ io }) => io === factOf(session, 'diskWritten').io).at;
    const written = factOf(session, 'diskWritten').at;
    expect(await flying(session, issued + 10_000, 'storage-A')).toMatchObject([
      { link: 'storage-A', from: 'A', to: 'disk', kind: 'diskWrite', block: 7 },
    ]);
    const served = await at(session, written - 10_000);
    expect(served.disk.busy).toEqual([{ kind: 'write', block: 7, host: 'A' }]);
    const answered = await at(session, written + 12_000);
    expect(await flying(session, written + 12_000, 'storage-A')).toMatchObject([
      { from: 'disk', to: 'A', kind: 'diskReply' },
    ]);
    expect(answered.disk).toMatchObject({
      blocks: 64,
      used: [{ block: 7, value: 11, writtenAt: factOf(session, 'diskWritten').at, by: 'A' }],
      flag: { generation: 1 },
      busy: [],
    });
    expect(answered.disk.used[0]?.hex).toMatch(/^0b000000[0-9a-f]{120}$/);
  });

  test('a reply flies back with its number', async () => {
    const session = await opened(short, 5_000_000);
    const answered = factOf(session, 'answered').at;
    expect(await flying(session, answered - 75_000, 'lan-A')).toMatchObject([
      { link: 'lan-A', from: 'A', to: 'switch', kind: 'reply', client: 'client1', request: 1, value: 11 },
    ]);
  });

  test('what a crash or a cut takes with it is lost while it still flies', async () => {
    const session = await opened(short);
    await at(session, SENT + 25_000);
    const cut = await session.frame({ kind: 'command', text: 'cut lan-client1' });
    expect(cut.flights).toMatchObject([{ kind: 'request', lost: true }]);
    await at(session, 4_050_000);
    const early = await session.frame({ kind: 'command', text: 'crash A' });
    expect(early.flights.filter(({ from }) => from === 'A').every(({ lost }) => lost)).toBe(true);
  });

  test('through a failover: the question for the flag, its answer, and the announcement', async () => {
    const session = await opened(short);
    await at(session, 8_200_000);
    await session.frame({ kind: 'command', text: 'crash A' });
    const kinds = new Set<string>();
    for (let time = 8_200_000; time < 22_000_000; time += 10_000)
      for (const { kind, won } of (await session.frame({ kind: 'advance', until: time })).flights)
        kinds.add(won === undefined ? kind : `${kind} ${won}`);
    for (const kind of ['testAndSet', 'testAndSetReply true', 'announcement']) expect(kinds).toContain(kind);
  });
});

/** Where the last entry stands that the backup has received by 2.11 ms. */
const barrierOf = (session: TestSession) =>
  factOf(session, 'recorded', ({ sequence }) => sequence === 4).instruction;

describe('hosts', () => {
  test('have their roles, what they do, and how far they are', async () => {
    const session = await opened(short);
    const [a, b] = (await at(session, ARRIVED + 9_000)).hosts;
    expect(a).toMatchObject({ id: 'A', role: 'primary', activity: 'running', cpuPercent: 100 });
    expect(b).toMatchObject({
      id: 'B',
      role: 'backup',
      activity: 'waitingForLog',
      barrier: barrierOf(session),
    });
    expect(a).not.toHaveProperty('barrier');
    expect(b?.suspectsAt).toBe((b?.lastHeardAt ?? 0) + 10_000_000);
    expect((await at(session, 2_500_000)).hosts[0]?.activity).toBe('idle');
  });

  test('show their newest outputs: held, then released; dropped on the other side', async () => {
    const session = await opened(short, 3_500_000);
    const isNinth = ({ output }: { output: { sequence: number } }) => output.sequence === 9;
    const held = factOf(session, 'outputHeld', isNinth).at;
    const dropped = factOf(session, 'outputDropped', isNinth).at;
    const released = factOf(session, 'outputReleased', isNinth).at;
    const state = async (time: number, host: number) =>
      (await at(session, time)).hosts[host]?.outputs.find(({ sequence }) => sequence === 9);
    expect(await state(held + 1000, 0)).toMatchObject({
      state: 'held',
      kind: 'diskWrite',
      block: 7,
      producedAt: held,
    });
    expect(await state(held + 1000, 1)).toBeUndefined();
    expect(await state(dropped + 1000, 1)).toMatchObject({ state: 'dropped', endedAt: dropped });
    expect(await state(released + 1000, 0)).toMatchObject({ state: 'released', endedAt: released });
    const later = await at(session, 9_000_000);
    expect(later.hosts[0]?.outputs.length).toBeLessThanOrEqual(6);
    expect(later.hosts[0]?.outputsReleased).toBeGreaterThan(6);
    expect(later.hosts[1]?.outputsDropped).toBeGreaterThan(6);
  });

  test('count what the gate holds', async () => {
    const { hosts } = await at(await opened(short), 3_500_000);
    expect(hosts[0]?.outputsHeld).toBe(2);
    expect(hosts[0]?.outputs.filter(({ state }) => state === 'held')).toHaveLength(2);
  });
});

describe('the pair', () => {
  test('goes through its states in a failover', async () => {
    const session = await opened(short);
    expect((await at(session, 8_200_000)).pair).toBe('protected');
    const states = [(await session.frame({ kind: 'command', text: 'crash A' })).pair];
    const activities = new Set<string>();
    for (let time = 8_200_000; time < 22_000_000; time += 50_000) {
      const { pair, hosts } = await session.frame({ kind: 'advance', until: time });
      if (pair !== states.at(-1)) states.push(pair);
      activities.add(hosts[1]?.activity ?? '');
    }
    expect(states).toEqual(['suspecting', 'failingOver', 'solo']);
    expect(activities).toContain('arbitrating');
    expect((await session.frame({ kind: 'command', text: 'crash B' })).pair).toBe('down');
  });

  test('has a lag as long as there is a backup', async () => {
    const session = await opened(short, 3_500_000);
    const first = factOf(session, 'recorded', ({ sequence }) => sequence === 5).at;
    const held = factOf(session, 'outputHeld').at;
    expect((await at(session, held)).lag).toMatchObject({ ns: held - first });
    expect((await at(session, held)).lag?.instructions).toBeGreaterThan(500);
    expect((await at(session, 2_900_000)).lag?.ns).toBe(0);
    await session.frame({ kind: 'command', text: 'crash B' });
    expect((await session.frame({ kind: 'view' })).lag).toBeNull();
  });
});

test('clients think, wait and are done', async () => {
  const session = await opened(short);
  const states = async (time: number) => (await at(session, time)).clients.map(({ state }) => state);
  expect(await states(1_000_000)).toEqual(['thinking', 'thinking']);
  expect(await states(2_500_000)).toEqual(['waiting', 'thinking']);
  expect(await states(100_000_000)).toEqual(['done', 'done']);
  const [one] = (await at(session, 5_000_000)).clients;
  expect(one).toMatchObject({ answered: 1, lastAnswer: { sequence: 1, value: 11 } });
});

test('links say what they are and whether they are cut', async () => {
  const session = await opened(short);
  const { links } = await session.frame({ kind: 'command', text: 'cut lan-A' });
  expect(links.filter(({ cut }) => cut.includes(true)).map(({ id }) => id)).toEqual(['lan-A']);
  expect(links.find(({ id }) => id === 'log-A:B')).toEqual({
    id: 'log-A:B',
    ends: ['A', 'B'],
    cut: [false, false],
    loss: 0,
    duplication: 0,
    reordering: 0,
    delayNs: 0,
    latencyNs: 450_000,
    bitsPerSecond: 1_000_000_000,
  });
});

test('the switch’s idea of where the VM is follows its announcement', async () => {
  const session = await opened(short);
  expect((await session.frame({ kind: 'view' })).vmAt).toBeNull();
  expect((await at(session, 8_200_000)).vmAt).toBe('A');
  await session.frame({ kind: 'command', text: 'crash A' });
  expect((await at(session, 30_000_000)).vmAt).toBe('B');
});

test('a disk operation that waits in line is not in service yet', () => {
  const world = createWorld(worldConfig());
  const { seen, medium, config } = world.disk;
  for (const [host, block] of [
    [1, 3],
    [2, 5],
  ] as const) {
    const read = { kind: 'read', block, blocks: 1 } as const;
    noteAsked(seen, world.hosts, { ...read, host, number: 1, generation: 1, io: 1 });
    const service = enqueue(medium, config, { ...read, request: host }, world.now);
    schedule(world.queue, service.ends, { kind: 'mediumDone', medium: medium.id, service });
  }
  expect(viewDisk(world).busy).toEqual([{ kind: 'read', block: 3, host: 'A' }]);
});
