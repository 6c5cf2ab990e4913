// The ruler that both instruction streams share: rows of executed instructions, and of what was put in and taken between them.

import { changesOf } from '../../machine/machine.ts';
import { countBelow, type FactOf, positionsOf } from '../../timeline/facts/fact-index.ts';
import { type TracedTrap, tracedPc, tracedTraps } from '../../timeline/run/instruction-trace.ts';
import type { Run } from '../../timeline/run/run.ts';
import { isLive } from '../../world/report.ts';
import { type Host, instructionOf } from '../../world/state/world.ts';
import type { EntryName, RulerRow } from '../frame.ts';
import { pairOf } from './pair.ts';
import type { Program } from './program.ts';
import { describe, nextRow, trapRow } from './rows.ts';

/** Rows that are kept at each machine's present, before and (for the follower) after it. */
const LEAD_ROWS = 4;
const FOLLOWER_BEFORE = 2;
const FOLLOWER_AFTER = 1;

/** The hosts' machines in the order in which the ruler is drawn: who is ahead, and who follows. */
interface Streams {
  lead: Host;
  follower: Host | undefined;
}

/**
 * While the pair is whole, and until a takeover is complete, the rows are what the primary has executed. Then it is
 * the live machine that writes on: what the dead one did beyond that point is nobody's any more.
 */
function streamsOf(run: Run): Streams {
  const solo = run.world.hosts.find((host) => isLive(run.world, host) && host.replica.role === 'solo');
  if (solo !== undefined) return { lead: solo, follower: undefined };
  const { primary, backup } = pairOf(run);
  const isBackupIn = backup !== primary && backup.replica.role === 'backup' && backup.isAlive;
  return { lead: primary, follower: isBackupIn ? backup : undefined };
}

/**
 * The instruction numbers to show, ascending. All between the two machines if they fit; else both machines' presents and
 * the log's entries between and before them, the newest first, with as much around them as there is room for.
 */
function chooseInstructions(run: Run, { lead, follower }: Streams, rows: number): number[] {
  const to = instructionOf(lead);
  const at = follower === undefined ? to : instructionOf(follower);
  const entries = entriesBetween(run, lead, Math.min(at, to) - 2000, to);
  const injected = entries.filter(isInjection);
  const between = (n: number): number =>
    injected.filter(({ instruction }) => instruction === n).length +
    trapsOf(run, { lead, follower }, n).length;
  const chosen = new Set<number>();
  const add = (n: number): boolean => {
    if (n < 1 || n > to || chosen.has(n)) return true;
    chosen.add(n);
    if (countRows(chosen, between) <= rows) return true;
    chosen.delete(n);
    return false;
  };
  const stretch = (newest: number, oldest: number): void => {
    for (let n = newest; n >= oldest; n--) if (!add(n)) return;
  };
  if (to - at + FOLLOWER_BEFORE < rows) {
    stretch(to, to - rows);
    return ascending(chosen);
  }
  // Both presents have room, whatever stands between instructions about them.
  add(to);
  add(at);
  stretch(at + FOLLOWER_AFTER, at - FOLLOWER_BEFORE);
  stretch(to, to - LEAD_ROWS + 1);
  // Of thousands that are on their way no more can find room.
  const newestFirst = entries.slice(-8 * rows).toReversed();
  for (const around of [0, 1, 2]) {
    for (const { instruction } of newestFirst) {
      add(instruction - around);
      add(instruction + around);
    }
  }
  return ascending(chosen);
}

const ascending = (numbers: Iterable<number>): number[] => [...numbers].sort((a, b) => a - b);

/** Rows that these instructions take, with what comes between them and the next, and a fold wherever some are left out. */
function countRows(chosen: ReadonlySet<number>, between: (instruction: number) => number): number {
  const list = ascending(chosen);
  const folds = list.filter((n, i) => i > 0 && n !== (list[i - 1] as number) + 1).length;
  return list.length + folds + list.reduce((sum, n) => sum + between(n), 0);
}

/** How far each host's machine has come on the history that the ruler shows. */
function reachOf(run: Run, lead: Host): number[] {
  const takeovers = takeoversOf(run);
  return run.world.hosts.map((host) => {
    const own = instructionOf(host);
    const without = takeovers.find(
      (fact) => fact.host !== host.id && fact.generation >= host.replica.generation,
    );
    return without && host !== lead ? Math.min(own, without.instruction) : own;
  });
}

const takeoversOf = (run: Run): FactOf<'wentLive'>[] =>
  positionsOf(run.index, { kind: 'wentLive' })
    .filter((position) => position < run.seen)
    .map((position) => run.facts[position] as FactOf<'wentLive'>);

/**
 * The entries recorded so far at instruction numbers from one to another, in the history that the leading machine has:
 * what died with a primary before anybody else had it is in nobody's.
 */
function entriesBetween(run: Run, lead: Host, from: number, to: number): FactOf<'recorded'>[] {
  const positions = positionsOf(run.index, { kind: 'recorded' });
  const fact = (position: number) => run.facts[position] as FactOf<'recorded'>;
  const begin = countBelow(positions, (position) => position < run.seen && fact(position).instruction < from);
  const end = countBelow(positions, (position) => position < run.seen && fact(position).instruction <= to);
  const takeovers = takeoversOf(run);
  const isKept = ({ host, generation, sequence }: FactOf<'recorded'>): boolean =>
    host === lead.id ||
    takeovers.every((takeover) => takeover.generation !== generation || sequence <= takeover.consumed);
  return positions.slice(begin, end).map(fact).filter(isKept);
}

const isInjection = ({ entry }: FactOf<'recorded'>): boolean =>
  entry !== 'clock' && entry !== 'entropy' && entry !== 'output' && entry !== 'progress';

/** An entry is replayed on a host that has consumed it; where it was recorded it is done anyway. */
function hasApplied(host: Host, { generation, sequence }: FactOf<'recorded'>): boolean {
  if (host.replica.generation > generation) return true;
  const isFollower = host.replica.receiver.receivedThrough > 0 || host.replica.role === 'backup';
  return !isFollower || host.replica.receiver.consumedThrough >= sequence;
}

/** At most `rows` rows, oldest first. */
export function viewRuler(run: Run, program: Program, rows: number): RulerRow[] {
  return rowsOf(run, program, streamsOf(run), rows);
}

/**
 * A host's own rows, where the ruler's are not its: it lives beside another live machine, or it died with instructions
 * that the live one never executed.
 */
export function viewStream(run: Run, program: Program, host: Host, rows: number): RulerRow[] | undefined {
  const { lead, follower } = streamsOf(run);
  if (lead.replica.role !== 'solo' || host === lead || host === follower || instructionOf(host) === 0) {
    return undefined;
  }
  return rowsOf(run, program, { lead: host, follower: undefined }, rows);
}

function rowsOf(run: Run, program: Program, streams: Streams, rows: number): RulerRow[] {
  const reach = reachOf(run, streams.lead);
  const next = rowAhead(streams, program, reach);
  const view: RulerRow[] = [];
  let last: number | undefined;
  for (const n of chooseInstructions(run, streams, next ? rows - 1 : rows)) {
    const pc = pcOf(run, streams, n);
    if (pc === undefined) continue;
    if (last !== undefined && n !== last + 1) view.push({ kind: 'fold', from: last + 1, to: n - 1 });
    last = n;
    addInstruction(run, program, view, streams, n, pc, reach);
  }
  return next ? [...view, next] : view;
}

function pcOf(run: Run, { lead, follower }: Streams, n: number): number | undefined {
  for (const host of [lead, follower, ...run.world.hosts]) {
    if (host === undefined) continue;
    const trace = run.traces[run.world.hosts.indexOf(host)];
    const pc = trace && tracedPc(trace, n);
    if (pc !== undefined) return pc;
  }
  return undefined;
}

/** What the machines took behind the n-th instruction: as the first of them knows it whose instructions are known. */
function trapsOf(run: Run, { lead, follower }: Streams, n: number): TracedTrap[] {
  for (const host of [lead, follower, ...run.world.hosts]) {
    const trace = host && run.traces[run.world.hosts.indexOf(host)];
    if (trace && tracedPc(trace, n) !== undefined) return tracedTraps(trace, n);
  }
  return [];
}

function addInstruction(
  run: Run,
  program: Program,
  view: RulerRow[],
  streams: Streams,
  n: number,
  pc: number,
  reach: number[],
): void {
  const { lead } = streams;
  const entries = entriesBetween(run, lead, n, n);
  const own = entries.find((entry) => !isInjection(entry));
  view.push({
    kind: 'instruction',
    instruction: n,
    pc,
    ...describe(lead.machine, program, pc),
    ...(own
      ? {
          entry: {
            ...nameOf(own),
            ...(own.output ? { output: own.output } : {}),
          },
        }
      : {}),
    done: reach.map((upTo) => n <= upTo),
  });
  for (const entry of entries.filter(isInjection)) {
    view.push({
      kind: 'injection',
      instruction: n,
      entry: nameOf(entry),
      done: run.world.hosts.map((host, i) => n <= (reach[i] ?? 0) && hasApplied(host, entry)),
    });
  }
  for (const trap of trapsOf(run, streams, n)) {
    const isTaken = (host: Host, upTo: number): boolean =>
      n < upTo || (n === upTo && changesOf(host.machine) >= trap.changes);
    const done = run.world.hosts.map((host, i) => isTaken(host, reach[i] ?? 0));
    view.push(trapRow(lead.machine, program, trap, done));
  }
}

const nameOf = ({ generation, sequence, entry }: FactOf<'recorded'>): EntryName => ({
  generation,
  sequence,
  kind: entry,
});

/** What the leading machine will execute next. */
function rowAhead({ lead }: Streams, program: Program, reach: number[]): RulerRow | undefined {
  const none = reach.map(() => false);
  return lead.replica.role === 'halted' ? undefined : nextRow(lead, program, none);
}
