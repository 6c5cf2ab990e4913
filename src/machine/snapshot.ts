// Snapshots: a machine's state at an instant. Pages that did not change since the snapshot before are shared with it.
import { assert } from '../base/assert.ts';
import { applyBesideRam, type BesideRam, copyBesideRam } from './beside-ram.ts';
import { noteReplaced } from './compiler/compiled-code.ts';
import type { Changes } from './cpu/changes.ts';
import { createMachineState } from './machine-state.ts';
import { forgetCodePage } from './memory/decode-cache.ts';
import { type PageTable, pageIn, pagesThatDiffer, putPage } from './memory/page-table.ts';
import { addPage, emptyPageSet, PAGE_BYTES, type Ram } from './memory/ram.ts';
import { putSavedPage, savePages, squeezePage } from './memory/saved-page.ts';
import type { Machine, MachineConfig } from './state.ts';

/** Immutable. Shares memory with its neighbours; when it is dropped, what only it holds is freed. */
export interface MachineSnapshot {
  readonly config: MachineConfig;
  readonly table: PageTable;
  readonly registers: BesideRam;
  readonly changes: Readonly<Changes>;
}

/** The machine's state now. Costs the pages written since the last snapshot. */
export function snapshotMachine(machine: Machine): MachineSnapshot {
  const { ram, snapshotBase, config, changes } = machine;
  snapshotBase.table = saveUnsaved(ram, snapshotBase.table);
  emptyPageSet(ram, ram.unsaved);
  snapshotBase.registers = copyBesideRam(machine, snapshotBase.registers);
  const { table, registers } = snapshotBase;
  return { config, table, registers, changes: { ...changes } };
}

/** Has a snapshot take less memory, and longer to be restored. What it shares with `next`, a later one of the same run, stays as it is. */
export function squeezeSnapshot({ table }: MachineSnapshot, next: MachineSnapshot): void {
  for (const page of pagesThatDiffer(table, next.table)) {
    const saved = pageIn(table, page);
    if (saved !== null) squeezePage(saved, pageIn(next.table, page));
  }
}

/** Everything but RAM as it was: plain data that nothing changes any more. */
export function stateBesideRam({ registers }: MachineSnapshot): BesideRam {
  return registers;
}

function saveUnsaved(ram: Ram, old: PageTable): PageTable {
  if (ram.unsaved.count === 0) return old;
  const table = { ...old };
  savePages(
    ram,
    ram.unsaved.pages.subarray(0, ram.unsaved.count),
    (page) => pageIn(old, page),
    (page, saved) => putPage(table, old, page, saved),
  );
  return table;
}

/** Puts a machine of the same configuration into the snapshot's state. Costs the pages that differ. */
export function restoreMachine(machine: Machine, snapshot: MachineSnapshot): void {
  const { ram, snapshotBase } = machine;
  assert(ram.size === snapshot.config.ramBytes, 'a snapshot fits a machine with as much RAM');
  const { table, registers } = snapshot;
  for (const page of pagesThatDiffer(snapshotBase.table, table)) addPage(ram.unsaved, page);
  for (let n = 0; n < ram.unsaved.count; n++) restorePage(machine, ram.unsaved.pages[n]!, table);
  emptyPageSet(ram, ram.unsaved);
  ram.isStoredKnown = false;
  snapshotBase.table = table;
  snapshotBase.registers = registers;
  applyBesideRam(machine, registers);
  Object.assign(machine.changes, snapshot.changes);
}

function restorePage(machine: Machine, page: number, table: PageTable): void {
  const { ram, code } = machine;
  const saved = pageIn(table, page);
  putSavedPage(ram.words, page * (PAGE_BYTES / 4), saved);
  forgetCodePage(ram, code, page);
  noteReplaced(machine, page);
  addPage(ram.unhashed, page);
}

/** A new machine in the snapshot's state. */
export function machineFromSnapshot(snapshot: MachineSnapshot): Machine {
  const machine = createMachineState(snapshot.config, 0);
  restoreMachine(machine, snapshot);
  return machine;
}
