// What a cable does to time, what a cut does to a cable, and what a bad cable does to traffic.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { namedStream } from '../base/prng.ts';
import {
  arrives,
  createLink,
  cutLink,
  type Direction,
  directionFrom,
  type Flight,
  farEnd,
  forgetUnsent,
  impairLink,
  type Link,
  mendLink,
  transmissionTime,
  transmit,
} from './link.ts';
import { type Duration, microseconds, nanoseconds, type SimTime } from './time.ts';

const at = (ns: number) => ns as SimTime;
const cable = (latency: Duration, bitsPerSecond: number, isOrdered = true, seed = 1): Link =>
  createLink('x', ['A', 'B'], latency, bitsPerSecond, namedStream('link x', seed), isOrdered);
const gigabit = () => cable(microseconds(450), 1e9);
const lan = (seed = 1) => cable(microseconds(50), 1e9, false, seed);
const arrival = (link: Link, direction: Direction, bytes: number, now: number): SimTime =>
  (transmit(link, direction, bytes, at(now))[0] as Flight).at;
const many = (link: Link, frames = 20_000): Flight[][] =>
  Array.from({ length: frames }, (_, i) => transmit(link, 0, 125, at(i * 10_000)));

describe('a frame', () => {
  test('takes its bits on the transmitter, and the latency behind them', () => {
    expect(transmissionTime(gigabit(), 125)).toBe(1000);
    expect(transmit(gigabit(), 0, 125, at(2000))).toEqual([
      { at: 2000 + 1000 + 450_000, leavesAt: 3000 + 225_000, age: 0, isLost: false, overtakes: false },
    ]);
  });

  test('occupies its last nanosecond whole', () => {
    expect(transmissionTime(cable(nanoseconds(1), 3e9), 1)).toBe(3);
    expect(transmissionTime(cable(nanoseconds(1), 1e12), 1)).toBe(1);
  });

  test('waits for the one before it that way, and not for those the other way', () => {
    const link = gigabit();
    transmit(link, 0, 1250, at(0));
    expect(arrival(link, 0, 125, 5000)).toBe(10_000 + 1000 + 450_000);
    expect(arrival(link, 1, 125, 5000)).toBe(5000 + 1000 + 450_000);
    expect(arrival(link, 0, 125, 50_000)).toBe(50_000 + 1000 + 450_000);
  });

  test('never overtakes another on a cable that is well', () => {
    const frames = fc.array(fc.record({ wait: fc.nat(5000), bytes: fc.integer({ min: 1, max: 1500 }) }));
    fc.assert(
      fc.property(frames, fc.boolean(), (list, isOrdered) => {
        const link = cable(microseconds(450), 1e9, isOrdered);
        const noise = [...link.noise];
        let now = 0;
        let last = 0;
        for (const { wait, bytes } of list) {
          now += wait;
          const [flight, copy] = transmit(link, 0, bytes, at(now)) as [Flight, Flight?];
          expect([copy, flight.isLost, flight.overtakes]).toEqual([undefined, false, false]);
          expect(flight.at).toBeGreaterThanOrEqual(last + transmissionTime(link, bytes));
          expect(flight.at).toBeGreaterThanOrEqual(now + transmissionTime(link, bytes) + link.latency);
          last = flight.at;
        }
        expect(link.noise).toEqual(noise);
      }),
    );
  });

  test('is its sender’s for half the latency, and not for a delay on the way', () => {
    const link = cable(nanoseconds(1001), 1e9);
    impairLink(link, { delay: microseconds(7) });
    expect(transmit(link, 0, 125, at(0))).toMatchObject([{ at: 1000 + 1001 + 7000, leavesAt: 1000 + 501 }]);
  });
});

describe('a cut', () => {
  test('loses what is on the cable, both ways, for good', () => {
    const link = gigabit();
    expect([arrives(link, 0, 0), arrives(link, 1, 0)]).toEqual([true, true]);
    expect(cutLink(link, at(1000))).toBe(true);
    expect([arrives(link, 0, 0), arrives(link, 1, 0)]).toEqual([false, false]);
    expect(mendLink(link)).toBe(true);
    expect([arrives(link, 0, 0), arrives(link, 1, 0)]).toEqual([false, false]);
    expect([arrives(link, 0, link.age[0]), arrives(link, 1, link.age[1])]).toEqual([true, true]);
  });

  test('of one direction leaves the other as it is', () => {
    const link = gigabit();
    transmit(link, 1, 100_000, at(0));
    expect(cutLink(link, at(1000), 0)).toBe(true);
    expect([link.cut, link.age]).toEqual([
      [true, false],
      [1, 0],
    ]);
    expect([arrives(link, 0, 0), arrives(link, 1, 0)]).toEqual([false, true]);
    expect(arrival(link, 1, 125, 1000)).toBe(800_000 + 1000 + 450_000);
    expect(cutLink(link, at(2000))).toBe(true);
    expect(link.age).toEqual([1, 1]);
  });

  test('loses what is sent while it lasts, even if it is mended before that would arrive', () => {
    const link = gigabit();
    cutLink(link, at(0), 1);
    const [lost] = transmit(link, 1, 125, at(10)) as [Flight];
    mendLink(link);
    expect(arrives(link, 1, lost.age)).toBe(false);
  });

  test('empties the transmitters', () => {
    const link = gigabit();
    transmit(link, 0, 100_000, at(0));
    cutLink(link, at(1000));
    mendLink(link);
    expect(arrival(link, 0, 125, 2000)).toBe(2000 + 1000 + 450_000);
  });

  test('that is cut again is another age, and one of what is cut is none', () => {
    const link = gigabit();
    cutLink(link, at(1));
    expect([cutLink(link, at(1)), cutLink(link, at(1), 1), link.age]).toEqual([false, false, [1, 1]]);
    mendLink(link);
    cutLink(link, at(2));
    mendLink(link);
    expect(arrives(link, 0, 1)).toBe(false);
    expect(mendLink(link)).toBe(false);
  });
});

describe('an impaired cable', () => {
  test('loses so many, and says so of each', () => {
    const link = lan();
    expect(impairLink(link, { loss: 100_000 })).toBe(true);
    const flights = many(link);
    expect(flights.every((copies) => copies.length === 1)).toBe(true);
    const lost = flights.filter(([flight]) => flight?.isLost).length;
    expect(lost).toBeGreaterThan(1800);
    expect(lost).toBeLessThan(2200);
    impairLink(link, { loss: 1_000_000 });
    expect(many(link, 100).every(([flight]) => flight?.isLost)).toBe(true);
  });

  test('doubles so many: the copy comes right behind', () => {
    const link = lan();
    impairLink(link, { duplication: 50_000 });
    const doubled = many(link).filter((copies) => copies.length === 2);
    expect(doubled.length).toBeGreaterThan(900);
    expect(doubled.length).toBeLessThan(1100);
    for (const [first, copy] of doubled as [Flight, Flight][])
      expect(copy).toEqual({ ...first, at: first.at + 1000 });
  });

  test('holds some up, and who passes them says so', () => {
    const link = lan();
    impairLink(link, { reordering: 100_000 });
    const flights = many(link).map(([flight]) => flight as Flight);
    let latest = 0;
    let passing = 0;
    for (const [i, flight] of flights.entries()) {
      const held = flight.at - (i * 10_000 + 1000 + 50_000);
      expect(held).toBeGreaterThanOrEqual(0);
      expect(held).toBeLessThanOrEqual(2_000_000);
      expect(flight.overtakes).toBe(flight.at < latest);
      if (flight.overtakes) passing++;
      latest = Math.max(latest, flight.at);
    }
    expect(passing).toBeGreaterThan(1000);
  });

  test('neither doubles what it loses, nor lets anybody pass it; nor what is put on a cut cable', () => {
    const link = lan();
    impairLink(link, { loss: 1_000_000, duplication: 1_000_000, delay: microseconds(500) });
    expect(transmit(link, 0, 125, at(0))).toMatchObject([{ isLost: true }]);
    mendLink(link);
    cutLink(link, at(1));
    impairLink(link, { delay: microseconds(500) });
    transmit(link, 0, 125, at(2));
    mendLink(link);
    expect(transmit(link, 0, 125, at(3))).toMatchObject([{ isLost: false, overtakes: false }]);
    impairLink(link, { loss: 1_000_000, delay: microseconds(900) });
    transmit(link, 1, 125, at(4));
    mendLink(link);
    expect(transmit(link, 1, 125, at(5))).toMatchObject([{ isLost: false, overtakes: false }]);
  });

  test('that carries TCP stays in order whatever happens to its delay', () => {
    const step = fc.record({
      wait: fc.nat(500_000),
      bytes: fc.integer({ min: 1, max: 1500 }),
      delay: fc.option(fc.nat(5_000_000)),
      loss: fc.constantFrom(0, 0, 500_000),
    });
    fc.assert(
      fc.property(fc.array(step), fc.nat(9), (list, seed) => {
        const link = cable(microseconds(450), 1e9, true, seed);
        let now = 0;
        let last = 0;
        for (const { wait, bytes, delay, loss } of list) {
          now += wait;
          if (delay === null) mendLink(link);
          else impairLink(link, { delay: nanoseconds(delay), loss });
          const flights = transmit(link, 1, bytes, at(now));
          expect(flights.length).toBe(1);
          const [flight] = flights as [Flight];
          expect(flight.overtakes).toBe(false);
          if (flight.isLost) continue;
          expect(flight.at).toBeGreaterThanOrEqual(last);
          expect(flight.at).toBeGreaterThanOrEqual(now + link.latency + link.delay);
          last = flight.at;
        }
      }),
    );
  });

  test('that carries TCP neither doubles nor reorders', () => {
    expect(() => impairLink(gigabit(), { duplication: 1 })).toThrow('in order');
    expect(() => impairLink(gigabit(), { reordering: 1 })).toThrow('in order');
  });

  test('keeps its other impairments, and being mended none', () => {
    const link = lan();
    impairLink(link, { loss: 7, delay: nanoseconds(8) });
    expect(impairLink(link, { duplication: 9 })).toBe(true);
    expect(impairLink(link, { duplication: 9 })).toBe(false);
    expect(link).toMatchObject({ loss: 7, delay: 8, duplication: 9, reordering: 0, cut: [false, false] });
    expect(mendLink(link)).toBe(true);
    expect(link).toMatchObject({ loss: 0, delay: 0, duplication: 0, reordering: 0 });
    expect(mendLink(link)).toBe(false);
  });

  test('does the same with the same stream, and something else with another', () => {
    const [one, same, other] = [lan(1), lan(1), lan(2)].map((link) => {
      impairLink(link, { loss: 200_000, duplication: 200_000, reordering: 200_000 });
      return many(link, 100);
    });
    expect(same).toEqual(one);
    expect(other).not.toEqual(one);
  });
});

test('a host without power has nothing more to send, and later nothing in its way', () => {
  const link = gigabit();
  impairLink(link, { delay: microseconds(900) });
  transmit(link, 0, 100_000, at(0));
  transmit(link, 1, 100_000, at(0));
  forgetUnsent(link, 0, at(1000));
  mendLink(link);
  expect(arrival(link, 0, 125, 2000)).toBe(2000 + 1000 + 450_000);
  expect(arrival(link, 1, 125, 2000)).toBe(800_000 + 900_000 + 450_000);
});

test('each end knows its direction and the other end', () => {
  const link = gigabit();
  expect([directionFrom(link, 'A'), directionFrom(link, 'B')]).toEqual([0, 1]);
  expect([farEnd(link, 'A'), farEnd(link, 'B')]).toEqual(['B', 'A']);
});
