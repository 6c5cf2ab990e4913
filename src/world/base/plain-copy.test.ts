// Copies against structuredClone, what they share, and what is counted of them.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { copyPlain, copyPlainBeside, packPlain, plainBytesBeyond } from './plain-copy.ts';

const plain = fc.anything({
  maxDepth: 4,
  key: fc.constantFrom('a', 'b', 'c', 'd', '1'),
  values: [fc.integer(), fc.string(), fc.boolean(), fc.constant(null)],
});

describe('a copy beside an earlier one', () => {
  test('is equal, put back, to what was copied, and shares what is equal', () => {
    fc.assert(
      fc.property(plain, plain, (first, second) => {
        const one = copyPlainBeside(first, undefined);
        expect(copyPlain(one)).toEqual(first);
        expect(copyPlain(copyPlainBeside(second, one))).toEqual(second);
        expect(copyPlainBeside(structuredClone(first), one)).toBe(one);
        expect(plainBytesBeyond(one, one)).toBe(0);
      }),
    );
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
  const any = fc.anything({ maxDepth: 4, key: fc.string({ maxLength: 3 }), values });
  // What a field of this name means to an object no data has.
  const isData = (value: unknown): boolean => !(JSON.stringify(value) ?? '').includes('__proto__');

  test('is put back as it was', () => {
    fc.assert(
      fc.property(any.filter(isData), any.filter(isData), (first, second) => {
        const like = packPlain<unknown>(second, undefined);
        const packed = packPlain<unknown>(copyPlainBeside({ first, second }, undefined), undefined, like) as {
          first: unknown;
        };
        const back = copyPlain(packed);
        expect(back).toStrictEqual({ first, second });
        expect(Object.keys((back.first ?? {}) as object)).toEqual(Object.keys((first ?? {}) as object));
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
