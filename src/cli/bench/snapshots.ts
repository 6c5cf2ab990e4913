// What snapshots, restores and state hashes cost, by page, and what many snapshots hold in memory.

import { flatImage, RAM_BASE } from '../../isa/image.ts';
import {
  hashMachine,
  type Machine,
  type MachineSnapshot,
  restoreMachine,
  snapshotMachine,
  writePage,
} from '../../machine/machine.ts';
import { writeNumber } from '../../machine/memory/dma.ts';
import { fresh, type Now } from './speed.ts';

/** How many bytes of memory are held now, garbage not counted. */
export type HeldBytes = () => number;

export interface SnapshotCosts {
  /** Of taking one: of a page in which a word was stored to, and of one that was overwritten from end to end. */
  readonly microsecondsPerDirtyPage: number;
  readonly microsecondsPerRewrittenPage: number;
  readonly microsecondsPerRestoredPage: number;
  readonly microsecondsPerHashedPage: number;
  /** Of snapshots of a machine with 16 MiB that writes to `pagesBetween` pages between two. */
  readonly snapshots: number;
  readonly pagesBetween: number;
  /** By these snapshots; null where nobody can tell. */
  readonly heldBytes: number | null;
  /** Together with the stores to these pages, and the collection of garbage. */
  readonly microsecondsPerSnapshot: number;
}

const PAGE_BYTES = 4096;
const PAGES = 1000;
const ROUNDS = 10;
const PAGES_BETWEEN = 10;

const rounded = (value: number): number => Number(value.toPrecision(4));

/** Has a word in each of `count` pages changed, the first after page `from`, in an order that skips about. */
function dirty(machine: Machine, from: number, count: number, value: number): void {
  const pages = machine.ram.size / PAGE_BYTES;
  for (let n = 0; n < count; n++)
    writeNumber(machine, RAM_BASE + (((from + n) * 61) % pages) * PAGE_BYTES + 4 * (value % 1024), 4, value);
}

/** Has every word of the first `PAGES` pages changed. */
function rewrite(machine: Machine, value: number): void {
  const bytes = new Uint8Array(PAGE_BYTES).fill(value);
  for (let page = 0; page < PAGES; page++) writePage(machine, page, bytes);
}

/** The shortest of several times, in microseconds for each of `PAGES` pages. */
function perPage(now: Now, prepare: (round: number) => void, work: () => void): number {
  let shortest = Number.POSITIVE_INFINITY;
  for (let round = 1; round <= ROUNDS; round++) {
    prepare(round);
    const began = now();
    work();
    shortest = Math.min(shortest, now() - began);
  }
  return rounded((shortest * 1000) / PAGES);
}

/** Measures with `snapshots` snapshots held at once. */
export function measureSnapshots(snapshots: number, now: Now, heldBytes: HeldBytes | null): SnapshotCosts {
  const machine = fresh(flatImage(Uint8Array.of(0x6f, 0, 0, 0)), 'compiler');
  const empty = snapshotMachine(machine);
  const kept: MachineSnapshot[] = [];
  const microsecondsPerDirtyPage = perPage(
    now,
    (round) => dirty(machine, 0, PAGES, round),
    () => kept.push(snapshotMachine(machine)),
  );
  const microsecondsPerRestoredPage = perPage(
    now,
    () => {},
    () => restoreMachine(machine, kept.shift()!),
  );
  const microsecondsPerHashedPage = perPage(
    now,
    (round) => dirty(machine, 0, PAGES, round),
    () => hashMachine(machine),
  );
  const microsecondsPerRewrittenPage = perPage(
    now,
    (round) => rewrite(machine, round),
    () => snapshotMachine(machine),
  );
  restoreMachine(machine, empty);
  const before = heldBytes?.();
  const began = now();
  for (let n = 0; n < snapshots; n++) {
    dirty(machine, PAGES_BETWEEN * n, PAGES_BETWEEN, n + 1);
    kept.push(snapshotMachine(machine));
  }
  const milliseconds = now() - began;
  const after = heldBytes?.();
  return {
    microsecondsPerDirtyPage,
    microsecondsPerRewrittenPage,
    microsecondsPerRestoredPage,
    microsecondsPerHashedPage,
    snapshots: kept.length,
    pagesBetween: PAGES_BETWEEN,
    heldBytes: before === undefined || after === undefined ? null : after - before,
    microsecondsPerSnapshot: rounded((milliseconds * 1000) / snapshots),
  };
}
