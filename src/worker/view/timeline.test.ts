// The timeline's lanes: spans, curves and marks of a run, and how little of it is sent.
import { describe, expect, test } from 'vitest';
import { MANY_RUNS } from '../../scenario/stories/story.ts';
import { factOf, opened, VIEWPORT } from '../bench.ts';
import type { Frame } from '../frame.ts';

const short = { clients: [{ requests: 4 }, { requests: 4, startNs: 3_000_000 }] };

async function crashed(): Promise<Frame> {
  const { frame } = await opened(short, 8_200_000);
  await frame({ kind: 'command', text: 'crash A' });
  return frame({ kind: 'seek', time: 35_000_000 });
}

describe('clients', () => {
  test('have a span for each request, from its first sending to its answer', async () => {
    const { timeline } = await (await opened(short)).frame({ kind: 'seek', time: 7_000_000 });
    const [one] = timeline.clients;
    expect(one?.id).toBe('client1');
    expect(one?.spans).toMatchObject([
      { from: 2_000_000, kind: 'increment', label: { client: 'client1', request: 1, value: 11 } },
      { label: { request: 2 } },
    ]);
    expect(one?.spans[0]?.to).toBeGreaterThan(4_000_000);
    expect(one?.spans[1]).not.toHaveProperty('to');
    expect(timeline.clients.every(({ retries }) => retries.length === 0)).toBe(true);
  });

  test('have a mark for each time they asked again', async () => {
    const { timeline } = await crashed();
    const retries = timeline.clients.flatMap((client) => client.retries);
    expect(retries.length).toBeGreaterThan(0);
    expect(retries.every((at) => at > 20_000_000)).toBe(true);
  });

  test('outside the window have nothing; what reaches into it is there', async () => {
    const { frame } = await opened(short, 9_000_000);
    const window = { ...VIEWPORT, timeline: { from: 3_500_000, to: 4_500_000, samples: 10 } };
    const { timeline } = await frame({ kind: 'look', viewport: window });
    expect(timeline.clients.map(({ spans }) => spans.map(({ label }) => label?.request))).toEqual([[1], [1]]);
    expect(timeline.entries.every(({ at }) => at >= 3_500_000 && at <= 4_500_000)).toBe(true);
    expect(timeline.entries.length).toBeGreaterThan(0);
  });
});

describe('the gate', () => {
  test('has a span for each held output, from its making to its release', async () => {
    const bench = await opened(short);
    const { timeline } = await bench.frame({ kind: 'seek', time: 7_000_000 });
    expect(timeline.gate[0]).toMatchObject({
      from: factOf(bench, 'outputHeld').at,
      to: factOf(bench, 'outputReleased').at,
      kind: 'diskWrite',
      label: { block: 7 },
    });
    expect(timeline.gate.some(({ kind, label }) => kind === 'packet' && label?.value === 11)).toBe(true);
  });

  test('lets go with its host: what a dead one held ends there', async () => {
    const { timeline } = await crashed();
    expect(timeline.gate.every(({ to }) => (to ?? Number.POSITIVE_INFINITY) <= 8_200_000)).toBe(true);
  });
});

describe('curves', () => {
  test('have a value at every step as far as the run has come, and none beyond', async () => {
    const { timeline } = await (await opened(short)).frame({ kind: 'seek', time: 10_000_000 });
    const values = (list: (number | null)[]) => list.map((value) => value !== null);
    const expected = Array.from({ length: 81 }, (_, i) => i * 500_000 <= 10_000_000);
    expect(values(timeline.fill)).toEqual(expected);
    expect(values(timeline.lag)).toEqual(expected);
    expect(timeline.fillMax).toBe(Math.max(...timeline.fill.map((value) => value ?? 0)));
    expect(timeline.fillMax).toBeGreaterThan(28);
    expect(timeline.lagMax).toBeGreaterThan(400_000);
    expect(timeline.lagMax).toBeLessThan(2_000_000);
  });

  test('say what the channel says at that instant', async () => {
    const { frame } = await opened(short);
    for (const time of [2_130_000, 2_700_000, 3_150_000, 4_010_000]) {
      const window = { ...VIEWPORT, timeline: { from: time, to: time + 1, samples: 2 } };
      const { timeline, channel } = await frame({ kind: 'seek', time, viewport: window });
      expect(timeline.fill[0]).toBe(channel.sendBufferBytes);
    }
  });

  test('end with the pair', async () => {
    const { timeline } = await crashed();
    const last = timeline.fill.findLastIndex((value) => value !== null);
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

test('of a long run no more is sent than a screen can tell apart', { timeout: MANY_RUNS }, async () => {
  const { frame } = await opened();
  await frame({ kind: 'advance', until: 700_000_000 });
  const window = { ...VIEWPORT, timeline: { from: 0, to: 700_000_000, samples: 5000 } };
  const { timeline, narration, channel } = await frame({ kind: 'look', viewport: window });
  expect(timeline.fill.length).toBe(2000);
  for (const list of [timeline.entries, timeline.gate, ...timeline.clients.map(({ spans }) => spans)]) {
    expect(list.length).toBeLessThanOrEqual(1500);
    expect(list.length).toBeGreaterThan(100);
  }
  expect(narration.length).toBeLessThanOrEqual(300);
  expect(channel.entries.length).toBeLessThanOrEqual(48);
});
