// I19, §3.4: every disk operation gets exactly one completion. What was started and not completed is issued again by who goes live.

import type { HostId } from '../base/config.ts';
import type { Observation } from '../state/observation.ts';
import { isWholeHistory, pairOf } from './pair.ts';
import { type FactReference, type Property, referTo, type Verdict } from './property.ts';

interface Memory {
  /** What the disk may take before a host asks again: as long it may take until a pending operation is issued. */
  patience: number;
  /** By host: started by its machine and not completed there, and whether this host has issued it. */
  pending: Record<HostId, { io: number; isIssued: boolean }[]>;
  /** By host: which operation waits for which, because they race. */
  behind: Record<HostId, Record<number, number>>;
  /** What who went live has still to issue, and until when. */
  due: { host: HostId; ios: number[]; by: number; since: FactReference } | null;
}

export const pendingIo: Property<Memory> = {
  id: 'I19',
  name: 'Pending I/O',
  section: '§3.4',
  scope: 'always',
  applies: isWholeHistory,
  begin: ({ disk }) => ({ patience: disk.retryAfter, pending: {}, behind: {}, due: null }),
  check(memory, fact) {
    const overdue = memory.due !== null && fact.at > memory.due.by ? judgeDue(memory) : undefined;
    const verdict = note(memory, fact);
    return overdue ?? verdict;
  },
};

function note(memory: Memory, fact: Observation): Verdict {
  switch (fact.kind) {
    case 'paired': {
      const { primary, backup } = pairOf(fact);
      const own = memory.pending[primary] ?? [];
      memory.pending[backup] = own.map(({ io }) => ({ io, isIssued: false }));
      memory.behind[backup] = { ...memory.behind[primary] };
      return undefined;
    }
    case 'migrationFinished':
      return move(memory, fact);
    case 'ioStarted':
      memory.pending[fact.host] ??= [];
      memory.pending[fact.host]?.push({ io: fact.io, isIssued: false });
      return undefined;
    case 'ioSerialized':
      memory.behind[fact.host] ??= {};
      (memory.behind[fact.host] as Record<number, number>)[fact.io] = fact.behind;
      return undefined;
    case 'ioIssued': {
      const issued = memory.pending[fact.host]?.find(({ io }) => io === fact.io);
      if (issued) issued.isIssued = true;
      return undefined;
    }
    case 'ioCompleted':
      return complete(memory, fact);
    case 'wentLive':
      return beginDue(memory, fact);
    // What it had pending may be on its way to another host, which has not said so yet.
    case 'hostCrashed':
    case 'hostPaused':
    case 'halted':
    case 'poweredOff':
      if (memory.due?.host === fact.host) memory.due = null;
      return undefined;
    default:
      return undefined;
  }
}

function move(memory: Memory, fact: Extract<Observation, { kind: 'migrationFinished' }>): undefined {
  const { from, to } = fact;
  memory.pending[to] = memory.pending[from] ?? [];
  memory.behind[to] = memory.behind[from] ?? {};
  forget(memory, from);
  return undefined;
}

function forget(memory: Memory, host: HostId): void {
  delete memory.pending[host];
  delete memory.behind[host];
  if (memory.due?.host === host) memory.due = null;
}

function complete(memory: Memory, fact: Extract<Observation, { kind: 'ioCompleted' }>): Verdict {
  const { host, io } = fact;
  const pending = memory.pending[host] ?? [];
  const at = pending.findIndex((operation) => operation.io === io);
  delete memory.behind[host]?.[io];
  if (at < 0) return { key: 'completedUnasked', values: { host, io } };
  pending.splice(at, 1);
  return 'holds';
}

function beginDue(memory: Memory, fact: Extract<Observation, { kind: 'wentLive' }>): undefined {
  const ios = (memory.pending[fact.host] ?? []).filter(({ isIssued }) => !isIssued).map(({ io }) => io);
  const by = fact.at + memory.patience;
  memory.due = ios.length === 0 ? null : { host: fact.host, ios, by, since: referTo(fact) };
  return undefined;
}

/** The time is up. What waits for another operation that is still under way has some more. */
function judgeDue(memory: Memory): Verdict {
  const { host, ios, by, since } = memory.due as NonNullable<Memory['due']>;
  const pending = memory.pending[host] ?? [];
  const isPending = (io: number | undefined) => pending.some((operation) => operation.io === io);
  const left = ios.filter((io) => pending.some((operation) => operation.io === io && !operation.isIssued));
  const forgotten = left.find((io) => !isPending(memory.behind[host]?.[io]));
  memory.due = left.length === 0 ? null : { host, ios: left, by: by + memory.patience, since };
  if (forgotten !== undefined)
    return { key: 'notReissued', values: { host, io: forgotten, count: left.length }, against: since };
  return left.length === 0 ? 'holds' : undefined;
}
