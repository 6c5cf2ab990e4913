// Somebody wants to know who stores to some bytes of RAM: their lines are marked, and a store to a marked line finds this out.
import type { Injection } from '../boundary.ts';
import type { Machine } from '../state.ts';
import { isRam, LINE_BYTES, LINE_SHIFT, MARK_STORES, RAM_BASE } from './ram.ts';

/** What stored: an instruction; a device that an instruction has notified; a device at an injection; or nothing in the machine. */
export type StoredBy = 'instruction' | 'notification' | Injection['kind'] | 'outside';

/** A store to watched bytes, whether or not it changed them. */
export interface NoticedStore {
  readonly by: StoredBy;
  /** Of the first hart: how many it had retired before. An instruction that stores retires as the next. */
  readonly instructions: number;
  /** The instruction of the hart `hart` that stores, or is next. */
  readonly pc: number;
  readonly hart: number;
  /** All that it stored, watched or not. */
  readonly address: number;
  readonly length: number;
}

/** No part of the machine's state: like a cache it changes nothing that the program can tell. */
export interface StoreWatch {
  readonly address: number;
  readonly length: number;
  readonly notice: (store: NoticedStore) => void;
  /** What goes on while no instruction itself stores. */
  by: StoredBy;
}

/**
 * From now on `notice` hears of every store to these bytes of RAM, before anything else happens, on either engine; of one
 * range at a time. Only stores to these lines become slower.
 */
export function watchStores(
  machine: Machine,
  address: number,
  length: number,
  notice: StoreWatch['notice'],
): void {
  unwatchStores(machine);
  machine.watched = { address, length, notice, by: 'outside' };
  mark(machine, address, length, (mark) => mark | MARK_STORES);
}

/** Nobody watches any more. */
export function unwatchStores(machine: Machine): void {
  const { watched } = machine;
  machine.watched = null;
  if (watched !== null) mark(machine, watched.address, watched.length, (mark) => mark & ~MARK_STORES);
}

function mark({ ram }: Machine, address: number, length: number, change: (mark: number) => number): void {
  const first = Math.max(0, address - RAM_BASE);
  const end = Math.min(ram.size, address + length - RAM_BASE);
  for (let at = first & -LINE_BYTES; at < end; at += LINE_BYTES)
    if (isRam(ram, RAM_BASE + at, 1)) ram.marks[at >>> LINE_SHIFT] = change(ram.marks[at >>> LINE_SHIFT]!);
}

/** For who stores while `machine.watched` is not null: `by` is left out where it is whatever goes on. */
export function noticeStore(machine: Machine, address: number, length: number, by?: StoredBy): void {
  const { watched, cpu, hartId } = machine;
  if (watched === null || address >= watched.address + watched.length || address + length <= watched.address)
    return;
  watched.notice({
    by: by ?? watched.by,
    instructions: cpu.instructions,
    pc: cpu.pc,
    hart: hartId,
    address,
    length,
  });
}
