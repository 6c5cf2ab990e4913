// The A extension on RAM: load-reserved, store-conditional and read-modify-write of an aligned word.

import { OP } from '../../isa/instructions.ts';
import { beforeStore } from '../memory/decode-cache.ts';
import { LINE_SHIFT, RAM_BASE } from '../memory/ram.ts';
import { NOT_RESERVED } from '../memory/reservations.ts';
import { noticeStore } from '../memory/store-watch.ts';
import type { Machine } from '../state.ts';

/**
 * Executes the memory part of the atomic `opcode` and returns what goes to rd; null, and nothing has happened, when `address` is misaligned or
 * beyond the first `readable` or `writable` bytes of RAM that the opcode needs.
 */
export function atomic(
  machine: Machine,
  opcode: number,
  address: number,
  operand: number,
  readable: number,
  writable: number,
): number | null {
  const { cpu, ram } = machine;
  const at = (address ^ RAM_BASE) >>> 0;
  const limit = opcode === OP.LR_W ? readable : opcode === OP.SC_W ? writable : Math.min(readable, writable);
  if ((at & 3) !== 0 || at >= limit) return null;
  if (opcode === OP.LR_W) {
    cpu.reservation = RAM_BASE + at;
    return ram.words[at >> 2]!;
  }
  const succeeds = opcode !== OP.SC_W || cpu.reservation === RAM_BASE + at;
  if (opcode === OP.SC_W) cpu.reservation = NOT_RESERVED;
  if (!succeeds) return 1;
  if (ram.marks[at >>> LINE_SHIFT] !== 0) beforeStore(machine, at);
  const old = ram.words[at >> 2]!;
  ram.words[at >> 2] = combine(opcode, old, operand);
  if (machine.watched !== null) noticeStore(machine, address >>> 0, 4, 'instruction');
  return opcode === OP.SC_W ? 0 : old;
}

/** The word that the store part leaves in memory. */
function combine(opcode: number, memory: number, register: number): number {
  switch (opcode) {
    case OP.AMOADD_W:
      return memory + register;
    case OP.AMOXOR_W:
      return memory ^ register;
    case OP.AMOAND_W:
      return memory & register;
    case OP.AMOOR_W:
      return memory | register;
    case OP.AMOMIN_W:
      return Math.min(memory, register);
    case OP.AMOMAX_W:
      return Math.max(memory, register);
    case OP.AMOMINU_W:
      return Math.min(memory >>> 0, register >>> 0);
    case OP.AMOMAXU_W:
      return Math.max(memory >>> 0, register >>> 0);
    default: // amoswap.w and a store-conditional that succeeds
      return register;
  }
}
