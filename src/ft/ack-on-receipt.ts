// §3.2: the backup acknowledges entries once they are in its buffer, not once it has executed them; and when it must not (§2.3).

import type { Effect } from './effects.ts';
import { decodeEntries, entryLength } from './entry.ts';
import type { ProtocolConfig, Receiver, Replica } from './replica.ts';

/** Bytes that the backup can still take. */
export const freeBytes = (receiver: Receiver): number => Math.max(0, receiver.limit - receiver.held);

/** Entries arrive at the backup: the next ones in order are kept while there is room, repeated and early ones are not. */
export function receive(receiver: Receiver, bytes: Uint8Array<ArrayBuffer>, out: Effect[]): void {
  const first = receiver.receivedThrough + 1;
  for (const entry of decodeEntries(bytes)) {
    const length = entryLength(entry);
    // An entry larger than the whole buffer has to be let into an empty one, or the pair would stop for ever.
    const fits = receiver.held + length <= receiver.limit || receiver.held === 0;
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
  freeBytes(receiver) - receiver.advertised >= receiver.limit / 4;
