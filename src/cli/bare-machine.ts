// One machine by itself: its clock follows its instructions, its disk is empty, what it sends goes nowhere.
import { namedStream, nextUint32, type PrngState } from '../base/prng.ts';
import type { Emission, InstructionCount } from '../machine/boundary.ts';
import type { Image } from '../machine/image.ts';
import { createMachine, inject, type Machine, run, timerDeadline } from '../machine/machine.ts';

/** The 10 MHz time base ticks every so many instructions: one takes 10 ns. */
const INSTRUCTIONS_PER_TICK = 10;

const RAM_BYTES = 128 * 1024 * 1024;
const DISK_SECTORS = 2048;
const SECTOR_BYTES = 512;
const MAC = Uint8Array.of(0x52, 0x54, 0x00, 0x12, 0x34, 0x56);

/** Why it ended. `limit`: the instructions were used up. `waiting`: in WFI, and nothing will ever wake it. */
export type BareExit =
  | { readonly reason: 'exit'; readonly code: number }
  | { readonly reason: 'stuck'; readonly code: null; readonly pc: number; readonly cause: number }
  | { readonly reason: 'waiting' | 'limit'; readonly code: null };

interface BareBoard {
  readonly machine: Machine;
  /** Ticks that went by while the machine waited. */
  idle: number;
  readonly entropy: PrngState;
  /** Sectors that were written. The others are zero. */
  readonly sectors: Map<number, Uint8Array<ArrayBuffer>>;
  readonly type: (byte: number) => void;
}

/** Runs `image` until it ends, or for `most` instructions. `type` takes each byte that it writes to its UART. The same image runs the same way every time. */
export function runBare(
  image: Image,
  most: number,
  type: (byte: number) => void,
): { machine: Machine; exit: BareExit } {
  const machine = createMachine({ ramBytes: RAM_BYTES, mac: MAC, diskSectors: DISK_SECTORS }, image);
  const entropy = namedStream('bare machine entropy', 1);
  const board: BareBoard = { machine, idle: 0, entropy, sectors: new Map(), type };
  for (;;) {
    const exit = proceed(board, most);
    if (exit !== undefined) return { machine, exit };
  }
}

const ticks = ({ machine, idle }: BareBoard): number =>
  Math.floor(machine.cpu.instructions / INSTRUCTIONS_PER_TICK) + idle;

/** When the timer interrupts next, in ticks; infinite when it has, or never will. */
const nextTimer = ({ machine: { clint } }: BareBoard): number =>
  clint.timerPending ? Number.POSITIVE_INFINITY : timerDeadline(clint);

/** Runs to the next thing that concerns the outside, and sees to it. */
function proceed(board: BareBoard, most: number): BareExit | undefined {
  const { machine } = board;
  if (nextTimer(board) <= ticks(board)) inject(machine, { kind: 'timer' });
  const timerAt = (nextTimer(board) - board.idle) * INSTRUCTIONS_PER_TICK;
  const stop = run(machine, Math.min(most, timerAt) as InstructionCount);
  switch (stop.reason) {
    case 'budget':
      return machine.cpu.instructions >= most ? { reason: 'limit', code: null } : undefined;
    case 'waiting':
      if (nextTimer(board) === Number.POSITIVE_INFINITY) return { reason: 'waiting', code: null };
      board.idle += nextTimer(board) - ticks(board);
      return undefined;
    case 'clock':
      inject(machine, { kind: 'clock', time: ticks(board) });
      return undefined;
    case 'entropy':
      inject(machine, { kind: 'entropy', bits: nextUint32(board.entropy) & 0xffff });
      return undefined;
    case 'emission':
      for (const emission of stop.emissions) serve(board, emission);
      return undefined;
    case 'timerSet':
      return undefined;
    case 'exit':
      return { reason: 'exit', code: stop.code };
    case 'stuck':
      return { reason: 'stuck', code: null, pc: stop.pc, cause: stop.cause };
  }
}

/** What a device asks of the outside is done at once. */
function serve({ machine, sectors, type }: BareBoard, emission: Emission): void {
  if (emission.kind === 'console') type(emission.byte);
  if (emission.kind === 'console' || emission.kind === 'packet') return;
  const { request } = emission;
  const answer = { kind: 'diskCompletion', request, ok: true } as const;
  if (emission.kind === 'diskWrite') writeSectors(sectors, emission.sector, emission.bytes);
  if (emission.kind === 'diskRead') {
    const bytes = readSectors(sectors, emission.sector, emission.sectors);
    inject(machine, { ...answer, bytes });
  } else inject(machine, answer);
}

function writeSectors(sectors: BareBoard['sectors'], first: number, bytes: Uint8Array<ArrayBuffer>): void {
  for (let at = 0; at < bytes.length; at += SECTOR_BYTES)
    sectors.set(first + at / SECTOR_BYTES, bytes.slice(at, at + SECTOR_BYTES));
}

function readSectors(sectors: BareBoard['sectors'], first: number, count: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(count * SECTOR_BYTES);
  for (let n = 0; n < count; n++) bytes.set(sectors.get(first + n) ?? [], n * SECTOR_BYTES);
  return bytes;
}
