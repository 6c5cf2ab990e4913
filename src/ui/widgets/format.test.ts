// How numbers, times and sizes are written.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  formatAddress,
  formatBytes,
  formatCount,
  formatDuration,
  formatInstant,
  formatMoment,
  formatRate,
  formatSpeed,
  formatWait,
} from './format.ts';

const plain = (text: string) => text.replaceAll('\u00a0', ' ');

test('an instant is exact to the nanosecond, in groups of three', () => {
  expect(plain(formatInstant(12_345_678))).toBe('12.345 678 ms');
  expect(plain(formatInstant(0))).toBe('0.000 000 ms');
  expect(plain(formatInstant(1_234_000_007))).toBe('1,234.000 007 ms');
});

test('no two instants are written alike', () => {
  const time = fc.integer({ min: 0, max: 1e13 });
  fc.assert(fc.property(time, time, (a, b) => a === b || formatInstant(a) !== formatInstant(b)));
});

test('a moment in text stops at the microsecond and never rounds up past it', () => {
  expect(plain(formatMoment(12_345_999))).toBe('12.345 ms');
});

test('a duration takes the unit that suits it', () => {
  const cases: [number, string][] = [
    [640, '640 ns'],
    [62_400, '62 µs'],
    [390_000, '390 µs'],
    [1_243_000, '1.24 ms'],
    [10_000_000, '10 ms'],
    [999_700, '1 ms'],
    [2_500_000_000, '2.5 s'],
  ];
  for (const [ns, text] of cases) expect(plain(formatDuration(ns))).toBe(text);
});

test('waits keep their width', () => {
  expect(plain(formatWait(60_000))).toBe('0.06 ms');
  expect(plain(formatWait(1_500_000))).toBe('1.50 ms');
});

test('speed, sizes, rates, counts and addresses', () => {
  expect(plain(formatSpeed(2_500_000))).toBe('1 s = 2.5 ms');
  expect(plain(formatBytes(640))).toBe('640 B');
  expect(plain(formatBytes(1126))).toBe('1.1 KiB');
  expect(plain(formatBytes(65_536))).toBe('64 KiB');
  expect(plain(formatRate(1_430_000))).toBe('1.43 Mbit/s');
  expect(plain(formatRate(14_200))).toBe('14.2 kbit/s');
  expect(plain(formatRate(4_000_000_000))).toBe('4 Gbit/s');
  expect(formatCount(1_234_567)).toBe('1,234,567');
  expect(formatAddress(0x80000010)).toBe('0x8000_0010');
});
