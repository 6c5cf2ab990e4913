// What the assembler makes besides bytes: errors, warnings, symbols, lines; and that no source can make it run away.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toHex } from '../base/bytes.ts';
import { sourceLineAt } from '../isa/image.ts';
import { type AssemblyResult, assemble } from './assembler.ts';
import { formatError, nearest } from './errors.ts';
import type { AssemblyOptions } from './model.ts';

function errorsOf(source: string, options: AssemblyOptions = {}): string[] {
  const result = assemble(source, { file: 'a.s', ...options });
  return result.ok ? [] : result.errors.map(formatError);
}

function imageOf(
  source: string,
  options: AssemblyOptions = {},
): Extract<AssemblyResult, { ok: true }>['image'] {
  const result = assemble(source, options);
  if (!result.ok) throw new Error(result.errors.map(formatError).join('\n'));
  return result.image;
}

describe('errors', () => {
  it.each([
    ['  adddi a0, a1, 2', '1:3: there is no instruction or macro adddi; did you mean addi?'],
    ['add a0, a1', '1:11: expected a comma, found the end of the line'],
    ['add a0, a1, a9', '1:13: expected a register, found a9; did you mean a0?'],
    ['addi a0, a1, 2048', '1:14: an immediate lies between -2048 and 2047, not 2048'],
    ['slli a0, a0, 32', '1:14: a shift amount lies between 0 and 31, not 32'],
    ['lui a0, 0x100000', '1:9: an upper immediate lies between 0 and 0xfffff, not 1048576'],
    ['csrw mstaus, a0', '1:6: there is no CSR mstaus; did you mean mstatus?'],
    ['csrwi 4096, 1', "1:7: a CSR's number lies between 0 and 4095, not 4096"],
    ['lw a0, sp', '1:8: sp is a register, not a symbol; did you mean 0(sp)?'],
    ['lw a0, 4(sp', '1:12: expected ), found the end of the line'],
    ['amoadd.w a0, a1, 4(a2)', '1:18: an atomic takes no offset but 0, not 4'],
    ['fence rx, w', '1:7: expected some of the letters iorw, in this order, found rx'],
    ['j labl\nlabel: nop', '1:3: labl is not defined; did you mean label?'],
    ['j 1b', '1:3: no label 1: stands before this; did you mean 1f?'],
    ['1: j 1f', '1:6: no label 1: stands after this; did you mean 1b?'],
    [
      'x: nop\naddi a0, a0, x',
      '2:14: expected an immediate that is a number, and x is an address; did you mean %lo(x)?',
    ],
    ['x: nop\nli a0, x', '2:8: expected a constant that is a number, and x is an address; did you mean la?'],
    ['lw a0, %hi(x)(a0)', '1:9: expected %lo or %pcrel_lo, found %hi'],
    [
      'lui a0, %tprel_hi(x)',
      '1:10: %tprel_hi needs a dynamic linker or threads, which a bare machine has not',
    ],
    [
      'x: nop\naddi a0, a0, %pcrel_lo(x)',
      '2:24: %pcrel_lo takes the label of the auipc whose %pcrel_hi it completes',
    ],
    ['flw fa0, 0(sp)', '1:1: flw is a floating-point instruction, which RV32IMA does not have'],
    ['ld a0, 0(sp)', '1:1: ld is an instruction of RV64, which RV32IMA does not have'],
    ['c.li a0, 1', '1:1: c.li is a compressed instruction, which RV32IMA does not have'],
    ['.wrod 1', '1:1: there is no directive .wrod; did you mean .word?'],
    ['.word 1 +', '1:10: expected a number, a symbol or an expression, found the end of the line'],
    ['.word (1', '1:9: expected an operator or ), found the end of the line'],
    ['.word 1/0', '1:8: division by zero'],
    ['.word 08', '1:7: 08 is no octal number; did you mean 8?'],
    ['.word 1 + 0x1ffffffffffffffff', '1:11: the number 0x1ffffffffffffffff does not fit into 64 bits'],
    ['.word a\n.set a, b\n.set b, a', '1:7: a is defined by itself'],
    ['.word x * 2\nx:', '1:9: * of an address'],
    ['.byte x\nx:', '1:7: an address does not fit into 1 bytes'],
    ['.ascii abc', '1:8: expected a string, found abc'],
    ['.ascii "abc', '1:8: this string is never closed: expected "'],
    ['.balign 3', '1:9: 3 is no power of two'],
    ['.zero -1', '1:7: the count -1 is negative'],
    ['.org 8\n.org 4', '2:6: .org leads backwards, or out of this section'],
    ['.bss\n.word 1', '2:1: .bss holds zeros only'],
    ['x: nop\nx: nop', '2:1: x is already defined, in a.s:1'],
    ['.equiv x, 1\n.set x, 2', '2:1: x is already defined, in a.s:1'],
    ['.if x\n.endif', '1:5: expected an expression that is a number, and x has no value here yet'],
    ['.if 1', '1:1: no .endif ends this condition'],
    ['.endif', '1:1: this .endif belongs to no .if'],
    ['.if 0\n.else\n.else\n.endif', '3:1: this .if has an .else already'],
    ['.rept 2\nnop', '1:1: no .endr ends this'],
    ['.macro m a:req\n.endm\nm', '3:2: the macro m needs its argument a'],
    ['.macro m a\n.endm\nm 1, 2', '3:2: the macro m takes 1 arguments, not 2'],
    ['.macro m a\n.endm\nm b=1', '3:2: the macro m has no parameter b'],
    ['.macro m\nfoo\n.endm\nm', '2:1: there is no instruction or macro foo (in macro m, used in a.s:4)'],
    ['.section .x, "q"', '1:15: no section has the flag q'],
    ['.include "b.s"', '1:10: there is no file b.s to include'],
    ['.error "as asked"', '1:1: as asked'],
    ['nop /* never closed', '1:1: the comment that begins in line 1 is never closed: expected */'],
    ['@foo', '1:1: expected a label, an instruction or a directive, found @foo'],
    ['nop nop', '1:5: expected the end of the line, found nop'],
    ['j far\n.zero 2000000\nfar:', '1:3: the target is 2000004 bytes away, and a jump reaches 1048576'],
    ['j . + 3', '1:3: the target is at an odd address'],
    ["li a0, 'ab'\nfoo", "1:11: expected a character after '"],
  ])('%j', (source, message) => {
    expect(errorsOf(source)[0]).toContain(message.replace(/^(?=\d)/, 'a.s:'));
  });

  it('are all said at once, in the order of the lines', () => {
    const source = '.data\n j nowhere\n foo\n li a0\n.if 1\n addi a0, a0, 9999 # and so on';
    expect(errorsOf(source).map((error) => error.split(':')[1])).toEqual(['2', '3', '4', '5', '6']);
  });

  it('name the file, line and column whatever comments and separators stand before', () => {
    expect(errorsOf('/* one\n two */ nop; foo // x')).toEqual([
      'a.s:2:14: there is no instruction or macro foo',
    ]);
    expect(errorsOf('nop\r\n\tli a0, /* five */ x\r\n')[0]).toMatch(/^a\.s:2:20: /);
    expect(
      errorsOf('.include "b.s"\nfoo', { include: () => 'nop\nbar\n' }).map((error) => error.slice(0, 5)),
    ).toEqual(['b.s:2', 'a.s:2']);
  });

  it('are kept to a number that can be read', () => {
    const errors = errorsOf('foo\n'.repeat(10_000));
    expect(errors.length).toBe(501);
    expect(errors.at(-1)).toContain('too many errors');
  });
});

describe('near misses', () => {
  it('are told apart from other words', () => {
    expect(nearest('ad', ['add', 'and', 'xyz'])).toBe('add');
    expect(nearest('becuase', ['because'])).toBe('because');
    expect(nearest('ADDI', ['addi', 'sub'])).toBe('addi');
    expect(nearest('foo', ['bar', 'lw'])).toBeUndefined();
  });
});

describe('warnings', () => {
  function warningsOf(source: string): string[] {
    return assemble(source, { file: 'a.s' }).warnings.map(formatError);
  }

  it.each([
    ['.word 1 + 2 | 4', 'a.s:1:9: here | binds tighter than +, as in GNU as'],
    ['.word 1 << 2 + 3', 'a.s:1:14: here << binds tighter than +'],
    ['.byte 256', 'a.s:1:7: 256 does not fit into 1 bytes'],
    ['.ascii "a"\n.align 2\nnop', 'a.s:2:1: code is not padded to 4 bytes or less'],
    ['.popsection', 'a.s:1:1: no section has been pushed'],
    ['.warning "mind this"', 'a.s:1:1: mind this'],
  ])('%j', (source, message) => {
    expect(warningsOf(source)[0]).toContain(message);
  });

  it('are not given for what C and GNU as agree on', () => {
    expect(
      warningsOf('.word 1 + 2 * 3 - 4, (1 + 2) | 4, 1 | (2 + 3), 1 << 2 << 3, 1 || 2 && 3\n.byte -1, 255'),
    ).toEqual([]);
  });
});

describe('the image', () => {
  it('begins at _start if there is such a label, and at its first byte otherwise', () => {
    expect(imageOf('nop\n_start: nop').entry).toBe(0x80000004);
    expect(imageOf('nop').entry).toBe(0x80000000);
  });

  it('claims .bss without holding it', () => {
    const { bytes, end } = imageOf('nop\n.bss\n.zero 100');
    expect(bytes.length).toBe(4);
    expect(end).toBe(0x80000010 + 100);
  });

  it('has every label among its symbols, and the global ones among the globals', () => {
    const result = assemble('.globl f, K\n.equ K, 5\n.equ local, 6\nf: nop\n.Lx: g: 1: nop\n.set h, g + 4');
    if (!result.ok) throw new Error('does not assemble');
    expect(Object.fromEntries(result.image.symbols)).toEqual({
      f: 0x80000000,
      K: 5,
      '.Lx': 0x80000004,
      g: 0x80000004,
      h: 0x80000008,
    });
    expect([...result.globals]).toEqual(['f', 'K']);
  });

  it('takes symbols that are defined beforehand, and files to include', () => {
    const { bytes } = imageOf('.include "k.s"\n.ifdef DEBUG\nli a0, DEBUG\n.endif\nhello', {
      defsym: { DEBUG: 7 },
      include: (name) => (name === 'k.s' ? '.macro hello\n.word 1\n.endm' : undefined),
    });
    expect(toHex(bytes)).toBe('1305700001000000');
  });

  it('knows the source line of every address', () => {
    const source =
      'nop\n.macro two\nnop\nnop\n.endm\ntwo\n.include "b.s"\nli a0, 0x12345678\n.data\n.word 1\n';
    const { lines } = imageOf(source, { file: 'a.s', include: () => 'nop\nnop' });
    const at = (address: number): string => {
      const place = sourceLineAt(lines, address);
      return place ? `${place.file}:${place.line}` : '-';
    };
    const places = [...Array(10).keys()].map((i) => at(0x80000000 + 4 * i));
    expect(places).toEqual([
      'a.s:1',
      // What a macro made belongs to the line that used it.
      'a.s:6',
      'a.s:6',
      'b.s:1',
      'b.s:2',
      'a.s:8',
      'a.s:8',
      '-',
      'a.s:10',
      '-',
    ]);
  });
});

describe('a hostile source', () => {
  const deep = (n: number, line: (i: number) => string): string =>
    Array.from({ length: n }, (_, i) => line(i)).join('\n');

  it.each([
    ['repeats for ever', '.rept 1000000000\nnop\n.endr', 'statements'],
    ['repeats in repetitions', `${'.rept 1000\n'.repeat(20)}nop\n${'.endr\n'.repeat(20)}`, 'statements'],
    ['uses a macro in itself', '.macro a\na\na\n.endm\na', 'nested more than 100 deep'],
    ['doubles a text', '.macro a x\na "\\x\\x"\n.endm\na abcdefgh', 'more than 65536 characters'],
    ['includes itself', '.include "self"', 'include each other'],
    ['asks for all memory', '.space 1000000000', 'larger than 128 MiB'],
    ['aligns beyond memory', `${'.byte 1\n.align 27\n'.repeat(3)}.byte 1`, 'larger than 128 MiB'],
    ['moves beyond memory', '.org 0x7fffffff\n.byte 1', 'depend on themselves'],
    ['has a size that grows by itself', 'a: .space b - a + 1\nb:', 'depend on themselves'],
    ['opens parentheses', `.word ${'('.repeat(100_000)}`, 'nested too deeply'],
    ['negates', `.word ${'-'.repeat(100_000)}1`, 'nested too deeply'],
    ['adds', `.word x${'+x'.repeat(100_000)}`, 'too many terms'],
    [
      'defines in a long chain',
      `.word a0\n${deep(1000, (i) => `.set a${i}, a${i + 1}`)}`,
      'too many other symbols',
    ],
    [
      'defines in a fan',
      `.word a0\n${deep(100, (i) => `.set a${i}, a${i + 1} + a${i + 1}`)}\na100:`,
      '+ of an address',
    ],
    ['opens conditions', '.if 1\n'.repeat(5000), 'nested too deeply'],
    ['names without end', `x${'y'.repeat(100_000)} a0`, 'there is no instruction'],
  ])(
    'that %s is refused in time',
    (_, source, message) => {
      const errors = errorsOf(source, { include: () => '.include "self"' });
      expect(errors.join('\n')).toContain(message);
      for (const error of errors) expect(error.length).toBeLessThan(1000);
    },
    30_000,
  );

  it('may be any text: there are errors or there is an image', () => {
    const words = [
      'add',
      'a0',
      ',',
      '(',
      ')',
      '"',
      "'",
      '\\',
      '.macro',
      'm',
      '.endm',
      '.rept',
      '3',
      '.endr',
      '.if',
      '1',
    ];
    const others = [
      '.endif',
      '.else',
      '.word',
      '.set',
      'x',
      '=',
      '%lo',
      '1b',
      '1:',
      'x:',
      '.section',
      '.align',
      '\n',
      ';',
    ];
    const more = [
      '/*',
      '*/',
      '#',
      '.irp',
      '\\x',
      '\\@',
      '.comm',
      '.org',
      'li',
      'la',
      'j',
      'beq',
      '-',
      '*',
      '.',
      'é',
      '@',
    ];
    const newer = [
      ...['.altmacro', 'LOCAL', '&x', '<', '>', '%1', '!', '.struct', '.bss', '.previous', '.popsection'],
      ...[
        '.octa',
        '.insn',
        '.weakref',
        '.uleb128',
        '.dcb.d',
        '.ds.x',
        '.double',
        '.string16',
        '12UL',
        '_end',
      ],
    ];
    const source = fc.array(fc.constantFrom(...words, ...others, ...more, ...newer), { maxLength: 60 });
    fc.assert(
      fc.property(source, fc.constantFrom(' ', ''), (parts, separator) => {
        const result = assemble(parts.join(separator));
        expect(result.ok || result.errors.length > 0).toBe(true);
      }),
      { numRuns: 3000 },
    );
  });
});
