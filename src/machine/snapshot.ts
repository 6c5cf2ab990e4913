// Snapshots: a machine's state at an instant. Pages that did not change since the snapshot before are shared with it.
import { assert } from '../base/assert.ts';
import { noteReplaced } from './compiler/compiled-code.ts';
import type { Ending } from './cpu.ts';
import { forgetCodePage } from './decode-cache.ts';
import { createMachineState, watchTohost } from './machine-state.ts';
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
  registers: Registers | null;
}

/** Immutable. Shares memory with its neighbours; when it is dropped, what only it holds is freed. */
export interface MachineSnapshot {
  readonly config: MachineConfig;
  readonly tohost: number;
  readonly table: PageTable;
  readonly registers: Registers;
  readonly ending: Ending;
}

/** Everything but RAM, as plain data. */
type Registers = Pick<Machine, 'cpu' | 'otherHarts' | 'clint' | 'plic' | 'uart' | 'net' | 'disk'>;

function registersOf({ cpu, otherHarts, clint, plic, uart, net, disk }: Machine): Registers {
  return { cpu, otherHarts, clint, plic, uart, net, disk };
}

const EMPTY_NODE: PageNode = Object.freeze(new Array<Page>(NODE_PAGES).fill(null));

/** What a machine with `ramBytes` of zeros starts from. */
export function createSnapshotBase(ramBytes: number): SnapshotBase {
  const nodes = Math.ceil((ramBytes >> PAGE_SHIFT) / NODE_PAGES);
  return { table: new Array<PageNode>(nodes).fill(EMPTY_NODE), registers: null };
}

/** The machine's state now. Costs the pages written since the last snapshot, and a table that is small. */
export function snapshotMachine(machine: Machine): MachineSnapshot {
  const { ram, snapshotBase, config, tohost, ending } = machine;
  if (ram.unsaved.count > 0) snapshotBase.table = savePages(ram, snapshotBase.table);
  emptyPageSet(ram, ram.unsaved);
  const registers = copyPlain(registersOf(machine), snapshotBase.registers);
  snapshotBase.registers = registers;
  return { config, tohost, table: snapshotBase.table, registers, ending };
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

/** Puts a machine of the same configuration into the snapshot's state. Costs the pages that differ. */
export function restoreMachine(machine: Machine, snapshot: MachineSnapshot): void {
  const { ram, snapshotBase } = machine;
  assert(ram.size === snapshot.config.ramBytes, 'a snapshot fits a machine with as much RAM');
  const from = snapshotBase.table;
  const to = snapshot.table;
  for (let at = 0; at < to.length; at++) {
    if (from[at] === to[at]) continue;
    for (let slot = 0; slot < NODE_PAGES; slot++)
      if (from[at]![slot] !== to[at]![slot]) addPage(ram.unsaved, at * NODE_PAGES + slot);
  }
  for (let n = 0; n < ram.unsaved.count; n++) restorePage(machine, ram.unsaved.pages[n]!, to);
  emptyPageSet(ram, ram.unsaved);
  snapshotBase.table = to;
  snapshotBase.registers = snapshot.registers;
  restorePlain(registersOf(machine), snapshot.registers);
  machine.ending = snapshot.ending;
  machine.firstTrap = null;
  watchTohost(machine, snapshot.tohost);
}

function restorePage(machine: Machine, page: number, table: PageTable): void {
  const { ram, code } = machine;
  const bytes = table[page >> NODE_SHIFT]![page & (NODE_PAGES - 1)]!;
  if (bytes === null) pageBytes(ram, page).fill(0);
  else pageBytes(ram, page).set(bytes);
  forgetCodePage(ram, code, page);
  noteReplaced(machine, page);
  addPage(ram.unhashed, page);
}

/** Whether a page is zero because nothing was ever put there. */
export function isUntouched({ ram, snapshotBase }: Machine, page: number): boolean {
  const saved = snapshotBase.table[page >> NODE_SHIFT]![page & (NODE_PAGES - 1)]!;
  return saved === null && ram.unsaved.isMember[page] === 0;
}

/** A new machine in the snapshot's state. */
export function machineFromSnapshot(snapshot: MachineSnapshot): Machine {
  const machine = createMachineState(snapshot.config, 0);
  restoreMachine(machine, snapshot);
  return machine;
}

/** An immutable copy, or `known`, an earlier one, where that is equal: most of a machine does not change from one snapshot to the next. */
function copyPlain<T>(value: T, known: unknown): T {
  if (typeof value !== 'object' || value === null) return value;
  if (ArrayBuffer.isView(value)) {
    const elements = value as unknown as Uint8Array;
    return (equalElements(elements, known) ? known : elements.slice()) as T;
  }
  const before = (known ?? {}) as Record<string, unknown>;
  const copy = (Array.isArray(value) ? [...value] : { ...value }) as Record<string, unknown>;
  const fields = Object.keys(copy);
  let same = known !== null && known !== undefined && Object.keys(known).length === fields.length;
  for (const field of fields) {
    copy[field] = copyPlain(copy[field], before[field]);
    if (copy[field] !== before[field]) same = false;
  }
  return (same ? known : copy) as T;
}

function equalElements(a: ArrayLike<number>, b: unknown): boolean {
  if (!ArrayBuffer.isView(b)) return false;
  const other = b as unknown as Uint8Array;
  for (let i = 0; i < a.length; i++) if (a[i] !== other[i]) return false;
  return true;
}

/** Gives `target`, of the same shape, the values of `source`. Typed arrays and records stay the same objects. */
function restorePlain(target: object, source: object): void {
  const fields = target as Record<string, unknown>;
  for (const [field, value] of Object.entries(source)) {
    if (ArrayBuffer.isView(value)) (fields[field] as Uint8Array).set(value as Uint8Array);
    else if (typeof value === 'object' && !Array.isArray(value)) restorePlain(fields[field] as object, value);
    else fields[field] = copyPlain(value, undefined);
  }
}
