// `.insn`: an instruction by its format and fields, or as a plain number of as many bytes as its first bits say.

import { acceptWhole, type Directive, readAbsolute64 } from './data-directives.ts';
import { Problem } from './errors.ts';
import { RAW_FORMS } from './forms.ts';
import { emit, matchForm } from './instruction.ts';
import { emitNumber } from './sections.ts';
import { acceptSign, expectEnd, peek, tokenize } from './tokens.ts';

const COMPRESSED = /^c[abijlrs][ws]?$/i;

/** How many bytes an instruction with these lowest bits has (unprivileged specification, "Expanded Instruction-Length Encoding"). */
function lengthOf(value: bigint): number | undefined {
  const low = Number(value & 0xffffn);
  if ((low & 3) !== 3) return 2;
  if ((low & 0x1c) !== 0x1c) return 4;
  if ((low & 0x3f) === 0x1f) return 6;
  if ((low & 0x7f) === 0x3f) return 8;
  const more = (low >> 12) & 7;
  return more === 7 ? undefined : 10 + 2 * more;
}

export const rawInstruction: Directive = (assembly, text, from) => {
  const cursor = tokenize(text, from);
  const token = peek(cursor);
  const name = token.kind === 'name' ? token.text : '';
  const forms = RAW_FORMS.get(name.toLowerCase());
  if (forms) {
    cursor.next++;
    const { form, draft } = matchForm(assembly, forms, cursor);
    emit(assembly, form, draft);
    return;
  }
  if (COMPRESSED.test(name)) {
    throw new Problem(
      `${name} is a format of compressed instructions, which RV32IMA does not have`,
      token.start,
    );
  }
  let { start } = token;
  let given: bigint | undefined;
  let value = acceptWhole(cursor) ?? readAbsolute64(assembly, cursor);
  if (acceptSign(cursor, ',')) {
    given = value;
    ({ start } = peek(cursor));
    value = acceptWhole(cursor) ?? readAbsolute64(assembly, cursor);
  }
  expectEnd(cursor);
  const length = lengthOf(value);
  if (length === undefined)
    throw new Problem('no instruction begins with these bits: they are reserved', start);
  if (given !== undefined && given !== BigInt(length)) {
    throw new Problem(`by its lowest bits this instruction has ${length} bytes, not ${given}`, start);
  }
  const bits = BigInt(8 * length);
  if (value >= 1n << bits || value < -(1n << (bits - 1n))) {
    throw new Problem(
      `by its lowest bits this instruction has ${length} bytes, which do not hold all of the number`,
      start,
    );
  }
  emitNumber(assembly, value, length);
};
