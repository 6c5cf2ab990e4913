// §3.2: the buffers at both ends of the logging channel, and what full and empty mean.

import type { DeepReadonly } from '../base/readonly.ts';
import type { SimTime } from '../sim/time.ts';
import { isNearlyEmpty } from './ack-on-receipt.ts';
import type { Effect } from './effects.ts';
import { encodeEntry, entryLength, type LogEntry, type SequenceNumber } from './entry.ts';
import type { PairMessage } from './messages.ts';
import { possibleAt } from './pacing.ts';
import type { OutgoingEntry, ProtocolConfig, Receiver, Replica, Sender } from './replica.ts';

/** Entries go in batches of up to this many bytes; a larger entry is one by itself. */
const BATCH_BYTES = 1448;

/** §3.2: a full buffer stops the primary completely, until the backup acknowledges. */
export const isStopped = (sender: DeepReadonly<Sender>): boolean => sender.held > sender.limit;

/** Puts an entry into the send buffer. The buffer may pass its limit by this one entry: its instruction has happened. */
export function append(
  sender: Sender,
  config: ProtocolConfig,
  entry: LogEntry,
  now: SimTime,
  out: Effect[],
): void {
  const bytes = encodeEntry(entry);
  const wasStopped = isStopped(sender);
  // Frozen, so that the copies of a full buffer in all snapshots share them.
  const outgoing: OutgoingEntry = {
    sequence: entry.sequence,
    instruction: entry.instruction,
    kind: entry.kind,
    ...(entry.kind === 'output' ? { output: entry.output } : {}),
    bytes,
  };
  sender.entries.push(Object.freeze(outgoing));
  sender.held += bytes.length;
  const possible = possibleAt(sender, config, entry.instruction, now);
  sender.unexecuted.push(Object.freeze({ sequence: entry.sequence, at: now, possible }));
  sender.last = { instruction: entry.instruction, at: now };
  if (isStopped(sender) && !wasStopped) out.push({ kind: 'note', note: { kind: 'sendBufferFull' } });
}

/** Whether one entry goes out however long it is: to a buffer that takes it, or to hear how a full one stands. */
const maySendAny = ({ inFlight, window }: Sender, limit: number, probe: boolean): boolean =>
  probe || (inFlight === 0 && isNearlyEmpty(window, limit));

/** The entries that go into the next batch: unsent, in order, as many as it and the backup's window take. */
function nextBatch(sender: Sender, limit: number, probe: boolean): Uint8Array<ArrayBuffer>[] {
  const batch: Uint8Array<ArrayBuffer>[] = [];
  let length = 0;
  const sendsAny = maySendAny(sender, limit, probe);
  const [oldest] = sender.entries;
  const unsent = oldest === undefined ? 0 : sender.nextToSend - oldest.sequence;
  for (let i = unsent; i < sender.entries.length; i++) {
    const { bytes } = sender.entries[i] as OutgoingEntry;
    const fits = length + bytes.length <= BATCH_BYTES || batch.length === 0;
    const wanted =
      sender.inFlight + length + bytes.length <= sender.window || (sendsAny && batch.length === 0);
    if (!fits || !wanted) break;
    batch.push(bytes);
    length += bytes.length;
  }
  sender.inFlight += length;
  return batch;
}

function join(parts: Uint8Array<ArrayBuffer>[]): Uint8Array<ArrayBuffer> {
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

/** Sends what stands in the send buffer as soon as possible (§3.2). `probe` sends one entry into a closed window. */
export function flush(replica: Replica, config: ProtocolConfig, out: Effect[], probe = false): void {
  const { sender } = replica;
  const limit = config.receiveBufferBytes;
  for (
    let batch = nextBatch(sender, limit, probe);
    batch.length > 0;
    batch = nextBatch(sender, limit, false)
  ) {
    const first = sender.nextToSend;
    const last = first + batch.length - 1;
    sender.nextToSend = last + 1;
    const { generation } = replica;
    out.push({ kind: 'send', message: { kind: 'entries', generation, first, last, bytes: join(batch) } });
  }
  // The rule switched off: what the primary's own network has taken counts as acknowledged.
  if (!config.rules.ackOnReceipt) forgetAcknowledged(sender, sender.nextToSend - 1, out);
  if (sender.entries.length > 0 && !sender.waitingForAck) armRetransmission(sender, config, out);
}

function armRetransmission(sender: Sender, config: ProtocolConfig, out: Effect[]): void {
  sender.waitingForAck = true;
  sender.ackedAtTimer = sender.ackedThrough;
  // Entries that are still waiting for the cable are not late: sent again, they would only wait longer.
  out.push({ kind: 'setTimer', timer: 'retransmit', wait: config.retransmitTimeout, onceSent: true });
}

/** The retransmission timer: if no acknowledgement came since it was set, the stream is sent again from the first unacknowledged entry. */
export function retransmit(replica: Replica, config: ProtocolConfig, out: Effect[]): void {
  const { sender } = replica;
  sender.waitingForAck = false;
  if (replica.role !== 'primary' || sender.entries.length === 0) return;
  if (sender.ackedThrough === sender.ackedAtTimer) {
    sender.nextToSend = sender.ackedThrough + 1;
    sender.inFlight = 0;
    out.push({ kind: 'note', note: { kind: 'resent', from: sender.nextToSend } });
    flush(replica, config, out, true);
    return;
  }
  armRetransmission(sender, config, out);
}

/** The primary hears how far the backup's machine is. */
export function executedThrough(replica: Replica, executed: SequenceNumber): void {
  const { unexecuted } = replica.sender;
  while ((unexecuted[0]?.sequence ?? Number.POSITIVE_INFINITY) <= executed) unexecuted.shift();
  replica.unreadByBackup = replica.unreadByBackup.filter(({ sequence }) => sequence > executed);
}

/** The primary hears how far the backup has received: those entries leave the send buffer, and more can be sent. */
export function acknowledged(
  replica: Replica,
  config: ProtocolConfig,
  ack: Extract<PairMessage, { kind: 'ack' }>,
  out: Effect[],
): void {
  const { sender } = replica;
  const { executed, window } = ack;
  executedThrough(replica, executed);
  const isNews = ack.through >= sender.ackedThrough;
  if (isNews || !config.rules.ackOnReceipt) sender.window = window;
  if (isNews) forgetAcknowledged(sender, ack.through, out, executed);
  flush(replica, config, out);
}

/** Entries up to `through` leave the send buffer. */
function forgetAcknowledged(
  sender: Sender,
  through: SequenceNumber,
  out: Effect[],
  executed: SequenceNumber = 0,
): void {
  const wasStopped = isStopped(sender);
  for (let oldest = sender.entries[0]; oldest !== undefined && oldest.sequence <= through; ) {
    sender.held -= oldest.bytes.length;
    if (oldest.sequence < sender.nextToSend) sender.inFlight -= oldest.bytes.length;
    sender.entries.shift();
    oldest = sender.entries[0];
  }
  if (through > sender.ackedThrough) out.push({ kind: 'note', note: { kind: 'acked', through, executed } });
  sender.ackedThrough = through;
  if (sender.nextToSend <= through) sender.nextToSend = through + 1;
  if (wasStopped && !isStopped(sender)) out.push({ kind: 'note', note: { kind: 'sendBufferDrained' } });
}

/** Takes an entry out of the receive buffer: the first, while delivery is exact. */
export function consume(receiver: Receiver, entry: LogEntry): void {
  receiver.entries.splice(receiver.entries.indexOf(entry), 1);
  receiver.held -= entryLength(entry);
  receiver.consumedThrough = (receiver.entries[0]?.sequence ?? receiver.receivedThrough + 1) - 1;
}
