// The logging channel as the page shows it: both buffers, and everything on the cable.

import type { ChannelMessage } from '../../ft/commands.ts';
import { entryLength } from '../../ft/entry.ts';
import { inOrder } from '../../sim/event-queue.ts';
import { factsBetween, lastFacts } from '../../timeline/fact-index.ts';
import type { Run } from '../../timeline/run.ts';
import { isDelivered } from '../../world/network.ts';
import { type Host, linkOf, type World } from '../../world/world.ts';
import type { AckView, ChannelView, EntryView } from '../frame.ts';
import { entryKind } from './entries.ts';

/** More beads than this nobody can tell apart. */
const ENTRIES = 48;

/** The throughput is a mean over this much time, in nanoseconds. */
const THROUGHPUT_WINDOW = 100_000_000;

/** Entries that were consumed so lately are still shown. */
const CONSUMED = 4;

interface OnCable {
  from: string;
  message: ChannelMessage;
  progress: number;
  isLost: boolean;
}

function onCable(world: World): OnCable[] {
  const list: OnCable[] = [];
  for (const { at, event } of inOrder(world.queue)) {
    if (event.kind !== 'arrival' || event.message.kind !== 'channel') continue;
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

function viewEntries(run: Run, sender: Host, receiver: Host, cable: OnCable[]): EntryView[] {
  const { ackedThrough } = sender.replica.sender;
  const views = new Map<number, EntryView>();
  const add = (view: Omit<EntryView, 'acked' | 'place' | 'progress'>): void => {
    const { sequence } = view;
    views.set(sequence, {
      ...view,
      ...place(sequence, sender, receiver, cable),
      acked: sequence <= ackedThrough,
    });
  };
  for (const fact of lastFacts(run, { kind: 'replayed' }, run.seen, CONSUMED)) {
    const { sequence, instruction, bytes, output } = fact;
    add({ sequence, kind: entryKind(fact.entry), instruction, bytes, ...(output ? { output } : {}) });
  }
  for (const entry of receiver.replica.receiver.entries.slice(0, ENTRIES)) {
    const { sequence, instruction } = entry;
    const output = entry.kind === 'output' ? { output: entry.output } : {};
    add({ sequence, kind: entryKind(entry.kind), instruction, bytes: entryLength(entry), ...output });
  }
  for (const entry of sender.replica.sender.entries.slice(0, ENTRIES)) {
    const { sequence, instruction, kind, bytes, output } = entry;
    add({ sequence, kind: entryKind(kind), instruction, bytes: bytes.length, ...(output ? { output } : {}) });
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
function stateOf(run: Run, sender: Host): ChannelView['state'] {
  if (!sender.isAlive || sender.replica.role !== 'primary') return 'closed';
  return linkOf(run.world, 'log').cut ? 'cut' : 'open';
}

export function viewChannel(run: Run): ChannelView {
  const [from, to] = run.world.hosts as [Host, Host];
  const cable = onCable(run.world);
  const { sender } = from.replica;
  const { receiver } = to.replica;
  return {
    from: from.id,
    to: to.id,
    state: stateOf(run, from),
    sendBufferBytes: sender.held,
    sendBufferLimit: sender.limit,
    receiveBufferBytes: receiver.held,
    receiveBufferLimit: receiver.limit,
    entries: viewEntries(run, from, to, cable),
    acks: viewAcks(cable),
    heartbeats: cable
      .filter(({ message }) => message.kind === 'heartbeat')
      .map((heartbeat) => ({ from: heartbeat.from, progress: heartbeat.progress })),
    lastSequence: sender.nextSequence - 1,
    ackedThrough: sender.ackedThrough,
    bitsPerSecond: throughput(run),
  };
}
