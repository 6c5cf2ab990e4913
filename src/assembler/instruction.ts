// One instruction statement: the form that fits its operands, and the words it becomes.

import { Fatal, nearest, Problem } from './errors.ts';
import { FORMS, type Form, wordOf } from './forms.ts';
import type { Draft } from './immediates.ts';
import type { Assembly, Expression } from './model.ts';
import { OPERANDS } from './operands.ts';
import { addFixup, addVariable, emitWord, here } from './sections.ts';
import { type Cursor, expectEnd, expectSign } from './tokens.ts';

const ADDI = wordOf('addi');
const LUI = wordOf('lui');
const AUIPC = wordOf('auipc');
const SLLI = wordOf('slli');

/** Reads the operands of `name` and emits it. Throws a Problem that says what does not fit. */
export function assembleInstruction(assembly: Assembly, name: string, cursor: Cursor): void {
  const forms = FORMS.get(name.toLowerCase());
  if (forms === undefined) throw unknownInstruction(assembly, name);
  const { form, draft } = matchForm(assembly, forms, cursor);
  emit(assembly, form, draft);
}

/** The first of `forms` that fits. When none does, throws the Problem of the one that got furthest. */
export function matchForm(
  assembly: Assembly,
  forms: readonly Form[],
  cursor: Cursor,
): { form: Form; draft: Draft } {
  const start = cursor.next;
  const warnings = assembly.warnings.length;
  let furthest: Problem | undefined;
  for (const form of forms) {
    cursor.next = start;
    assembly.warnings.length = warnings;
    try {
      return { form, draft: readForm(assembly, form, cursor) };
    } catch (problem) {
      if (!(problem instanceof Problem) || problem instanceof Fatal) throw problem;
      if (furthest === undefined || tellsMore(problem, furthest)) furthest = problem;
    }
  }
  throw furthest!;
}

function tellsMore(a: Problem, b: Problem): boolean {
  return a.offset > b.offset || (a.offset === b.offset && a.specific && !b.specific);
}

function readForm(assembly: Assembly, form: Form, cursor: Cursor): Draft {
  const draft: Draft = { word: form.word, fixup: undefined, expression: undefined, scratch: 0 };
  for (const [i, operand] of form.operands.entries()) {
    if (i > 0) expectSign(cursor, ',');
    OPERANDS[operand](assembly, cursor, draft);
  }
  expectEnd(cursor);
  return draft;
}

/** Emits what `form` became with its operands. */
export function emit(assembly: Assembly, form: Form, draft: Draft): void {
  const rd = (draft.word >>> 7) & 31;
  switch (form.expansion) {
    case undefined:
      emitOne(assembly, draft);
      break;
    case 'constant':
      emitConstant(assembly, rd, draft.expression!);
      break;
    case 'address':
      emitRelative(assembly, rd, ADDI | (rd << 7) | (rd << 15), 'pcrelLo12i', draft.expression!);
      break;
    case 'load':
      emitRelative(assembly, rd, draft.word | (rd << 15), 'pcrelLo12i', draft.expression!);
      break;
    case 'store': {
      const { scratch } = draft;
      emitRelative(assembly, scratch, draft.word | (scratch << 15), 'pcrelLo12s', draft.expression!);
      break;
    }
    case 'call':
      emitCall(assembly, form, draft, rd);
      break;
    case 'extend':
      // The amount and the registers of the second shift say all about the first.
      emitWord(assembly, SLLI | (draft.word & 0x01ff8f80));
      emitWord(assembly, (draft.word & ~(31 << 15)) | (rd << 15));
      break;
  }
}

function emitOne(assembly: Assembly, { word, fixup }: Draft): void {
  if (fixup?.kind === 'branch') {
    addVariable(assembly, { kind: 'branch', word, target: fixup.expression, where: assembly.location });
    return;
  }
  if (fixup) addFixup(assembly, fixup.kind, fixup.expression);
  emitWord(assembly, word);
}

/** `lui` and `addi`, or one of them where that will do. GNU as keeps the `addi` when the register is x0. */
function emitConstant(assembly: Assembly, rd: number, expression: Expression): void {
  const value = expression.kind === 'number' ? expression.value : 0n;
  const low = BigInt.asIntN(12, value);
  const high = value - low;
  if (high !== 0n) emitWord(assembly, LUI | (rd << 7) | Number(BigInt.asIntN(32, high)));
  const from = high === 0n ? 0 : rd;
  if (low !== 0n || from === 0) emitWord(assembly, ADDI | (rd << 7) | (from << 15) | (Number(low) << 20));
}

/** `auipc base` and then `word`, which takes the low part of the distance. */
function emitRelative(
  assembly: Assembly,
  base: number,
  word: number,
  low: 'pcrelLo12i' | 'pcrelLo12s',
  target: Expression,
): void {
  addFixup(assembly, 'pcrelHi20', target);
  const anchor = here(assembly);
  emitWord(assembly, AUIPC | (base << 7));
  const definition = { kind: 'label', ...anchor, where: assembly.location, final: true } as const;
  const symbol = {
    name: '',
    definition,
    binding: undefined,
    used: assembly.location,
    wanted: 'never' as const,
    resolving: false,
  };
  addFixup(assembly, low, { kind: 'symbol', symbol, at: target.at, depth: 0 });
  emitWord(assembly, word);
}

/** `auipc` and `jalr`: a plain call goes through ra, one that links elsewhere or not at all through t1 or the register named. */
function emitCall(assembly: Assembly, form: Form, draft: Draft, rd: number): void {
  const plain = form.operands.length === 1 && rd !== 0;
  const scratch = form.operands.includes('scratch') ? draft.scratch : plain ? rd : 6;
  addFixup(assembly, 'call', draft.expression!);
  emitWord(assembly, AUIPC | (scratch << 7));
  emitWord(assembly, wordOf('jalr') | (rd << 7) | (scratch << 15));
}

/** Mnemonics of extensions that this machine lacks, and what to say of them. */
const LACKING: readonly (readonly [RegExp, string])[] = [
  [/^c\./, 'a compressed instruction'],
  [
    /^(ld|sd|lwu|addiw|addw|subw|s[lr][la]i?w|negw|sext\.w|mulw|(div|rem)u?w|amo\w+\.d|(lr|sc)\.d)(\.|$)/,
    'an instruction of RV64',
  ],
  [/^f[a-z]+\.[sdqw]|^f(l|s)[wd]$|^f(r|s)(csr|rm|flags)$/, 'a floating-point instruction'],
  [/^v[a-z]+\d*\./, 'a vector instruction'],
];

function unknownInstruction(assembly: Assembly, name: string): Problem {
  for (const [pattern, what] of LACKING) {
    if (pattern.test(name.toLowerCase()))
      return new Problem(`${name} is ${what}, which RV32IMA does not have`, 0);
  }
  const names = [...FORMS.keys(), ...assembly.macros.keys()];
  return new Problem(`there is no instruction or macro ${name}`, 0, nearest(name, names));
}
