// Directives about reading itself (macros, repetitions, files, messages), and those that are passed over or refused.

import { type Directive, readAbsolute } from './data-directives.ts';
import { Fatal, noteWarning, Problem } from './errors.ts';
import { include, includeBytes } from './files.ts';
import { defineMacro } from './macros.ts';
import type { Assembly } from './model.ts';
import { repeat, repeatOver } from './repetitions.ts';
import { expectEnd, peek, tokenize } from './tokens.ts';

const rept: Directive = (assembly, text, from) => {
  const cursor = tokenize(text, from);
  const count = readAbsolute(assembly, cursor);
  expectEnd(cursor);
  repeat(assembly, count);
};

function leaveMacro(assembly: Assembly): void {
  const { inputs, conditions } = assembly;
  if (!inputs.some((input) => input.kind === 'macro')) throw new Problem('.exitm stands in no macro', 0);
  let left = inputs.pop();
  while (left && left.kind !== 'macro') left = inputs.pop();
  conditions.length = left!.conditions;
}

/** The text that `.error` and its like are to say; without one, the directive's own name. */
function messageOf(text: string, from: number, name: string): string {
  const cursor = tokenize(text, from);
  const token = peek(cursor);
  if (token.kind === 'end') return name;
  if (token.kind !== 'string') throw new Problem(`${name} takes its message in quotes`, token.start);
  cursor.next++;
  expectEnd(cursor);
  return token.text;
}

/** `.fail`: from 500 on a warning, else an error. */
const fail: Directive = (assembly, text, from) => {
  const cursor = tokenize(text, from);
  const number = peek(cursor).kind === 'end' ? 0 : readAbsolute(assembly, cursor);
  expectEnd(cursor);
  if (number < 500) throw new Problem(`.fail ${number}`, 0);
  noteWarning(assembly, `.fail ${number}`);
};

const alternate =
  (on: boolean): Directive =>
  (assembly, text, from) => {
    expectEnd(tokenize(text, from));
    assembly.alternate = on;
  };

const refuse =
  (why: string): Directive =>
  (_, text, from) => {
    throw new Problem(`${text.slice(0, from).trim()} ${why}`, 0);
  };

const needsThreads = refuse('needs threads, which a bare machine has not');
const needsLinker = refuse(
  'tells a linker what to put in, and here the program is linked at once: write %lo( ) and its like',
);

/** `.option`: nothing changes the code that is made here; who asks for compressed code is told. */
const option: Directive = (assembly, text, from) => {
  if (/^\s*(rvc|arch\s*,.*\+c)\s*(,|$)/.test(text.slice(from)))
    noteWarning(assembly, 'there are no compressed instructions here: every one has four bytes', from);
};

/** Only that nothing relocates is a relocation that needs nobody. */
const reloc: Directive = (assembly, text, from) => {
  if (!/,\s*R_RISCV_(NONE|RELAX|ALIGN)\b/.test(text.slice(from))) needsLinker(assembly, text, from);
};

const mri: Directive = (assembly, text, from) => {
  const cursor = tokenize(text, from);
  if (readAbsolute(assembly, cursor) !== 0)
    throw new Problem(".mri asks for the syntax of another assembler, MRI's, which is not taken here", 0);
};

export const OTHER_DIRECTIVES: Readonly<Record<string, Directive>> = Object.freeze({
  '.macro': defineMacro,
  '.purgem': (assembly, text, from) => {
    for (const name of text.slice(from).split(',')) assembly.macros.delete(name.trim().toLowerCase());
  },
  '.exitm': leaveMacro,
  '.mexit': leaveMacro,
  '.altmacro': alternate(true),
  '.noaltmacro': alternate(false),
  '.rept': rept,
  '.rep': rept,
  '.irp': (assembly, text, from) => repeatOver(assembly, text, from, false),
  '.irep': (assembly, text, from) => repeatOver(assembly, text, from, false),
  '.irpc': (assembly, text, from) => repeatOver(assembly, text, from, true),
  '.irepc': (assembly, text, from) => repeatOver(assembly, text, from, true),
  '.include': include,
  '.incbin': includeBytes,
  '.end': (assembly) => {
    assembly.ended = true;
  },
  '.abort': () => {
    throw new Fatal('.abort: the rest was not looked at', 0);
  },
  '.err': () => {
    throw new Problem('.err', 0);
  },
  '.error': (_, text, from) => {
    throw new Problem(messageOf(text, from, '.error'), 0);
  },
  '.warning': (assembly, text, from) => noteWarning(assembly, messageOf(text, from, '.warning')),
  '.fail': fail,
  '.option': option,
  '.reloc': reloc,
  '.mri': mri,
  '.endm': (assembly) => noteWarning(assembly, 'this .endm ends no .macro'),
  '.endr': (assembly) => noteWarning(assembly, 'this .endr ends no repetition'),
  '.linkonce': (assembly) => noteWarning(assembly, '.linkonce is not for ELF: nothing is left out'),
});

/** What GNU as knows and this assembler has no way to do, with the reason. */
export const REFUSED_DIRECTIVES: Readonly<Record<string, Directive>> = Object.freeze({
  '.dtprelword': needsThreads,
  '.dtpreldword': needsThreads,
  '.rva': refuse('is for Windows programs'),
  '.vtable_entry': refuse('is for a linker that throws away unused C++ methods'),
  '.vtable_inherit': refuse('is for a linker that throws away unused C++ methods'),
  '.base64': refuse('is of newer assemblers than GNU as 2.40: write .ascii or .byte'),
  '.bfloat16': refuse('is of newer assemblers than GNU as 2.40: write .half'),
});

/** Lines for tools that this assembler has no use for: debuggers, unwinders, printers of listings, linkers of several files. */
export const IGNORED_DIRECTIVES: readonly string[] = [
  ...['.file', '.loc', '.loc_mark_labels', '.line', '.ln', '.linefile', '.func', '.endfunc', '.debug'],
  ...['.stabs', '.stabn', '.stabd', '.xstabs', '.def', '.endef', '.dim', '.scl', '.tag', '.val'],
  ...['.ident', '.version', '.size', '.type', '.attribute', '.gnu_attribute', '.addrsig', '.addrsig_sym'],
  ...['.hidden', '.protected', '.internal', '.variant_cc', '.symver', '.attach_to_group', '.extern', '.xref'],
  ...[
    '.title',
    '.ttl',
    '.sbttl',
    '.list',
    '.nolist',
    '.eject',
    '.page',
    '.nopage',
    '.psize',
    '.plen',
    '.llen',
  ],
  ...['.format', '.noformat', '.lflags', '.name', '.spc', '.print'],
];

const IGNORED: ReadonlySet<string> = new Set(IGNORED_DIRECTIVES);

/** Whether a directive is passed over. The unwinder's are many. */
export const isIgnored = (name: string): boolean => IGNORED.has(name) || /^\.cfi_\w+$/.test(name);
