// The plain host that somebody has opened: what its machine executed last, and what it does. Of the others no frame has this.

import { changesOf } from '../../machine/machine.ts';
import { type InstructionTrace, tracedPc, tracedTraps } from '../../timeline/run/instruction-trace.ts';
import type { Run } from '../../timeline/run/run.ts';
import { isPlain } from '../../world/state/plain-host.ts';
import { type Computer, instructionOf } from '../../world/state/world.ts';
import type { OpenedView, PlainState, RulerRow } from '../frame.ts';
import type { Viewport } from '../protocol.ts';
import type { Program, Programs } from './program.ts';
import { describe, nextRow, trapRow } from './rows.ts';

/** More than this no page shows. */
const ROWS = 100;

/** Undefined when no such host is there, or none is opened. */
export function viewOpened(run: Run, programs: Programs, wanted: Viewport['opened']): OpenedView | undefined {
  const index = run.world.computers.findIndex(({ id }) => id === wanted?.host);
  const host = run.world.computers[index];
  if (wanted === undefined || host === undefined || !isPlain(host)) return undefined;
  const trace = run.traces[index] as InstructionTrace;
  return {
    id: host.id,
    instruction: instructionOf(host),
    changes: changesOf(host.machine),
    state: stateOf(host),
    stream: streamOf(host, trace, programs.of(host.id), Math.min(ROWS, Math.max(1, wanted.rows))),
  };
}

/** The most telling first. */
export function stateOf({ isAlive, isPaused, machine, pace }: Computer): PlainState {
  if (!isAlive) return 'off';
  if (machine.ending.kind === 'exit') return 'ended';
  if (machine.ending.kind === 'stuck') return 'stuck';
  if (isPaused) return 'paused';
  return pace.isExecuting ? 'running' : 'asleep';
}

/** At most so many rows, oldest first: the last is what comes next, if anything does by itself. */
function streamOf(host: Computer, trace: InstructionTrace, program: Program, rows: number): RulerRow[] {
  const { machine } = host;
  const next = nextRow(host, program, [false]);
  const newestFirst: RulerRow[] = next === undefined ? [] : [next];
  for (let n = instructionOf(host); n > 0 && newestFirst.length < rows; n--) {
    const pc = tracedPc(trace, n);
    if (pc === undefined) break;
    const traps = tracedTraps(trace, n).map((trap) => trapRow(machine, program, trap, [true]));
    newestFirst.push(...traps.reverse(), {
      kind: 'instruction',
      instruction: n,
      pc,
      ...describe(machine, program, pc),
      done: [true],
    });
  }
  return newestFirst.slice(0, rows).reverse();
}
