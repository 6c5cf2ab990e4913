// What is in a host's machine where a run stands: registers and memory, as text and as plain values.

import { disassemble, symbolizer } from '../assembler/disassembler.ts';
import { toHex } from '../base/bytes.ts';
import { hexWord, wordDigits } from '../base/hex.ts';
import type { Image } from '../isa/image.ts';
import { REGISTER_NAMES } from '../isa/registers.ts';
import { changesOf, readMemory } from '../machine/machine.ts';
import { readNumber } from '../machine/memory/dma.ts';
import { CONTROL_REGISTERS } from '../timeline/breakpoints/expression.ts';
import { lineOf } from '../timeline/breakpoints/lines.ts';
import { formatPlace } from '../timeline/run/position.ts';
import { roleOf } from '../world/report.ts';
import { type Computer, instructionOf } from '../world/state/world.ts';

/** What is shown of a machine. */
export interface DumpOptions {
  readonly registers: boolean;
  readonly memory: readonly { readonly address: number; readonly length: number }[];
}

export interface Dump {
  host: string;
  role: string;
  instruction: number;
  /** How often the machine was changed since, where it was. */
  changes?: number;
  pc: number;
  /** The next instruction: where it stands and what it is. */
  place?: string;
  line?: string;
  next?: string;
  registers?: Record<string, number>;
  memory?: { address: number; bytes: string }[];
}

/** All numbers are unsigned; bytes are hexadecimal, and fewer than asked for where RAM ends. */
export function dumpOf(host: Computer, image: Image, options: DumpOptions): Dump {
  const { machine } = host;
  const { cpu } = machine;
  const changes = changesOf(machine);
  const symbolAt = symbolizer(image);
  const word = readNumber(machine.ram, cpu.pc, 4);
  const place = symbolAt(cpu.pc);
  const line = lineOf(image, cpu.pc);
  return {
    host: host.id,
    role: roleOf(host),
    instruction: instructionOf(host),
    ...(changes === 0 ? {} : { changes }),
    pc: cpu.pc,
    ...(place === undefined ? {} : { place }),
    ...(line === undefined ? {} : { line }),
    ...(word === null ? {} : { next: disassemble(word, cpu.pc, symbolAt).text }),
    ...(options.registers ? { registers: registersOf(host) } : {}),
    ...(options.memory.length > 0 ? { memory: options.memory.map((range) => bytesOf(host, range)) } : {}),
  };
}

function registersOf({ machine: { cpu } }: Computer): Record<string, number> {
  return Object.fromEntries([
    ...REGISTER_NAMES.map((name, n): [string, number] => [name, cpu.x[n]! >>> 0]),
    ...CONTROL_REGISTERS.map((name): [string, number] => [name, cpu[name]]),
  ]);
}

function bytesOf({ machine }: Computer, { address, length }: DumpOptions['memory'][number]) {
  const bytes = readMemory(machine, address, length);
  return { address, bytes: toHex(bytes) };
}

const REGISTERS_IN_ROW = 4;
const BYTES_IN_ROW = 16;

/** The dump for a terminal. */
export function dumpText(dump: Dump): string {
  const { host, role, instruction, changes = 0, pc, place, line, next, registers, memory = [] } = dump;
  const where = [`${hexWord(pc)}`, place && `<${place}>`, line, next].filter((part) => part !== undefined);
  return [
    `host ${host}, ${role}: ${formatPlace({ instruction, changes })} instructions; next ${where.join('  ')}`,
    ...(registers === undefined ? [] : registerRows(registers)),
    ...memory.flatMap(memoryRows),
    '',
  ].join('\n');
}

function registerRows(registers: Record<string, number>): string[] {
  const cells = Object.entries(registers).map(([name, value]) => `${name.padEnd(10)} ${wordDigits(value)}`);
  return Array.from({ length: Math.ceil(cells.length / REGISTERS_IN_ROW) }, (_, row) =>
    `  ${cells.slice(row * REGISTERS_IN_ROW, (row + 1) * REGISTERS_IN_ROW).join('   ')}`.trimEnd(),
  );
}

function memoryRows({ address, bytes }: { address: number; bytes: string }): string[] {
  if (bytes === '') return [`  ${hexWord(address)}  is not in RAM`];
  const rows: string[] = [];
  for (let at = 0; at < bytes.length; at += 2 * BYTES_IN_ROW) {
    const row = bytes.slice(at, at + 2 * BYTES_IN_ROW).match(/../g) ?? [];
    const text = row.map((byte) => printable(Number.parseInt(byte, 16))).join('');
    rows.push(`  ${wordDigits(address + at / 2)}  ${row.join(' ').padEnd(3 * BYTES_IN_ROW)} ${text}`);
  }
  return rows;
}

const printable = (byte: number): string => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.');
