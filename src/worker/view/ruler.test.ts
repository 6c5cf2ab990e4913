// The ruler: which rows it has at any instant, and that each says what truly was executed.

import { describe, expect, test } from 'vitest';
import { firstAt, play } from '../../scenario/testing/story.ts';
import type { SimTime } from '../../sim/time.ts';
import { TRAPPING } from '../../timeline/testing/trapping.ts';
import type { RulerRow, ViewFrame } from '../frame.ts';
import { factOf, opened, VIEWPORT } from '../testing/worker.ts';

const short = { clients: [{ requests: 4 }, { requests: 4, startNs: 3_000_000 }] };

/** When the first request comes to the primary, which slept until then. */
const ARRIVED = firstAt(play(short, 3_000_000 as SimTime), 'requestArrived');

type Executed = Extract<RulerRow, { kind: 'instruction' }>;

const executed = (rows: readonly RulerRow[]): Executed[] =>
  rows.filter((row): row is Executed => row.kind === 'instruction');
const has = (rows: readonly RulerRow[], instruction: number): boolean =>
  executed(rows).some((row) => row.instruction === instruction);

/** What has to be so of every ruler. */
function checkRuler(frame: ViewFrame, rows: number): void {
  const { ruler, hosts } = frame;
  expect(ruler.length).toBeLessThanOrEqual(rows);
  let last: number | undefined;
  for (const row of ruler) {
    if (row.kind === 'fold') {
      expect(row.from).toBe((last ?? 0) + 1);
      expect(row.to).toBeGreaterThanOrEqual(row.from);
      last = row.to;
    } else if (row.kind === 'instruction') {
      if (last !== undefined) expect(row.instruction).toBe(last + 1);
      last = row.instruction;
      expect(row.mnemonic).not.toBe('?');
      expect(row.mnemonic).not.toBe('');
      expect(row.done).toHaveLength(hosts.length);
    } else {
      expect(row.instruction).toBe(last);
    }
  }
}

describe('at any instant of a run', () => {
  const instants = Array.from({ length: 24 }, (_, i) => 50_000 + i * 431_007);

  test.each([8, 20, 60])(
    'in %i rows both machines’ presents are there, without a gap but for folds',
    async (rows) => {
      const { frame } = await opened(short);
      for (const time of instants) {
        const there = await frame({ kind: 'seek', time, viewport: { ...VIEWPORT, rows } });
        checkRuler(there, rows);
        for (const { instruction } of there.hosts)
          if (instruction > 0) expect(has(there.ruler, instruction)).toBe(true);
      }
    },
  );

  test('what a host has done is ticked off, up to its present and not beyond', async () => {
    const { frame } = await opened(short);
    for (const time of instants) {
      const { ruler, hosts } = await frame({ kind: 'seek', time });
      for (const row of executed(ruler))
        expect(row.done).toEqual(hosts.map(({ instruction }) => row.instruction <= instruction));
      for (const row of ruler) if (row.kind === 'injection') expect(row.done[0]).toBe(true);
    }
  });
});

describe('a row', () => {
  test('has its instruction, its label and the line of the guest that it comes from', async () => {
    const { frame } = await opened(short);
    const { ruler } = await frame({ kind: 'seek', time: 2_122_059 });
    const row = executed(ruler).find(({ source }) => source !== undefined);
    expect(row?.source?.file).toMatch(/\.s$/);
    expect(row?.source?.line).toBeGreaterThan(0);
    expect(row?.source?.text).not.toBe('');
    expect(row?.symbol).toMatch(/^[a-z_0-9.]+( \+ \d+)?$/);
    const first = executed((await frame({ kind: 'seek', time: 100 })).ruler)[0];
    expect(first).toMatchObject({ instruction: 1, pc: 0x8000_0000 });
  });

  test('at a nondeterministic point has its entry', async () => {
    const session = await opened(short, 3_500_000);
    const { frame } = session;
    const { ruler } = await frame({ kind: 'seek', time: factOf(session, 'outputHeld').at + 90 });
    const entries = executed(ruler).flatMap(({ entry }) => (entry ? [entry] : []));
    expect(entries).toContainEqual({ generation: 1, sequence: 9, kind: 'output', output: 'diskWrite' });
    expect(entries.some(({ kind }) => kind === 'clock')).toBe(true);
  });

  test('of what was put in stands behind the instruction after which it was', async () => {
    const session = await opened(short, 3_500_000);
    const { frame } = session;
    const { at, instruction } = factOf(session, 'recorded', ({ sequence }) => sequence === 5);
    const { ruler } = await frame({ kind: 'seek', time: at + 60 });
    const index = ruler.findIndex((row) => row.kind === 'injection' && row.entry.sequence === 5);
    expect(ruler[index]).toMatchObject({
      instruction,
      entry: { generation: 1, sequence: 5, kind: 'packet' },
      done: [true, false],
    });
    expect(ruler[index - 1]).toMatchObject({ kind: 'instruction', instruction });
    const replayed = factOf(session, 'replayed', ({ sequence }) => sequence === 5).at;
    const later = await frame({ kind: 'seek', time: replayed + 60 });
    expect(later.ruler.find((row) => row.kind === 'injection' && row.entry.sequence === 5)).toMatchObject({
      done: [true, true],
    });
  });

  test('of what comes next is there while the machine executes, and done by nobody', async () => {
    const { frame } = await opened(short);
    const running = await frame({ kind: 'seek', time: ARRIVED + 9_000 });
    expect(running.ruler.at(-1)).toMatchObject({
      kind: 'instruction',
      instruction: (running.hosts[0]?.instruction ?? 0) + 1,
      done: [false, false],
    });
    const asleep = await frame({ kind: 'seek', time: 2_500_000 });
    expect(asleep.hosts[0]?.activity).toBe('idle');
    expect(executed(asleep.ruler).at(-1)?.instruction).toBe(asleep.hosts[0]?.instruction);
  });
});

describe('of an exception or an interrupt', () => {
  type Trap = Extract<RulerRow, { kind: 'trap' }>;
  const traps = (rows: readonly RulerRow[]): Trap[] => rows.filter((row): row is Trap => row.kind === 'trap');

  test('a row stands between the instruction behind which it came and its handler', async () => {
    const { frame } = await opened({ guest: { program: 'compute', source: TRAPPING }, clients: [] });
    const { ruler } = await frame({ kind: 'goTo', place: { host: 'A', instruction: 12 } });
    checkRuler(await frame({ kind: 'view' }), VIEWPORT.rows);
    expect(traps(ruler)).toMatchObject([
      { instruction: 4, changes: 1, cause: 11, mnemonic: 'ecall', done: [true, false] },
      { instruction: 10, changes: 1, cause: 11, mnemonic: 'ecall', done: [true, false] },
    ]);
    for (const trap of traps(ruler)) {
      const at = ruler.indexOf(trap);
      expect(ruler[at - 1]).toMatchObject({ kind: 'instruction', instruction: trap.instruction });
      expect(ruler[at + 1]).toMatchObject({ kind: 'instruction', mnemonic: 'csrr' });
    }
  });

  test('it is run to, and before it one stands at what traps', async () => {
    const { frame } = await opened({ guest: { program: 'compute', source: TRAPPING }, clients: [] });
    const before = await frame({ kind: 'goTo', place: { host: 'A', instruction: 10 } });
    expect(before.ruler.at(-1)).toMatchObject({ kind: 'instruction', mnemonic: 'ecall' });
    expect(traps(before.ruler)).toHaveLength(1);
    const there = await frame({ kind: 'goTo', place: { host: 'A', instruction: 10, changes: 1 } });
    expect(traps(there.ruler).at(-1)).toMatchObject({ instruction: 10, changes: 1, done: [true, false] });
    expect(there.ruler.at(-1)).toMatchObject({ kind: 'instruction', mnemonic: 'csrr', done: [false, false] });
    const back = await frame({ kind: 'step', unit: 'instruction', direction: -1, host: 'A' });
    expect(back.hash).toBe(before.hash);
  });

  test('an interrupt is named by its cause, and a full ruler keeps to its rows', async () => {
    const session = await opened(short, 3_500_000);
    const found: Trap[] = [];
    for (const time of [2_122_059, 2_125_000, 2_560_000, 3_400_000]) {
      for (const rows of [8, 20, 60]) {
        const viewport = { ...VIEWPORT, rows };
        const there = await session.frame({ kind: 'seek', time, viewport });
        checkRuler(there, rows);
        found.push(...traps(there.ruler));
      }
    }
    expect(found.length).toBeGreaterThan(0);
    for (const { cause } of found) expect([0x8000_000b, 0x8000_0007]).toContain(cause >>> 0);
  });
});

describe('through a failover', () => {
  test('the dead machine’s rows stay until the takeover; then the new one writes on from its own', async () => {
    const { frame } = await opened(short, 8_200_000);
    await frame({ kind: 'command', text: 'crash A' });
    const waiting = await frame({ kind: 'seek', time: 12_000_000 });
    const [dead, backup] = waiting.hosts;
    expect(has(waiting.ruler, dead?.instruction ?? 0)).toBe(true);
    expect(has(waiting.ruler, backup?.instruction ?? 0)).toBe(true);
    checkRuler(waiting, VIEWPORT.rows);

    const live = await frame({ kind: 'seek', time: 25_000_000 });
    expect(live.hosts[1]?.role).toBe('solo');
    checkRuler(live, VIEWPORT.rows);
    const rows = executed(live.ruler).filter(
      ({ instruction }) => instruction <= (live.hosts[1]?.instruction ?? 0),
    );
    expect(rows.length).toBeGreaterThan(5);
    expect(rows.every(({ done }) => done[1])).toBe(true);
    expect(has(live.ruler, live.hosts[1]?.instruction ?? 0)).toBe(true);
  });

  test('what the dead machine did beyond the takeover is ticked off for nobody', async () => {
    const { frame } = await opened(short, ARRIVED + 29_000);
    const dead = await frame({ kind: 'command', text: 'crash A' });
    const takeover = dead.hosts[1]?.instruction ?? 0;
    const viewport = { ...VIEWPORT, rows: 400 };
    const { ruler, hosts } = await frame({ kind: 'seek', time: 22_200_000, viewport });
    expect(hosts[1]?.role).toBe('solo');
    const beyond = executed(ruler).filter(
      ({ instruction }) => instruction > takeover && instruction <= (dead.hosts[0]?.instruction ?? 0),
    );
    expect(beyond.length).toBeGreaterThan(50);
    expect(beyond.every(({ done }) => !done[0] && done[1])).toBe(true);
  });

  test('the primary alone goes on as it was', async () => {
    const { frame } = await opened(short, 5_000_000);
    await frame({ kind: 'command', text: 'crash B' });
    const solo = await frame({ kind: 'seek', time: 20_000_000 });
    expect(solo.hosts.map(({ role }) => role)).toEqual(['solo', 'crashed']);
    checkRuler(solo, VIEWPORT.rows);
    expect(has(solo.ruler, solo.hosts[0]?.instruction ?? 0)).toBe(true);
  });
});
