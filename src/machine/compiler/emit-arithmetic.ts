// Arithmetic in WebAssembly: what each instruction does that only reads and writes registers.
import { immediateI, immediateU, rdOf, rs1Of, rs2Of, shiftAmountOf } from '../../isa/fields.ts';
import { INSTRUCTIONS, OP } from '../../isa/instructions.ts';
import { type Emitter, popRegister, pushRegister } from './emitter.ts';
import { type Code, constant, constant64, end, op, open, otherwise, type PlainOp } from './wasm.ts';

/** Instructions that WebAssembly has as they are; with an immediate or a shift amount for rs2 too. */
const SAME: Readonly<Record<number, PlainOp>> = {
  [OP.ADDI]: 'i32.add',
  [OP.SLTI]: 'i32.lt_s',
  [OP.SLTIU]: 'i32.lt_u',
  [OP.XORI]: 'i32.xor',
  [OP.ORI]: 'i32.or',
  [OP.ANDI]: 'i32.and',
  [OP.SLLI]: 'i32.shl',
  [OP.SRLI]: 'i32.shr_u',
  [OP.SRAI]: 'i32.shr_s',
  [OP.ADD]: 'i32.add',
  [OP.SUB]: 'i32.sub',
  [OP.SLL]: 'i32.shl',
  [OP.SLT]: 'i32.lt_s',
  [OP.SLTU]: 'i32.lt_u',
  [OP.XOR]: 'i32.xor',
  [OP.SRL]: 'i32.shr_u',
  [OP.SRA]: 'i32.shr_s',
  [OP.OR]: 'i32.or',
  [OP.AND]: 'i32.and',
  [OP.MUL]: 'i32.mul',
};

/** Emits an instruction of the formats U, I, shift and R at address `pc`. */
export function emitArithmetic(e: Emitter, word: number, opcode: number, pc: number): void {
  const rd = rdOf(word);
  if (rd === 0) return;
  const { format } = INSTRUCTIONS[opcode]!;
  if (format === 'U') constant(e.code, immediateU(word) + (opcode === OP.AUIPC ? pc : 0));
  else if (SAME[opcode] === undefined) emitMultiplyOrDivide(e, opcode, rs1Of(word), rs2Of(word));
  else {
    pushRegister(e, rs1Of(word));
    if (format === 'R') pushRegister(e, rs2Of(word));
    else constant(e.code, format === 'shift' ? shiftAmountOf(word) : immediateI(word));
    op(e.code, SAME[opcode]);
  }
  popRegister(e, rd);
}

/** How the operands of the instructions that give the product's upper half are made 64 bits long. */
const UPPER_PRODUCTS: Readonly<Record<number, [PlainOp, PlainOp]>> = {
  [OP.MULH]: ['i64.extend_i32_s', 'i64.extend_i32_s'],
  [OP.MULHSU]: ['i64.extend_i32_s', 'i64.extend_i32_u'],
  [OP.MULHU]: ['i64.extend_i32_u', 'i64.extend_i32_u'],
};

function emitMultiplyOrDivide(e: Emitter, opcode: number, a: number, b: number): void {
  const extend = UPPER_PRODUCTS[opcode];
  if (extend !== undefined) emitUpperProduct(e, a, b, extend);
  else if (opcode === OP.DIV || opcode === OP.DIVU) emitQuotient(e, opcode, a, b);
  else emitRemainder(e, opcode, a, b);
}

function emitBinary(e: Emitter, a: number, b: number, name: PlainOp): void {
  pushRegister(e, a);
  pushRegister(e, b);
  op(e.code, name);
}

function emitUpperProduct(e: Emitter, a: number, b: number, extend: [PlainOp, PlainOp]): void {
  pushRegister(e, a);
  op(e.code, extend[0]);
  pushRegister(e, b);
  op(e.code, extend[1]);
  op(e.code, 'i64.mul');
  constant64(e.code, 32);
  op(e.code, 'i64.shr_u');
  op(e.code, 'i32.wrap_i64');
}

function emitChoice(code: Code, whenTrue: () => void, whenFalse: () => void): void {
  open(code, 'if', null, true);
  whenTrue();
  otherwise(code);
  whenFalse();
  end(code);
}

/** Divisions by zero trap in WebAssembly, and give all ones in RISC-V (§M). */
function emitQuotient(e: Emitter, opcode: number, a: number, b: number): void {
  pushRegister(e, b);
  emitChoice(
    e.code,
    () => {
      if (opcode === OP.DIV) emitSignedQuotient(e, a, b);
      else emitBinary(e, a, b, 'i32.div_u');
    },
    () => constant(e.code, -1),
  );
}

/** The quotient by -1 is the negation, which wraps where WebAssembly's division traps. */
function emitSignedQuotient(e: Emitter, a: number, b: number): void {
  pushRegister(e, b);
  constant(e.code, -1);
  op(e.code, 'i32.eq');
  emitChoice(
    e.code,
    () => {
      constant(e.code, 0);
      pushRegister(e, a);
      op(e.code, 'i32.sub');
    },
    () => emitBinary(e, a, b, 'i32.div_s'),
  );
}

/** The remainder by zero is the dividend; that of -2^31 by -1 is 0 in WebAssembly too. */
function emitRemainder(e: Emitter, opcode: number, a: number, b: number): void {
  pushRegister(e, b);
  emitChoice(
    e.code,
    () => emitBinary(e, a, b, opcode === OP.REM ? 'i32.rem_s' : 'i32.rem_u'),
    () => pushRegister(e, a),
  );
}
