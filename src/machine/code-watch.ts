// Somebody wants to know when the first hart comes to certain instructions: the interpreter's loop stops there, and compiled code stands back.
import { type Engine, setEngine } from './compiler/compiled-code.ts';
import { setEntered } from './memory/decode-cache.ts';
import { isRam } from './memory/ram.ts';
import type { Machine } from './state.ts';

/** No part of the machine's state. */
export interface CodeWatch {
  readonly addresses: ReadonlySet<number>;
  /** Is told before anything of the instruction at pc has happened, also of what then traps instead. */
  readonly notice: () => void;
  /** What ran the machine before. */
  readonly engine: Engine;
}

/** From now on `notice` hears whenever the instruction at one of these addresses, in RAM, is about to be executed. The interpreter runs the machine. */
export function watchCode(machine: Machine, addresses: Iterable<number>, notice: () => void): void {
  unwatchCode(machine);
  const { engine } = machine.compiled;
  const inRam = [...addresses].filter((address) => address % 4 === 0 && isRam(machine.ram, address, 4));
  setEngine(machine, 'interpreter');
  machine.watchedCode = { addresses: new Set(inRam), notice, engine };
  for (const address of inRam) setEntered(machine, address, true);
}

/** Nobody watches any more, and the machine runs as it did. */
export function unwatchCode(machine: Machine): void {
  const { watchedCode } = machine;
  if (watchedCode === null) return;
  machine.watchedCode = null;
  for (const address of watchedCode.addresses) setEntered(machine, address, false);
  setEngine(machine, watchedCode.engine);
}
