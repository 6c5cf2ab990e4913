// Why things are as they are: each chain is that of the paper, in order, and complete.
import { expect, test } from 'vitest';
import { configOf, MANY_RUNS } from '../../scenario/testing/story.ts';
import type { SimTime } from '../../sim/time.ts';
import { createRun, runOn, seekRun } from '../run/run.ts';
import { type Answer, why } from './why.ts';

function ran(ms: number, commands: string[] = [], more: Record<string, unknown> = {}) {
  const run = createRun(configOf({ commands, ...more }));
  runOn(run, (ms * 1e6) as SimTime);
  return run;
}

const relations = ({ causes }: Answer) => causes.map(({ relation }) => relation);

function expectInOrder({ causes }: Answer): void {
  const instants = causes.map(({ at }) => at);
  expect(instants).toEqual([...instants].sort((a, b) => a - b));
}

test('the request behind an output, and all that its answer waited for', { timeout: MANY_RUNS }, () => {
  const run = ran(12);
  const answer = why(run, { kind: 'request', client: 'client1', request: 1 });
  expect(relations(answer)).toEqual([
    'asked',
    'arrived',
    'logged',
    'produced',
    'sent',
    'held',
    'received',
    'acked',
    'released',
    'answered',
  ]);
  expectInOrder(answer);
  const held = answer.causes[5]!;
  seekRun(run, (held.at + 1) as SimTime);
  expect(relations(why(run, { kind: 'request', client: 'client1', request: 1 }))).toEqual(
    relations(answer).slice(
      0,
      relations(why(run, { kind: 'request', client: 'client1', request: 1 })).length,
    ),
  );
});

test('of every answer: an acknowledgement that covers its entry, before it leaves', {
  timeout: MANY_RUNS,
}, () => {
  const run = ran(40, [], {
    clients: [
      { requests: 30, thinkNs: 20_000 },
      { requests: 30, thinkNs: 20_000 },
    ],
  });
  for (const { config, history } of run.world.clients) {
    for (const { request, answered } of history.filter((exchange) => exchange.answered !== undefined)) {
      const { causes } = why(run, { kind: 'request', client: config.id, request });
      const by = (relation: string) => causes.find((cause) => cause.relation === relation)!;
      const [produced, sent, received, acked] = ['produced', 'sent', 'received', 'acked'].map(
        (each) => by(each).fact,
      );
      const { sequence } = produced as { sequence: number } & typeof produced;
      expect(sent).toMatchObject({ message: 'entries' });
      for (const { first, last } of [sent, received] as { first: number; last: number }[])
        expect(first <= sequence && sequence <= last).toBe(true);
      expect((acked as unknown as { through: number }).through).toBeGreaterThanOrEqual(sequence);
      expect(by('released').at).toBeGreaterThanOrEqual(by('acked').at);
      expect(by('answered').at).toBe(answered);
    }
  }
});

test('an output that is held waits for entries, and a cut cable is in the way', {
  timeout: MANY_RUNS,
}, () => {
  // A patient detector: nobody takes over meanwhile.
  const run = ran(9, ['cut log @ 2ms'], { detector: { timeoutNs: 500_000_000 } });
  const held = run.world.hosts[0]!.replica.gate[0]!;
  const answer = why(run, { kind: 'held', host: 'A', sequence: held.sequence });
  expect(relations(answer)).toContain('waitsFor');
  expect(answer.causes.find(({ relation }) => relation === 'obstacle')?.fact).toMatchObject({
    kind: 'linkCut',
  });
  expect(
    answer.causes.some(({ fact }) => fact.kind === 'outputHeld' && fact.output.sequence === held.sequence),
  ).toBe(true);
});

test('a host that halted: what it suspected, that it asked for the flag, and who had it', {
  timeout: MANY_RUNS,
}, () => {
  const run = ran(60, ['cut log @ 9ms']);
  const loser = run.world.hosts.find(({ replica }) => replica.role === 'halted')!;
  const winner = run.world.hosts.find(({ replica }) => replica.role === 'solo')!;
  const answer = why(run, { kind: 'halted', host: loser.id });
  expect(new Set(relations(answer))).toEqual(
    new Set(['obstacle', 'suspected', 'askedForFlag', 'wonFlag', 'lostFlag', 'halted']),
  );
  expectInOrder(answer);
  expect(answer.causes[0]?.fact).toMatchObject({ kind: 'linkCut', at: 9_000_000 });
  expect(answer.causes.at(-1)?.fact).toMatchObject({ kind: 'halted', reason: 'lostArbitration' });
  expect(relations(why(run, { kind: 'live', host: winner.id }))[0]).toBe('obstacle');
});

test('a divergence: the first entry that differs, and the bit that flipped or the rule that is off', {
  timeout: MANY_RUNS,
}, () => {
  const flipped = why(ran(12, ['flip B 0x80003000.3 @ 4ms']), { kind: 'divergence' });
  expect(relations(flipped).slice(0, 3)).toEqual(expect.arrayContaining(['origin', 'unequal']));
  expect(flipped.causes[0]?.fact).toMatchObject({ kind: 'bitFlipped', at: 4_000_000 });
  expect(flipped.rules).toEqual([]);
  const unlogged = why(ran(12, [], { rules: { loggedValues: false } }), { kind: 'divergence' });
  expect(unlogged.rules).toEqual(['loggedValues']);
  expect(relations(unlogged)).toContain('unequal');
  expect(why(ran(5), { kind: 'divergence' })).toEqual({ causes: [], rules: [] });
});

test('a value: the flipped bit, or the packet and who sent it', { timeout: MANY_RUNS }, () => {
  const run = ran(12, ['flip B 0x80003000.3 @ 4ms']);
  const bit = why(run, { kind: 'value', host: 'B', written: { address: 0x8000_3000, length: 1 } });
  expect(bit).toMatchObject({ writer: { by: 'fault' }, causes: [{ relation: 'origin' }] });
  const { used } = run.world.hosts[1]!.machine.net.transport.queues[0]!;
  const packet = why(run, { kind: 'value', host: 'B', written: { address: used + 2, length: 2 } });
  expect(packet.writer?.by).toBe('input');
  expect(relations(packet).slice(0, 2)).toEqual(['asked', 'arrived']);
  expect(packet.causes.at(-1)?.fact).toMatchObject({ kind: 'replayed', entry: 'packet' });
  expectInOrder(packet);
});

test('a primary that has stopped: since when its buffer is full, and why', { timeout: MANY_RUNS }, () => {
  const run = ran(14, ['pause B @ 2ms'], {
    detector: { timeoutNs: 500_000_000 },
    log: { sendBufferBytes: 2048 },
    clients: Array.from({ length: 8 }, () => ({ requests: 400, thinkNs: 10_000, retryNs: 200_000 })),
  });
  const answer = why(run, { kind: 'stopped', host: 'A' });
  expect(relations(answer)).toEqual(expect.arrayContaining(['waitsFor', 'full', 'obstacle']));
  expect(answer.causes.find(({ relation }) => relation === 'obstacle')?.fact).toMatchObject({
    kind: 'hostPaused',
  });
  expectInOrder(answer);
});

test('what became of an entry: from where it was recorded to where it was replayed', {
  timeout: MANY_RUNS,
}, () => {
  const run = ran(12);
  const recorded = run.facts.flatMap((fact) => (fact.kind === 'recorded' ? [fact] : []));
  for (const kind of ['packet', 'output'] as const) {
    const entry = recorded.find((fact) => fact.entry === kind && fact.sequence > 5)!;
    const { generation, sequence } = entry;
    const answer = why(run, { kind: 'entry', generation, sequence });
    expectInOrder(answer);
    const own = kind === 'output' ? ['produced', 'sent', 'held'] : ['logged', 'sent'];
    expect(relations(answer).slice(0, own.length)).toEqual(own);
    expect(relations(answer)).toEqual(expect.arrayContaining(['received', 'acked', 'replayed']));
    expect(answer.causes.at(-1)?.at).toBeGreaterThan(entry.at);
  }
  expect(why(run, { kind: 'entry', generation: 9, sequence: 1 }).causes).toEqual([]);
});

test('what a block holds was written after its entry had been acknowledged', { timeout: MANY_RUNS }, () => {
  const run = ran(14);
  const answer = why(run, { kind: 'block', block: 7 });
  expectInOrder(answer);
  expect(relations(answer)).toEqual(['produced', 'sent', 'held', 'received', 'acked', 'released', 'written']);
  expect(why(run, { kind: 'block', block: 3 }).causes).toEqual([]);
});
