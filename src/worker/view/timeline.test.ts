// The timeline's lanes: spans, curves and marks of a run, and how little of it is sent.
import { describe, expect, test } from 'vitest';
import { firstAt, MANY_RUNS, play } from '../../scenario/testing/story.ts';
import type { SimTime } from '../../sim/time.ts';
import type { SpanColumns, ViewFrame } from '../frame.ts';
import { factOf, opened, testSession, VIEWPORT } from '../testing/worker.ts';

const short = { clients: [{ requests: 4 }, { requests: 4, startNs: 3_000_000 }] };
const SENT = firstAt(play(short, 3_000_000 as SimTime), 'requestSent');

async function crashed(): Promise<ViewFrame> {
  const { frame } = await opened(short, 8_200_000);
  await frame({ kind: 'command', text: 'crash A' });
  return frame({ kind: 'seek', time: 35_000_000 });
}

/** Spans row by row; what is missing in a column is left out. */
const rowsOf = (spans: SpanColumns | null) =>
  Array.from(spans?.from ?? [], (from, i) => {
    const [to, request, value] = [spans?.to[i], spans?.request[i], spans?.value[i]] as number[];
    return {
      from,
      kind: spans?.kinds[spans.kind[i] as number],
      request,
      ...(Number.isNaN(to) ? {} : { to }),
      ...(Number.isNaN(value) ? {} : { value }),
    };
  });

/** Of a curve, which parts have a value. */
const known = (values: Float64Array) => Array.from(values, (value) => !Number.isNaN(value));

describe('clients', () => {
  test('have a span for each request, from its first sending to its answer', async () => {
    const { timeline } = await (await opened(short)).frame({ kind: 'seek', time: 7_500_000 });
    const [one] = timeline.clients;
    expect(one?.id).toBe('client1');
    const spans = rowsOf(one?.spans ?? null);
    expect(spans).toMatchObject([{ from: SENT, kind: 'increment', request: 1, value: 11 }, { request: 2 }]);
    expect(spans[0]?.to).toBeGreaterThan(4_000_000);
    expect(spans[1]).not.toHaveProperty('to');
    expect(timeline.clients.every(({ retries }) => retries.length === 0)).toBe(true);
  });

  test('that are answered behind the window are known to be; those that nobody has answered yet last', async () => {
    const { ask } = await opened(short, 9_000_000);
    const answered = await ask({
      kind: 'timeline',
      timeline: { from: 2_500_000, to: 3_500_000, parts: 100 },
    });
    if (answered.kind !== 'timeline') throw new Error(answered.kind);
    const [one] = answered.timeline.clients;
    expect(rowsOf(one?.spans ?? null)).toMatchObject([{ from: SENT, request: 1, value: 11 }]);
    expect(rowsOf(one?.spans ?? null)[0]?.to).toBeGreaterThan(4_000_000);
  });

  test('end the request that they wait for when they lose power', async () => {
    const commands = ['crash client1 @ 3ms', 'repair client1 @ 4ms'];
    const { frame, ask } = await opened({ ...short, commands });
    const { timeline } = await frame({ kind: 'seek', time: 7_500_000 });
    const spans = rowsOf(timeline.clients[0]?.spans ?? null);
    expect(spans[0]).toEqual({ from: SENT, kind: 'increment', request: 1, to: 3_000_000 });
    expect(spans[1]).not.toHaveProperty('to', 3_000_000);
    const before = await ask({ kind: 'timeline', timeline: { from: 2_500_000, to: 2_900_000, parts: 100 } });
    if (before.kind !== 'timeline') throw new Error(before.kind);
    expect(rowsOf(before.timeline.clients[0]?.spans ?? null)).toEqual(spans.slice(0, 1));
  });

  test('have a mark for each time they asked again', async () => {
    const { timeline } = await crashed();
    const retries = timeline.clients.flatMap((client) => [...client.retries]);
    expect(retries.length).toBeGreaterThan(0);
    expect(retries.every((at) => at > 20_000_000)).toBe(true);
  });

  test('outside the window have nothing; what reaches into it is there', async () => {
    const { frame } = await opened(short, 9_000_000);
    const window = { ...VIEWPORT, timeline: { from: 3_500_000, to: 4_500_000, parts: 100 } };
    const { timeline } = await frame({ kind: 'view', viewport: window });
    const requests = timeline.clients.map(({ spans }) => rowsOf(spans).map(({ request }) => request));
    expect(requests).toEqual([[1], [1]]);
    const at = 'at' in timeline.entries ? [...timeline.entries.at] : [];
    expect(at.length).toBeGreaterThan(0);
    expect(at.every((instant) => instant >= 3_500_000 && instant <= 4_500_000)).toBe(true);
  });
});

describe('the gate', () => {
  test('has a span for each held output, from its making to its release', async () => {
    const session = await opened(short);
    const { timeline } = await session.frame({ kind: 'seek', time: 7_000_000 });
    const gate = rowsOf(timeline.gate);
    expect(gate[0]).toMatchObject({
      from: factOf(session, 'outputHeld').at,
      to: factOf(session, 'outputReleased').at,
      kind: 'diskWrite',
    });
    expect(gate.some(({ kind, value }) => kind === 'packet' && value === 11)).toBe(true);
    expect(timeline.heldMost).toBeGreaterThan(0);
  });

  test('lets go with its host: what a dead one held ends there', async () => {
    const { timeline } = await crashed();
    const gate = rowsOf(timeline.gate);
    expect(gate.length).toBeGreaterThan(0);
    expect(gate.every(({ to }) => (to ?? Number.POSITIVE_INFINITY) <= 8_200_000)).toBe(true);
    expect(timeline.held[20]).toBe(0);
  });
});

describe('curves', () => {
  test('have a value at every step as far as the run has come, and none beyond', async () => {
    const { timeline } = await (await opened(short)).frame({ kind: 'seek', time: 10_000_000 });
    const expected = Array.from({ length: 80 }, (_, i) => i * 500_000 <= 10_000_000);
    expect(known(timeline.fill)).toEqual(expected);
    expect(known(timeline.lag)).toEqual(expected);
    expect(timeline.fillMost).toBe(Math.max(...timeline.fill.filter((value) => !Number.isNaN(value))));
    expect(timeline.fillMost).toBeGreaterThan(28);
    expect(timeline.lagMost).toBeGreaterThan(400_000);
    expect(timeline.lagMost).toBeLessThan(2_000_000);
  });

  test('say what the channel says at that instant', async () => {
    const { frame } = await opened(short);
    for (const time of [2_130_000, 2_700_000, 3_150_000, 4_010_000]) {
      const window = { ...VIEWPORT, timeline: { from: time, to: time + 1, parts: 1 } };
      const { timeline, channel } = await frame({ kind: 'seek', time, viewport: window });
      expect(timeline.fill[0]).toBe(channel.sendBufferBytes);
    }
  });

  test('end with the pair', async () => {
    const { timeline } = await crashed();
    const last = known(timeline.fill).lastIndexOf(true);
    expect(last).toBeGreaterThan(0);
    expect(last * 500_000).toBeLessThanOrEqual(8_200_000);
  });
});

describe('the pair and its turning points', () => {
  test('a failover goes from protected over suspicion to solo', async () => {
    const { timeline } = await crashed();
    expect(timeline.pair.map(({ state }) => state)).toEqual([
      'protected',
      'suspecting',
      'failingOver',
      'solo',
    ]);
    expect(timeline.pair[0]).toEqual({ from: 0, to: 8_200_000, state: 'protected' });
    expect(timeline.pair.slice(1).map(({ from }) => from)).toEqual(
      timeline.pair.slice(0, -1).map(({ to }) => to),
    );
    expect(timeline.pair.at(-1)).not.toHaveProperty('to');
    expect(timeline.marks.map(({ key }) => key)).toEqual([
      'hostCrashed',
      'suspected',
      'testAndSetWon',
      'wentLive',
    ]);
  });

  test('a cut that is mended is a suspicion that passes', async () => {
    const { frame } = await opened({ ...short, commands: ['cut log @ 4ms', 'mend log @ 6ms'] });
    const { timeline } = await frame({ kind: 'seek', time: 12_000_000 });
    expect(timeline.pair.map(({ from, state }) => `${from / 1e6} ${state}`)).toEqual([
      '0 protected',
      '4 suspecting',
      '6 protected',
    ]);
  });

  test('a broken property is marked where it broke', async () => {
    const { frame } = await opened({ ...short, rules: { outputRule: false } });
    const { timeline, properties } = await frame({ kind: 'seek', time: 5_000_000 });
    const rule = properties.find(({ name }) => name === 'Output Rule');
    expect(timeline.violations).toEqual([{ at: rule?.violation?.at, name: 'Output Rule' }]);
  });
});

describe('a long run', { timeout: MANY_RUNS }, () => {
  test('is shown as sums, of which no more are sent than a screen can tell apart', async () => {
    const { frame } = await opened();
    await frame({ kind: 'advance', until: 700_000_000 });
    const window = { ...VIEWPORT, timeline: { from: 0, to: 700_000_000, parts: 5000 } };
    const { timeline, narration, channel } = await frame({ kind: 'view', viewport: window });
    for (const curve of [timeline.fill, timeline.lag, timeline.held]) expect(curve.length).toBe(2000);
    expect(timeline.entries).not.toHaveProperty('at');
    expect(narration.length).toBeLessThanOrEqual(400);
    expect(channel.entries.length).toBeLessThanOrEqual(48);
  });

  test('counts every entry and every answer once, at whatever scale', async () => {
    const made = await opened({}, 400_000_000);
    const run = made.session.opened?.run;
    const count = (kind: string, is = (_: unknown) => true) =>
      run?.facts.filter((fact) => fact.kind === kind && is(fact)).length;
    for (const parts of [100, 250]) {
      const answered = await made.ask({
        kind: 'timeline',
        timeline: { from: 0, to: 400_000_001, parts },
      });
      if (answered.kind !== 'timeline') throw new Error(answered.kind);
      const { entries, clients } = answered.timeline;
      if ('at' in entries) throw new Error('too few parts for so many');
      const sum = (row: Uint32Array | null) => row?.reduce((total, n) => total + n, 0);
      expect(sum(entries.outputs)! + sum(entries.others)!).toBe(count('recorded'));
      expect(clients.map(({ answered }) => sum(answered))).toEqual(
        ['client1', 'client2'].map((client) =>
          count('answered', (fact) => (fact as { client: string }).client === client),
        ),
      );
    }
  });

  test('has every lane everywhere, also where nothing is held any more', async () => {
    const small = testSession();
    await small.frame({
      kind: 'open',
      source: { document: { commands: ['crash A @ 640ms'] } },
      memory: 65_536,
    });
    const whole = await opened({ commands: ['crash A @ 640ms'] });
    for (const each of [small, whole]) await each.frame({ kind: 'seek', time: 700_000_000 });
    const timeline = { from: 20_000_000, to: 60_000_000, parts: 80 };
    const coarse = await small.ask({ kind: 'timeline', timeline });
    await small.frame({ kind: 'view', inDetail: true, viewport: { ...VIEWPORT, timeline } });
    const fine = await small.ask({ kind: 'timeline', timeline });
    const expected = await whole.ask({ kind: 'timeline', timeline });
    expect(coarse).toMatchObject({ timeline: { lacksDetail: true } });
    expect(fine).toMatchObject({ timeline: { lacksDetail: false } });
    expect(fine).toEqual(expected);
    expect(await small.frame({ kind: 'view' })).toMatchObject({ time: 700_000_000 });
  });

  test('shows where there are events that are looked for', async () => {
    const made = await opened({}, 30_000_000);
    const find = { kind: 'outputReleased', who: 'A' };
    const timeline = { from: 0, to: 30_000_001, parts: 30, find };
    const answered = await made.ask({ kind: 'timeline', timeline });
    if (answered.kind !== 'timeline') throw new Error(answered.kind);
    const expected = made.session.opened?.run.facts.filter(({ kind }) => kind === 'outputReleased').length;
    expect(answered.timeline.found?.reduce((sum, n) => sum + n, 0)).toBe(expected);
    expect(expected).toBeGreaterThan(5);
  });
});
