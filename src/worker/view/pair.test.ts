// Who the pair is through failures in a row: the stage, the copy on its way, generations, and the pair's states.
import { describe, expect, test } from 'vitest';
import { opened } from '../testing/worker.ts';

const three = { spares: [{}], clients: [{ requests: 200 }, { requests: 200, startNs: 3_000_000 }] };
const window = { rows: 20, narrationFrom: 0, timeline: { from: 0, to: 80_000_000, parts: 80 } };

describe('a spare host', () => {
  test('is beside the stage until the VM’s clone runs there, and takes the dead one’s place', async () => {
    const { frame } = await opened({ ...three, commands: ['crash A @ 14ms'] }, 13_000_000);
    const whole = await frame({ kind: 'view' });
    expect(whole.stage).toEqual(['A', 'B']);
    expect(whole.hosts.map(({ role }) => role)).toEqual(['primary', 'backup', 'spare']);
    expect(whole.hosts[2]).toMatchObject({ activity: 'empty', instruction: 0 });
    const cloning = await frame({ kind: 'seek', time: 26_800_000 });
    expect(cloning).toMatchObject({
      pair: 'solo',
      stage: ['A', 'B'],
      transfer: { purpose: 'clone', from: 'B', to: 'C' },
    });
    expect(cloning.transfer?.pages).toBeGreaterThan(0);
    const again = await frame({ kind: 'seek', time: 34_600_000 });
    expect(again).toMatchObject({ pair: 'protected', stage: ['C', 'B'], transfer: null, generation: 2 });
    expect(again.channel).toMatchObject({ from: 'B', to: 'C', generation: 2, state: 'open' });
    expect(again.lag).not.toBeNull();
  });

  test('what of a round has arrived grows until it is all', async () => {
    const { frame } = await opened(
      { ...three, links: { log: { bitsPerSecond: 5_000_000 } }, commands: ['crash A @ 14ms'] },
      26_800_000,
    );
    const shares: number[] = [];
    for (let time = 26_800_000; time < 60_000_000; time += 4_000_000) {
      const { transfer } = await frame({ kind: 'advance', until: time });
      if (transfer?.round === 1) shares.push(transfer.progress);
    }
    expect(shares.length).toBeGreaterThan(2);
    expect(shares).toEqual([...shares].sort((a, b) => a - b));
    expect(shares[0]).toBeLessThan(0.5);
    expect(new Set(shares).size).toBeGreaterThan(2);
  });

  test('can be lost and repaired without the pair noticing', async () => {
    const { frame } = await opened({ ...three, commands: ['crash C @ 5ms', 'repair C @ 7ms'] });
    const lost = await frame({ kind: 'seek', time: 6_000_000 });
    expect(lost.hosts[2]?.role).toBe('crashed');
    expect(lost.pair).toBe('protected');
    expect((await frame({ kind: 'seek', time: 8_000_000 })).hosts[2]?.role).toBe('spare');
  });
});

describe('the states of the pair', () => {
  test('through two failures in a row', async () => {
    const { frame } = await opened({ ...three, commands: ['crash A @ 14ms', 'crash B @ 40ms'] }, 60_000_000);
    const { timeline, pair, stage } = await frame({ kind: 'view', viewport: window });
    const after = ['suspecting', 'failingOver', 'solo'];
    expect(timeline.pair.map(({ state }) => state)).toEqual(['protected', ...after, 'protected', ...after]);
    expect([pair, ...stage]).toEqual(['solo', 'C', 'B']);
    expect(timeline.marks.map(({ key }) => key)).toEqual(expect.arrayContaining(['cloneStarted', 'paired']));
  });

  test('a paused backup is silence, and over when it goes on', async () => {
    const { frame } = await opened({ ...three, commands: ['pause B @ 5ms', 'resume B @ 8ms'] });
    const paused = await frame({ kind: 'seek', time: 6_000_000 });
    expect(paused.pair).toBe('suspecting');
    expect(paused.hosts[1]?.activity).toBe('paused');
    const on = await frame({ kind: 'seek', time: 9_000_000 });
    expect(on.pair).toBe('protected');
  });

  test('switched off on purpose, nobody takes over', async () => {
    const { frame } = await opened({ ...three, commands: ['poweroff vm @ 5ms'] }, 30_000_000);
    const { pair, hosts, timeline } = await frame({ kind: 'view', viewport: window });
    expect(pair).toBe('off');
    expect(hosts.slice(0, 2).map(({ haltReason }) => haltReason)).toEqual(['poweredOff', 'poweredOff']);
    expect(timeline.pair.at(-1)?.state).toBe('off');
  });

  test('a machine that is moved changes its place, and nobody else does', async () => {
    const { frame } = await opened({ ...three, commands: ['migrate backup C @ 5ms'] }, 40_000_000);
    const { pair, stage, channel } = await frame({ kind: 'view' });
    expect({ pair, stage, from: channel.from, to: channel.to }).toEqual({
      pair: 'protected',
      stage: ['A', 'C'],
      from: 'A',
      to: 'C',
    });
  });
});

test('the console shows what was printed, of a guest that has one', async () => {
  const shell = await opened({
    guest: { program: 'shell' },
    clients: [],
    commands: ['type vm time\\n @ 3ms'],
  });
  expect((await shell.frame({ kind: 'seek', time: 2_000_000 })).console).toEqual({
    printed: '',
    before: 0,
    waiting: 0,
    isOpen: true,
  });
  expect((await shell.frame({ kind: 'seek', time: 9_000_000 })).console?.printed).toMatch(/^time\n\d+\n/);
  expect((await (await opened(three)).frame({ kind: 'view' })).console).toBeNull();
});

test('disks of their own are told of each host', async () => {
  const { frame } = await opened({ ...three, disk: { shared: false } }, 6_000_000);
  const { disk, hosts } = await frame({ kind: 'view' });
  expect(disk).toMatchObject({ isShared: false, used: [] });
  expect(hosts[0]?.disk?.used[0]).toMatchObject({ block: 7 });
});
