// Directives that say where what follows goes.

import { type Directive, readAbsolute } from './data-directives.ts';
import { noteWarning, Problem } from './errors.ts';
import type { Assembly, Part, SectionFlags } from './model.ts';
import { defaultFlags, enterPart, moveTo, partOf, sectionNamed } from './sections.ts';
import { acceptSign, type Cursor, expectEnd, peek, tokenize, unexpected } from './tokens.ts';

const STACK_MAX = 1000;

const ABSOLUTE = '*ABS*';

const ABSOLUTE_FLAGS: SectionFlags = {
  allocated: false,
  executable: false,
  writable: false,
  empty: true,
  absolute: true,
  mergeSize: 0,
  strings: false,
};

/** A name with letters that symbols may not have, as in `.note.GNU-stack`. */
const SECTION_NAME = /\s*(?:"([^"]*)"|([^\s,"]+))/y;

/** `.text`, `.data`, `.bss` and the like, with an optional subsection number. */
const enter =
  (name: string): Directive =>
  (assembly, text, from) => {
    const cursor = tokenize(text, from);
    const number = peek(cursor).kind === 'end' ? 0 : readAbsolute(assembly, cursor);
    expectEnd(cursor);
    const part = partOf(assembly, sectionNamed(assembly, name), number);
    // GNU as for RISC-V does not count .bss as a change that .previous takes back.
    if (name === '.bss') assembly.part = part;
    else enterPart(assembly, part);
  };

function readSection(assembly: Assembly, text: string, from: number): Part {
  SECTION_NAME.lastIndex = from;
  const match = SECTION_NAME.exec(text);
  const name = match?.[1] ?? match?.[2];
  if (!match || !name) throw new Problem('expected the name of a section', from);
  const cursor = tokenize(text, from + match[0].length);
  if (!acceptSign(cursor, ',')) {
    expectEnd(cursor);
    return partOf(assembly, sectionNamed(assembly, name));
  }
  if (peek(cursor).kind === 'number') {
    const number = readAbsolute(assembly, cursor);
    expectEnd(cursor);
    return partOf(assembly, sectionNamed(assembly, name), number);
  }
  return partOf(assembly, sectionNamed(assembly, name, readFlags(assembly, cursor, name)));
}

/** `"flags", @type, entity size`, and for what a linker of several files would need, whatever else follows. */
function readFlags(assembly: Assembly, cursor: Cursor, name: string): SectionFlags {
  const token = peek(cursor);
  if (token.kind !== 'string') throw unexpected(cursor, 'the flags as a string, as in "ax"');
  const bad = /[^awxeoGMSTRd?\d]/.exec(token.text);
  if (bad) throw new Problem(`no section has the flag ${bad[0]}`, token.start + 1 + bad.index);
  cursor.next++;
  const has = (flag: string): boolean => token.text.includes(flag);
  const known = defaultFlags(name);
  let empty = known.empty;
  let mergeSize = 0;
  if (acceptSign(cursor, ',')) {
    if (!acceptSign(cursor, '@') && !acceptSign(cursor, '%'))
      throw unexpected(cursor, '@progbits or @nobits');
    const type = peek(cursor);
    if (type.kind !== 'name' && type.kind !== 'number') throw unexpected(cursor, 'progbits or nobits');
    empty = type.kind === 'name' && type.text === 'nobits';
    cursor.next++;
    if (has('M') && acceptSign(cursor, ',')) mergeSize = readAbsolute(assembly, cursor);
  }
  // What GNU as knows a section by its name to be, flags do not take away.
  return {
    allocated: has('a') || known.allocated,
    executable: has('x') || known.executable,
    writable: has('w') || known.writable,
    empty,
    mergeSize: Math.max(mergeSize, 0),
    strings: has('S'),
  };
}

const section: Directive = (assembly, text, from) => {
  enterPart(assembly, readSection(assembly, text, from));
};

const push: Directive = (assembly, text, from) => {
  if (assembly.sectionStack.length >= STACK_MAX) throw new Problem('too many sections are pushed', 0);
  const { part, previous } = assembly;
  enterPart(assembly, readSection(assembly, text, from));
  assembly.sectionStack.push({ part, previous });
};

const pop: Directive = (assembly) => {
  const entry = assembly.sectionStack.pop();
  if (entry === undefined) {
    noteWarning(assembly, 'no section has been pushed, so this leaves none');
    return;
  }
  assembly.part = entry.part;
  assembly.previous = entry.previous;
};

const previous: Directive = (assembly) => {
  if (assembly.previous) enterPart(assembly, assembly.previous);
  else noteWarning(assembly, 'there is no section before this one to go back to');
};

const subsection: Directive = (assembly, text, from) => {
  const cursor = tokenize(text, from);
  const number = readAbsolute(assembly, cursor);
  expectEnd(cursor);
  enterPart(assembly, partOf(assembly, assembly.part.section, number));
};

/** `.struct` and `.offset`: labels are offsets from a number until the next section. */
const offsets: Directive = (assembly, text, from) => {
  const cursor = tokenize(text, from);
  const start = peek(cursor).kind === 'end' ? 0 : readAbsolute(assembly, cursor);
  expectEnd(cursor);
  enterPart(assembly, partOf(assembly, sectionNamed(assembly, ABSOLUTE, ABSOLUTE_FLAGS)));
  moveTo(assembly, start);
};

export const SECTION_DIRECTIVES: Readonly<Record<string, Directive>> = Object.freeze({
  '.text': enter('.text'),
  '.data': enter('.data'),
  '.bss': enter('.bss'),
  '.rodata': enter('.rodata'),
  '.sdata': enter('.sdata'),
  '.sbss': enter('.sbss'),
  '.srodata': enter('.srodata'),
  '.section': section,
  '.section.s': section,
  '.sect': section,
  '.sect.s': section,
  '.pushsection': push,
  '.popsection': pop,
  '.previous': previous,
  '.subsection': subsection,
  '.struct': offsets,
  '.offset': offsets,
});
