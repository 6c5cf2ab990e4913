// Breakpoints stop a run exactly: at what an observer of every instruction and fact finds there, forward as backward.
import { describe, expect, test } from 'vitest';
import { accessOf } from '../../machine/cpu/accesses.ts';
import { configOf, MANY_RUNS, stage } from '../../scenario/testing/story.ts';
import type { SimTime } from '../../sim/time.ts';
import { advance, type Tracer } from '../../world/advance.ts';
import { hashWorld } from '../../world/state/state-hash.ts';
import { instructionOf } from '../../world/state/world.ts';
import { advanceRun, createRun, type Run, seekRun } from '../run/run.ts';
import type { Breakpoint, Hit } from './breakpoints.ts';
import { parseExpression } from './expression.ts';
import { beginSearch, runToBreakpoint, searchSome } from './search.ts';

const END = 14_000_000 as SimTime;
const at = (ns: number): SimTime => ns as SimTime;

const config = configOf({ commands: ['flip A 0x80003000.3 @ 4ms', 'crash A @ 13ms'] });

/** All hits of a run, one after the other. */
function forward(breakpoint: Breakpoint, run: Run = createRun(config)): Hit[] {
  const hits: Hit[] = [];
  for (;;) {
    const hit = runToBreakpoint(run, [breakpoint], 'forward', END);
    if (hit === undefined) return hits;
    expect(run.world.now).toBe(hit.at);
    hits.push(hit);
  }
}

function backward(breakpoint: Breakpoint): Hit[] {
  const run = createRun(config);
  advanceRun(run, END);
  const hits: Hit[] = [];
  for (;;) {
    const hit = runToBreakpoint(run, [breakpoint], 'backward', END);
    if (hit === undefined) return hits;
    hits.push(hit);
  }
}

const isOnB = ({ id }: { id: string }) => id === 'B';

/** What the backup's machine does, instruction by instruction. */
function traceOfB() {
  const world = stage(config);
  const stores: { address: number; instruction: number }[] = [];
  const loads: { address: number; instruction: number }[] = [];
  const pcs: [number, number][] = [];
  const begins: Tracer = (host, instruction, _pc, word) => {
    const access = accessOf(word, host.machine.cpu);
    if (access?.writes) stores.push({ address: access.address, instruction });
    if (access?.reads) loads.push({ address: access.address, instruction });
  };
  const retires: Tracer = (_host, instruction, pc) => pcs.push([instruction, pc]);
  advance(world.world, END, (fact) => world.facts.push(fact), { host: 'B', begins, retires });
  return { pcs, stores, loads, facts: world.facts };
}

const traced = traceOfB();
/** An address that the backup comes to a few times only. */
const counts = new Map<number, number>();
for (const [, pc] of traced.pcs) counts.set(pc, (counts.get(pc) ?? 0) + 1);
const RARE = [...counts].find(([, count]) => count >= 3 && count < 12)?.[0] as number;

describe('a run stops', () => {
  test('before the instruction at an address, every time and nowhere else', { timeout: MANY_RUNS }, () => {
    const wanted = traced.pcs.filter(([, pc]) => pc === RARE).map(([instruction]) => instruction - 1);
    const breakpoint: Breakpoint = { kind: 'address', of: 'B', addresses: [RARE] };
    const hits = forward(breakpoint);
    expect(hits.map(({ instruction }) => instruction)).toEqual(wanted);
    expect(hits.length).toBeGreaterThan(2);
    expect(backward(breakpoint)).toEqual(hits.reverse());
    const run = createRun(config);
    runToBreakpoint(run, [breakpoint], 'forward', END);
    const host = run.world.hosts.find(isOnB)!;
    expect(instructionOf(host)).toBe(wanted[0]);
  });

  test('at facts: entries, outputs, a property, a packet', { timeout: MANY_RUNS }, () => {
    const instants = (found: Hit[]) => found.map((hit) => hit.at);
    const distinct = (kind: string, isWanted: (fact: { entry?: string }) => boolean = () => true) => [
      ...new Set(
        traced.facts
          .filter((fact) => fact.kind === kind && fact.at > 0 && isWanted(fact as { entry?: string }))
          .map((fact) => fact.at),
      ),
    ];
    const packet: Breakpoint = { kind: 'entry', entry: 'packet', moment: 'recorded' };
    const wanted = distinct('recorded', ({ entry }) => entry === 'packet');
    expect(wanted.length).toBeGreaterThan(3);
    expect(instants(forward(packet))).toEqual(wanted);
    expect(instants(backward(packet))).toEqual([...wanted].reverse());
    expect(instants(forward({ kind: 'output', moment: 'released' }))).toEqual(distinct('outputReleased'));
    expect(instants(forward({ kind: 'packet', client: 'client1', request: 2 })).length).toBeGreaterThan(1);
    const sent = traced.facts.find(
      (fact) => fact.kind === 'requestSent' && fact.client === 'client1' && fact.request === 2,
    );
    expect(forward({ kind: 'packet', client: 'client1', request: 2 })[0]?.at).toBe(sent?.at);
    // The flipped bit: the first entry behind it finds unequal machines.
    expect(forward({ kind: 'property' }).map(({ fact }) => fact)).toMatchObject([
      { property: 'Equal states' },
    ]);
    expect(forward({ kind: 'property', property: 'Output Rule' })).toEqual([]);
  });

  test('after a store, were it of the same value, and after what comes from outside', {
    timeout: MANY_RUNS,
  }, () => {
    const store: Breakpoint = { kind: 'memory', of: 'A', address: 0x8000_3000, length: 1, access: 'write' };
    const hits = forward(store);
    expect(hits.at(-1)).toMatchObject({ at: 4_000_000, by: 'outside' });
    expect(backward(store)).toEqual([...hits].reverse());
    for (const access of ['read', 'write'] as const) {
      const known = access === 'read' ? traced.loads : traced.stores;
      const times = (address: number) => known.filter((each) => each.address === address);
      const word = known.find(({ address }) => {
        const { length } = times(address);
        return address >= 0x8000_0000 && length >= 3 && length < 20;
      })?.address as number;
      const found = forward({ kind: 'memory', of: 'B', address: word, length: 1, access });
      expect(found.filter(({ by }) => by === undefined).map(({ instruction }) => instruction)).toEqual(
        times(word).map(({ instruction }) => instruction),
      );
      expect(backward({ kind: 'memory', of: 'B', address: word, length: 1, access })).toEqual(
        found.reverse(),
      );
    }
  });

  test('when a register or a condition becomes true, in the middle of whatever', {
    timeout: MANY_RUNS,
  }, () => {
    const condition = parseExpression(`pc == ${RARE}`);
    if (!condition.ok) throw new Error(condition.error);
    const hits = forward({ kind: 'condition', of: 'B', condition: condition.value });
    const wanted = traced.pcs.filter(([, pc]) => pc === RARE).map(([instruction]) => instruction - 1);
    expect(hits.map(({ instruction }) => instruction)).toEqual(wanted);
    expect(backward({ kind: 'condition', of: 'B', condition: condition.value })).toEqual(hits.reverse());
    const register: Breakpoint = { kind: 'register', of: 'B', register: 'pc', equals: RARE };
    expect(forward(register).map(({ instruction }) => instruction)).toEqual(wanted);
  });
});

test('a search leaves the run as it is, in slices of any size, and finds the same', {
  timeout: MANY_RUNS,
}, () => {
  const run = createRun(config);
  advanceRun(run, END);
  seekRun(run, at(2_345_678));
  const before = hashWorld(run.world);
  const breakpoints: Breakpoint[] = [{ kind: 'address', of: 'B', addresses: [RARE] }];
  const outcomes = [997, 50_000, 10_000_000].map((slice) => {
    const search = beginSearch(run, breakpoints, 'backward', END);
    while (!searchSome(search, slice));
    return search.outcome;
  });
  expect(hashWorld(run.world)).toBe(before);
  expect(new Set(outcomes.map((outcome) => JSON.stringify(outcome))).size).toBe(1);
});
