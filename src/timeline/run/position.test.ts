// Every state of a run has one position: a step on and a step back is where one was, at any speed, in programs of any kind.

import { describe, expect, test } from 'vitest';
import { below, namedStream } from '../../base/prng.ts';
import { configOf, MANY_RUNS, stage } from '../../scenario/testing/story.ts';
import type { SimTime } from '../../sim/time.ts';
import { hashWorld } from '../../world/state/state-hash.ts';
import type { Host } from '../../world/state/world.ts';
import { randomProgram } from '../testing/random-program.ts';
import { TRAPPING } from '../testing/trapping.ts';
import { comparePlaces, comparePositions, formatPlace, parsePlace } from './position.ts';
import { createRun, placeOf, positionOf, type Run, seekPosition, seekRun } from './run.ts';
import { stepInstruction } from './step.ts';

const at = (ns: number): SimTime => ns as SimTime;

const place = (run: Run, host: number) => placeOf(run.world.hosts[host] as Host);

/** What there is to be seen of where a run stands. */
const seen = (run: Run) => ({ ...positionOf(run), hash: hashWorld(run.world), place: place(run, 0) });

const SPEEDS = [20_000_000, 333_333_333, 1_100_000_000, 4_000_000_000];

describe.each(SPEEDS)('at %i instructions a second', (instructionsPerSecond) => {
  test('on and back again is where one was, wherever that is', { timeout: MANY_RUNS }, () => {
    const noise = namedStream('positions', instructionsPerSecond);
    for (let round = 0; round < 1; round++) {
      const source = randomProgram(noise);
      // The backup is close behind, so that little has to be gone through.
      const links = { log: { latencyNs: 2_000, bitsPerSecond: 100_000_000_000 } };
      const machine = { instructionsPerSecond };
      const run = createRun(configOf({ guest: { source }, machine, clients: [{ requests: 2 }], links }));
      const end = Math.ceil(3e12 / instructionsPerSecond);
      for (let n = 0; n < 2; n++) {
        const host = below(noise, 2);
        seekRun(run, at(1 + below(noise, end)));
        stepInstruction(run, host, 1);
        const states = [seen(run)];
        for (let i = 0; i < 12; i++) {
          const before = place(run, host);
          stepInstruction(run, host, 1);
          expect(comparePlaces(place(run, host), before)).toBeGreaterThan(0);
          states.push(seen(run));
        }
        const back = [...states].reverse();
        for (const state of back.slice(1)) {
          stepInstruction(run, host, -1);
          expect(seen(run)).toEqual(state);
        }
        for (const state of states.slice(1)) {
          stepInstruction(run, host, 1);
          expect(seen(run)).toEqual(state);
        }
        // A position alone says all of that, and a run that has gone nowhere else comes to the same.
        const state = states[below(noise, states.length)] as (typeof states)[number];
        seekPosition(run, state);
        expect(seen(run)).toEqual(state);
        const straight = stage(run.world.config);
        if (state.step === undefined) straight.advanceTo(state.at);
        else straight.stepInto(state.at, state.step);
        expect(hashWorld(straight.world)).toBe(state.hash);
      }
    }
  });
});

test.each(SPEEDS)('at %i instructions a second a trap is a step of its own', (instructionsPerSecond) => {
  const run = createRun(
    configOf({ guest: { source: TRAPPING }, machine: { instructionsPerSecond }, clients: [] }),
  );
  const { symbols } = run.world.config.image;
  const [again = 0, handler = 0] = ['again', 'handler'].map((name) => symbols.get(name));
  const machine = (run.world.hosts[0] as Host).machine;
  const states: [string, number][] = [];
  for (let n = 0; n < 14; n++) {
    states.push([formatPlace(place(run, 0)), machine.cpu.pc]);
    stepInstruction(run, 0, 1);
  }
  const loop = (first: number): [string, number][] => [
    [`${first}`, again],
    [`${first + 1}`, again + 4],
    [`${first + 1}+1`, handler],
    [`${first + 2}`, handler + 4],
    [`${first + 3}`, handler + 8],
    [`${first + 4}`, handler + 12],
    [`${first + 5}`, again + 8],
  ];
  const start = [0, 1, 2].map((n): [string, number] => [`${n}`, 0x8000_0000 + 4 * n]);
  expect(states).toEqual([...start, ...loop(3), ...loop(9).slice(0, 4)]);
});

test('positions are ordered: within an instant by its steps, its end last', () => {
  const positions = [
    { at: at(4) },
    { at: at(5), step: 1 },
    { at: at(5), step: 2 },
    { at: at(5) },
    { at: at(6), step: 1 },
  ];
  for (const [i, a] of positions.entries())
    for (const [j, b] of positions.entries())
      expect(Math.sign(comparePositions(a, b))).toBe(Math.sign(i - j));
});

test('a place of a machine is written as a count, and how often the machine was changed since', () => {
  for (const text of ['0', '7', '7+1', '123456+12']) {
    const parsed = parsePlace(text);
    expect(parsed.ok && formatPlace(parsed.value)).toBe(text);
  }
  for (const text of ['', '-1', '7+', '7+-1', '1.5', '7 1', 'x'])
    expect(parsePlace(text)).toEqual({ ok: false, error: expect.stringContaining('write 7, or 7+1') });
});
