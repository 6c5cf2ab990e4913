// §3.2: the backup acknowledges entries once they are in its buffer, not once it has executed them; and when it must not (§2.3).

import type { Effect } from './effects.ts';
import { decodeEntries, entryLength } from './entry.ts';
import type { ProtocolConfig, Receiver, Replica } from './replica.ts';

/** Bytes that the backup can still take. */
export const freeBytes = (receiver: Receiver): number => Math.max(0, receiver.limit - receiver.held);

/** So much of the buffer has to come free until the primary hears of it without a new entry to acknowledge. */
const announced = (limit: number): number => limit / 4;

/**
 * Whether the primary may hear of no more room than there is. One entry of any length goes into such a buffer, and may
 * pass its limit: waiting for room, a long one would wait until it is sent again, or for ever.
 */
export const isNearlyEmpty = (free: number, limit: number): boolean => free >= limit - announced(limit);

/** Entries arrive at the backup: the next ones in order are kept while there is room, repeated and early ones are not. */
export function receive(receiver: Receiver, bytes: Uint8Array<ArrayBuffer>, out: Effect[]): void {
  const first = receiver.receivedThrough + 1;
  for (const entry of decodeEntries(bytes)) {
    const length = entryLength(entry);
    const fits =
      receiver.held + length <= receiver.limit || isNearlyEmpty(freeBytes(receiver), receiver.limit);
    if (entry.sequence !== receiver.receivedThrough + 1 || !fits) continue;
    receiver.entries.push(Object.freeze(entry));
    receiver.held += length;
    receiver.receivedThrough = entry.sequence;
    receiver.barrier = entry.instruction;
  }
  if (receiver.receivedThrough >= first) {
    out.push({ kind: 'note', note: { kind: 'received', first, last: receiver.receivedThrough } });
  }
}

/** §3.2: the backup acknowledges what has reached its buffer, at once. How far its machine is goes with it. */
export function acknowledge({ receiver, generation }: Replica, out: Effect[]): void {
  receiver.advertised = freeBytes(receiver);
  const message = {
    kind: 'ack' as const,
    generation,
    through: receiver.receivedThrough,
    executed: receiver.consumedThrough,
    window: receiver.advertised,
  };
  out.push({ kind: 'send', message });
}

/**
 * §2.3: whoever may be about to go live acknowledges nothing more, or the old primary could let outputs out that nobody
 * saw it produce. With the rule off a machine that has gone live still does.
 */
export const mayAcknowledge = (replica: Replica, config: ProtocolConfig): boolean =>
  !config.rules.muteWhenGoingLive || (replica.role === 'backup' && replica.arbitration === 'none');

/** Whether so much room came free that a primary which waits for it should hear of it without a new entry to acknowledge. */
export const windowReopened = (receiver: Receiver): boolean =>
  freeBytes(receiver) - receiver.advertised >= announced(receiver.limit);
