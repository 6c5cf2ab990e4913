// A dump says where each byte stands, and leaves out only what repeats.
import { expect, test } from 'vitest';
import { dumpOf } from './HexDump.tsx';

test('eight bytes a line, with letters; what repeats is a star, and the last line is always there', () => {
  expect(dumpOf('')).toEqual([]);
  expect(dumpOf('48690a')).toEqual(['0000  48 69 0a                 Hi·']);
  expect(dumpOf(`${'00'.repeat(40)}41`)).toEqual([
    '0000  00 00 00 00 00 00 00 00  ········',
    '*',
    '0028  41                       A',
  ]);
  expect(dumpOf('00'.repeat(24))).toEqual([
    '0000  00 00 00 00 00 00 00 00  ········',
    '*',
    '0010  00 00 00 00 00 00 00 00  ········',
  ]);
});
