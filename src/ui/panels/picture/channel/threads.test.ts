// Beads keep their order and distance; threads end at the rows they belong to.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ChannelView, EntryView, RulerRow } from '../../../../worker/frame.ts';
import { ROW_HEIGHT } from '../../model/ruler.ts';
import { beadsOf, type Room, spread, threadsOf } from './threads.ts';

const room: Room = { width: 300, firstRow: 50, top: 60, bottom: 300, left: 34, right: 266 };

function entry(sequence: number, place: EntryView['place'], progress = 0): EntryView {
  return {
    generation: 1,
    sequence,
    place,
    progress,
    kind: 'clock',
    instruction: sequence,
    bytes: 30,
    acked: false,
  };
}

function channel(...entries: EntryView[]): ChannelView {
  return {
    from: 'A',
    to: 'B',
    state: 'open',
    generation: 1,
    sendBufferBytes: 0,
    sendBufferLimit: 1,
    receiveBufferBytes: 0,
    receiveBufferLimit: 1,
    entries,
    acks: [],
    heartbeats: [],
    lastSequence: 0,
    ackedThrough: 0,
    bitsPerSecond: 0,
  };
}

const rows: RulerRow[] = [1, 2, 3].map((sequence) => ({
  kind: 'instruction',
  instruction: sequence,
  pc: 0,
  mnemonic: 'rdtime',
  operands: 't0',
  entry: { generation: 1, sequence, kind: 'clock' },
  done: [true, false],
}));

test('an entry goes from tank to tank with its progress', () => {
  const at = (place: EntryView['place'], progress = 0) =>
    beadsOf(channel(entry(1, place, progress)), rows, room).beads[0]!.x;
  const xs = [at('unsent'), at('flying', 0.25), at('flying', 0.75), at('received')];
  expect(xs).toEqual([...xs].sort((a, b) => a - b));
  expect(xs[0]).toBeGreaterThan(room.left);
  expect(xs[3]).toBeLessThan(room.right);
});

test('a thread starts at its row, and reaches the other side once the entry is there', () => {
  const y = room.firstRow + 1.5 * ROW_HEIGHT;
  const flying = beadsOf(channel(entry(2, 'flying', 0.5)), rows, room).beads[0]!;
  expect(flying.from).toMatch(new RegExp(`^M0,${y}`));
  expect(flying.to).toBe('');
  const received = beadsOf(channel(entry(2, 'received')), rows, room).beads[0]!;
  expect(received.to).toMatch(new RegExp(`${room.width},${y}$`));
});

test('an entry whose row is not in sight is a bead without threads', () => {
  const [bead] = beadsOf(channel(entry(99, 'received')), rows, room).beads;
  expect(bead).toMatchObject({ from: '', to: '' });
});

test('what was replayed is a thread from side to side; what has no room is counted', () => {
  const many = Array.from({ length: 20 }, (_, i) => entry(i + 1, i === 0 ? 'consumed' : 'unsent'));
  expect(threadsOf(channel(...many), rows, room).map(({ key }) => key)).toEqual(['1/1']);
  const { beads, more } = beadsOf(channel(...many), rows, room);
  expect(beads.length + more).toBe(19);
});

test('spreading keeps order, distance and bounds, when there is room', () => {
  const wish = fc.array(fc.double({ min: -50, max: 450, noNaN: true }), { minLength: 1, maxLength: 10 });
  fc.assert(
    fc.property(wish, (wishes) => {
      const wanted = [...wishes].sort((a, b) => a - b);
      const placed = spread(wanted, 40, 0, 400);
      for (const [i, y] of placed.entries()) {
        expect(y).toBeGreaterThanOrEqual(0);
        expect(y).toBeLessThanOrEqual(400);
        if (i > 0) expect(y - placed[i - 1]!).toBeGreaterThanOrEqual(40 - 1e-9);
      }
    }),
  );
});

test('what already stands apart is not moved', () => {
  expect(spread([10, 100, 200], 40, 0, 400)).toEqual([10, 100, 200]);
});
