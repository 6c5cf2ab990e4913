// From an address to compiled code of a machine, within its limits, where WebAssembly is allowed.

import { isUntouched } from '../memory/page-table.ts';
import { LINE_SHIFT, moveRam, RAM_BASE } from '../memory/ram.ts';
import type { Machine } from '../state.ts';
import { addRegion, type CompiledRegion, isUnstable, linesOf } from './compiled-code.ts';
import { MARKS_AT, RAM_AT, REGISTERS_AT } from './layout.ts';
import { moduleFor } from './modules.ts';
import { findRegion } from './regions.ts';
import { FUNCTION_NAME, MEMORY_MODULE, MEMORY_NAME } from './wasm.ts';

const WASM_PAGE_BYTES = 64 * 1024;

/** `later`: too much was compiled just now. `never`: there is nothing to compile, or WebAssembly is refused. */
export type Compiling = 'done' | 'later' | 'never';

/** Compiles the region around `seeds` and `hints`; `growth` counts how often it was made anew. Where WebAssembly is refused that ends all compiling for this machine. */
export function compileAt(
  machine: Machine,
  seeds: readonly number[],
  hints: readonly number[] = [],
  growth = 0,
): Compiling {
  const { compiled: code, ram } = machine;
  if (allowance(machine) <= 0) return 'later';
  const region = findRegion(ram, seeds, hints, (address) =>
    isUnstable(code, (address - RAM_BASE) >>> LINE_SHIFT),
  );
  if (region === null) return 'never';
  const compiled = moduleFor(region, ram.size);
  const run = compiled === null ? null : instantiate(machine, compiled.module);
  if (compiled === null || run === null) {
    code.isRefused = true;
    return 'never';
  }
  code.allowance -= compiled.bytes;
  const { bytes } = compiled;
  const starts = new Set(region.blocks.map(({ address }) => address));
  const lines = linesOf(region);
  const lastUse = ++code.uses;
  addRegion(machine, {
    region,
    seeds,
    hints,
    bytes,
    lines,
    starts,
    run,
    lastUse,
    growth,
    jumpsOut: 0,
    jumpsOutSince: 0,
    wanted: new Set(),
  });
  return 'done';
}

/** How many bytes may be compiled now: a burst, and what the instructions retired since have earned. */
function allowance({ compiled: code, cpu }: Machine): number {
  const { burstBytes, instructionsPerByte } = code.limits;
  const earned = (cpu.instructions - code.allowanceAt) / instructionsPerByte;
  // A restore can take the count back.
  code.allowance = Math.min(burstBytes, code.allowance + Math.max(0, earned));
  code.allowanceAt = cpu.instructions;
  return code.allowance;
}

function instantiate(machine: Machine, module: WebAssembly.Module): CompiledRegion['run'] | null {
  try {
    const memory = machine.compiled.memory ?? shareMemory(machine);
    const { exports } = new WebAssembly.Instance(module, { [MEMORY_MODULE]: { [MEMORY_NAME]: memory } });
    return exports[FUNCTION_NAME] as CompiledRegion['run'];
  } catch {
    return null;
  }
}

/**
 * Moves RAM, its marks and the registers to where compiled code can reach them. This waits for the first region, because such a memory
 * takes gigabytes of addresses, which a process with many machines doesn't have. Throws when there are none left.
 */
function shareMemory(machine: Machine): WebAssembly.Memory {
  const { compiled: code, cpu, ram } = machine;
  const pages = Math.ceil((RAM_AT + ram.size) / WASM_PAGE_BYTES);
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
  moveRam(ram, memory.buffer, RAM_AT, MARKS_AT, (page) => !isUntouched(machine, page));
  const registers = new Int32Array(memory.buffer, REGISTERS_AT, cpu.x.length);
  registers.set(cpu.x);
  cpu.x = registers;
  code.header = new Int32Array(memory.buffer, 0, WASM_PAGE_BYTES / 4);
  code.memory = memory;
  return memory;
}
