// The second hart of a machine that has two. Nothing in a log says when it ran: that is what it is for.
import { createClint } from './devices/clint.ts';
import { createPlic } from './devices/plic.ts';
import { NOT_RESERVED } from './memory/reservations.ts';
import { runHart } from './run.ts';
import type { Machine } from './state.ts';

/** Where the second hart's interrupts would come from. It can't write to them. */
const SILENT_CLINT = { ...createClint(), timerPending: false };
const SILENT_PLIC = createPlic();

/**
 * Runs the second hart, if there is one, for at most so many of its own instructions; the first stands still meanwhile, and the
 * machine's instruction number with it. The paper replicates uniprocessors only (§1): with two, the state depends on who ran when.
 *
 * It computes on the RAM that it shares, and no more. No interrupt reaches it, and no device answers it: it takes an access fault there.
 * Where the first hart would stop for the world (a read of clock or entropy, WFI, the program's end, stuck), it parks:
 * its `waiting` is true, and it never runs again. LR and SC work as long as the two do not take turns between them.
 */
export function runOtherHart(machine: Machine, instructions: number): void {
  const [cpu] = machine.otherHarts;
  if (cpu === undefined || machine.ending.kind !== 'running') return;
  const hart: Machine = {
    ...machine,
    cpu,
    otherHarts: [],
    hartId: 1,
    clint: SILENT_CLINT,
    plic: SILENT_PLIC,
  };
  const before = cpu.instructions;
  const stop = runHart(hart, before + instructions);
  if (stop.reason !== 'budget') cpu.waiting = true;
  if (cpu.instructions > before) machine.cpu.reservation = NOT_RESERVED;
}
