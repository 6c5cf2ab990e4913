// WebAssembly's binary format, as far as compiled code needs it: opcodes by name, numbers, labels, one function in a module.
import { assert } from '../../base/assert.ts';

/** The instructions that the compiler emits (WebAssembly core specification, §5.4). */
const OPCODES = {
  block: 0x02,
  loop: 0x03,
  if: 0x04,
  else: 0x05,
  end: 0x0b,
  br: 0x0c,
  br_if: 0x0d,
  br_table: 0x0e,
  'local.get': 0x20,
  'local.set': 0x21,
  'local.tee': 0x22,
  'i32.load': 0x28,
  'i32.load8_s': 0x2c,
  'i32.load8_u': 0x2d,
  'i32.load16_s': 0x2e,
  'i32.load16_u': 0x2f,
  'i32.store': 0x36,
  'i32.store8': 0x3a,
  'i32.store16': 0x3b,
  'i32.const': 0x41,
  'i64.const': 0x42,
  'i32.eqz': 0x45,
  'i32.eq': 0x46,
  'i32.ne': 0x47,
  'i32.lt_s': 0x48,
  'i32.lt_u': 0x49,
  'i32.gt_u': 0x4b,
  'i32.ge_s': 0x4e,
  'i32.ge_u': 0x4f,
  'i32.add': 0x6a,
  'i32.sub': 0x6b,
  'i32.mul': 0x6c,
  'i32.div_s': 0x6d,
  'i32.div_u': 0x6e,
  'i32.rem_s': 0x6f,
  'i32.rem_u': 0x70,
  'i32.and': 0x71,
  'i32.or': 0x72,
  'i32.xor': 0x73,
  'i32.shl': 0x74,
  'i32.shr_s': 0x75,
  'i32.shr_u': 0x76,
  'i32.rotr': 0x78,
  'i64.mul': 0x7e,
  'i64.shr_u': 0x88,
  'i32.wrap_i64': 0xa7,
  'i64.extend_i32_s': 0xac,
  'i64.extend_i32_u': 0xad,
  select: 0x1b,
} as const;

/** An instruction without immediate operands. */
export type PlainOp = Exclude<
  keyof typeof OPCODES,
  | 'block'
  | 'loop'
  | 'if'
  | 'else'
  | 'end'
  | 'br'
  | 'br_if'
  | 'br_table'
  | `local.${string}`
  | `${string}load${string}`
  | `${string}store${string}`
  | `${string}const`
>;
export type LoadOp = 'i32.load' | 'i32.load8_s' | 'i32.load8_u' | 'i32.load16_s' | 'i32.load16_u';
export type StoreOp = 'i32.store' | 'i32.store8' | 'i32.store16';

const I32 = 0x7f;
const NO_VALUE = 0x40;

/** What an enclosing block, loop or if is known by to the branches inside it. */
export type Label = object | null;

/** A function's code as it grows, and what is open at this place. */
export interface Code {
  bytes: Uint8Array<ArrayBuffer>;
  length: number;
  readonly labels: Label[];
}

export function createCode(): Code {
  return { bytes: new Uint8Array(4096), length: 0, labels: [] };
}

function byte(code: Code, value: number): void {
  if (code.length === code.bytes.length) {
    const larger = new Uint8Array(2 * code.length);
    larger.set(code.bytes);
    code.bytes = larger;
  }
  code.bytes[code.length++] = value;
}

/** An unsigned number below 2^32 in LEB128 (§5.2.2). */
export function unsigned(code: Code, value: number): void {
  let rest = value >>> 0;
  while (rest > 0x7f) {
    byte(code, (rest & 0x7f) | 0x80);
    rest >>>= 7;
  }
  byte(code, rest);
}

/** A signed 32-bit number in LEB128: it ends when sign and last payload bit agree. */
export function signed(code: Code, value: number): void {
  let rest = value | 0;
  while (rest < -64 || rest > 63) {
    byte(code, (rest & 0x7f) | 0x80);
    rest >>= 7;
  }
  byte(code, rest & 0x7f);
}

/** An instruction that takes nothing but the stack. */
export function op(code: Code, name: PlainOp): void {
  byte(code, OPCODES[name]);
}

export function constant(code: Code, value: number): void {
  byte(code, OPCODES['i32.const']);
  signed(code, value);
}

export function constant64(code: Code, value: number): void {
  byte(code, OPCODES['i64.const']);
  signed(code, value);
}

export function get(code: Code, local: number): void {
  byte(code, OPCODES['local.get']);
  unsigned(code, local);
}

export function set(code: Code, local: number): void {
  byte(code, OPCODES['local.set']);
  unsigned(code, local);
}

export function tee(code: Code, local: number): void {
  byte(code, OPCODES['local.tee']);
  unsigned(code, local);
}

/** A load or store at the address on the stack plus `offset`. `shift` promises an address that is a multiple of 2^shift. */
export function access(code: Code, name: LoadOp | StoreOp, shift: number, offset: number): void {
  byte(code, OPCODES[name]);
  unsigned(code, shift);
  unsigned(code, offset);
}

/** Opens a block (branches lead behind its end), a loop (to its beginning), or an if (behind its end). */
export function open(code: Code, kind: 'block' | 'loop' | 'if', label: Label = null, yields = false): void {
  byte(code, OPCODES[kind]);
  byte(code, yields ? I32 : NO_VALUE);
  code.labels.push(label);
}

export function otherwise(code: Code): void {
  byte(code, OPCODES.else);
}

/** Closes what was opened last. */
export function end(code: Code): void {
  assert(code.labels.length > 0, 'something is open');
  code.labels.pop();
  byte(code, OPCODES.end);
}

function depthOf(code: Code, label: object): number {
  const at = code.labels.lastIndexOf(label);
  assert(at >= 0, 'a branch leads to what encloses it');
  return code.labels.length - 1 - at;
}

export function branch(code: Code, label: object): void {
  byte(code, OPCODES.br);
  unsigned(code, depthOf(code, label));
}

/** Branches when the value on the stack is not zero. */
export function branchIf(code: Code, label: object): void {
  byte(code, OPCODES.br_if);
  unsigned(code, depthOf(code, label));
}

/** Branches to the label whose number is on the stack, to the last one when there is none of that number. */
export function branchTable(code: Code, labels: readonly object[]): void {
  byte(code, OPCODES.br_table);
  unsigned(code, labels.length - 1);
  for (const label of labels) unsigned(code, depthOf(code, label));
}

function name(out: Code, text: string): void {
  unsigned(out, text.length);
  for (let i = 0; i < text.length; i++) byte(out, text.charCodeAt(i));
}

function append(out: Code, from: Code): void {
  while (out.bytes.length < out.length + from.length) {
    const larger = new Uint8Array(2 * out.bytes.length);
    larger.set(out.bytes);
    out.bytes = larger;
  }
  out.bytes.set(from.bytes.subarray(0, from.length), out.length);
  out.length += from.length;
}

function section(out: Code, id: number, fill: (content: Code) => void): void {
  const content = createCode();
  fill(content);
  byte(out, id);
  unsigned(out, content.length);
  append(out, content);
}

/** What a module imports and exports, by these names. */
export const MEMORY_MODULE = 'machine';
export const MEMORY_NAME = 'memory';
export const FUNCTION_NAME = 'run';

/**
 * A module with one function `run(i32, i32) -> i32` over an imported memory. `body` is its code without the last `end`; behind
 * the two parameters it has `locals` further i32 locals.
 */
export function encodeModule(body: Code, locals: number): Uint8Array<ArrayBuffer> {
  assert(body.labels.length === 0, 'everything opened is closed');
  const out = createCode();
  for (const value of [0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0]) byte(out, value); // magic, version
  section(out, 1, (types) => {
    for (const value of [1, 0x60, 2, I32, I32, 1, I32]) byte(types, value);
  });
  section(out, 2, (imports) => {
    unsigned(imports, 1);
    name(imports, MEMORY_MODULE);
    name(imports, MEMORY_NAME);
    for (const value of [0x02, 0x00, 0x00]) byte(imports, value); // a memory of any size
  });
  section(out, 3, (functions) => {
    for (const value of [1, 0]) byte(functions, value);
  });
  section(out, 7, (exports) => {
    unsigned(exports, 1);
    name(exports, FUNCTION_NAME);
    for (const value of [0x00, 0]) byte(exports, value);
  });
  section(out, 10, (functions) => {
    unsigned(functions, 1);
    const code = createCode();
    for (const value of [1]) byte(code, value);
    unsigned(code, locals);
    byte(code, I32);
    append(code, body);
    byte(code, OPCODES.end);
    unsigned(functions, code.length);
    append(functions, code);
  });
  return out.bytes.slice(0, out.length);
}
