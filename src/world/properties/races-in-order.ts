// I18, §3.4: operations that race for blocks are done in the order in which the machine started them, on whichever host it runs.

import type { HostId } from '../base/config.ts';
import type { IoFacts, Observation } from '../state/observation.ts';
import { isWholeHistory, pairOf } from './pair.ts';
import type { Property, Verdict } from './property.ts';

interface Operation {
  io: number;
  operation: IoFacts['operation'];
  block: number;
  blocks: number;
  digest: string;
  /** When the disk first did it for this host. */
  doneAt: number | null;
  isCompleted: boolean;
}

interface Memory {
  /** By host: what its machine has started, in that order, the latest ones. */
  operations: Record<HostId, Operation[]>;
}

const KEPT = 64;

export const racesInOrder: Property<Memory> = {
  id: 'I18',
  name: 'Races in order',
  section: '§3.4',
  scope: 'always',
  applies: isWholeHistory,
  begin: () => ({ operations: {} }),
  check({ operations }, fact) {
    switch (fact.kind) {
      case 'paired': {
        const { primary, backup } = pairOf(fact);
        const own = operations[primary] ?? [];
        operations[backup] = own.map((operation) => ({ ...operation, doneAt: null }));
        return undefined;
      }
      case 'migrationFinished':
        operations[fact.to] = operations[fact.from] ?? [];
        delete operations[fact.from];
        return undefined;
      case 'ioStarted':
        start(operations, fact);
        return undefined;
      case 'ioCompleted': {
        const done = operations[fact.host]?.findLast(({ io }) => io === fact.io);
        if (done) done.isCompleted = true;
        return undefined;
      }
      case 'diskRead':
      case 'diskWritten':
        return judge(operations[fact.host] ?? [], fact);
      default:
        return undefined;
    }
  },
};

function start(operations: Memory['operations'], fact: Extract<Observation, { kind: 'ioStarted' }>): void {
  const { host, io, operation, block, blocks, digest = '' } = fact;
  operations[host] ??= [];
  const own = operations[host];
  own.push({ io, operation, block, blocks, digest, doneAt: null, isCompleted: false });
  if (own.length > KEPT) own.shift();
}

type Done = Extract<Observation, { kind: 'diskRead' | 'diskWritten' }>;

/** Whatever races with this operation and was started later may not have been done before. */
function judge(operations: Operation[], fact: Done): Verdict {
  const at = operations.findLastIndex(({ io }) => io === fact.io);
  const operation = operations[at];
  if (operation === undefined) return undefined;
  const overtaken = operations
    .slice(at + 1)
    .find((later) => later.doneAt !== null && isHarmed(operation, later));
  operation.doneAt ??= fact.at;
  if (overtaken === undefined) return 'holds';
  const isRead = overtaken.operation === 'read';
  return {
    key: 'raceOutOfOrder',
    values: { host: fact.host, block: fact.block, io: operation.io, other: overtaken.io },
    against: { at: overtaken.doneAt as number, kind: isRead ? 'diskRead' : 'diskWritten' },
  };
}

function isHarmed(operation: Operation, later: Operation): boolean {
  const overlap =
    operation.block < later.block + later.blocks && later.block < operation.block + operation.blocks;
  if (!overlap || (operation.operation !== 'write' && later.operation !== 'write')) return false;
  if (operation.doneAt === null) return true;
  // Done again, for want of an answer. That does harm only to other data, or to a reader who still waits.
  if (operation.operation === 'write')
    return later.operation === 'write' && later.digest !== operation.digest;
  return !operation.isCompleted;
}
