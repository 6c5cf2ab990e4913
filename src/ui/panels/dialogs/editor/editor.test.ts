// What the editor knows without a screen: names and their places, what may be typed, where mistakes are shown, drafts.
import { StringStream } from '@codemirror/language';
import { describe, expect, test } from 'vitest';
import { COMPLETION_ITEMS } from '../../../../worker/completion-items.ts';
import type { CompletionItem, Finding } from '../../../../worker/protocol.ts';
import type { Shelf } from '../../../store/preferences.ts';
import { cursorContext, suggestionsAt } from './completion.ts';
import { createDrafts, readDraft } from './drafts.ts';
import { executedAt, lineIn } from './executing.ts';
import { marksOn } from './findings.ts';
import { tokenOf } from './language.ts';
import { branchOf, draftOf } from './owner.ts';
import { lineStops } from './stop-gutter.ts';
import { definitionOf, definitionsIn, wordAt } from './symbols.ts';

const texts = {
  'mine.s':
    '  .equ SIZE, 4\nloop: addi a0, a0, SIZE\n1: j 1b\n  j 1f\nLIMIT = 5\n1: ret\n.macro twice x\n.endm',
  'kernel.s': 'start : entry : nop\n  .set LIMIT, 9\n# fake:\n',
};

describe('definitions', () => {
  test('are labels, constants and macros, with their places', () => {
    const found = definitionsIn(texts).map(({ name, kind, file, line }) => `${name} ${kind} ${file}:${line}`);
    expect(found).toEqual([
      'SIZE constant mine.s:1',
      'loop label mine.s:2',
      '1 label mine.s:3',
      'LIMIT constant mine.s:5',
      '1 label mine.s:6',
      'twice macro mine.s:7',
      'entry label kernel.s:1',
      'LIMIT constant kernel.s:2',
    ]);
  });

  test.each([
    ['loop', 'kernel.s', 1, 'mine.s:2'],
    ['LIMIT', 'mine.s', 1, 'mine.s:5'],
    ['LIMIT', 'kernel.s', 1, 'kernel.s:2'],
    ['1b', 'mine.s', 3, 'mine.s:3'],
    ['1b', 'mine.s', 8, 'mine.s:6'],
    ['1f', 'mine.s', 4, 'mine.s:6'],
    ['1f', 'mine.s', 6, ''],
    ['nothing', 'mine.s', 1, ''],
  ])('of %s, seen from %s:%i, is %j', (name, file, line, place) => {
    const found = definitionOf(texts, name, file, line);
    expect(found === undefined ? '' : `${found.file}:${found.line}`).toBe(place);
  });

  test('the word at a column may touch it from either side', () => {
    expect([4, 5, 6, 8].map((column) => wordAt('  j  fo.o', column)?.text)).toEqual([
      undefined,
      'fo.o',
      'fo.o',
      'fo.o',
    ]);
  });
});

describe('completion', () => {
  const at = (before: string) => {
    const context = cursorContext(before);
    return context && `${context.where} ${context.operation}|${before.slice(context.from)}`;
  };

  test.each([
    ['  ad', 'operation |ad'],
    ['loop: 1: ad', 'operation |ad'],
    ['  .eq', 'operation |.eq'],
    ['  addi a', 'operand addi|a'],
    ['  lw a0, 4(s', 'operand lw|s'],
    ['  csrr t0, ', 'operand csrr|'],
    ['  nop # ad', null],
    ['  .asciz "ad', null],
    ['  .asciz "#" a', 'operand .asciz|a'],
  ])('%j is %j', (before, expected) => expect(at(before)).toBe(expected));

  const labels = (before: string) => {
    const context = cursorContext(before);
    return context === null
      ? []
      : suggestionsAt(context, COMPLETION_ITEMS, definitionsIn(texts)).map(({ label }) => label);
  };

  test('an operation is an instruction, a directive or a macro', () => {
    expect(labels('  a')).toEqual(expect.arrayContaining(['addi', 'beqz', '.equ', 'twice']));
    expect(labels('  a')).not.toContain('a0');
    expect(labels('  a')).not.toContain('loop');
  });

  test('an operand is a register or a name, and a CSR only where one can be', () => {
    expect(labels('  addi ')).toEqual(expect.arrayContaining(['a0', 'fp', 'loop', 'LIMIT', 'entry']));
    for (const other of ['addi', 'mstatus', 'twice', '1']) expect(labels('  addi ')).not.toContain(other);
    expect(labels('  csrrw a0, ')).toContain('mstatus');
  });

  test('says what an instruction is written with and does, and where a name is from', () => {
    const [addi] = suggestionsAt(cursorContext('a')!, COMPLETION_ITEMS, []).filter(
      ({ label }) => label === 'addi',
    );
    expect(addi).toMatchObject({ detail: 'rd, rs1, imm', info: 'rd = rs1 + imm' });
    const limits = suggestionsAt(cursorContext('li a0, L')!, [], definitionsIn(texts));
    expect(limits.filter(({ label }) => label === 'LIMIT')).toMatchObject([{ detail: 'mine.s:5' }]);
  });
});

test('colours follow what a word is where it stands', () => {
  const kinds = new Map(
    COMPLETION_ITEMS.map(({ name, kind }): [string, CompletionItem['kind']] => [name, kind]),
  );
  const read = tokenOf(kinds);
  const state = { inComment: false, isInOperands: false };
  const coloursOf = (line: string) => {
    const stream = new StringStream(line, 8, 2);
    const found: string[] = [];
    while (!stream.eol()) {
      stream.start = stream.pos;
      const token = read(stream, state);
      if (token !== null) found.push(`${stream.current()} ${token}`);
    }
    return found;
  };
  expect(coloursOf('add: add a0, add, %lo(x) # add')).toEqual([
    'add labelName',
    'add keyword',
    'a0 atom',
    'add variableName',
    '%lo meta',
    'x variableName',
    '# add comment',
  ]);
  expect(coloursOf('add : LUI A0, %HI(x)')).toEqual([
    'add labelName',
    'LUI keyword',
    'A0 atom',
    '%HI meta',
    'x variableName',
  ]);
  expect(coloursOf('.word 0x1fUL, 1b /* open')).toEqual([
    '.word meta',
    '0x1fUL number',
    '1b number',
    '/* open comment',
  ]);
  expect(coloursOf('still */ nop; .asciz "a;b"')).toEqual([
    'still */ comment',
    'nop keyword',
    '.asciz meta',
    '"a;b" string',
  ]);
});

describe('findings', () => {
  const text = 'nop\n  addd a0, a1\n  .include "kernel.s"\n';
  const finding = (change: Partial<Finding>): Finding => ({
    severity: 'error',
    file: 'guest.source',
    line: 2,
    column: 3,
    message: 'there is no addd',
    within: [],
    ...change,
  });
  const marked = (change: Partial<Finding>) => {
    const [mark] = marksOn(text, [finding(change)], 'guest.source');
    return [text.slice(mark?.from, mark?.to), mark?.message];
  };

  test('are at their word, with what may have been meant', () => {
    expect(marked({ suggestion: 'addi' })).toEqual(['addd', 'there is no addd; did you mean addi?']);
    expect(marked({ line: 2, column: 8 })[0]).toBe('a0');
  });

  test('of an included file are at the line that includes it, and say where they really are', () => {
    expect(marked({ file: 'kernel.s', line: 70, column: 9 })).toEqual([
      '.include "kernel.s"',
      'kernel.s:70: there is no addd',
    ]);
  });

  test('of a macro’s body elsewhere are where the macro is used', () => {
    const within = [{ macro: 'twice', file: 'guest.source', line: 1 }];
    expect(marked({ file: 'kernel.s', line: 70, within })[0]).toBe('nop');
  });

  test('behind the end of the text stay in it', () => {
    const [mark] = marksOn(text, [finding({ line: 99, column: 99 })], 'guest.source');
    expect(mark).toMatchObject({ from: text.length, to: text.length });
  });
});

describe('drafts', () => {
  function shelf(most = 1e6): Shelf & { texts: Map<string, string> } {
    const texts = new Map<string, string>();
    return {
      texts,
      getItem: (key) => texts.get(key) ?? null,
      setItem(key, value) {
        if (value.length > most) throw new DOMException('full', 'QuotaExceededError');
        texts.set(key, value);
      },
    };
  }

  test('survive the page that they were written in, each with its guest', () => {
    const store = shelf();
    const drafts = createDrafts(store);
    expect(drafts.keep('counter', 'nop')).toBe(true);
    drafts.keep('lease', 'ret');
    expect([drafts.current('counter'), drafts.current('lease')]).toEqual(['nop', 'ret']);
    const later = createDrafts(store);
    expect([later.left('counter'), later.left('lease'), later.left('shell')]).toEqual(['nop', 'ret', null]);
    expect(later.current('counter')).toBe(null);
  });

  test('that an earlier page left stay until they are put away, or others take their place', () => {
    const store = shelf();
    createDrafts(store).keep('counter', 'nop');
    createDrafts(store).keep('counter', null);
    expect(readDraft(store, 'counter')).toBe('nop');
    const drafts = createDrafts(store);
    drafts.putAway('counter');
    expect([drafts.left('counter'), readDraft(store, 'counter')]).toEqual([null, null]);
    drafts.keep('counter', 'ret');
    expect(readDraft(store, 'counter')).toBe('ret');
    drafts.keep('counter', null);
    expect(readDraft(store, 'counter')).toBe(null);
  });

  test('that can’t be stored last as long as the page, and that is said once', () => {
    for (const store of [shelf(2), null]) {
      const drafts = createDrafts(store);
      expect(drafts.keep('counter', 'nop')).toBe(false);
      expect(drafts.keep('counter', 'nop; nop')).toBe(true);
      expect(drafts.current('counter')).toBe('nop; nop');
    }
    expect(createDrafts(shelf()).keep('counter', 'x'.repeat(70_001))).toBe(false);
  });

  test('are none where reading is forbidden', () => {
    const forbidden = {
      getItem: () => {
        throw new DOMException('denied', 'SecurityError');
      },
      setItem: () => {},
    };
    expect(readDraft(forbidden, 'counter')).toBe(null);
  });
});

test('the executed line is that of the acting machine', () => {
  const row = (line: number, done: boolean[]) => ({
    kind: 'instruction',
    done,
    source: { file: 'kernel.s', line, text: '' },
  });
  const frame = {
    hosts: [{ role: 'crashed' }, { role: 'solo' }],
    ruler: [row(1, [true, true]), row(2, [true, false])],
  };
  expect(lineIn(executedAt(frame as never, 'vm'))).toEqual({ file: 'kernel.s', line: 1 });
  expect(executedAt({ ...frame, hosts: [{ role: 'primary' }, { role: 'backup' }] } as never, 'vm')).toBe(
    'kernel.s:2',
  );
  expect(executedAt({ ...frame, hosts: [] } as never, 'vm')).toBe('');
});

test('the executed line of a client is its own, as long as it is open', () => {
  const source = { file: 'client.s', line: 7, text: '' };
  const opened = { id: 'client1', stream: [{ kind: 'instruction', done: [true], source }] };
  const frame = { hosts: [{ role: 'primary' }], ruler: [], opened } as never;
  expect(executedAt(frame, 'client1')).toBe('client.s:7');
  expect(executedAt(frame, 'disk')).toBe('');
  expect(executedAt(frame, 'vm')).toBe('');
});

test('the gutter has the breakpoints of the machine whose program it stands beside', () => {
  const stops = [
    'line counter.s:4',
    'line client.s:7 on client1',
    'line 9 on acting',
    'at 0x80000000 on disk',
  ].map((text, i) => ({ text, isOn: i !== 1 }));
  const at = (host: string | null) => lineStops(stops, host);
  expect(at(null)).toEqual([
    { file: 'counter.s', line: 4, isOn: true },
    { file: null, line: 9, isOn: true },
  ]);
  expect(at('client1')).toEqual([{ file: 'client.s', line: 7, isOn: false }]);
  expect(at('disk')).toEqual([]);
});

test('a draft is kept for each guest, each client and the disk; a branch says whose program is another', () => {
  const t = ((key: string, values = {}) => `${key} ${Object.values(values)}`.trim()) as never;
  const counter = { of: 'vm', builtInName: 'counter' };
  const client = { of: 'client2', builtInName: 'client' };
  expect([counter, client, { of: 'disk', builtInName: 'disk-server' }].map(draftOf)).toEqual([
    'counter',
    'client2',
    'disk',
  ]);
  expect(branchOf(t, counter, false)).toBe('branches.edited counter');
  expect(branchOf(t, counter, true)).toBe('counter');
  expect(branchOf(t, client, false)).toBe('branches.edited clients.client 2');
  expect(branchOf(t, client, true)).toBe('branches.builtIn clients.client 2');
});
