// What goes beyond bytes in the assembler's directives: refusals and their reasons, bounds, the linker's symbols, files.
import { describe, expect, it } from 'vitest';
import { type AssemblyResult, assemble } from './assembler.ts';
import { formatError } from './errors.ts';
import type { AssemblyOptions } from './model.ts';

function told(source: string, options: AssemblyOptions = {}): string[] {
  const result = assemble(source, { file: 'a.s', ...options });
  return (result.ok ? result.warnings : result.errors).map(formatError);
}

function imageOf(source: string, options: AssemblyOptions = {}) {
  const result: AssemblyResult = assemble(source, options);
  if (!result.ok) throw new Error(result.errors.map(formatError).join('\n'));
  return result.image;
}

/** The words that a source puts at its beginning. */
function wordsOf(source: string, count: number): number[] {
  const { bytes } = imageOf(source);
  const view = new DataView(bytes.buffer);
  return Array.from({ length: count }, (_, i) => view.getUint32(4 * i, true));
}

describe('errors', () => {
  it.each([
    ['.insn 2, 0x13', '1:10: by its lowest bits this instruction has 4 bytes, not 2'],
    ['.insn 4, 0x1', '1:10: by its lowest bits this instruction has 2 bytes, not 4'],
    [
      '.insn 0x10001',
      '1:7: by its lowest bits this instruction has 2 bytes, which do not hold all of the number',
    ],
    ['.insn 0x707f', '1:7: no instruction begins with these bits'],
    ['.insn cr 2, 8, a0, a1', '1:7: cr is a format of compressed instructions'],
    ['.insn r4 0x33, 0, 4, a0, a1, a2, a3', '1:19: a funct2 lies between 0 and 3, not 4'],
    ['.incbin "x.bin"', '1:9: no files come with this source, so x.bin'],
    ['.struct 8\na: .word 5', '2:1: between .struct or .offset and the next section there is room only'],
    [
      '.offset\nb: .space x\nx:',
      '2:1: between .struct or .offset and the next section this must be a number',
    ],
    ['.offset\n beq a0, a1, .', '2:2: between .struct or .offset'],
    [
      '.struct 0x7fffffff\n.skip 0x7fffffff\n.skip 0x7fffffff',
      '3:1: the offset 6442450941 does not fit into 32 bits',
    ],
    ['.fail 499', '1:1: .fail 499'],
    ['.weakref a, b\na: nop', '2:1: a is already defined, by .weakref as another name of b'],
    ['.weakref a, b\n.weakref b, a', '2:1: b would be another name of itself'],
    ['.weakref a, b\n.word b', '2:7: b is not defined'],
    ['.insn r 0x7f, 0, 0, a0, a0, a0', '1:9: a major opcode lies below 128'],
    ['.octa x\nx:', '1:7: expected an expression that is a number, and x has no value here yet'],
    ['.float 1e40', '1:7: 1e40 does not fit into a number of 32 bits'],
    ['.float x', '1:7: expected a decimal number, found x'],
    ['.dcb.b -1, 3', '1:8: the count -1 is negative'],
    ['.string16 5', '1:11: expected a string, found 5'],
    ['.word 1LU', `1:9: a number can't end in "U"`],
    ['.mri 1', '1:1: .mri asks for the syntax of another assembler'],
    ['.reloc 0, R_RISCV_32, x', '1:1: .reloc tells a linker what to put in'],
    ['.dtprelword x', '1:1: .dtprelword needs threads'],
    ['.rva x', '1:1: .rva is for Windows programs'],
    ['.error nix', '1:8: .error takes its message in quotes'],
    ['.altmacro\n.macro m\nLOCAL 9\n.endm\nm', '5:1: LOCAL: 9 is no name'],
    [
      '.altmacro\n.macro m a\nLOCAL a\n.endm\nm 1',
      '5:1: LOCAL a: the macro has a parameter or a LOCAL a already',
    ],
    [
      '.altmacro\n.macro m a\n.endm\nm %x',
      '4:4: expected an expression that is a number, and x has no value here yet',
    ],
    ['LOCAL x', '1:1: there is no instruction or macro LOCAL'],
    ['addi A0, A9, 1', '1:10: expected a register, found A9; did you mean'],
    ['lw a0, __bss_strat', '1:8: __bss_strat is not defined; did you mean __bss_start'],
  ])('%j', (source, message) => {
    expect(told(source)[0]).toContain(message.replace(/^(?=\d)/, 'a.s:'));
  });

  it('stop at .abort, and tell what came before it', () => {
    expect(told('foo\n.abort\nbar')).toEqual([
      'a.s:1:1: there is no instruction or macro foo',
      'a.s:2:1: .abort: the rest was not looked at',
    ]);
  });

  it.each([
    ['.fail 500', 'a.s:1:1: .fail 500'],
    ['.endr', 'a.s:1:1: this .endr ends no repetition'],
    ['.option rvc\nnop', 'a.s:1:8: there are no compressed instructions here'],
    ['.octa 0x123456789012345678901234567890123', 'a.s:1:7: 387'],
    ['.string <256>', 'a.s:1:10: 256 does not fit into 1 bytes'],
  ])('%j is only warned of', (source, message) => {
    expect(told(source)[0]).toContain(message);
    expect(assemble(source).ok).toBe(true);
  });
});

describe('a section without contents', () => {
  it.each([
    '.data\n.balign 8',
    '.section .rodata\n.balign 64\n.bss\n.balign 32',
    '.section foo, "aw"\n.balign 4096\nx:',
  ])('%j behind the code leaves the image as it is', (rest) => {
    expect(imageOf(` nop\n${rest}`).bytes.length).toBe(4);
  });
});

describe('zeros only', () => {
  it.each(['nop', 'beq a0, a1, .', '.uleb128 5', '.word x', '.byte 1', '.dcb.b 3, 1'])(
    'hold no %s',
    (line) => {
      expect(told(`x: .bss\n${line}`)[0]).toContain('.bss holds zeros only');
    },
  );

  it('hold a number that is 0, however it is written', () => {
    expect(imageOf('.bss\n.uleb128 y - x\nx: y: .octa 0').end).toBe(0x8000_0011);
  });
});

describe('the symbols of the linker', () => {
  const PROGRAM = `
    .globl _start
    _start: la gp, __global_pointer$
    ret
    .data
    x: .word 1
    .section .sdata, "aw"
    y: .byte 2
    .bss
    z: .space 6
    .section hooks, "aw"
    .balign 4
    .word 3, 4
    .section .init_array.5, "aw"
    .word 5
  `;

  const names = [
    ...[
      '__executable_start',
      '_etext',
      'etext',
      '__DATA_BEGIN__',
      '__SDATA_BEGIN__',
      '_edata',
      '__bss_start',
    ],
    ...['_end', 'end', '__global_pointer$', '__start_hooks', '__stop_hooks'],
    ...['__init_array_start', '__init_array_end', '__fini_array_start', '__fini_array_end'],
  ];

  it('are where code, data and zeros begin and end', () => {
    const { symbols, end } = imageOf(`${PROGRAM}\n.text\n.word ${names.join(', ')}`);
    const at = (name: string): number => symbols.get(name)!;
    expect(at('__executable_start')).toBe(0x8000_0000);
    expect([at('_etext'), at('etext')]).toEqual([0x8000_004c, 0x8000_004c]);
    expect([at('__DATA_BEGIN__'), at('__SDATA_BEGIN__')]).toEqual([at('x'), at('y')]);
    expect([at('__start_hooks'), at('__stop_hooks')]).toEqual([at('y') + 4, at('y') + 12]);
    expect([at('__init_array_start'), at('__init_array_end')]).toEqual([at('y') + 12, at('y') + 16]);
    expect([at('__fini_array_start'), at('__fini_array_end')]).toEqual([0, 0]);
    expect(at('_edata')).toBe(at('y') + 16);
    expect([at('__bss_start'), at('_end'), at('end')]).toEqual([at('z'), at('z') + 8, at('z') + 8]);
    expect(end).toBe(at('z') + 6);
    expect(at('__global_pointer$')).toBe(
      Math.min(at('y') + 0x800, Math.max(at('x') + 0x800, at('end') - 0x800)),
    );
  });

  it('may be reckoned with, and enclose nothing where there is nothing', () => {
    expect(wordsOf('.word _end - __bss_start, _edata - _etext, end - here\nhere: .word _end', 4)).toEqual([
      0, 0, 4, 0x8000_0010,
    ]);
    expect(wordsOf('.comm c, 12\n.word _end - __bss_start, c - __bss_start, here - c\nhere:', 3)).toEqual([
      12,
      0,
      -4 >>> 0,
    ]);
  });

  it('are the program’s own where it defines them, and are not there where nobody uses them', () => {
    expect(wordsOf('_end = 5\n.word _end', 1)).toEqual([5]);
    expect([...imageOf('nop').symbols.keys()]).toEqual([]);
  });
});

describe('.incbin', () => {
  const options: AssemblyOptions = {
    readBytes: (name) => (name === 'x.bin' ? Uint8Array.of(1, 2, 3, 4) : undefined),
  };

  it('takes a file’s bytes, or some of them', () => {
    const { bytes } = imageOf('.data\n.incbin "x.bin"\n.incbin "x.bin", 1, 2\n.incbin "x.bin",,1', options);
    expect([...bytes]).toEqual([1, 2, 3, 4, 2, 3, 1]);
  });

  it.each([
    ['.incbin "y.bin"', 'a.s:1:9: there is no file y.bin beside the source'],
    ['.incbin "x.bin", 5', 'a.s:1:9: x.bin has 4 bytes, so it does not hold what lies behind 5'],
    ['.incbin "x.bin", 2, 3', 'a.s:1:9: x.bin has 4 bytes, so it does not hold 3 bytes from 2 on'],
    ['.incbin x', 'a.s:1:9: expected the name of a file in quotes'],
    ['.bss\n.incbin "x.bin"', 'a.s:2:1: .bss holds zeros only'],
  ])('%j', (source, message) => {
    expect(told(source, options)[0]).toBe(message);
  });
});

describe('a hostile source', () => {
  const many = (count: number, line: (i: number) => string): string =>
    Array.from({ length: count }, (_, i) => line(i)).join('\n');

  it.each([
    ['fills memory with a block', '.dcb.b 1 << 30, 1', 'larger than 128 MiB'],
    ['fills memory with room', '.ds.x 1 << 40', 'larger than 128 MiB'],
    ['takes a file again and again', '.rept 100000\n.incbin "big"\n.endr', 'larger than 128 MiB'],
    ['repeats by .rep', '.rep 1000000000\n.rep 1000000000\nnop\n.endr\n.endr', 'statements'],
    ['repeats no-operations', '.nops 1 << 40', 'larger than 128 MiB'],
    ['writes a long number', `.octa ${'9'.repeat(100_000)}`, 'more than 320 bits'],
    ['writes a long fraction', `.double 0.${'9'.repeat(100_000)}`, 'expected a decimal number'],
    ['writes a long exponent', `.double 1e${'9'.repeat(100)}`, 'does not fit into a number of 64 bits'],
    [
      'doubles a text by .altmacro',
      '.altmacro\n.macro a x\na <x&x>\n.endm\na abcdefgh',
      'more than 65536 characters',
    ],
    ['opens brackets', `.altmacro\n.macro a x\n.endm\na ${'<'.repeat(60_000)}\nfoo`, 'no instruction'],
    [
      'uses a name of a name of a name',
      `${many(500, (i) => `.weakref a${i}, a${i + 1}`)}\n.word a0`,
      'too many other names',
    ],
    ['repeats a long statement', `.rept 900000\n.set x, 1${'+1'.repeat(3000)}\n.endr`, 'characters'],
    ['passes over a long body', `.rept 900000\n.rept 0\n${'n\n'.repeat(25_000)}.endr\n.endr`, 'statements'],
    [
      'leaves a long macro',
      `.macro m\n.exitm\n${'n\n'.repeat(25_000)}.endm\n.rept 900000\nm\n.endr`,
      'too much text',
    ],
    ['has long names', `x${'y'.repeat(30_000)}:\n.word x${'y'.repeat(29_999)}z`, 'xyyyy'],
    [
      'has blanks',
      `.macro m a\n.word 1${' '.repeat(60_000)}+ \\a & 3\n.endm\n.rept 1000\nm 1\n.endr`,
      'characters',
    ],
    [
      'defines in a deep chain',
      `.word a0\n${many(190, (i) => `.set a${i}, a${i + 1}${'+1'.repeat(390)}`)}\na190:`,
      'too many other symbols',
    ],
    [
      'asks in a fan for what is not there',
      `.word a0 + q\n${many(100, (i) => `.set a${i}, a${i + 1} - a${i + 1}`)}\na100:`,
      'q is not defined',
    ],
    ['warns without end', `${'.warning "x"\n'.repeat(5000)}foo`, 'no instruction'],
  ])(
    'that %s is refused in time',
    (_, source, message) => {
      const errors = told(source, { readBytes: () => new Uint8Array(1 << 20) });
      expect(errors.join('\n')).toContain(message);
      for (const error of errors) expect(error.length).toBeLessThan(1000);
    },
    30_000,
  );
});
