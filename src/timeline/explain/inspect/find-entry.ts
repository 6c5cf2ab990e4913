// A log entry, at any time after it was recorded.

import { after, earlier, type SimTime } from '../../../sim/time.ts';
import type { HostId } from '../../../world/base/config.ts';
import type { Observation } from '../../../world/state/observation.ts';
import { copyPlain } from '../../../world/state/snapshot.ts';
import { countBelow } from '../../facts/fact-index.ts';
import { advanceDiversion, divertAt, strideOf } from '../../run/diversion.ts';
import type { RunSnapshot } from '../../run/history.ts';
import type { Run } from '../../run/run.ts';

/** Instructions between two chances to stop. */
const SLICE = 20_000;

/** Where an entry entered a machine, and its bytes as they stood in the primary's send buffer. */
export interface FoundEntry {
  /** When, and at which host, it was recorded; or replayed, where that was asked for. */
  at: SimTime;
  host: HostId;
  /** Of the fact that says so, in the run. */
  number: number;
  bytes: Uint8Array<ArrayBuffer>;
}

export interface EntryReference {
  generation: number;
  sequence: number;
  /** Where it was recorded, unless told. */
  host?: HostId;
}

/** Looks for an entry as far as the run has been. Undefined when it was never recorded, or has not come to that host. */
export function* findEntry(run: Run, place: EntryReference): Generator<void, FoundEntry | undefined> {
  const { generation, sequence, host } = place;
  const before = run.snapshots[countBelow(run.snapshots, (snapshot) => !hasRecorded(snapshot, place)) - 1];
  if (before === undefined) return undefined;
  const { reached } = run;
  const diversion = divertAt(run, before);
  const { world } = diversion;
  let bytes: Uint8Array<ArrayBuffer> | undefined;
  let found: FoundEntry | undefined;
  let seen = before.seen;
  function match(fact: Observation): void {
    const number = seen++;
    if (fact.kind !== 'recorded' && fact.kind !== 'replayed') return;
    if (found !== undefined || fact.generation !== generation || fact.sequence !== sequence) return;
    const { sender } = world.hosts.find(({ id }) => id === fact.host)!.replica;
    if (fact.kind === 'recorded') bytes = sender.entries.find((each) => each.sequence === sequence)?.bytes;
    const isIt = host === undefined ? fact.kind === 'recorded' : fact.host === host;
    if (isIt && bytes !== undefined) found = { at: fact.at, host: fact.host, number, bytes: bytes.slice() };
  }
  while (found === undefined && world.now < reached) {
    advanceDiversion(diversion, earlier(after(world.now, strideOf(world, SLICE)), reached), match);
    yield;
  }
  return found;
}

/** Whether the log had come so far. */
function hasRecorded(snapshot: RunSnapshot, { generation, sequence }: EntryReference): boolean {
  const { generation: now, ackedThrough, unacked } = copyPlain(snapshot.gauges);
  return now > generation || (now === generation && ackedThrough + unacked.length >= sequence);
}
