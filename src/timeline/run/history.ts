// The snapshots of a run: as many as the memory budget holds, evenly spread over the work that was done, and a few near the cursor.

import type { StoredLines } from '../../machine/machine.ts';
import { uniteLines } from '../../machine/machine.ts';
import type { SimTime } from '../../sim/time.ts';
import type { PropertyState } from '../../world/properties/property.ts';
import {
  packPlain,
  packWorld,
  plainBytesBeyond,
  snapshotBytes,
  type WorldSnapshot,
} from '../../world/state/snapshot.ts';
import { countBelow } from '../facts/fact-index.ts';
import type { Gauges } from '../facts/gauges.ts';

/** What was stored to in memory from an instant on, at which there is or was one of the evenly spread snapshots. Never changed. */
export interface Stored {
  readonly since: SimTime;
  /** By host. */
  readonly lines: readonly StoredLines[];
}

export interface RunSnapshot {
  at: SimTime;
  /** Until here, since the snapshot before it that is not just near the cursor. */
  stored: Stored;
  world: WorldSnapshot;
  /** Only to be put back, like the world. */
  properties: PropertyState[];
  gauges: Gauges;
  /** How many facts had been seen since the run began. */
  seen: number;
  /** How far each host's machine was. */
  instructions: number[];
  /** How much work the run was until here: what going through it again takes. */
  work: number;
  /** Of memory, beside the snapshot before it. */
  bytes: number;
}

export interface History {
  /** Ascending, the first at the start. */
  snapshots: RunSnapshot[];
  /** Work between two of them. */
  spacing: number;
  /** Estimated memory of all, and how much that may be, in bytes. */
  heldBytes: number;
  heldLimit: number;
  /** The next to be dropped when there is too much: every second from the start on, then again. */
  hand: number;
  /** Close to the cursor, ascending: kept only while one moves there. */
  near: RunSnapshot[];
  /** Work between two of those that are taken on the way to the cursor; 0: none are. */
  nearSpacing: number;
}

/** A fact, with the event behind it, is as much work as so many instructions. */
export const FACT_WORK = 2500;

/** Some ten milliseconds of a computer's time: closer together snapshots take more time than they save. */
const SPACING_LEAST = 1_000_000;

/** Nor are snapshots near the cursor any use closer than this. */
const NEAR_SPACING_LEAST = 50_000;

/** So many snapshots near the cursor divide the way from the snapshot before it; and so many are kept at most. */
const NEAR_ON_THE_WAY = 12;
const NEAR_MAX = 48;

/** So much of a run's memory is for facts, and for their columns: a million events of them; snapshots have the rest. */
export const FACTS_SHARE = 1 / 16;
export const COLUMNS_SHARE = 3 / 16;

export const snapshotLimit = (memory: number): number => memory * (1 - FACTS_SHARE - COLUMNS_SHARE);

export const createHistory = (limit: number): History => ({
  snapshots: [],
  spacing: SPACING_LEAST,
  heldBytes: 0,
  heldLimit: limit,
  hand: 1,
  near: [],
  nearSpacing: 0,
});

/** Of a host's stored lines, beside themselves. */
const LINES_BYTES = 160;

/** What the snapshot holds that `before` does not. */
function bytesBeside(snapshot: RunSnapshot, before: RunSnapshot | undefined): number {
  return (
    snapshotBytes(snapshot.world, before?.world ?? null) +
    plainBytesBeyond(snapshot.properties, before?.properties) +
    plainBytesBeyond(snapshot.gauges, before?.gauges) +
    snapshot.stored.lines.reduce((sum, lines) => sum + LINES_BYTES + (lines?.byteLength ?? 0), 0)
  );
}

/** Adds the latest snapshot, and makes room for it. */
export function addSnapshot(history: History, snapshot: RunSnapshot): void {
  const { snapshots } = history;
  snapshot.bytes = bytesBeside(snapshot, snapshots.at(-1));
  packLast(history, snapshot);
  history.heldBytes += snapshot.bytes;
  snapshots.push(snapshot);
  thin(history);
}

/** Lets go of as many snapshots as do not fit: never of the first, nor of the last, which may only just have been taken. */
export function thin(history: History): void {
  while (history.heldBytes > history.heldLimit && history.snapshots.length > 2) dropOne(history);
}

/** The next one has been taken beside the last, which is from now on only to be put back. Much of it is as in the first, which stays. */
function packLast(history: History, next: RunSnapshot): void {
  const { snapshots } = history;
  const last = snapshots.at(-1);
  if (last === undefined) return;
  const first = snapshots.length > 1 ? snapshots[0] : undefined;
  last.world = packWorld(last.world, next.world, first?.world);
  last.properties = packPlain(last.properties, next.properties, first?.properties);
  last.gauges = packPlain(last.gauges, next.gauges, first?.gauges);
  history.heldBytes -= last.bytes;
  last.bytes = bytesBeside(last, snapshots.at(-2));
  history.heldBytes += last.bytes;
}

/** Twice as far apart from the start to where the hand is: so what is kept is always spread evenly, but for a factor of two. */
function dropOne(history: History): void {
  const { snapshots } = history;
  if (history.hand >= snapshots.length - 1) history.hand = 1;
  if (history.hand === 1) history.spacing *= 2;
  const [dropped] = snapshots.splice(history.hand, 1) as [RunSnapshot];
  const next = snapshots[history.hand] as RunSnapshot;
  for (const each of [next, ...history.near])
    if (each.stored.since === dropped.at) each.stored = joinStored(dropped.stored, each.stored);
  history.heldBytes -= dropped.bytes + next.bytes;
  next.bytes = bytesBeside(next, snapshots[history.hand - 1]);
  history.heldBytes += next.bytes;
  history.hand++;
}

/** Of two stretches of which the second begins where the first ends. */
export const joinStored = (first: Stored, second: Stored): Stored => ({
  since: first.since,
  lines: first.lines.map((lines, i) => uniteLines(lines, second.lines[i] ?? null)),
});

/** Forgets all snapshots that are not before an instant. */
export function forgetSnapshotsFrom(history: History, instant: SimTime): void {
  history.snapshots = history.snapshots.filter(({ at }) => at < instant);
  history.near = history.near.filter(({ at }) => at < instant);
  history.heldBytes = history.snapshots.reduce((sum, { bytes }) => sum + bytes, 0);
  history.hand = Math.min(history.hand, Math.max(1, history.snapshots.length));
}

const latestIn = (snapshots: readonly RunSnapshot[], instant: SimTime): number =>
  countBelow(snapshots, ({ at }) => at <= instant) - 1;

/** The latest snapshot at or before an instant that satisfies `is`; being near the cursor or not is all one. */
export function latestSnapshot(
  { snapshots, near }: History,
  instant: SimTime,
  is: (snapshot: RunSnapshot) => boolean = () => true,
): RunSnapshot | undefined {
  const latest = (list: readonly RunSnapshot[]): RunSnapshot | undefined => {
    let i = latestIn(list, instant);
    while (i >= 0 && !is(list[i] as RunSnapshot)) i--;
    return list[i];
  };
  const far = latest(snapshots);
  const close = latest(near);
  if (far === undefined || close === undefined) return far ?? close;
  return close.at >= far.at ? close : far;
}

/** Whether the run stands where its next snapshot is due: beyond all that it has, and far enough from the last. */
export function isSnapshotDue({ snapshots, spacing }: History, now: SimTime, work: number): boolean {
  const last = snapshots.at(-1);
  return last === undefined || (now > last.at && work - last.work >= spacing);
}

/** The cursor is about to come from this snapshot: what is near it from now on divides the way to the next one. */
export function beginNear(history: History, from: RunSnapshot): void {
  const { snapshots } = history;
  const index = latestIn(snapshots, from.at);
  const base = snapshots[index] as RunSnapshot;
  const end = snapshots[index + 1];
  history.near = history.near.filter(({ at }) => at >= base.at && (end === undefined || at < end.at));
  const stretch = end === undefined ? history.spacing : end.work - base.work;
  history.nearSpacing = Math.max(NEAR_SPACING_LEAST, Math.floor(stretch / NEAR_ON_THE_WAY));
}

/** Whether a snapshot near the cursor is due: there is none about here. */
export function isNearDue(history: History, now: SimTime, work: number): boolean {
  if (history.nearSpacing === 0) return false;
  const before = latestSnapshot(history, now);
  return before !== undefined && before.at < now && work - before.work >= history.nearSpacing;
}

/** Adds a snapshot near the cursor; of too many, the one farthest from it is forgotten. */
export function addNear(history: History, snapshot: RunSnapshot): void {
  const { near } = history;
  const index = countBelow(near, ({ at }) => at < snapshot.at);
  if (near[index]?.at === snapshot.at) near[index] = snapshot;
  else near.splice(index, 0, snapshot);
  if (near.length <= NEAR_MAX) return;
  const first = near[0] as RunSnapshot;
  const last = near.at(-1) as RunSnapshot;
  if (snapshot.at - first.at > last.at - snapshot.at) near.shift();
  else near.pop();
}
