// Addresses put into code and data: what a static linker does with the relocations of the RISC-V psABI.

import { noteProblem, Problem } from './errors.ts';
import type { Assembly, Expression, Fixup, FixupKind, Item, SymbolEntry } from './model.ts';
import { isWeak, undefinedSymbol } from './symbols.ts';
import { CHAIN_MAX, evaluate, locateInMemory, startOf, stepsOf, type Value } from './values.ts';

/** The image while addresses are put into it. */
export interface Target {
  readonly assembly: Assembly;
  readonly base: number;
  readonly view: DataView<ArrayBuffer>;
  /** The distance that each `%pcrel_hi` stands for, by the address of its instruction. */
  readonly highs: Map<number, number>;
}

export const isLow = (kind: FixupKind): boolean => kind === 'pcrelLo12i' || kind === 'pcrelLo12s';

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
function missingSymbol(
  expression: Expression,
  chain = 0,
  seen: Set<SymbolEntry> = new Set(),
): SymbolEntry | undefined {
  switch (expression.kind) {
    case 'number':
      return undefined;
    case 'symbol': {
      const { definition } = expression.symbol;
      if (definition === undefined) return isWeak(expression.symbol) ? undefined : expression.symbol;
      if (definition.kind !== 'expression' || chain > CHAIN_MAX || seen.has(expression.symbol))
        return undefined;
      seen.add(expression.symbol);
      return missingSymbol(definition.expression, chain + stepsOf(definition.expression), seen);
    }
    case 'unary':
      return missingSymbol(expression.operand, chain, seen);
    case 'binary':
      return missingSymbol(expression.left, chain, seen) ?? missingSymbol(expression.right, chain, seen);
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

export function apply(target: Target, { kind, item, offset, expression }: Fixup): void {
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
  const { definition } = expression.symbol;
  return definition?.kind === 'number' && definition.is === 'missing';
}

function writeData({ view, ...target }: Target, at: number, size: number, expression: Expression): void {
  const { number, run } = finalValueOf({ view, ...target }, expression);
  if (run !== undefined && size < 4)
    throw new Problem(`an address does not fit into ${size} bytes`, startOf(expression));
  for (let i = 0; i < size; i++) view.setUint8(at + i, Number((number >> BigInt(8 * i)) & 0xffn));
}

/** `auipc` with the upper part of the distance, which wraps at 32 bits: every address is reached from every other. */
function writeRelativeHigh(target: Target, pc: number, expression: Expression): void {
  const { view, base, highs } = target;
  // Whatever is wrong with the symbol is said once, and not of the low part too.
  highs.set(pc, 0);
  const distance = (addressOf(target, expression) - pc) | 0;
  highs.set(pc, distance);
  view.setUint32(pc - base, view.getUint32(pc - base, true) | high20(distance), true);
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
export function writeBranch(target: Target, item: Extract<Item, { kind: 'branch' }>): void {
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
