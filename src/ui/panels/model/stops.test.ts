// A breakpoint is seen where it stands, whoever wrote it and however.
import { expect, test } from 'vitest';
import { type CodeLocation, stopAt, stopBefore, stopOnLine } from './stops.ts';

const place: CodeLocation = {
  pc: 0x80000074,
  symbol: 'idle + 4',
  source: { file: 'kernel/trap.s', line: 12 },
};
const stands = (text: string, host: string | null = null) =>
  stopAt([{ text, isOn: true }], place, host)?.text === text;

test('by address, by label and distance, by line with or without its file', () => {
  for (const text of [
    'at 0x80000074',
    'at 2147483764',
    'at idle+4',
    'at idle + 4',
    'line 12',
    'line trap.s:12',
    'line kernel/trap.s:12',
  ])
    expect([text, stands(text)]).toEqual([text, true]);
  for (const text of ['at 0x80000070', 'at idle', 'line 13', 'line rap.s:12', 'write 0x80000074', 'a0 == 12'])
    expect([text, stands(text)]).toEqual([text, false]);
});

test('of one machine, or of the one that acts', () => {
  expect([stands('at idle+4 on B', 'B'), stands('at idle+4 on B'), stands('at idle+4', 'B')]).toEqual([
    true,
    false,
    false,
  ]);
  expect(stands('at idle+4 on acting')).toBe(true);
});

test('what is written for a place stands there', () => {
  expect(stands(stopBefore(0x80000074, null))).toBe(true);
  expect(stands(stopBefore(0x80000074, 'B'), 'B')).toBe(true);
  expect(stands(stopOnLine('kernel/trap.s', 12))).toBe(true);
});
