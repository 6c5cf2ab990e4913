// A memory fault: one bit of RAM turns over, by nothing that the program did.

import { noteChange } from './cpu/changes.ts';
import { writeRam } from './memory/dma.ts';
import { isRam, RAM_BASE } from './memory/ram.ts';
import type { Machine } from './state.ts';

/**
 * Flips bit number `bit` (0 to 7) of the byte at `address`. The program, snapshots and the state hash see it as they see
 * what a device writes. Returns false, and nothing has happened, when the address is not RAM.
 */
export function flipBit(machine: Machine, address: number, bit: number): boolean {
  const { ram } = machine;
  if (!isRam(ram, address, 1)) return false;
  writeRam(machine, address, Uint8Array.of(ram.bytes[address - RAM_BASE]! ^ (1 << bit)));
  noteChange(machine);
  return true;
}
