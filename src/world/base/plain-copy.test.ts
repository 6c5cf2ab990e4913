// Copies against structuredClone, what they share, and what is counted of them.
import assert from 'node:assert';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fieldOf } from '../../base/plain.ts';
import { copyPlain, copyPlainBeside, packPlain, plainBytesBeyond } from './plain-copy.ts';

/** Names that mean something to an object, to a list, and to what copies are made of. */
const names = ['a', 'b', '0', '1', 'length', 'rest', 'parts', 'like', '__proto__', 'constructor'];

/** Few different values, so that two that are drawn are often nearly the same. */
const plain = fc.anything({
  maxDepth: 3,
  key: fc.constantFrom(...names),
  values: [fc.constantFrom(0, -0, 1, 2 ** 40, Number.NaN, '', 'a', true, false, null, undefined)],
  withTypedArray: true,
});

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

/** The same, letter for letter: also in the order of fields, and in what is frozen. */
function expectSame(value: unknown, other: unknown): void {
  assert.deepStrictEqual(other, value);
  if (!isObject(value) || !isObject(other)) return;
  if (ArrayBuffer.isView(value)) return;
  expect(Object.keys(other)).toEqual(Object.keys(value));
  expect(Object.isFrozen(other)).toBe(Object.isFrozen(value));
  for (const name of Object.keys(value)) expectSame(fieldOf(value, name), fieldOf(other, name));
}

/** Freezes one part, drawn by a number. */
function freezeSome(value: unknown, draw: number): unknown {
  if (!isObject(value) || ArrayBuffer.isView(value)) return value;
  if (draw === 0) return Object.freeze(value);
  freezeSome(fieldOf(value, Object.keys(value)[draw % 3] ?? ''), Math.floor(draw / 3));
  return value;
}

const partlyFrozen = fc.tuple(plain, fc.nat(40)).map(([value, draw]) => freezeSome(value, draw));

describe('a copy beside an earlier one', () => {
  test('is equal, put back, to what was copied, and shares what is equal', () => {
    fc.assert(
      fc.property(plain, plain, (first, second) => {
        const one = copyPlainBeside(first, undefined);
        expectSame(first, copyPlain(one));
        expectSame(second, copyPlain(copyPlainBeside(second, one)));
        if (!ArrayBuffer.isView(first)) expect(copyPlainBeside(structuredClone(first), one)).toEqual(first);
        expect(plainBytesBeyond(one, one)).toBe(0);
      }),
      { numRuns: 1000 },
    );
  });

  test('is as frozen as what was copied, whatever the earlier one was', () => {
    fc.assert(
      fc.property(partlyFrozen, partlyFrozen, (first, second) => {
        const one = copyPlainBeside(first, undefined);
        expectSame(second, copyPlain(copyPlainBeside(second, one)));
        expectSame(first, copyPlain(one));
      }),
      { numRuns: 1000 },
    );
  });

  const kinds: [what: string, value: unknown, before: unknown][] = [
    ['a list beside a record', [], {}],
    ['a list beside a record of the same elements', ['a'], { 0: 'a' }],
    ['a record beside a list', {}, []],
    ['a record beside a list of the same elements', { 0: 'a' }, ['a']],
    ['a record beside a typed array', {}, new Uint8Array(0)],
    ['a record beside a typed array of the same elements', { 0: 5 }, new Uint8Array([5])],
    ['a typed array beside one of another class', new Uint8Array([5]), new Uint32Array([5])],
    ['a typed array beside a longer one', new Uint8Array([5]), new Uint8Array([5, 0])],
    ['0 beside -0', 0, -0],
    ['-0 beside 0', -0, 0],
    ['a field that is undefined beside none', { a: undefined }, {}],
    ['no field beside one that is undefined', {}, { a: undefined }],
    ['one undefined field beside another', { a: undefined }, { b: undefined }],
    ['an element that is undefined beside none', [undefined], []],
    ['null beside undefined', null, undefined],
    ['NaN beside NaN', Number.NaN, Number.NaN],
    ['other order of fields', { b: 1, a: 1 }, { a: 1, b: 1 }],
    ['a list beside a longer one', [1], [1, 2]],
    ['what is not frozen beside what is', { a: 1 }, Object.freeze({ a: 1 })],
    ['a list that is not frozen beside one that is', [1], Object.freeze([1])],
    ['a field called __proto__ beside none', JSON.parse('{"__proto__":{}}'), {}],
    ['a field called constructor beside none', { constructor: {} }, {}],
  ];

  test.each(kinds)('keeps apart: %s', (_, value, before) => {
    for (const [now, then] of [[value, before] as const, [{ in: [value] }, { in: [before] }] as const]) {
      const one = copyPlainBeside(then, undefined);
      expectSame(now, copyPlain(copyPlainBeside(now, one)));
      expectSame(then, copyPlain(one));
      expectSame(now, copyPlain(packPlain(copyPlainBeside(now, one), one)));
    }
  });

  test.each(['length', 'rest'])('is not taken for a list that grows by its field %s', () => {
    const list = Array.from({ length: 40 }, (_, i) => Object.freeze({ i }));
    const grown = copyPlainBeside({ list }, undefined);
    const record = { list: { length: 40, rest: [] } };
    expectSame(record, copyPlain(copyPlainBeside(record, grown)));
    expectSame({ list }, copyPlain(copyPlainBeside({ list }, copyPlainBeside(record, grown))));
  });

  test('is not taken for a packed one by its fields', () => {
    const packed = packPlain({ a: 1 }, undefined);
    const record = { parts: [], like: null };
    expectSame(record, copyPlain(copyPlainBeside(record, packed)));
  });

  test('keeps the order of fields', () => {
    const one = copyPlainBeside({ a: 1, b: 2 }, undefined);
    expect(Object.keys(copyPlainBeside({ b: 2, a: 1 }, one))).toEqual(['b', 'a']);
  });

  test('shares one field though another has changed, and costs no more than what has', () => {
    const one = copyPlainBeside({ big: Array.from({ length: 100 }, (_, i) => ({ i })), n: 1 }, undefined);
    const two = copyPlainBeside({ big: Array.from({ length: 100 }, (_, i) => ({ i })), n: 2 }, one);
    expect(two.big).toBe(one.big);
    expect(plainBytesBeyond(two, one)).toBeLessThan(100);
  });
});

describe('a long list that grows', () => {
  const grown = (from: number, to: number) =>
    Array.from({ length: to - from }, (_, i) => Object.freeze({ request: from + i }));

  test('costs what has been added, and every copy has the list as it was', () => {
    const list: { request: number }[] = [];
    const copies: { list: { request: number }[] }[] = [];
    for (let n = 0; n < 50; n++) {
      list.push(...grown(10 * n, 10 * n + 10), { request: -n });
      copies.push(copyPlainBeside({ list }, copies.at(-1)));
      list.pop();
    }
    for (const [n, copy] of copies.entries())
      expect(copyPlain(copy).list).toEqual([...grown(0, 10 * n + 10), { request: -n }]);
    expect(plainBytesBeyond(copies[49], copies[48])).toBeLessThan(2000);
    expect(plainBytesBeyond(copies[49], undefined)).toBeGreaterThan(10_000);
  });

  test('that goes on differently is another one', () => {
    const common = grown(0, 40);
    const first = copyPlainBeside({ list: common }, undefined);
    const one = copyPlainBeside({ list: [...common, ...grown(100, 110)] }, first);
    const other = copyPlainBeside({ list: [...common, ...grown(200, 205)] }, first);
    expect(copyPlain(first).list).toEqual(common);
    expect(copyPlain(one).list).toEqual([...common, ...grown(100, 110)]);
    expect(copyPlain(other).list).toEqual([...common, ...grown(200, 205)]);
  });

  test('is shared with what went the same way again', () => {
    const first = copyPlainBeside({ list: grown(0, 40) }, undefined);
    const one = copyPlain(first);
    one.list.push(...grown(40, 90));
    const end = copyPlainBeside(one, first);
    const other = copyPlain(first);
    other.list.push(...grown(40, 80));
    const again = copyPlainBeside(other, first);
    expect(copyPlain(again).list).toEqual(grown(0, 80));
    expect(plainBytesBeyond(end, again)).toBeLessThan(2000);
    other.list.push(...grown(200, 210));
    expect(copyPlain(copyPlainBeside(other, again)).list).toEqual([...grown(0, 80), ...grown(200, 210)]);
    expect(copyPlain(end).list).toEqual(grown(0, 90));
  });

  test('what is put back may be changed', () => {
    const copy = copyPlainBeside({ list: [...grown(0, 40), { request: 41 }] }, undefined);
    const back = copyPlain(copy);
    (back.list[40] as { request: number }).request = 0;
    back.list.length = 3;
    expect(copyPlain(copy).list).toHaveLength(41);
    expect(copyPlain(copy).list[40]).toEqual({ request: 41 });
  });
});

describe('a packed copy', () => {
  const values = [
    fc.integer(),
    fc.maxSafeInteger(),
    fc.double(),
    fc.string({ unit: 'grapheme' }),
    fc.stringMatching(/^[0-9a-f]{6,16}$/),
    fc.boolean(),
    fc.constant(null),
    fc.constant(undefined),
  ];
  const key = fc.oneof(fc.string({ maxLength: 3 }), fc.constantFrom(...names));
  const any = fc.anything({ maxDepth: 4, key, values, withTypedArray: true });

  test('is put back as it was', () => {
    fc.assert(
      fc.property(any, any, (first, second) => {
        const like = packPlain<unknown>(second, undefined);
        const packed = packPlain<unknown>(copyPlainBeside({ first, second }, undefined), undefined, like) as {
          first: unknown;
        };
        expectSame({ first, second }, copyPlain(packed));
        expect(packPlain(packed, undefined)).toBe(packed);
      }),
    );
  });

  test('shares what is frozen, typed arrays, and what is large and the same in the next', () => {
    const frozen = Object.freeze({ a: 1 });
    const bytes = new Uint8Array(1000);
    const blocks = Object.fromEntries(Array.from({ length: 100 }, (_, i) => [i, bytes]));
    const value = { frozen, bytes, blocks, n: 1 };
    const one = copyPlainBeside(value, undefined);
    const two = copyPlainBeside({ ...value, n: 2 }, one);
    const packed = packPlain(one, two);
    const back = copyPlain(packed);
    expect(back).toEqual(value);
    expect(back.frozen).toBe(frozen);
    expect(back.bytes).toBe(bytes);
    back.blocks[0] = new Uint8Array(1);
    expect(copyPlain(packed).blocks[0]).toBe(bytes);
    expect(plainBytesBeyond(packPlain(two, two), packed)).toBeLessThan(600);
    expect(plainBytesBeyond(packed, undefined)).toBeGreaterThan(1000);
  });

  test('takes a fraction of what it takes otherwise', () => {
    const list = Array.from({ length: 60 }, (_, i) => ({
      at: 963_340_000 + 1111 * i,
      timer: 'silence',
      set: i,
    }));
    const copy = copyPlainBeside({ list }, undefined);
    const packed = packPlain(copy, undefined);
    expect(plainBytesBeyond(packed, undefined)).toBeLessThan(plainBytesBeyond(copy, undefined) / 3);
  });

  test('has a list that grows in common with others', () => {
    const list = Array.from({ length: 500 }, (_, request) => Object.freeze({ request }));
    const one = copyPlainBeside({ list: list.slice(0, 400) }, undefined);
    const two = copyPlainBeside({ list }, one);
    const [first, second] = [packPlain(one, two), packPlain(two, undefined)];
    expect(copyPlain(first).list).toEqual(list.slice(0, 400));
    expect(copyPlain(second).list).toEqual(list);
    expect(plainBytesBeyond(second, first)).toBeLessThan(plainBytesBeyond(second, undefined) / 3);
  });
});
