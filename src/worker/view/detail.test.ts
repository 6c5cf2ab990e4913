// Looking closely: an entry at any time is the entry that was recorded, a packet on its way is its bytes, a block what was written.
import { expect, test } from 'vitest';
import { factOf, opened as openedAt } from '../testing/worker.ts';
import type { DetailQuery, MachineQuery } from '../time-views.ts';

async function opened(ns: number) {
  const { ask, frame } = await openedAt({}, ns);
  return {
    here: await frame({ kind: 'view' }),
    frame,
    ask,
    async detail(query: DetailQuery) {
      const answered = await ask({ kind: 'detail', query });
      return answered.kind === 'detail' ? answered.detail : undefined;
    },
    async machine(query: MachineQuery) {
      const answered = await ask({ kind: 'machine', query });
      if (answered.kind !== 'machine') throw new Error(JSON.stringify(answered));
      return answered.machine;
    },
  };
}

test('an entry that no buffer holds any more is what it was while one did', async () => {
  // Soon after a request has come the backup has not acknowledged what was logged then.
  const isOfRequest = ({ at, entry }: { at: number; entry: string }) => at > 3_000_000 && entry === 'packet';
  const soon = factOf(await openedAt({}, 14_000_000), 'recorded', isOfRequest).at + 300_000;
  const { here, frame, detail, machine } = await opened(soon);
  const held = (await machine({ host: 'A', part: 'log' })).log ?? [];
  expect(held.length).toBeGreaterThan(2);
  const { generation } = here.channel;
  for (const time of [soon, 40_000_000, 90_000_000]) {
    await frame({ kind: 'seek', time });
    for (const { sequence, hex, layers, fields } of held) {
      const again = await detail({ of: 'entry', generation, sequence });
      expect(again).toMatchObject({ host: 'A', hex, layers, fields });
      expect(again?.at).toBeLessThanOrEqual(soon);
    }
  }
  expect((await frame({ kind: 'view' })).time).toBe(90_000_000);
  expect(await detail({ of: 'entry', generation, sequence: 1_000_000 })).toBeNull();
  expect(await detail({ of: 'entry', generation: 2, sequence: 1 })).toBeNull();
});

test('a packet on its way has layers down to the request, and times of its own', async () => {
  const { frame, detail } = await opened(13_600_000);
  let shown = await frame({ kind: 'view' });
  while (!shown.flights.some(({ kind }) => kind === 'request'))
    shown = await frame({ kind: 'step', unit: 'packet', direction: 1 });
  const flight = shown.flights.find(({ kind }) => kind === 'request')!;
  const packet = await detail({ of: 'flight', id: flight.id });
  expect(packet?.layers.map(({ name }) => name)).toEqual(['Ethernet', 'IPv4', 'UDP', 'request']);
  expect(packet).toMatchObject({ link: flight.link, from: flight.from, to: flight.to, isLost: false });
  expect(packet?.at).toBeLessThanOrEqual(shown.time);
  expect(packet?.arrivesAt).toBeGreaterThanOrEqual(shown.time);
  expect(await detail({ of: 'flight', id: 1_000_000_000 })).toBeNull();
});

test('a block is all of its bytes, with who wrote it and when', async () => {
  const { here, detail } = await opened(14_000_000);
  const [used] = here.disk.used;
  const block = await detail({ of: 'block', block: used!.block });
  expect(block).toMatchObject({ at: used!.writtenAt, host: used!.by, bytes: 512 });
  expect(block?.hex.startsWith(used!.hex)).toBe(true);
  expect(await detail({ of: 'block', block: 3 })).toBeNull();
});

test('registers and memory come with what they were at another instant, earlier or later', async () => {
  const { frame, machine } = await opened(14_000_000);
  const before = await machine({ host: 'A', part: 'registers' });
  const memory = await machine({ host: 'A', part: 'memory', place: 'net_stack' });
  const { instruction } = before;
  const { time } = await frame({ kind: 'goTo', place: { host: 'A', instruction: instruction + 120 } });
  const now = await machine({ host: 'A', part: 'registers', since: { at: 14_000_000 } });
  expect(now.before?.registers).toEqual(before.registers);
  expect(now.registers).not.toEqual(before.registers);
  const there = await machine({ host: 'A', part: 'memory', place: 'net_stack', since: { at: 14_000_000 } });
  expect(there.before?.memory).toEqual(memory.memory);
  await frame({ kind: 'seek', time: 14_000_000 });
  const back = await machine({ host: 'A', part: 'registers', since: { at: time } });
  expect(back.before?.registers).toEqual(now.registers);
  expect((await machine({ host: 'A', part: 'registers', since: { at: 14_000_000 } })).before).toBeUndefined();
});

test('going to a place is exact, on and back, and is refused where the run never comes', async () => {
  const { here, frame, ask } = await opened(14_000_000);
  const hash = here.hash;
  const { instruction } = here.hosts[0]!;
  for (const wanted of [instruction - 500, instruction + 300, 7, instruction - 1]) {
    const place = { host: 'A', instruction: wanted };
    expect((await frame({ kind: 'goTo', place })).hosts[0]?.instruction).toBe(wanted);
  }
  await frame({ kind: 'seek', time: 14_000_000 });
  const { sequence, generation } = here.channel.entries[0]!;
  const recorded = await frame({ kind: 'goTo', place: { generation, sequence } });
  expect(recorded.channel.lastSequence).toBeGreaterThanOrEqual(sequence);
  const replayed = await frame({ kind: 'goTo', place: { generation, sequence, host: 'B' } });
  expect(replayed.time).toBeGreaterThan(recorded.time);
  const never = await ask({ kind: 'goTo', place: { generation: 9, sequence: 1 } });
  expect(never).toMatchObject({ kind: 'refused', key: 'refused.neverThere' });
  expect((await frame({ kind: 'seek', time: 14_000_000 })).hash).toBe(hash);
});
