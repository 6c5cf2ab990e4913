// Which mutants `npm run mutate` tells of.

import { describe, expect, test } from 'vitest';
import { compare, forgetStatic, sourcesOf, survivorsIn } from './mutate.mjs';

const SOURCE = ['const a = 1;', '  if (a > 0 &&', '    b) return;'].join('\n');
const place = { start: { line: 2, column: 7 }, end: { line: 3, column: 6 } };
const report = (...states: string[]) => ({
  files: {
    'src/ft/x.ts': {
      source: SOURCE,
      mutants: states.map((status) => ({ status, location: place, replacement: 'a >= 0\n && b' })),
    },
  },
});
const survivor = {
  file: 'src/ft/x.ts',
  at: 2,
  line: 'if (a > 0 &&',
  original: 'a > 0 && b',
  replacement: 'a >= 0 && b',
};

test('survivors are those that no test has killed, or come by', () => {
  const states = ['Killed', 'Timeout', 'Ignored', 'RuntimeError', 'Survived', 'NoCoverage'];
  expect(survivorsIn(report(...states))).toEqual([survivor, survivor]);
});

describe('a list of equivalent mutants', () => {
  const { at: _, ...what } = survivor;
  const shown = { ...what, why: 'b is never true.' };

  test('takes away those that are in it, wherever the line stands now', () => {
    expect(compare([{ ...survivor, at: 9 }], [shown], [survivor.file])).toEqual({ open: [], stale: [] });
    expect(compare([survivor], [{ ...shown, replacement: 'true' }], []).open).toEqual([survivor]);
  });

  test('is told of what does not survive, in the files that were looked at', () => {
    expect(compare([], [shown], [survivor.file]).stale).toEqual([shown]);
    expect(compare([], [shown], ['src/ft/y.ts']).stale).toEqual([]);
  });
});

test('of what was found out, survivors of no single test are forgotten', () => {
  const mutants = [
    { static: true, status: 'Survived' },
    { static: true, status: 'Killed' },
    { static: false, status: 'Survived' },
  ];
  const kept = { files: { 'src/ft/x.ts': { mutants } } };
  forgetStatic(kept);
  expect(kept.files['src/ft/x.ts'].mutants).toEqual(mutants.slice(1));
});

test('a folder means its sources, without tests', () => {
  const found = sourcesOf(['src/ft', 'src/world/events.ts']);
  expect(found).toContain('src/ft/arbitration.ts');
  expect(found.at(-1)).toBe('src/world/events.ts');
  expect(found.filter((name) => name.includes('.test.'))).toEqual([]);
});
