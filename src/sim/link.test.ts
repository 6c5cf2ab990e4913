// What a cable does to time, and what a cut does to a cable.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  arrives,
  createLink,
  cutLink,
  directionFrom,
  farEnd,
  leavesSender,
  mendLink,
  transmissionTime,
  transmit,
} from './link.ts';
import { microseconds, NEVER, nanoseconds, type SimTime } from './time.ts';

const at = (ns: number) => ns as SimTime;
const gigabit = () => createLink('log', ['A', 'B'], microseconds(450), 1e9);

describe('a frame', () => {
  test('takes its bits on the transmitter, and the latency behind them', () => {
    expect(transmissionTime(gigabit(), 125)).toBe(1000);
    expect(transmit(gigabit(), 0, 125, at(2000))).toBe(2000 + 1000 + 450_000);
  });

  test('occupies its last nanosecond whole', () => {
    expect(transmissionTime(createLink('x', ['A', 'B'], nanoseconds(1), 3e9), 1)).toBe(3);
    expect(transmissionTime(createLink('x', ['A', 'B'], nanoseconds(1), 1e12), 1)).toBe(1);
  });

  test('waits for the one before it that way, and not for those the other way', () => {
    const link = gigabit();
    transmit(link, 0, 1250, at(0));
    expect(transmit(link, 0, 125, at(5000))).toBe(10_000 + 1000 + 450_000);
    expect(transmit(link, 1, 125, at(5000))).toBe(5000 + 1000 + 450_000);
    expect(transmit(link, 0, 125, at(50_000))).toBe(50_000 + 1000 + 450_000);
  });

  test('never overtakes another', () => {
    const frames = fc.array(fc.record({ wait: fc.nat(5000), bytes: fc.integer({ min: 1, max: 1500 }) }));
    fc.assert(
      fc.property(frames, (list) => {
        const link = gigabit();
        let now = 0;
        let last = 0;
        for (const { wait, bytes } of list) {
          now += wait;
          const arrival = transmit(link, 0, bytes, at(now));
          expect(arrival).toBeGreaterThanOrEqual(last + transmissionTime(link, bytes));
          expect(arrival).toBeGreaterThanOrEqual(now + transmissionTime(link, bytes) + link.latency);
          last = arrival;
        }
      }),
    );
  });
});

describe('a cut', () => {
  test('loses what is on the cable, both ways, for good', () => {
    const link = gigabit();
    const { age } = link;
    expect(arrives(link, age)).toBe(true);
    cutLink(link, at(1000));
    expect(arrives(link, age)).toBe(false);
    mendLink(link);
    expect(arrives(link, age)).toBe(false);
    expect(arrives(link, link.age)).toBe(true);
  });

  test('empties the transmitters', () => {
    const link = gigabit();
    transmit(link, 0, 100_000, at(0));
    cutLink(link, at(1000));
    mendLink(link);
    expect(transmit(link, 0, 125, at(2000))).toBe(2000 + 1000 + 450_000);
  });

  test('that is cut again is another age', () => {
    const link = gigabit();
    cutLink(link, at(1));
    mendLink(link);
    const between = link.age;
    cutLink(link, at(2));
    mendLink(link);
    expect(arrives(link, between)).toBe(false);
  });
});

test('each end knows its direction and the other end', () => {
  const link = gigabit();
  expect([directionFrom(link, 'A'), directionFrom(link, 'B')]).toEqual([0, 1]);
  expect([farEnd(link, 'A'), farEnd(link, 'B')]).toEqual(['B', 'A']);
});

test('a frame is its sender’s until half the latency before it arrives', () => {
  const link = gigabit();
  const arrival = transmit(link, 0, 125, at(0));
  expect(leavesSender(link, arrival)).toBe(1000 + 225_000);
  expect(leavesSender(link, arrival)).toBeLessThan(NEVER);
});
