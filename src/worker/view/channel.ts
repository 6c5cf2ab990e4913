// The logging channel as the page shows it: both buffers, and everything on the cable.

import { entryLength } from '../../ft/entry.ts';
import type { PairMessage } from '../../ft/messages.ts';
import { inOrder } from '../../sim/event-queue.ts';
import { factsBetween, lastFacts } from '../../timeline/facts/fact-index.ts';
import type { Run } from '../../timeline/run/run.ts';
import { logCable } from '../../world/base/cables.ts';
import { linkOf } from '../../world/net/cables.ts';
import { isDelivered } from '../../world/net/network.ts';
import type { Host, World } from '../../world/state/world.ts';
import type { AckView, ChannelView, EntryView } from '../frame.ts';
import { type Pair, pairOf } from './pair.ts';

/** More beads than this nobody can tell apart. */
const ENTRIES = 48;

/** The throughput is a mean over this much time, in nanoseconds. */
const THROUGHPUT_WINDOW = 100_000_000;

/** Entries that were consumed so lately are still shown. */
const CONSUMED = 4;

interface OnCable {
  from: string;
  message: PairMessage;
  progress: number;
  isLost: boolean;
}

/** What the two hosts of a generation's pair have under way to each other. */
function onCable(world: World, { generation, primary, backup }: Pair): OnCable[] {
  const cable = logCable(primary.id, backup.id);
  const list: OnCable[] = waitingAt(primary, generation).concat(waitingAt(backup, generation));
  for (const { at, event } of inOrder(world.queue)) {
    if (event.kind !== 'arrival' || event.message.kind !== 'channel' || event.link !== cable) continue;
    if (event.message.message.generation !== generation) continue;
    const progress = at === event.sentAt ? 1 : (world.now - event.sentAt) / (at - event.sentAt);
    list.push({
      from: event.from,
      message: event.message.message,
      progress,
      isLost: !isDelivered(world, event),
    });
  }
  return list;
}

/** What has come to a paused host stands before its door. */
const waitingAt = ({ stalled }: Host, generation: number): OnCable[] =>
  stalled.flatMap((event) =>
    event.kind === 'delivery' &&
    event.message.kind === 'channel' &&
    event.message.message.generation === generation
      ? [{ from: event.from, message: event.message.message, progress: 1, isLost: false }]
      : [],
  );

/** Where an entry that the sender still keeps is by now. */
function place(
  sequence: number,
  sender: Host,
  receiver: Host,
  cable: OnCable[],
): Pick<EntryView, 'place' | 'progress'> {
  if (sequence <= receiver.replica.receiver.consumedThrough) return { place: 'consumed', progress: 1 };
  if (sequence <= receiver.replica.receiver.receivedThrough) return { place: 'received', progress: 1 };
  const carrier = cable.find(
    ({ message }) => message.kind === 'entries' && message.first <= sequence && sequence <= message.last,
  );
  if (carrier) return { place: carrier.isLost ? 'lost' : 'flying', progress: carrier.progress };
  return { place: sequence >= sender.replica.sender.nextToSend ? 'unsent' : 'lost', progress: 0 };
}

function viewEntries(run: Run, { generation, primary, backup }: Pair, cable: OnCable[]): EntryView[] {
  const [sender, receiver] = [primary, backup];
  const { ackedThrough } = sender.replica.sender;
  const views = new Map<number, EntryView>();
  const add = (view: Omit<EntryView, 'generation' | 'acked' | 'place' | 'progress'>): void => {
    const { sequence } = view;
    views.set(sequence, {
      ...view,
      generation,
      ...place(sequence, sender, receiver, cable),
      acked: sequence <= ackedThrough,
    });
  };
  for (const fact of lastFacts(run, { kind: 'replayed' }, run.seen, CONSUMED)) {
    const { sequence, instruction, bytes, output } = fact;
    if (fact.generation !== generation) continue;
    add({ sequence, kind: fact.entry, instruction, bytes, ...(output ? { output } : {}) });
  }
  for (const entry of receiver.replica.receiver.entries.slice(0, ENTRIES)) {
    const { sequence, instruction } = entry;
    const output = entry.kind === 'output' ? { output: entry.output } : {};
    add({ sequence, kind: entry.kind, instruction, bytes: entryLength(entry), ...output });
  }
  for (const entry of sender.replica.sender.entries.slice(0, ENTRIES)) {
    const { sequence, instruction, kind, bytes, output } = entry;
    add({ sequence, kind, instruction, bytes: bytes.length, ...(output ? { output } : {}) });
  }
  return [...views.values()].sort((a, b) => a.sequence - b.sequence).slice(-ENTRIES);
}

function viewAcks(cable: OnCable[]): AckView[] {
  return cable.flatMap(({ message, progress, isLost }) =>
    message.kind === 'ack' ? [{ through: message.through, progress, lost: isLost }] : [],
  );
}

function throughput(run: Run): number {
  const { now } = run.world;
  const window = Math.min(now, THROUGHPUT_WINDOW);
  if (window === 0) return 0;
  const sent = factsBetween(run, { kind: 'sent' }, now - window, now);
  const bytes = sent.reduce((sum, fact) => sum + (fact.message === 'entries' ? fact.bytes : 0), 0);
  return Math.round((bytes * 8 * 1e9) / window);
}

/** Whether anybody still logs: the sender lives and has a backup to tell. */
function stateOf({ world }: Run, { primary, backup }: Pair): ChannelView['state'] {
  if (primary === backup || !primary.isAlive || primary.replica.role !== 'primary') return 'closed';
  const cable = linkOf(world, logCable(primary.id, backup.id));
  return cable.cut.includes(true) ? 'cut' : 'open';
}

export function viewChannel(run: Run): ChannelView {
  const pair = pairOf(run);
  const { primary: from, backup: to } = pair;
  const cable = from === to ? [] : onCable(run.world, pair);
  const { sender } = from.replica;
  const { receiver } = to.replica;
  return {
    from: from.id,
    to: to.id,
    generation: pair.generation,
    state: stateOf(run, pair),
    sendBufferBytes: sender.held,
    sendBufferLimit: sender.limit,
    receiveBufferBytes: receiver.held,
    receiveBufferLimit: receiver.limit,
    entries: viewEntries(run, pair, cable),
    acks: viewAcks(cable),
    heartbeats: cable
      .filter(({ message }) => message.kind === 'heartbeat')
      .map((heartbeat) => ({ from: heartbeat.from, progress: heartbeat.progress })),
    lastSequence: sender.nextSequence - 1,
    ackedThrough: sender.ackedThrough,
    bitsPerSecond: throughput(run),
  };
}
