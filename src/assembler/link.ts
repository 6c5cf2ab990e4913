// The contents of sections written into the image: bytes, padding, branches, and then the addresses in them.

import { noteProblem, Problem, type SourceLocation } from './errors.ts';
import type { Assembly, Expression, Item, Section } from './model.ts';
import { itemsOf, lebBytes } from './relax.ts';
import { apply, finalValueOf, isLow, type Target, writeBranch } from './relocate.ts';
import { startOf } from './values.ts';

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

function attempt({ assembly }: Target, where: SourceLocation | undefined, work: () => void): void {
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
      // An empty item may stand behind the image: alignment moves a section without contents.
      if (!section.flags.empty && item.size > 0)
        bytes.set(data.subarray(item.start, item.start + item.size), start);
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
      writeLeb(target, section, item);
      break;
  }
}

function writeLeb(target: Target, { name, flags }: Section, item: Extract<Item, { kind: 'leb' }>): void {
  const { number } = finalValueOf(target, item.value);
  if (!flags.empty) {
    new Uint8Array(target.view.buffer).set(lebBytes(number, item.signed), item.address - target.base);
  } else if (number !== 0n) throw new Problem(`${name} holds zeros only`, startOf(item.value));
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
