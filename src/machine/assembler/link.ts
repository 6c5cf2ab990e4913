// Addresses put into code and data: what a static linker does with the relocations of the RISC-V psABI.

import { Problem } from './errors.ts';
import type { Assembly, Expression, Fixup, FixupKind, Item, Place, Section, SymbolEntry } from './model.ts';
import { itemsOf, lebBytes } from './relax.ts';
import { noteProblem } from './statements.ts';
import { undefinedSymbol } from './symbols.ts';
import { CHAIN_MAX, evaluate, locateInMemory, startOf, type Value } from './values.ts';

/** The image while addresses are put into it. */
export interface Target {
  readonly assembly: Assembly;
  readonly base: number;
  readonly view: DataView<ArrayBuffer>;
  /** The distance, or with `lui` the address, that each `%pcrel_hi` stands for, by the address of its instruction. */
  readonly highs: Map<number, number>;
}

/** Copies a section's contents into the image and puts addresses into them. Notes what does not fit. */
export function writeSection(target: Target, section: Section): void {
  const parts = [...section.parts.values()];
  for (const part of parts) {
    for (const item of part.items) {
      attempt(target, 'where' in item ? item.where : undefined, () =>
        writeItem(target, section, item, part.data),
      );
    }
  }
  const fixups = parts.flatMap((part) => part.fixups);
  for (const fixup of fixups)
    if (!isLow(fixup.kind)) attempt(target, fixup.where, () => apply(target, fixup));
  // The low parts need what the high parts, which may stand behind them, have come to.
  for (const fixup of fixups) if (isLow(fixup.kind)) attempt(target, fixup.where, () => apply(target, fixup));
}

/** A section's bytes from its start on, before it has an address: for those without fixups. */
export function renderSection(assembly: Assembly, section: Section): Uint8Array {
  const size = itemsOf(section).reduce((end, item) => Math.max(end, item.address + item.size), 0);
  const view = new DataView(new ArrayBuffer(size));
  writeSection({ assembly, base: 0, view, highs: new Map() }, section);
  return new Uint8Array(view.buffer);
}

const isLow = (kind: FixupKind): boolean => kind === 'pcrelLo12i' || kind === 'pcrelLo12s';

function attempt({ assembly }: Target, where: Place | undefined, work: () => void): void {
  try {
    work();
  } catch (problem) {
    if (!(problem instanceof Problem) || where === undefined) throw problem;
    noteProblem(assembly, problem, where);
  }
}

function writeItem(target: Target, section: Section, item: Item, data: Uint8Array): void {
  const { view, base } = target;
  const start = item.address - base;
  const bytes = new Uint8Array(view.buffer);
  switch (item.kind) {
    case 'bytes':
      if (!section.flags.empty) bytes.set(data.subarray(item.start, item.start + item.size), start);
      break;
    case 'fill':
    case 'space':
      if (item.kind === 'space') requireNumber(target, item.count);
      if (!section.flags.empty) repeatPattern(bytes, start, item.size, item.pattern);
      break;
    case 'origin':
      checkOrigin(target, item);
      if (!section.flags.empty) repeatPattern(bytes, start, item.size, item.pattern);
      break;
    case 'align':
      if (section.flags.empty) break;
      if (item.most === 0) warnOfAlignment(target, item);
      if (item.pattern) alignWith(bytes, start, item.size, item.pattern);
      else writeNops(view, start, item.size);
      break;
    case 'branch':
      writeBranch(target, item);
      break;
    case 'leb':
      bytes.set(lebBytes(finalValueOf(target, item.value).number, item.signed), start);
      break;
  }
}

/** GNU as takes code to lie on whole words as it is, and pads nothing where data has made that untrue. */
function warnOfAlignment(
  { assembly }: Target,
  { address, to, where }: Extract<Item, { kind: 'align' }>,
): void {
  if (address % to === 0) return;
  const message = `code is not padded to ${to} bytes or less, as in GNU as, and ${address % to} bytes are over here; .align 2, 0 pads`;
  assembly.warnings.push({ ...where, message });
}

/** The target is a label here, or the distance from the section's start. */
function checkOrigin(target: Target, item: Extract<Item, { kind: 'origin' }>): void {
  const { number, run } = finalValueOf(target, item.target);
  const start = run === undefined ? itemsOf(item.section)[0]!.address : 0;
  if (Number(number) + start !== item.address + item.size) {
    throw new Problem('.org leads backwards, or out of this section', startOf(item.target));
  }
}

function requireNumber(target: Target, expression: Expression): void {
  const { run, number } = finalValueOf(target, expression);
  if (run !== undefined) throw new Problem('the count is an address', startOf(expression));
  if (number < 0n) throw new Problem(`the count ${number} is negative`, startOf(expression));
}

function alignWith(bytes: Uint8Array, start: number, size: number, pattern: Uint8Array): void {
  if (size % pattern.length !== 0) {
    throw new Problem(`${size} bytes of padding are no whole number of patterns of ${pattern.length}`);
  }
  repeatPattern(bytes, start, size, pattern);
}

function repeatPattern(bytes: Uint8Array, start: number, size: number, pattern: Uint8Array): void {
  if (pattern.length === 1) bytes.fill(pattern[0]!, start, start + size);
  else for (let i = 0; i < size; i++) bytes[start + i] = pattern[i % pattern.length]!;
}

/** As GNU as pads code: a zero byte to an even address, a compressed nop to a whole word, then nops. */
function writeNops(view: DataView, start: number, size: number): void {
  let at = start + (size & 1);
  if (size & 2) {
    view.setUint16(at, 1, true);
    at += 2;
  }
  for (; at < start + size; at += 4) view.setUint32(at, 0x13, true);
}

/** The value of an expression in the finished program. Throws for a symbol that is defined nowhere. */
export function finalValueOf(target: Target, expression: Expression): Value {
  const value = evaluate(expression, locateInMemory);
  if (value) return value;
  const symbol = missingSymbol(expression);
  if (symbol === undefined) throw new Problem('this expression has no value', startOf(expression));
  const { message, suggestion } = undefinedSymbol(target.assembly, symbol);
  throw new Problem(message, startOf(expression), suggestion);
}

/** The first symbol in an expression that is defined nowhere. */
function missingSymbol(expression: Expression, chain = 0): SymbolEntry | undefined {
  switch (expression.kind) {
    case 'number':
      return undefined;
    case 'symbol': {
      const { definition, binding } = expression.symbol;
      if (definition === undefined) return binding === 'weak' ? undefined : expression.symbol;
      if (definition.kind !== 'expression' || chain > CHAIN_MAX) return undefined;
      return missingSymbol(definition.expression, chain + 1);
    }
    case 'unary':
      return missingSymbol(expression.operand, chain);
    case 'binary':
      return missingSymbol(expression.left, chain) ?? missingSymbol(expression.right, chain);
  }
}

/** Notes the symbols that are used and defined nowhere, for a source that has other errors and so is not linked. */
export function noteUndefined(assembly: Assembly): void {
  for (const section of assembly.sections.values()) {
    if (!section.flags.allocated) continue;
    for (const { fixups, items } of section.parts.values()) {
      const uses = items.flatMap((item) =>
        item.kind === 'branch' ? { expression: item.target, where: item.where } : [],
      );
      for (const { expression, where } of [...fixups, ...uses]) {
        const symbol = missingSymbol(expression);
        if (symbol === undefined) continue;
        const { message, suggestion } = undefinedSymbol(assembly, symbol);
        noteProblem(assembly, new Problem(message, startOf(expression), suggestion), where);
      }
    }
  }
}

const low12 = (value: number): number => (value << 20) >> 20;
const high20 = (value: number): number => (value + 0x800) & 0xfffff000;

function addressOf(target: Target, expression: Expression): number {
  return Number(BigInt.asUintN(32, finalValueOf(target, expression).number));
}

function apply(target: Target, { kind, item, offset, expression }: Fixup): void {
  const { view, base } = target;
  const pc = item.address + offset;
  const at = pc - base;
  const or = (position: number, bits: number): void => {
    view.setUint32(position, view.getUint32(position, true) | bits, true);
  };
  switch (kind) {
    case 'data1':
    case 'data2':
    case 'data4':
    case 'data8':
      writeData(target, at, Number(kind.slice(4)), expression);
      break;
    case 'hi20':
      or(at, high20(addressOf(target, expression)));
      break;
    case 'lo12i':
      or(at, low12(addressOf(target, expression)) << 20);
      break;
    case 'lo12s':
      or(at, placeS(low12(addressOf(target, expression))));
      break;
    case 'pcrelHi20':
      writeRelativeHigh(target, pc, expression);
      break;
    case 'pcrelLo12i':
      or(at, low12(highAt(target, expression)) << 20);
      break;
    case 'pcrelLo12s':
      or(at, placeS(low12(highAt(target, expression))));
      break;
    case 'call': {
      if (isMissingWeak(expression)) {
        // Address 0 is reached from x0, as GNU ld has it.
        view.setUint32(at + 4, view.getUint32(at + 4, true) & ~(31 << 15), true);
        break;
      }
      const distance = (addressOf(target, expression) - pc) | 0;
      or(at, high20(distance));
      or(at + 4, low12(distance) << 20);
      break;
    }
    case 'jal':
      or(at, placeJ(distanceTo(target, expression, pc, 1 << 20)));
      break;
    case 'branch':
      break;
  }
}

function isMissingWeak(expression: Expression): boolean {
  if (expression.kind !== 'symbol') return false;
  const { binding, definition } = expression.symbol;
  return binding === 'weak' && definition?.kind === 'number' && definition.missing === true;
}

function writeData({ view, ...target }: Target, at: number, size: number, expression: Expression): void {
  const { number, run } = finalValueOf({ view, ...target }, expression);
  if (run !== undefined && size < 4)
    throw new Problem(`an address does not fit into ${size} bytes`, startOf(expression));
  for (let i = 0; i < size; i++) view.setUint8(at + i, Number((number >> BigInt(8 * i)) & 0xffn));
}

/** `auipc` with the distance's upper part; `lui` with the address's, as GNU ld has it, where that distance is too far. */
function writeRelativeHigh(target: Target, pc: number, expression: Expression): void {
  const { view, base, highs } = target;
  // Whatever is wrong with the symbol is said once, and not of the low part too.
  highs.set(pc, 0);
  const address = addressOf(target, expression);
  const distance = address - pc;
  const word = view.getUint32(pc - base, true);
  const reaches =
    Math.floor((distance + 0x800) / 0x1000) * 0x1000 >= -0x80000000 && distance + 0x800 < 0x80000000;
  const absolute = !reaches && address + 0x800 < 0x80000000;
  const value = absolute ? address : distance | 0;
  highs.set(pc, value);
  view.setUint32(pc - base, (absolute ? (word & ~0x7f) | 0x37 : word) | high20(value), true);
}

function highAt(target: Target, expression: Expression): number {
  const address = addressOf(target, expression);
  const high = target.highs.get(address);
  if (high === undefined) {
    throw new Problem(
      '%pcrel_lo takes the label of the auipc whose %pcrel_hi it completes',
      startOf(expression),
    );
  }
  return high;
}

function distanceTo(target: Target, expression: Expression, pc: number, reach: number): number {
  const distance = (addressOf(target, expression) - pc) | 0;
  if (distance & 1) throw new Problem('the target is at an odd address', startOf(expression));
  if (distance < -reach || distance >= reach) {
    throw new Problem(
      `the target is ${distance} bytes away, and a jump reaches ${reach}`,
      startOf(expression),
    );
  }
  return distance;
}

/** A branch, or where that does not reach, its inverse over a jump. */
function writeBranch(target: Target, item: Extract<Item, { kind: 'branch' }>): void {
  const { view, base } = target;
  const at = item.address - base;
  if (item.size === 4) {
    view.setUint32(at, item.word | placeB(distanceTo(target, item.target, item.address, 4096)), true);
    return;
  }
  view.setUint32(at, (item.word ^ 0x1000) | placeB(8), true);
  view.setUint32(at + 4, 0x6f | placeJ(distanceTo(target, item.target, item.address + 4, 1 << 20)), true);
}

function placeS(value: number): number {
  return ((value & 0xfe0) << 20) | ((value & 31) << 7);
}

function placeB(value: number): number {
  return ((value & 0x1000) << 19) | ((value & 0x7e0) << 20) | ((value & 0x1e) << 7) | ((value & 0x800) >> 4);
}

function placeJ(value: number): number {
  return ((value & 0x100000) << 11) | ((value & 0x7fe) << 20) | ((value & 0x800) << 9) | (value & 0xff000);
}
