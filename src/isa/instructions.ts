// The instructions of the hart, RV32IMA with Zicsr, Zifencei and the privileged ones: a row each, and the decoder.

/** How an instruction's fields lie in the word, and with that which operands it is written with. */
export type Format =
  | 'R' // rd, rs1, rs2
  | 'I' // rd, rs1, imm
  | 'shift' // rd, rs1, shift amount
  | 'load' // rd, imm(rs1)
  | 'jalr' // rd, imm(rs1)
  | 'S' // rs2, imm(rs1)
  | 'B' // rs1, rs2, target
  | 'U' // rd, imm
  | 'J' // rd, target
  | 'fence' // predecessor, successor
  | 'csr' // rd, csr, rs1
  | 'csri' // rd, csr, imm
  | 'lr' // rd, (rs1)
  | 'amo' // rd, rs2, (rs1)
  | 'none';

/** The extension of the unprivileged specification, or `priv` for the privileged one. */
export type Extension = 'I' | 'M' | 'A' | 'Zicsr' | 'Zifencei' | 'priv';

/** A word is this instruction when `(word & mask) === match`, all three taken as signed 32-bit numbers. */
export interface Instruction {
  readonly name: string;
  readonly mask: number;
  readonly match: number;
  readonly format: Format;
  readonly extension: Extension;
}

const row = (name: string, mask: number, match: number, format: Format, extension: Extension): Instruction =>
  Object.freeze({ name, mask: mask | 0, match: match | 0, format, extension });

/** Every instruction once. A row's index is its opcode number: `OP` below gives the numbers names. */
export const INSTRUCTIONS: readonly Instruction[] = Object.freeze([
  row('lui', 0x7f, 0x37, 'U', 'I'),
  row('auipc', 0x7f, 0x17, 'U', 'I'),
  row('jal', 0x7f, 0x6f, 'J', 'I'),
  row('jalr', 0x707f, 0x67, 'jalr', 'I'),
  row('beq', 0x707f, 0x63, 'B', 'I'),
  row('bne', 0x707f, 0x1063, 'B', 'I'),
  row('blt', 0x707f, 0x4063, 'B', 'I'),
  row('bge', 0x707f, 0x5063, 'B', 'I'),
  row('bltu', 0x707f, 0x6063, 'B', 'I'),
  row('bgeu', 0x707f, 0x7063, 'B', 'I'),
  row('lb', 0x707f, 0x03, 'load', 'I'),
  row('lh', 0x707f, 0x1003, 'load', 'I'),
  row('lw', 0x707f, 0x2003, 'load', 'I'),
  row('lbu', 0x707f, 0x4003, 'load', 'I'),
  row('lhu', 0x707f, 0x5003, 'load', 'I'),
  row('sb', 0x707f, 0x23, 'S', 'I'),
  row('sh', 0x707f, 0x1023, 'S', 'I'),
  row('sw', 0x707f, 0x2023, 'S', 'I'),
  row('addi', 0x707f, 0x13, 'I', 'I'),
  row('slti', 0x707f, 0x2013, 'I', 'I'),
  row('sltiu', 0x707f, 0x3013, 'I', 'I'),
  row('xori', 0x707f, 0x4013, 'I', 'I'),
  row('ori', 0x707f, 0x6013, 'I', 'I'),
  row('andi', 0x707f, 0x7013, 'I', 'I'),
  row('slli', 0xfe00707f, 0x1013, 'shift', 'I'),
  row('srli', 0xfe00707f, 0x5013, 'shift', 'I'),
  row('srai', 0xfe00707f, 0x40005013, 'shift', 'I'),
  row('add', 0xfe00707f, 0x33, 'R', 'I'),
  row('sub', 0xfe00707f, 0x40000033, 'R', 'I'),
  row('sll', 0xfe00707f, 0x1033, 'R', 'I'),
  row('slt', 0xfe00707f, 0x2033, 'R', 'I'),
  row('sltu', 0xfe00707f, 0x3033, 'R', 'I'),
  row('xor', 0xfe00707f, 0x4033, 'R', 'I'),
  row('srl', 0xfe00707f, 0x5033, 'R', 'I'),
  row('sra', 0xfe00707f, 0x40005033, 'R', 'I'),
  row('or', 0xfe00707f, 0x6033, 'R', 'I'),
  row('and', 0xfe00707f, 0x7033, 'R', 'I'),
  // The fields that a fence does not use are reserved for finer fences and are ignored (§2.7, §6).
  row('fence', 0x707f, 0x0f, 'fence', 'I'),
  row('ecall', 0xffffffff, 0x73, 'none', 'I'),
  row('ebreak', 0xffffffff, 0x100073, 'none', 'I'),
  row('mul', 0xfe00707f, 0x2000033, 'R', 'M'),
  row('mulh', 0xfe00707f, 0x2001033, 'R', 'M'),
  row('mulhsu', 0xfe00707f, 0x2002033, 'R', 'M'),
  row('mulhu', 0xfe00707f, 0x2003033, 'R', 'M'),
  row('div', 0xfe00707f, 0x2004033, 'R', 'M'),
  row('divu', 0xfe00707f, 0x2005033, 'R', 'M'),
  row('rem', 0xfe00707f, 0x2006033, 'R', 'M'),
  row('remu', 0xfe00707f, 0x2007033, 'R', 'M'),
  row('lr.w', 0xf9f0707f, 0x1000202f, 'lr', 'A'),
  row('sc.w', 0xf800707f, 0x1800202f, 'amo', 'A'),
  row('amoswap.w', 0xf800707f, 0x0800202f, 'amo', 'A'),
  row('amoadd.w', 0xf800707f, 0x0000202f, 'amo', 'A'),
  row('amoxor.w', 0xf800707f, 0x2000202f, 'amo', 'A'),
  row('amoand.w', 0xf800707f, 0x6000202f, 'amo', 'A'),
  row('amoor.w', 0xf800707f, 0x4000202f, 'amo', 'A'),
  row('amomin.w', 0xf800707f, 0x8000202f, 'amo', 'A'),
  row('amomax.w', 0xf800707f, 0xa000202f, 'amo', 'A'),
  row('amominu.w', 0xf800707f, 0xc000202f, 'amo', 'A'),
  row('amomaxu.w', 0xf800707f, 0xe000202f, 'amo', 'A'),
  row('fence.i', 0x707f, 0x100f, 'none', 'Zifencei'),
  row('csrrw', 0x707f, 0x1073, 'csr', 'Zicsr'),
  row('csrrs', 0x707f, 0x2073, 'csr', 'Zicsr'),
  row('csrrc', 0x707f, 0x3073, 'csr', 'Zicsr'),
  row('csrrwi', 0x707f, 0x5073, 'csri', 'Zicsr'),
  row('csrrsi', 0x707f, 0x6073, 'csri', 'Zicsr'),
  row('csrrci', 0x707f, 0x7073, 'csri', 'Zicsr'),
  row('mret', 0xffffffff, 0x30200073, 'none', 'priv'),
  row('wfi', 0xffffffff, 0x10500073, 'none', 'priv'),
]);

/** The opcode numbers by name. A test holds that `INSTRUCTIONS[OP.X]` is X. */
export const OP = Object.freeze({
  LUI: 0,
  AUIPC: 1,
  JAL: 2,
  JALR: 3,
  BEQ: 4,
  BNE: 5,
  BLT: 6,
  BGE: 7,
  BLTU: 8,
  BGEU: 9,
  LB: 10,
  LH: 11,
  LW: 12,
  LBU: 13,
  LHU: 14,
  SB: 15,
  SH: 16,
  SW: 17,
  ADDI: 18,
  SLTI: 19,
  SLTIU: 20,
  XORI: 21,
  ORI: 22,
  ANDI: 23,
  SLLI: 24,
  SRLI: 25,
  SRAI: 26,
  ADD: 27,
  SUB: 28,
  SLL: 29,
  SLT: 30,
  SLTU: 31,
  XOR: 32,
  SRL: 33,
  SRA: 34,
  OR: 35,
  AND: 36,
  FENCE: 37,
  ECALL: 38,
  EBREAK: 39,
  MUL: 40,
  MULH: 41,
  MULHSU: 42,
  MULHU: 43,
  DIV: 44,
  DIVU: 45,
  REM: 46,
  REMU: 47,
  LR_W: 48,
  SC_W: 49,
  AMOSWAP_W: 50,
  AMOADD_W: 51,
  AMOXOR_W: 52,
  AMOAND_W: 53,
  AMOOR_W: 54,
  AMOMIN_W: 55,
  AMOMAX_W: 56,
  AMOMINU_W: 57,
  AMOMAXU_W: 58,
  FENCE_I: 59,
  CSRRW: 60,
  CSRRS: 61,
  CSRRC: 62,
  CSRRWI: 63,
  CSRRSI: 64,
  CSRRCI: 65,
  MRET: 66,
  WFI: 67,
} as const);

/** The opcode number of an instruction. */
export type Opcode = (typeof OP)[keyof typeof OP];

/** Rows by major opcode (word bits 2 to 6) and funct3 (bits 12 to 14): at most eleven share a bucket. */
const BUCKETS: readonly (readonly number[])[] = Array.from({ length: 256 }, (_, key) => {
  const fixed = ((key >> 3) << 2) | 3 | ((key & 7) << 12);
  return INSTRUCTIONS.flatMap(({ mask, match }, opcode) =>
    ((fixed ^ match) & mask & 0x707f) === 0 ? [opcode] : [],
  );
});

/** The opcode number of a 32-bit instruction word, or -1 when this hart has no such instruction. */
export function decode(word: number): number {
  if ((word & 3) !== 3) return -1;
  const bucket = BUCKETS[((word & 0x7c) << 1) | ((word >>> 12) & 7)]!;
  for (const opcode of bucket) {
    const { mask, match } = INSTRUCTIONS[opcode]!;
    if ((word & mask) === match) return opcode;
  }
  return -1;
}
