// One unit on or back: an instruction of a machine, a log entry, a protocol event.

import { after, type Duration, earlier, milliseconds, type SimTime } from '../sim/time.ts';
import type { Fact } from '../world/observation.ts';
import { instantOf } from '../world/pace.ts';
import { type Host, instructionOf, lookahead, nextEventAt } from '../world/world.ts';
import { advanceRun, type Run, restore, seekRun, TRACED_APPROACH } from './run.ts';

/** A step that finds nothing within this much of simulated time gives up: nothing more is going to happen. */
const PATIENCE = milliseconds(1000);

/** How far a step for an entry or event looks at a time. */
const STRIDE = milliseconds(0.2);

/** Whether the host's machine may ever retire another instruction. */
const canExecute = (host: Host): boolean => host.isAlive && host.replica.role !== 'halted';

/** Goes on until the host's machine has retired `target` instructions, and not a nanosecond further. */
function advanceToInstruction(run: Run, host: Host, target: ReturnType<typeof instructionOf>): void {
  const { world } = run;
  const limit = after(world.now, PATIENCE);
  while (instructionOf(host) < target && canExecute(host) && world.now < limit) {
    // As far as nothing can change the host's pace unseen.
    const bound = earlier(after(world.now, lookahead(world)), nextEventAt(world));
    const due = host.pace.isExecuting ? instantOf(host.pace, target) : bound;
    const next = earlier(bound, due);
    advanceRun(run, next > world.now ? next : after(world.now, 1 as Duration));
  }
}

/** One instruction of a host's machine on, or back to when it had retired one less. */
export function stepInstruction(run: Run, hostIndex: number, direction: 1 | -1): void {
  const host = run.world.hosts[hostIndex] as Host;
  const from = instructionOf(host);
  const target = (from + direction) as typeof from;
  if (direction === 1) {
    advanceToInstruction(run, host, target);
    return;
  }
  if (target < 0) return;
  const before = run.snapshots.findLast((snapshot) => (snapshot.instructions[hostIndex] as number) < target);
  restore(run, Math.max(0, (before?.at ?? 0) - TRACED_APPROACH) as SimTime);
  advanceToInstruction(run, host, target);
}

const ENTRIES: ReadonlySet<Fact['kind']> = new Set(['recorded', 'replayed']);

const EVENTS: ReadonlySet<Fact['kind']> = new Set([
  'requestSent',
  'requestArrived',
  'answered',
  'outputHeld',
  'outputReleased',
  'outputDropped',
  'diskWritten',
  'diskFenced',
  'hostCrashed',
  'linkCut',
  'linkMended',
  'suspected',
  'testAndSetSent',
  'testAndSetWon',
  'testAndSetLost',
  'draining',
  'wentLive',
  'wentSolo',
  'macMoved',
  'ioReissued',
  'sendBufferFull',
  'sendBufferDrained',
  'diverged',
  'halted',
]);

/** To the next or the last instant at which an entry was recorded or replayed. */
export const stepEntry = (run: Run, direction: 1 | -1): void => stepTo(run, ENTRIES, direction);

/** To the next or the last instant at which something of the protocol happened. */
export const stepEvent = (run: Run, direction: 1 | -1): void => stepTo(run, EVENTS, direction);

function stepTo(run: Run, kinds: ReadonlySet<Fact['kind']>, direction: 1 | -1): void {
  const { now } = run.world;
  if (direction === -1) {
    const last = run.facts.slice(0, run.seen).findLast((fact) => fact.at < now && kinds.has(fact.kind));
    seekRun(run, (last?.at ?? 0) as SimTime);
    return;
  }
  const limit = after(now, PATIENCE);
  let from = run.seen;
  for (;;) {
    const found = run.facts.slice(from).find((fact) => fact.at > now && kinds.has(fact.kind));
    if (found) {
      seekRun(run, found.at);
      return;
    }
    from = run.facts.length;
    if (run.world.now >= limit) return;
    advanceRun(run, after(run.world.now, STRIDE));
  }
}
