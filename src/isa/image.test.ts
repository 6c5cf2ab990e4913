// Looking lines up by address, and flat images.
import { expect, it } from 'vitest';
import { flatImage, type LineTable, NO_LINES, sourceLineAt } from './image.ts';

const table: LineTable = {
  files: ['a.s', 'b.s'],
  addresses: Uint32Array.of(100, 104, 112, 120),
  fileIndexes: Uint32Array.of(0, 1, 0, 0),
  lines: Uint32Array.of(1, 7, 0, 3),
};

it('finds the line whose bytes cover an address', () => {
  expect(sourceLineAt(table, 99)).toBeUndefined();
  expect(sourceLineAt(table, 100)).toEqual({ file: 'a.s', line: 1 });
  expect(sourceLineAt(table, 103)).toEqual({ file: 'a.s', line: 1 });
  expect(sourceLineAt(table, 111)).toEqual({ file: 'b.s', line: 7 });
  expect(sourceLineAt(table, 112)).toBeUndefined();
  expect(sourceLineAt(table, 4000)).toEqual({ file: 'a.s', line: 3 });
  expect(sourceLineAt(NO_LINES, 0)).toBeUndefined();
});

it('takes bytes as they are at the start of RAM', () => {
  expect(flatImage(Uint8Array.of(1, 2, 3))).toMatchObject({
    base: 0x80000000,
    entry: 0x80000000,
    end: 0x80000003,
  });
});
