// The table against itself, and the bucketed decoder against a search through all rows.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decode, INSTRUCTIONS, OP } from './instructions.ts';

describe('the instruction table', () => {
  it('has its rows in the order of the opcode numbers', () => {
    const names = Object.entries(OP).map(([name, opcode]) => [opcode, name]);
    expect(names).toEqual(
      INSTRUCTIONS.map(({ name }, opcode) => [opcode, name.toUpperCase().replace('.', '_')]),
    );
  });

  it('gives no word to two instructions', () => {
    for (const [i, a] of INSTRUCTIONS.entries()) {
      expect(a.match & ~a.mask).toBe(0);
      for (const b of INSTRUCTIONS.slice(i + 1)) {
        expect((a.match ^ b.match) & a.mask & b.mask, `${a.name} and ${b.name}`).not.toBe(0);
      }
    }
  });

  it('decodes every row, whatever stands in its operands', () => {
    fc.assert(
      fc.property(fc.nat(INSTRUCTIONS.length - 1), fc.integer(), (opcode, noise) => {
        const { mask, match } = INSTRUCTIONS[opcode]!;
        expect(decode(match | (noise & ~mask))).toBe(opcode);
      }),
    );
  });

  it('decodes any word as a search through all rows does', () => {
    fc.assert(
      fc.property(fc.integer(), fc.boolean(), (noise, wide) => {
        const word = wide ? noise | 3 : noise;
        expect(decode(word)).toBe(INSTRUCTIONS.findIndex(({ mask, match }) => (word & mask) === match));
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    ['a shift by 32', 0x02051513],
    ['sret, for there is no supervisor mode', 0x10200073],
    ['lr.w with a second source', 0x1015252f],
    ['a compressed instruction', 0x00004501],
    ['all ones', 0xffffffff],
    ['all zeros', 0],
  ])('refuses %s', (_, word) => {
    expect(decode(word | 0)).toBe(-1);
  });
});
