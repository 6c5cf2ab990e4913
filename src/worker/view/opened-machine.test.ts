// A client and the disk can be opened: their machines are shown as those of the pair's hosts are, and only then.
import { describe, expect, test } from 'vitest';
import { instructionOf } from '../../world/state/world.ts';
import type { ViewFrame } from '../frame.ts';
import { factOf, opened, VIEWPORT } from '../testing/worker.ts';

const short = { clients: [{ requests: 3 }, { requests: 3 }] };

const looking = (host: string, rows = 12) => ({ ...VIEWPORT, opened: { host, rows } });

/** The numbers of the instructions that were executed, oldest first. */
const numbers = ({ opened: machine }: ViewFrame): number[] =>
  (machine?.stream ?? []).flatMap((row) =>
    row.kind === 'instruction' && row.done[0] === true ? [row.instruction] : [],
  );

describe.each(['client1', 'disk'])('%s', (host) => {
  test('has its newest instructions with their lines, one after the other, wherever the run goes', async () => {
    const { session, frame } = await opened(short, 6_000_000);
    const viewport = looking(host);
    const instants = [
      await frame({ kind: 'view', viewport }),
      await frame({ kind: 'seek', time: 9_000_000, viewport }),
      await frame({ kind: 'advance', until: 9_400_000, viewport }),
      await frame({ kind: 'seek', time: 5_000_000, viewport }),
    ];
    for (const there of instants) {
      const done = numbers(there);
      expect(there.opened).toMatchObject({ id: host, instruction: done.at(-1) });
      expect(done).toEqual(done.map((_, i) => (done[0] as number) + i));
      expect(done.length).toBeGreaterThan(5);
      for (const row of there.opened?.stream ?? [])
        if (row.kind === 'instruction') expect(row.source?.file).toMatch(/\.s$/);
    }
    const { computers } = session.opened!.run.world;
    expect(instants[3]?.opened?.instruction).toBe(instructionOf(computers.find(({ id }) => id === host)!));
    expect((await frame({ kind: 'view' })).opened).toBeUndefined();
    expect(numbers(await frame({ kind: 'view', viewport })).length).toBeGreaterThan(5);
  });

  test('is stepped by its own instructions, and back', async () => {
    const { frame } = await opened(short, 6_000_000);
    const viewport = looking(host);
    const from = (await frame({ kind: 'view', viewport })).opened?.instruction as number;
    const step = async (direction: 1 | -1) =>
      (await frame({ kind: 'step', unit: 'instruction', direction, host, viewport })).opened;
    const first = await step(1);
    const second = await step(1);
    expect([first?.instruction, second?.instruction].every((each) => (each as number) >= from)).toBe(true);
    expect(await step(-1)).toEqual(first);
    const there = await frame({ kind: 'goTo', place: { host, instruction: from - 100 }, viewport });
    expect(there.opened?.instruction).toBe(from - 100);
  });

  test('opens to registers, memory by its own labels, its source, calls and devices', async () => {
    const { session, ask } = await opened(short, 6_000_000);
    const part = async (
      name: 'registers' | 'memory' | 'source' | 'calls' | 'devices' | 'log',
      place = '',
    ) => {
      const answered = await ask({ kind: 'machine', query: { host, part: name, place } });
      if (answered.kind !== 'machine') throw new Error(JSON.stringify(answered));
      return answered.machine;
    };
    const file = host === 'disk' ? 'disk-server.s' : 'client.s';
    const label = host === 'disk' ? 'flag_block' : 'answers_count';
    const { config } = session.opened!.run.world;
    const { image } = host === 'disk' ? config.disk : config.clients[0]!;
    expect((await part('registers')).registers?.find(({ name }) => name === 'mtvec')?.value).not.toBe(0);
    expect((await part('memory', label)).memory).toMatchObject({ label });
    expect((await part('memory', label)).memory?.address).toBe(
      Math.floor(image.symbols.get(label)! / 16) * 16,
    );
    expect((await part('memory')).error).toBeUndefined();
    const { source } = await part('source', file);
    expect(source?.files).toContain(file);
    expect(source?.lines.some(({ text }) => text === `${label}:` || text.startsWith(`${label}:`))).toBe(true);
    expect((await part('source')).source?.file).toMatch(/\.s$/);
    expect((await part('calls')).calls?.frames[0]?.name).toBeDefined();
    expect((await part('devices')).devices?.map(({ device }) => device)).toContain('virtio network');
    expect((await part('log')).log).toEqual([]);
  });

  test('says who wrote a register, and which line a breakpoint of its own stands on', async () => {
    const { ask } = await opened(short, 6_000_000);
    const wrote = await ask({ kind: 'why', query: { of: 'register', host, register: 'ra' } });
    expect(wrote).toMatchObject({ why: { writer: { by: 'instruction', place: expect.any(String) } } });
    const label = host === 'disk' ? 'request_arrived' : 'answer_taken';
    const there = await ask({ kind: 'run', breakpoints: [`at ${label} on ${host}`], direction: 'forward' });
    expect(there).toMatchObject({ hit: { host, place: label, source: { file: expect.any(String) } } });
  });
});

test('a client’s memory was written by its own instruction, with the label where that stands', async () => {
  const made = await opened(short, 9_000_000);
  const { client } = factOf(made, 'answered');
  const machine = await made.ask({
    kind: 'machine',
    query: { host: client, part: 'memory', place: 'answers_count' },
  });
  if (machine.kind !== 'machine') throw new Error(JSON.stringify(machine));
  const { config } = made.session.opened!.run.world;
  const address = config.clients[0]!.image.symbols.get('answers_count')!;
  const why = await made.ask({ kind: 'why', query: { of: 'memory', host: client, address, length: 4 } });
  expect(why).toMatchObject({
    why: { writer: { by: 'instruction', place: expect.stringMatching(/^answer_taken/) } },
  });
});

test('what they are in the picture: off, paused, slow, or ended by their own program', async () => {
  const commands = ['crash client1 @ 3ms', 'pause disk @ 3ms', 'slow client2 50% @ 3ms'];
  const { frame } = await opened({ ...short, commands }, 4_000_000);
  const { clients, disk } = await frame({ kind: 'view' });
  expect(clients[0]).toMatchObject({ trouble: 'off', cpuPercent: 100 });
  expect(clients[1]).toMatchObject({ trouble: null, cpuPercent: 50 });
  expect(disk).toMatchObject({ trouble: 'paused', isUp: true });
  const ends =
    '.text\nservice_start:\n  li t0, 0x00100000\n  li t1, 0x5555\n  sw t1, 0(t0)\n  ret\ntimer_due: service_typed: request_arrived: ret\n.bss\nbss_end:\n';
  const made = await opened(
    {
      clients: [
        {
          source: `.equ NO_DISK, 1\n.equ NO_REQUESTS, 1\n.equ BOOT_ADDRESS, 12\n.include "kernel.s"\n${ends}`,
        },
      ],
    },
    4_000_000,
  );
  expect((await made.frame({ kind: 'view' })).clients[0]).toMatchObject({ trouble: 'ended' });
});

test('data of every program have their place, where something may be done to them', async () => {
  const { session, frame } = await opened(short);
  const { dataAddresses } = await frame({ kind: 'view' });
  const { config } = session.opened!.run.world;
  expect(dataAddresses).toMatchObject({
    A: config.image.symbols.get('counter_value'),
    client2: config.clients[1]?.image.symbols.get('outstanding'),
    disk: config.disk.image.symbols.get('data_blocks'),
  });
});
