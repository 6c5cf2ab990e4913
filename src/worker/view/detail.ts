// What a thing of the picture is made of, for the inspector: a log entry at any time, a packet on its way, a disk's block.

import { toHex } from '../../base/bytes.ts';
import { decodeEntries } from '../../ft/entry.ts';
import { inOrder } from '../../sim/event-queue.ts';
import { farEnd, type Link } from '../../sim/link.ts';
import { findEntry } from '../../timeline/explain/inspect/find-entry.ts';
import {
  entriesOf,
  type FieldView,
  type LayerView,
  layersOf,
} from '../../timeline/explain/inspect/packets.ts';
import type { Run } from '../../timeline/run/run.ts';
import { linkOf } from '../../world/net/cables.ts';
import { lengthOf, type Message } from '../../world/net/messages.ts';
import { isDelivered } from '../../world/net/network.ts';
import type { World } from '../../world/state/world.ts';
import { asTask, type Task } from '../task.ts';
import type { DetailQuery, DetailView, LogEntryView } from '../time-views.ts';
import { describeFrame } from './outside.ts';

/** @returns null when there is no such thing at this instant, undefined when it was told to stop */
export function* viewDetail(run: Run, query: DetailQuery): Task<DetailView | null | undefined> {
  switch (query.of) {
    case 'entry': {
      const found = yield* asTask(orNull(findEntry(run, query)));
      if (found === undefined || found === null) return found;
      const [entry] = viewEntries(found.bytes);
      if (entry === undefined) return null;
      const { kind, bytes, fields, layers, hex } = entry;
      const [logged] = decodeEntries(found.bytes);
      const about = logged?.kind === 'packet' ? requestIn(run.world, logged.bytes) : {};
      return { kind, at: found.at, host: found.host, bytes, fields, layers, hex, ...about };
    }
    case 'flight':
      return viewFlight(run, query.id);
    case 'block':
      return viewBlock(run, query.block);
  }
}

/** So that `undefined` can mean that it was stopped. */
function* orNull<T>(asking: Generator<void, T | undefined>): Generator<void, T | null> {
  return (yield* asking) ?? null;
}

function viewFlight({ world }: Run, id: number): DetailView | null {
  const pending = inOrder(world.queue).find(({ order }) => order === id);
  if (pending?.event.kind !== 'arrival') return null;
  const { link, from, sentAt, message } = pending.event;
  const cable: Link = linkOf(world, link);
  return {
    kind: message.kind,
    at: sentAt,
    arrivesAt: pending.at,
    isLost: !isDelivered(world, pending.event),
    link,
    from,
    to: farEnd(cable, from),
    bytes: lengthOf(message),
    ...contentsOf(world, message),
  };
}

type Contents = Pick<DetailView, 'client' | 'request' | 'fields' | 'layers' | 'hex'>;

/** A frame by its layers. */
function contentsOf(world: World, message: Message): Contents {
  switch (message.kind) {
    case 'ethernet':
      return {
        ...requestIn(world, message.bytes),
        fields: [],
        layers: plainLayers(layersOf(message.bytes)),
        hex: toHex(message.bytes),
      };
    default:
      return { fields: [], layers: [], hex: '' };
  }
}

/** Whose request a frame is, or answers. */
function requestIn(world: World, frame: Uint8Array<ArrayBuffer>): Pick<DetailView, 'client' | 'request'> {
  const { client, request } = describeFrame(world, frame);
  return client === undefined || request === undefined ? {} : { client, request };
}

function viewBlock({ world }: Run, block: number): DetailView | null {
  const { medium } = world.disk;
  const bytes = medium.blocks[block];
  if (bytes === undefined) return null;
  const writer = medium.writers[block];
  return {
    kind: 'block',
    ...(writer === undefined ? {} : { at: writer.at, host: writer.host }),
    bytes: bytes.length,
    fields: [],
    layers: [],
    hex: toHex(bytes),
  };
}

/** Entries one behind the other, as they stand in a buffer. */
export const viewEntries = (bytes: Uint8Array<ArrayBuffer>): LogEntryView[] => {
  let at = 0;
  return entriesOf(bytes).map(({ sequence, instruction, kind, bytes: length, fields, layers }) => {
    const own = bytes.subarray(at, at + length);
    at += length;
    return {
      sequence,
      instruction,
      kind,
      bytes: length,
      fields: plainFields(fields),
      layers: plainLayers(layers ?? []),
      hex: toHex(own),
    };
  });
};

const plainFields = (fields: readonly FieldView[]): DetailView['fields'] =>
  fields.map(({ name, value }) => ({ name, value }));

const plainLayers = (layers: readonly LayerView[]): DetailView['layers'] =>
  layers.map(({ name, fields }) => ({ name, fields: plainFields(fields) }));
