// Single rows of an instruction stream: what stands at an address, and a trap that was taken.

import { disassemble } from '../../assembler/disassembler.ts';
import { sourceLineAt } from '../../isa/image.ts';
import { type Machine, readMemory } from '../../machine/machine.ts';
import type { TracedTrap } from '../../timeline/run/instruction-trace.ts';
import { type Computer, instructionOf } from '../../world/state/world.ts';
import type { RulerRow } from '../frame.ts';
import type { Program } from './program.ts';

type ExecutedRow = Extract<RulerRow, { kind: 'instruction' }>;

/** The instruction at an address, its label and its line. */
export function describe(
  machine: Machine,
  { image, listing }: Program,
  pc: number,
): Pick<ExecutedRow, 'mnemonic' | 'operands' | 'symbol' | 'source'> {
  const bytes = readMemory(machine, pc, 4);
  if (bytes.length < 4) return { mnemonic: '?', operands: '' };
  const word = new DataView(bytes.buffer).getUint32(0, true);
  const { mnemonic, operands } = disassemble(word, pc, listing.symbolAt);
  const symbol = listing.place(pc);
  const line = sourceLineAt(image.lines, pc);
  const text = line && listing.text(line.file, line.line);
  return {
    mnemonic,
    operands: operands.join(', '),
    ...(symbol === undefined ? {} : { symbol }),
    ...(line && text !== undefined ? { source: { ...line, text } } : {}),
  };
}

/** @param done whether each machine that the row is of has taken it */
export function trapRow(
  machine: Machine,
  program: Program,
  { instruction, changes, cause, pc }: TracedTrap,
  done: boolean[],
): RulerRow {
  const { mnemonic, operands, symbol } = describe(machine, program, pc);
  return {
    kind: 'trap',
    instruction,
    changes,
    cause,
    pc,
    mnemonic,
    operands,
    ...(symbol === undefined ? {} : { symbol }),
    done,
  };
}

/** What a machine will execute next, unless it sleeps or has ended, or an interrupt comes first. `done` as above. */
export function nextRow(computer: Computer, program: Program, done: boolean[]): RulerRow | undefined {
  const { machine, isAlive } = computer;
  const { cpu, ending } = machine;
  if (!isAlive || cpu.waiting || ending.kind !== 'running') return undefined;
  const instruction = instructionOf(computer) + 1;
  return { kind: 'instruction', instruction, pc: cpu.pc, ...describe(machine, program, cpu.pc), done };
}
