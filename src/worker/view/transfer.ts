// A VM on its way to another host as the page shows it: the round, what of it has arrived, and whether the VM stands still.

import { inOrder } from '../../sim/event-queue.ts';
import { lastFacts } from '../../timeline/facts/fact-index.ts';
import type { Run } from '../../timeline/run/run.ts';
import { linkOf } from '../../world/net/cables.ts';
import { lengthOf } from '../../world/net/messages.ts';
import type { TransferView } from '../frame.ts';

/** More rounds than this no transfer has. */
const ROUNDS = 64;

export function viewTransfer(run: Run): TransferView | null {
  const source = run.world.hosts.find(({ isAlive, transfer }) => isAlive && transfer !== null);
  if (source?.transfer == null) return null;
  const { purpose, target, round, stage, pausedAt } = source.transfer;
  const rounds = lastFacts(run, { kind: 'cloneRound', host: source.id }, run.seen, ROUNDS);
  const own = rounds.slice(-round);
  const last = own.at(-1);
  const bytes = last?.bytes ?? 0;
  return {
    purpose,
    from: source.id,
    to: target,
    round,
    pages: last?.pages ?? 0,
    bytes,
    stage,
    ...(stage === 'paused' ? { pausedAt } : {}),
    progress: arrivedOf(run, source.id, bytes),
    copied: own.slice(0, -1).reduce((sum, fact) => sum + fact.bytes, 0),
  };
}

/** What has left for the target of a round of so many bytes, as a share; the rest stands before the cable. */
function arrivedOf({ world }: Run, from: string, bytes: number): number {
  let pending = 0;
  for (const { at, event } of inOrder(world.queue)) {
    if (event.kind !== 'arrival' || event.from !== from || event.message.kind !== 'transfer') continue;
    const { latency, bitsPerSecond } = linkOf(world, event.link);
    const length = lengthOf(event.message);
    const left = ((at - latency - world.now) * bitsPerSecond) / 8e9;
    pending += Math.max(0, Math.min(length, left));
  }
  return bytes === 0 ? 1 : Math.max(0, Math.min(1, 1 - pending / bytes));
}
