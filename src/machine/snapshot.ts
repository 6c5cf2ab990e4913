// Snapshots: a machine's state at an instant. Pages that did not change since the snapshot before are shared with it.
import { assert } from '../base/assert.ts';
import { applyBesideRam, type BesideRam, copyBesideRam } from './beside-ram.ts';
import { noteReplaced } from './compiler/compiled-code.ts';
import { forgetCodePage } from './decode-cache.ts';
import { createMachineState } from './machine-state.ts';
import { addPage, emptyPageSet, PAGE_BYTES, PAGE_SHIFT, type Ram } from './ram.ts';
import type { Machine, MachineConfig } from './state.ts';
import { isZeroPage } from './state-hash.ts';

/** Pages stand in nodes of 16, so that a snapshot copies a short table and a few nodes, whatever the size of RAM. */
const NODE_SHIFT = 4;
const NODE_PAGES = 1 << NODE_SHIFT;

/** A page's bytes, never written again; null is a page of zeros. */
type Page = Uint8Array<ArrayBuffer> | null;
type PageNode = readonly Page[];
type PageTable = readonly PageNode[];

/** The last snapshot or restore. RAM differs from its pages in `ram.unsaved` only; of its registers, the next one shares what is equal. */
export interface SnapshotBase {
  table: PageTable;
  registers: BesideRam | null;
}

/** Immutable. Shares memory with its neighbours; when it is dropped, what only it holds is freed. */
export interface MachineSnapshot {
  readonly config: MachineConfig;
  readonly table: PageTable;
  readonly registers: BesideRam;
}

const EMPTY_NODE: PageNode = Object.freeze(new Array<Page>(NODE_PAGES).fill(null));

/** The pages of a machine with `ramBytes` of zeros. */
export function tableOfZeros(ramBytes: number): PageTable {
  return new Array<PageNode>(Math.ceil((ramBytes >> PAGE_SHIFT) / NODE_PAGES)).fill(EMPTY_NODE);
}

/** What a machine with `ramBytes` of zeros starts from. */
export function createSnapshotBase(ramBytes: number): SnapshotBase {
  return { table: tableOfZeros(ramBytes), registers: null };
}

/** The machine's state now. Costs the pages written since the last snapshot, and a table that is small. */
export function snapshotMachine(machine: Machine): MachineSnapshot {
  const { ram, snapshotBase, config } = machine;
  if (ram.unsaved.count > 0) snapshotBase.table = savePages(ram, snapshotBase.table);
  emptyPageSet(ram, ram.unsaved);
  snapshotBase.registers = copyBesideRam(machine, snapshotBase.registers);
  return { config, table: snapshotBase.table, registers: snapshotBase.registers };
}

/** Everything but RAM as it was: plain data that nothing changes any more. */
export function stateBesideRam({ registers }: MachineSnapshot): BesideRam {
  return registers;
}

function savePages(ram: Ram, old: PageTable): PageTable {
  const table = old.slice();
  for (let n = 0; n < ram.unsaved.count; n++) {
    const page = ram.unsaved.pages[n]!;
    const at = page >> NODE_SHIFT;
    // Still the old table's own node: the first of its pages to change here takes a copy.
    if (table[at] === old[at]) table[at] = old[at]!.slice();
    (table[at] as Page[])[page & (NODE_PAGES - 1)] = isZeroPage(ram, page)
      ? null
      : ram.bytes.slice(page * PAGE_BYTES, (page + 1) * PAGE_BYTES);
  }
  return table;
}

function pageBytes(ram: Ram, page: number): Uint8Array<ArrayBuffer> {
  return ram.bytes.subarray(page * PAGE_BYTES, (page + 1) * PAGE_BYTES);
}

/** The numbers of the pages that two tables of one machine hold different objects for, ascending. */
export function pagesThatDiffer(from: PageTable, to: PageTable): number[] {
  const pages: number[] = [];
  for (let at = 0; at < to.length; at++) {
    if (from[at] === to[at]) continue;
    for (let slot = 0; slot < NODE_PAGES; slot++)
      if (from[at]![slot] !== to[at]![slot]) pages.push(at * NODE_PAGES + slot);
  }
  return pages;
}

/** Puts a machine of the same configuration into the snapshot's state. Costs the pages that differ. */
export function restoreMachine(machine: Machine, snapshot: MachineSnapshot): void {
  const { ram, snapshotBase } = machine;
  assert(ram.size === snapshot.config.ramBytes, 'a snapshot fits a machine with as much RAM');
  const { table, registers } = snapshot;
  for (const page of pagesThatDiffer(snapshotBase.table, table)) addPage(ram.unsaved, page);
  for (let n = 0; n < ram.unsaved.count; n++) restorePage(machine, ram.unsaved.pages[n]!, table);
  emptyPageSet(ram, ram.unsaved);
  snapshotBase.table = table;
  snapshotBase.registers = registers;
  applyBesideRam(machine, registers);
}

/** A page's bytes in a table; null for zeros. */
export function pageIn(table: PageTable, page: number): Page {
  return table[page >> NODE_SHIFT]![page & (NODE_PAGES - 1)]!;
}

function restorePage(machine: Machine, page: number, table: PageTable): void {
  const { ram, code } = machine;
  const bytes = pageIn(table, page);
  if (bytes === null) pageBytes(ram, page).fill(0);
  else pageBytes(ram, page).set(bytes);
  forgetCodePage(ram, code, page);
  noteReplaced(machine, page);
  addPage(ram.unhashed, page);
}

/** Whether a page is zero because nothing was ever put there. */
export function isUntouched({ ram, snapshotBase }: Machine, page: number): boolean {
  return pageIn(snapshotBase.table, page) === null && ram.unsaved.isMember[page] === 0;
}

/** A new machine in the snapshot's state. */
export function machineFromSnapshot(snapshot: MachineSnapshot): Machine {
  const machine = createMachineState(snapshot.config, 0);
  restoreMachine(machine, snapshot);
  return machine;
}
