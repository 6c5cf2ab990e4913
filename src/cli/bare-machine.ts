// One machine by itself: its clock follows its instructions, its disk is empty, what it sends goes nowhere.
import { namedStream, nextUint32, type PrngState } from '../base/prng.ts';
import type { Image } from '../isa/image.ts';
import { type Emission, type InstructionCount, instructionCount, type Trap } from '../machine/boundary.ts';
import type { Engine } from '../machine/compiler/compiled-code.ts';
import { boardDeviceTree, deviceTreeAddress } from '../machine/devices/device-tree.ts';
import { createMachine, inject, type Machine, run, runTraced, timerDeadline } from '../machine/machine.ts';

/** The 10 MHz time base ticks every so many instructions: one takes 10 ns. */
const INSTRUCTIONS_PER_TICK = 10;

const DISK_SECTORS = 2048;
const SECTOR_BYTES = 512;
const MAC = Uint8Array.of(0x52, 0x54, 0x00, 0x12, 0x34, 0x56);

export interface BareOptions {
  readonly ramBytes: number;
  readonly engine: Engine;
  /** The guest's device tree, instead of the board's own. */
  readonly deviceTree: Uint8Array | undefined;
  /** The command line in the board's own device tree. */
  readonly bootArguments: string | undefined;
}

/** Why it ended by itself. `waiting`: in WFI, and nothing will ever wake it. */
export type BareExit =
  | { readonly reason: 'exit'; readonly code: number }
  | ({ readonly reason: 'stuck'; readonly code: null; readonly first: Trap } & Readonly<Trap>)
  | { readonly reason: 'waiting'; readonly code: null };

/** An instruction that has retired: its number, its address, its word. */
type Retired = [instruction: InstructionCount, pc: number, word: number];

export interface BareBoard {
  readonly machine: Machine;
  /** Ticks that went by while the machine waited. */
  idle: number;
  readonly entropy: PrngState;
  /** Sectors that were written. The others are zero. */
  readonly sectors: Map<number, Uint8Array<ArrayBuffer>>;
  /** Takes each byte that the machine writes to its UART. */
  readonly type: (byte: number) => void;
  /** Is told of each instruction when it has retired. */
  trace: ((...retired: Retired) => void) | undefined;
  /** And of each interrupt and exception when it has been taken, at this address. */
  traceTrap: ((pc: number) => void) | undefined;
}

/**
 * A board about to run `image`. The same image with the same options runs the same way every time, on either engine. The board's own device
 * tree is left out when the program leaves no room for it; a RangeError says what else does not fit.
 */
export function createBoard(
  image: Image,
  { ramBytes, engine, deviceTree, bootArguments }: BareOptions,
  type: BareBoard['type'],
): BareBoard {
  const config = { ramBytes, mac: MAC, diskSectors: DISK_SECTORS };
  const own = boardDeviceTree({ ramBytes, bootArguments });
  const hasRoom = deviceTreeAddress(ramBytes, image, own.length) !== null;
  const machine = createMachine(config, image, deviceTree ?? (hasRoom ? own : undefined));
  machine.compiled.engine = engine;
  const entropy = namedStream('bare machine entropy', 1);
  return { machine, idle: 0, entropy, sectors: new Map(), type, trace: undefined, traceTrap: undefined };
}

/** Runs until `until` instructions have been retired in all (then the result is undefined), or to the end. */
export function advance(board: BareBoard, until: number): BareExit | undefined {
  while (board.machine.cpu.instructions < until) {
    const exit = proceed(board, until);
    if (exit !== undefined) return exit;
  }
  return undefined;
}

const ticks = ({ machine, idle }: BareBoard): number =>
  Math.floor(machine.cpu.instructions / INSTRUCTIONS_PER_TICK) + idle;

/** Runs to the next thing that concerns the outside, and sees to it. */
function proceed(board: BareBoard, most: number): BareExit | undefined {
  const { machine } = board;
  if (timerDeadline(machine.clint) <= ticks(board)) inject(machine, { kind: 'timer' });
  const deadline = timerDeadline(machine.clint);
  const timerAt = (deadline - board.idle) * INSTRUCTIONS_PER_TICK;
  const late: Retired[] = [];
  const stop = runOnce(board, instructionCount(Math.min(most, timerAt)), late);
  switch (stop.reason) {
    case 'budget':
    case 'timerSet':
      return undefined;
    case 'waiting':
      if (deadline === Number.POSITIVE_INFINITY) return { reason: 'waiting', code: null };
      board.idle += deadline - ticks(board);
      return undefined;
    case 'clock':
      inject(machine, { kind: 'clock', time: ticks(board) });
      break;
    case 'entropy':
      inject(machine, { kind: 'entropy', bits: nextUint32(board.entropy) & 0xffff });
      break;
    case 'emission':
      for (const emission of stop.emissions) serve(board, emission);
      return undefined;
    case 'exit':
      return { reason: 'exit', code: stop.code };
    case 'stuck':
      return { ...stop, code: null };
  }
  for (const retired of late) board.trace?.(...retired);
  return undefined;
}

/** A traced read of clock or entropy retires only when it has what it reads: it goes to `late`. */
function runOnce({ machine, trace, traceTrap }: BareBoard, until: InstructionCount, late: Retired[]) {
  if (trace === undefined) return run(machine, until);
  return runTraced(machine, until, {
    retires: (...retired) => {
      if (machine.cpu.instructions === retired[0]) trace(...retired);
      else late.push(retired);
    },
    traps: (_, pc) => traceTrap?.(pc),
  });
}

/** What a device asks of the outside is done at once. */
function serve({ machine, sectors, type }: BareBoard, emission: Emission): void {
  if (emission.kind === 'console') type(emission.byte);
  if (!('request' in emission)) return;
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
