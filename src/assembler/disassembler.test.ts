// The disassembler against the assembler: every instruction's text makes its word again.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decode, INSTRUCTIONS } from '../isa/instructions.ts';
import { assemble } from './assembler.ts';
import { disassemble, symbolizer } from './disassembler.ts';

/** The words that a source text assembles to. */
function words(source: string): number[] {
  const result = assemble(source);
  if (!result.ok) throw new Error(`${source}: ${JSON.stringify(result.errors)}`);
  const { bytes } = result.image;
  return [...new Int32Array(bytes.buffer, 0, bytes.length / 4)];
}

describe('disassembly', () => {
  it.each([
    ['nop', 0x00000013],
    ['li a0, -1', 0xfff00513],
    ['mv a0, a1', 0x00058513],
    ['not a0, a1', 0xfff5c513],
    ['neg a0, a1', 0x40b00533],
    ['seqz a0, a1', 0x0015b513],
    ['snez a0, a1', 0x00b03533],
    ['sltz a0, a1', 0x0005a533],
    ['sgtz a0, a1', 0x00b02533],
    ['zext.b a0, a1', 0x0ff5f513],
    ['ret', 0x00008067],
    ['jr a0', 0x00050067],
    ['jr 8(a0)', 0x00850067],
    ['jalr a0', 0x000500e7],
    ['jalr t0, 0(t1)', 0x000302e7],
    ['j . + 16', 0x0100006f],
    ['jal . - 16', 0xff1ff0ef],
    ['jal t0, . + 4', 0x004002ef],
    ['beqz a0, . + 8', 0x00050463],
    ['blez a0, . + 8', 0x00a05463],
    ['bgeu a0, a1, . - 4096', 0x80b57063],
    ['lw a0, -4(sp)', 0xffc12503],
    ['sb a0, 2047(sp)', 0x7ea10fa3],
    ['lui a0, 0xfffff', 0xfffff537],
    ['csrr a0, mhartid', 0xf1402573],
    ['csrw mtvec, a0', 0x30551073],
    ['csrsi mie, 8', 0x30446073],
    ['csrrw a0, 0x7c0, a1', 0x7c059573],
    ['rdcycle a0', 0xc0002573],
    ['lr.w.aq a0, (a1)', 0x1405a52f],
    ['amoadd.w.aqrl a0, a2, (a1)', 0x06c5a52f],
    ['fence', 0x0ff0000f],
    ['fence r, w', 0x0210000f],
    ['fence.tso', 0x8330000f],
    ['.insn 0x0ff5050f', 0x0ff5050f],
    ['unimp', 0xc0001073],
    ['.word 0x00000000', 0],
    ['.word 0x10200073', 0x10200073],
  ])('writes %s', (text, word) => {
    expect(disassemble(word | 0, 0x80000000).text).toBe(text);
    expect(words(text)).toEqual([word | 0]);
  });

  it('assembles back to the same word, for every instruction with any operands', () => {
    const word = fc.tuple(fc.nat(INSTRUCTIONS.length - 1), fc.integer()).map(([opcode, noise]) => {
      const { mask, match } = INSTRUCTIONS[opcode]!;
      return match | (noise & ~mask);
    });
    fc.assert(
      fc.property(fc.array(word, { minLength: 100, maxLength: 100 }), (program) => {
        const texts = program.map((each, i) => disassemble(each, 0x80000000 + 4 * i).text);
        expect(words(texts.join('\n'))).toEqual(program);
      }),
      { numRuns: 200 },
    );
  });

  it('writes any word that is no instruction as data', () => {
    fc.assert(
      fc.property(fc.integer(), (word) => {
        const { text, mnemonic } = disassemble(word, 0);
        expect(mnemonic === '.word').toBe(decode(word) < 0);
        expect(words(text)).toEqual([word]);
      }),
    );
  });

  it('names targets by the labels of the program', () => {
    const result = assemble('_start: nop\n.L1: loop: addi a0, a0, -1\nbnez a0, loop\nj loop+4\nend: j end');
    if (!result.ok) throw new Error('does not assemble');
    const { bytes, base } = result.image;
    const symbolAt = symbolizer(result.image);
    const view = new DataView(bytes.buffer);
    const texts = [...Array(bytes.length / 4).keys()].map(
      (i) => disassemble(view.getInt32(4 * i, true), base + 4 * i, symbolAt).text,
    );
    expect(texts).toEqual(['nop', 'addi a0, a0, -1', 'bnez a0, loop', 'j loop+4', 'j end']);
    expect(disassemble(0x0100006f, 0x80000000, symbolAt).target).toBe(0x80000010);
    expect(symbolAt(base - 4)).toBeUndefined();
    expect(symbolAt(result.image.end)).toBeUndefined();
  });
});
