// What those who look at a run from outside may see of a host's machine, which is below their layer. Nothing here changes it.
export {
  decodeEntries,
  encodeEntry,
  HEADER_BYTES as ENTRY_HEADER_BYTES,
  type LogEntry,
} from '../ft/entry.ts';
export { type Access, accessOf, jumpOf, writtenRegister } from '../machine/accesses.ts';
export { disassemble, symbolizer } from '../machine/assembler/disassembler.ts';
export { REGISTER_NAMES, REGISTERS } from '../machine/assembler/registers.ts';
export { timerDeadline } from '../machine/clint.ts';
export type { Cpu } from '../machine/cpu.ts';
export { readNumber } from '../machine/dma.ts';
export { type Image, RAM_BASE, sourceLineAt } from '../machine/image.ts';
export {
  type BesideRam,
  beginStoredLines,
  differingPages,
  hashMachine,
  isOnLines,
  type Machine,
  type MachineSnapshot,
  type NoticedStore,
  pageOf,
  readMemory,
  type StoredBy,
  type StoredLines,
  snapshotMachine,
  storedLines,
  uniteLines,
  unwatchCode,
  unwatchStores,
  watchCode,
  watchStores,
} from '../machine/machine.ts';
export { pendingInterrupts } from '../machine/trap.ts';
export type { Virtqueue } from '../machine/virtqueue.ts';
export { instructionOf } from './world.ts';
