// The reader of ELF executables for this machine: 32-bit RISC-V, little-endian, statically linked.

import { hexWord } from '../base/hex.ts';
import { err, ok, type Result } from '../base/result.ts';
import { type Image, NO_LINES, RAM_BASE, RAM_BYTES_MAX } from '../isa/image.ts';

const HEADER_BYTES = 52;
const MACHINE_RISCV = 243;
const FLAG_COMPRESSED = 1;
const FLAG_FLOAT_ABI = 6;
const SEGMENT_LOAD = 1;
const SEGMENT_INTERPRETER = 3;
const SECTION_SYMBOLS = 2;
const SYMBOL_BYTES = 16;

/** What ELF files may be, by e_type, when they are not executables. */
const OTHER_TYPES: Readonly<Record<number, string>> = {
  1: 'an object file that has not been linked',
  3: 'a shared object or a position-independent executable: link it with -static -no-pie',
  4: 'a core dump',
};

/** The machines that a mistaken file is likeliest to be for, by e_machine. */
const MACHINES: Readonly<Record<number, string>> = {
  3: '32-bit x86',
  8: 'MIPS',
  20: 'PowerPC',
  40: '32-bit ARM',
  62: 'x86-64',
  183: '64-bit ARM',
  258: 'LoongArch',
};

/** A part of the file that is loaded: where it stands in the file and in memory. */
interface Segment {
  readonly offset: number;
  readonly address: number;
  readonly fileBytes: number;
  readonly memoryBytes: number;
}

/** Whether these bytes call themselves ELF. */
export function isElf(bytes: Uint8Array): boolean {
  return bytes[0] === 0x7f && bytes[1] === 0x45 && bytes[2] === 0x4c && bytes[3] === 0x46;
}

/** The program in an ELF executable, with its symbols, or the sentence why this machine can't run it. */
export function readElf(bytes: Uint8Array<ArrayBuffer>): Result<Image> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const refusal = refuse(bytes, view);
  if (refusal !== undefined) return err(refusal);
  const segments = readSegments(bytes, view);
  if (!segments.ok) return segments;
  const loaded = segments.value;
  const stored = loaded.filter(({ fileBytes }) => fileBytes > 0);
  const base = Math.min(...stored.map(({ address }) => address));
  const entry = view.getUint32(24, true);
  const holdsEntry = stored.some(({ address, fileBytes }) => entry >= address && entry < address + fileBytes);
  if (!holdsEntry || entry % 4 !== 0) {
    return err(`The entry point ${hexWord(entry)} is not the address of an instruction in the file.`);
  }
  const program = new Uint8Array(
    Math.max(...stored.map(({ address, fileBytes }) => address + fileBytes)) - base,
  );
  for (const { offset, address, fileBytes } of stored) {
    program.set(bytes.subarray(offset, offset + fileBytes), address - base);
  }
  if (view.getUint32(36, true) & FLAG_COMPRESSED && (program[entry - base]! & 3) !== 3) {
    return err(
      `The program begins with a compressed instruction at ${hexWord(entry)}, and this machine has none: compile with -march=rv32ima.`,
    );
  }
  const end = Math.max(...loaded.map(({ address, memoryBytes }) => address + memoryBytes));
  return ok({ base, bytes: program, end, entry, symbols: readSymbols(view), lines: NO_LINES });
}

/** Why a file is not an executable of this machine, as its header tells. */
function refuse(bytes: Uint8Array, view: DataView): string | undefined {
  if (!isElf(bytes)) return 'The file is not an ELF file: it does not begin with 7f 45 4c 46.';
  if (bytes[4] === 2)
    return 'The file is a 64-bit ELF file; this machine is 32-bit RISC-V: compile with -march=rv32ima -mabi=ilp32.';
  if (bytes[4] !== 1) return `The ELF file's class is ${bytes[4]}, which is neither 32-bit nor 64-bit.`;
  if (bytes[5] === 2) return 'The ELF file is big-endian; this machine is little-endian.';
  if (bytes[5] !== 1) return `The ELF file's byte order is ${bytes[5]}, which is no byte order.`;
  if (bytes.length < HEADER_BYTES)
    return `The ELF file is cut off: its header has ${bytes.length} of 52 bytes.`;
  const machine = view.getUint16(18, true);
  if (machine !== MACHINE_RISCV) {
    return `The ELF file is for ${MACHINES[machine] ?? `machine number ${machine}`}; this machine is RISC-V.`;
  }
  const type = view.getUint16(16, true);
  if (type !== 2)
    return `The ELF file is ${OTHER_TYPES[type] ?? `of the unknown type ${type}`}, not an executable.`;
  const flags = view.getUint32(36, true);
  if (flags & FLAG_FLOAT_ABI) {
    return 'The ELF file uses floating-point registers, which this machine lacks: compile with -mabi=ilp32.';
  }
  return undefined;
}

function readSegments(bytes: Uint8Array, view: DataView): Result<Segment[]> {
  const table = view.getUint32(28, true);
  const entryBytes = view.getUint16(42, true);
  const count = view.getUint16(44, true);
  if (count > 0 && entryBytes < 32)
    return err(`The ELF file's program headers have ${entryBytes} bytes instead of 32.`);
  if (table + count * entryBytes > view.byteLength)
    return err('The ELF file is cut off: its program headers are missing.');
  const segments: Segment[] = [];
  for (let i = 0; i < count; i++) {
    const at = table + i * entryBytes;
    const type = view.getUint32(at, true);
    if (type === SEGMENT_INTERPRETER)
      return err('The ELF file needs a dynamic linker, which a bare machine has not: link it with -static.');
    const segment = withoutHeaders(bytes, table + count * entryBytes, readSegment(view, at));
    if (type !== SEGMENT_LOAD || segment.memoryBytes === 0) continue;
    const wrong = refuseSegment(view, segment);
    if (wrong !== undefined) return err(wrong);
    segments.push(segment);
  }
  if (segments.length === 0) return err('The ELF file has nothing to load.');
  return ok(segments);
}

/** Loaded at the physical address, as QEMU does: this machine has no other. */
function readSegment(view: DataView, at: number): Segment {
  return {
    offset: view.getUint32(at + 4, true),
    address: view.getUint32(at + 12, true),
    fileBytes: view.getUint32(at + 16, true),
    memoryBytes: view.getUint32(at + 20, true),
  };
}

/**
 * The segment from the start of RAM on when below it there are only the file's own headers, up to `headersEnd`, and padding. Linkers put
 * them in front of a program that is linked for the very start of RAM.
 */
function withoutHeaders(bytes: Uint8Array, headersEnd: number, segment: Segment): Segment {
  const { offset, address, fileBytes, memoryBytes } = segment;
  const below = Math.min(RAM_BASE - address, memoryBytes);
  if (offset !== 0 || below <= 0) return segment;
  const fileBytesBelow = Math.min(below, fileBytes);
  if (bytes.subarray(headersEnd, fileBytesBelow).some((byte) => byte !== 0)) return segment;
  return {
    offset: fileBytesBelow,
    address: address + below,
    fileBytes: fileBytes - fileBytesBelow,
    memoryBytes: memoryBytes - below,
  };
}

function refuseSegment(
  view: DataView,
  { offset, address, fileBytes, memoryBytes }: Segment,
): string | undefined {
  if (fileBytes > memoryBytes)
    return `The segment at ${hexWord(address)} has more bytes in the file than in memory.`;
  if (offset + fileBytes > view.byteLength)
    return `The ELF file is cut off: the segment at ${hexWord(address)} goes beyond its end.`;
  if (address < RAM_BASE || address + memoryBytes > RAM_BASE + RAM_BYTES_MAX) {
    const last = hexWord(address + memoryBytes - 1);
    return `There is no room for the segment ${hexWord(address)} to ${last}: RAM begins at 0x80000000 and has at most 128 MiB.`;
  }
  return undefined;
}

/** The defined symbols. A damaged table gives what can be read of it: the program runs without. */
function readSymbols(view: DataView): Map<string, number> {
  const symbols = new Map<string, number>();
  const sections = view.getUint32(32, true);
  const entryBytes = view.getUint16(46, true);
  const count = view.getUint16(48, true);
  const sectionAt = (i: number): number | undefined => {
    const at = sections + i * entryBytes;
    return sections > 0 && entryBytes >= 40 && i < count && at + 40 <= view.byteLength ? at : undefined;
  };
  for (let i = 0; i < count; i++) {
    const at = sectionAt(i);
    if (at === undefined || view.getUint32(at + 4, true) !== SECTION_SYMBOLS) continue;
    const names = sectionAt(view.getUint32(at + 24, true));
    if (names === undefined) continue;
    const start = view.getUint32(at + 16, true);
    const end = Math.min(start + view.getUint32(at + 20, true), view.byteLength);
    const nameBase = view.getUint32(names + 16, true);
    for (let entry = start; entry + SYMBOL_BYTES <= end; entry += SYMBOL_BYTES) {
      readSymbol(view, entry, nameBase, symbols);
    }
  }
  return symbols;
}

/** Labels, objects and functions; not sections, files and the marks that compilers leave for tools (`$x`). */
function readSymbol(view: DataView, at: number, nameBase: number, symbols: Map<string, number>): void {
  const type = view.getUint8(at + 12) & 15;
  const section = view.getUint16(at + 14, true);
  if (type > 2 || section === 0) return;
  const start = nameBase + view.getUint32(at, true);
  let end = start;
  while (end < view.byteLength && view.getUint8(end) !== 0) end++;
  if (end === start || start >= view.byteLength) return;
  const name = new TextDecoder().decode(
    new Uint8Array(view.buffer as ArrayBuffer, view.byteOffset + start, end - start),
  );
  if (!name.startsWith('$')) symbols.set(name, view.getUint32(at + 4, true));
}
