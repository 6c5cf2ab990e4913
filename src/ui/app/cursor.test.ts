// Where a key leads that is about what is picked: a row of a machine, an entry, an output, a line.
import { expect, test } from 'vitest';
import type { ViewFrame } from '../../worker/frame.ts';
import { wayTo } from './cursor.ts';

const frame = {
  ruler: [
    { kind: 'instruction', instruction: 12, pc: 0x80000070 },
    { kind: 'injection', instruction: 12, entry: { generation: 1, sequence: 9, kind: 'timer' } },
  ],
  hosts: [
    { id: 'A', outputs: [{ sequence: 8, instruction: 11, producedAt: 500 }] },
    { id: 'B', outputs: [] },
  ],
  clients: [{ id: 'client1', lastAnswer: { sequence: 1, value: 11, at: 70 } }],
  disk: { used: [{ block: 7, writtenAt: 90 }] },
} as unknown as ViewFrame;

test('a row is where its own host has retired it; what was put in, where the entry enters that host', () => {
  const row = { kind: 'row', host: 'B', instruction: 12, injected: false } as const;
  expect(wayTo(row, frame)).toEqual({ place: { host: 'B', instruction: 12 } });
  expect(wayTo({ ...row, injected: true }, frame)).toEqual({
    place: { generation: 1, sequence: 9, host: 'B' },
  });
});

test('other things are where they happened; a line wherever it is executed next', () => {
  expect(wayTo({ kind: 'entry', generation: 1, sequence: 4 }, frame)).toEqual({
    place: { generation: 1, sequence: 4 },
  });
  expect(wayTo({ kind: 'output', host: 'A', sequence: 8, instruction: 11 }, frame)).toEqual({ time: 500 });
  expect(wayTo({ kind: 'output', host: 'B', sequence: 8, instruction: 11 }, frame)).toBeNull();
  expect(wayTo({ kind: 'client', client: 'client1' }, frame)).toEqual({ time: 70 });
  expect(wayTo({ kind: 'block', block: 7 }, frame)).toEqual({ time: 90 });
  expect(wayTo({ kind: 'block', block: 8 }, frame)).toBeNull();
  const line = { kind: 'line', file: 'kernel.s', line: 96 } as const;
  expect(wayTo({ ...line, host: null }, frame)).toEqual({ stop: 'line kernel.s:96' });
  expect(wayTo({ ...line, host: 'disk' }, frame)).toEqual({ stop: 'line kernel.s:96 on disk' });
  expect(wayTo({ kind: 'switch' }, frame)).toBeNull();
});
