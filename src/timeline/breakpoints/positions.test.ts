// Breakpoints stop at positions: forward and backward the same, at any speed, and what is shown there is the state that was meant.

import { expect, test } from 'vitest';
import { namedStream } from '../../base/prng.ts';
import { configOf, MANY_RUNS, stage } from '../../scenario/testing/story.ts';
import type { SimTime } from '../../sim/time.ts';
import { advance } from '../../world/advance.ts';
import { plainPrograms, type WorldConfig } from '../../world/base/config.ts';
import type { Computer, Host } from '../../world/state/world.ts';
import { createRun, placeOf, positionOf, type Run, runOn, seekPosition } from '../run/run.ts';
import { randomProgram } from '../testing/random-program.ts';
import { TRAPPING } from '../testing/trapping.ts';
import { parseBreakpoint } from './breakpoint-text.ts';
import type { Breakpoint, Hit } from './breakpoints.ts';
import { positionIn, runToBreakpoint } from './search.ts';

const instant = (ns: number): SimTime => ns as SimTime;

const hostOf = ({ world }: Run, id = 'A'): Host => world.hosts.find((host) => host.id === id) as Host;

function breakpointIn(config: WorldConfig, text: string): Breakpoint {
  const known = {
    hosts: ['A', 'B'],
    clients: ['client1'],
    image: config.image,
    plain: plainPrograms(config),
  };
  const parsed = parseBreakpoint(text, known);
  if (!parsed.ok) throw new Error(parsed.error);
  return parsed.value;
}

/** So many hits of a breakpoint are looked at, at most. */
const HITS = 6;

function hitsOf(
  run: Run,
  breakpoints: Breakpoint[],
  direction: 'forward' | 'backward',
  end: SimTime,
  check: (run: Run) => void = () => {},
): Hit[] {
  const hits: Hit[] = [];
  for (let hit: Hit | undefined; hits.length < HITS; hits.push(hit)) {
    hit = runToBreakpoint(run, breakpoints, direction, end);
    if (hit === undefined) break;
    expect(positionOf(run)).toEqual(positionIn(hit));
    check(run);
    if (hit.pc !== undefined || hit.changes !== undefined)
      expect(placeOf(hostOf(run, hit.host))).toEqual({
        instruction: hit.instruction,
        changes: hit.changes ?? 0,
      });
  }
  return hits;
}

/** Breakpoints, and what has to be so where they stop, said without them. */
const TEXTS: [text: string, host: string, isSo: (machine: Host['machine'], symbols: Symbols) => boolean][] = [
  ['at handler', 'A', ({ cpu }, symbols) => cpu.pc === symbols.get('handler')],
  ['at handler on B', 'B', ({ cpu }, symbols) => cpu.pc === symbols.get('handler')],
  ['register pc handler on A', 'A', ({ cpu }, symbols) => cpu.pc === symbols.get('handler')],
  ['mcause == 0x80000007 on B', 'B', ({ cpu }) => cpu.mcause >>> 0 === 0x8000_0007],
  ['mcause == 11 on A', 'A', ({ cpu }) => cpu.mcause === 11],
  ['s5 == 3 on A', 'A', ({ cpu }) => cpu.x[21] === 3],
  ['read data+32 on A', 'A', () => true],
  ['write data+32 on B', 'B', () => true],
  ['instruction % 2 == 0 on A', 'A', ({ cpu }) => cpu.instructions % 2 === 0],
  ['entry clock replayed', 'B', () => true],
  ['fact recorded', 'A', () => true],
];

type Symbols = WorldConfig['image']['symbols'];

test.each([20_000_000, 1_100_000_000, 4_000_000_000])(
  'at %i instructions a second',
  { timeout: MANY_RUNS },
  (instructionsPerSecond) => {
    const noise = namedStream('breakpoints', instructionsPerSecond);
    const end = instant(Math.ceil(4e11 / instructionsPerSecond) + 10_000);
    let found = 0;
    for (let round = 0; round < 1; round++) {
      const guest = { source: randomProgram(noise) };
      // The backup is close behind, so that little has to be gone through.
      const links = { log: { latencyNs: 2_000, bitsPerSecond: 1e11 } };
      const config = configOf({ guest, machine: { instructionsPerSecond }, clients: [], links });
      for (const [text, host, isSo] of TEXTS) {
        const breakpoint = breakpointIn(config, text);
        const check = (run: Run): void =>
          expect(isSo(hostOf(run, host).machine, config.image.symbols)).toBe(true);
        const forward = hitsOf(createRun(config), [breakpoint], 'forward', end, check);
        found += forward.length;
        const run = createRun(config);
        if (forward.length < HITS) runOn(run, end);
        else seekPosition(run, positionIn(forward.at(-1) as Hit));
        const backward = hitsOf(run, [breakpoint], 'backward', end, check);
        expect(backward.reverse()).toEqual(forward.length < HITS ? forward : forward.slice(0, -1));
      }
    }
    expect(found).toBeGreaterThan(25);
  },
);

test('an ecall and its handler are two places: behind the same instruction, one before and one after the trap', () => {
  const config = configOf({ guest: { source: TRAPPING }, clients: [] });
  const run = createRun(config);
  const both = ['at call', 'at handler'].map((text) => breakpointIn(config, text));
  const { symbols } = config.image;
  for (let n = 0; n < 6; n++) {
    const hit = runToBreakpoint(run, both, 'forward', instant(1_000_000)) as Hit;
    const { cpu } = hostOf(run).machine;
    const isHandler = n % 2 === 1;
    expect(hit).toMatchObject({ breakpoint: n % 2, instruction: 4 + Math.floor(n / 2) * 6, host: 'A' });
    expect(hit.changes).toBe(isHandler ? 1 : undefined);
    expect(cpu.pc).toBe(symbols.get(isHandler ? 'handler' : 'call'));
    if (isHandler) expect(cpu.mcause).toBe(11);
  }
});

test('as many stops before an instruction as times that it is begun, also where it traps', () => {
  const config = configOf({ guest: { source: TRAPPING }, clients: [] });
  const end = instant(2_000);
  const call = config.image.symbols.get('call');
  const { world } = stage(config);
  const begun: number[] = [];
  const begins = (_: Computer, n: number, pc: number): void => {
    if (pc === call) begun.push(n - 1);
  };
  advance(world, end, () => {}, { host: 'A', begins });
  const hits = hitsOf(createRun(config), [breakpointIn(config, 'at call on A')], 'forward', end);
  expect(begun.length).toBeGreaterThan(3);
  expect(hits.map(({ instruction }) => instruction)).toEqual(begun);
});

test('where the instruction of a breakpoint is next already, it stops at the next time that it is begun', () => {
  const config = configOf({ guest: { source: TRAPPING }, clients: [] });
  const run = createRun(config);
  const breakpoint = breakpointIn(config, 'at call on A');
  const end = instant(2_000);
  const [first, second] = hitsOf(run, [breakpoint], 'forward', end) as [Hit, Hit];
  // The machine has come to this state before the instant at which the instruction begins.
  seekPosition(run, { at: instant(first.at - 10) });
  expect(placeOf(hostOf(run)).instruction).toBe(first.instruction);
  expect(runToBreakpoint(run, [breakpoint], 'forward', end)).toEqual(second);
});
