// A frame by its layers, each with where its bytes stand, and a log entry by its fields.

import { hex, hexDigits } from '../../../base/hex.ts';
import type { LogEntry } from '../../../ft/entry.ts';
import { decodeEntries, HEADER_BYTES as ENTRY_HEADER_BYTES } from '../../../ft/entry.ts';
import {
  DISK_ENDPOINT,
  decodeReply,
  decodeRequest,
  parseUdp,
  VM_ENDPOINT,
} from '../../../world/net/ethernet.ts';
import { parseStorageReply, parseStorageRequest } from '../../../world/net/storage-protocol.ts';

export interface FieldView {
  name: string;
  /** As it is written: an address, a number. */
  value: string;
  /** Where its bytes stand. */
  offset: number;
  length: number;
}

export interface LayerView {
  name:
    | 'Ethernet'
    | 'RARP'
    | 'IPv4'
    | 'UDP'
    | 'request'
    | 'reply'
    | 'storage request'
    | 'storage reply'
    | 'data';
  offset: number;
  length: number;
  fields: FieldView[];
}

const ETHERNET_BYTES = 14;
const IPV4_BYTES = 20;
const UDP_BYTES = 8;
const IPV4 = 0x0800;
const RARP = 0x8035;

/** The layers of a frame, the outermost first. What is no datagram of the LAN is data behind the last layer that is one. */
export function layersOf(frame: Uint8Array<ArrayBuffer>): LayerView[] {
  if (frame.length < ETHERNET_BYTES) return [data(frame, 0)];
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  const type = view.getUint16(12);
  const ethernet: LayerView = {
    name: 'Ethernet',
    offset: 0,
    length: ETHERNET_BYTES,
    fields: [
      { name: 'destination', value: mac(frame, 0), offset: 0, length: 6 },
      { name: 'source', value: mac(frame, 6), offset: 6, length: 6 },
      { name: 'type', value: hex(type, 4), offset: 12, length: 2 },
    ],
  };
  if (type === RARP && frame.length >= 42) return [ethernet, rarp(frame)];
  const isWhole = frame.length >= ETHERNET_BYTES + IPV4_BYTES + UDP_BYTES;
  if (type !== IPV4 || frame[14] !== 0x45 || frame[23] !== 17 || !isWhole)
    return [ethernet, data(frame, ETHERNET_BYTES)];
  return [ethernet, ipv4(frame, view), udp(view), payload(frame)];
}

const data = (frame: Uint8Array, offset: number): LayerView => ({
  name: 'data',
  offset,
  length: frame.length - offset,
  fields: [],
});

const mac = (frame: Uint8Array, at: number): string =>
  Array.from(frame.subarray(at, at + 6), (byte) => hexDigits(byte, 2)).join(':');

const ip = (frame: Uint8Array, at: number): string => frame.subarray(at, at + 4).join('.');

const rarp = (frame: Uint8Array): LayerView => ({
  name: 'RARP',
  offset: ETHERNET_BYTES,
  length: 28,
  fields: [
    { name: 'operation', value: `${frame[21]}`, offset: 20, length: 2 },
    { name: 'sender', value: mac(frame, 22), offset: 22, length: 6 },
    { name: 'target', value: mac(frame, 32), offset: 32, length: 6 },
  ],
});

const ipv4 = (frame: Uint8Array, view: DataView): LayerView => ({
  name: 'IPv4',
  offset: ETHERNET_BYTES,
  length: IPV4_BYTES,
  fields: [
    number16(view, 'length', 16),
    { name: 'time to live', value: `${frame[22]}`, offset: 22, length: 1 },
    { name: 'protocol', value: `${frame[23]}`, offset: 23, length: 1 },
    number16(view, 'checksum', 24),
    { name: 'source', value: ip(frame, 26), offset: 26, length: 4 },
    { name: 'destination', value: ip(frame, 30), offset: 30, length: 4 },
  ],
});

const udp = (view: DataView): LayerView => ({
  name: 'UDP',
  offset: ETHERNET_BYTES + IPV4_BYTES,
  length: UDP_BYTES,
  fields: [
    number16(view, 'source port', 34),
    number16(view, 'destination port', 36),
    number16(view, 'length', 38),
    number16(view, 'checksum', 40),
  ],
});

const number16 = (view: DataView, name: string, offset: number): FieldView => ({
  name,
  value: `${view.getUint16(offset)}`,
  offset,
  length: 2,
});

/** The request transport: words, little-endian. To the VM's port it is a request, from there a reply. */
function payload(frame: Uint8Array<ArrayBuffer>): LayerView {
  const offset = ETHERNET_BYTES + IPV4_BYTES + UDP_BYTES;
  const datagram = parseUdp(frame);
  if (datagram === undefined) return data(frame, offset);
  const bytes = datagram.payload;
  const words = (names: readonly string[]): FieldView[] => {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    return Array.from({ length: Math.floor(bytes.length / 4) }, (_, i) => ({
      name: names[i] ?? `argument ${i - names.length + 1}`,
      value: `${view.getUint32(4 * i, true)}`,
      offset: offset + 4 * i,
      length: 4,
    }));
  };
  const { length } = bytes;
  if (datagram.from.port === VM_ENDPOINT.port && decodeReply(bytes) !== undefined)
    return { name: 'reply', offset, length, fields: words(['sequence', 'status', 'value']) };
  if (datagram.to.port === VM_ENDPOINT.port && decodeRequest(bytes) !== undefined)
    return { name: 'request', offset, length, fields: words(['sequence', 'operation']) };
  const isToDisk = datagram.to.mac.join() === DISK_ENDPOINT.mac.join();
  if (isToDisk && parseStorageRequest(frame))
    return { name: 'storage request', offset, length, fields: words(STORAGE_WORDS).slice(0, 7) };
  const reply = parseStorageReply(frame);
  if (reply === undefined) return data(frame, offset);
  const fields = words([...STORAGE_WORDS, 'status']).slice(0, 8);
  const said = fields.map((field) => (field.name === 'status' ? { ...field, value: reply.status } : field));
  return { name: 'storage reply', offset, length, fields: said };
}

const STORAGE_WORDS = ['kind', 'host', 'number', 'generation', 'block', 'blocks', 'operation'];

export interface EntryView {
  sequence: number;
  instruction: number;
  kind: LogEntry['kind'];
  /** Header and payload. */
  bytes: number;
  fields: FieldView[];
  /** Of a packet: its layers; their offsets count from the beginning of the frame. */
  layers?: LayerView[];
}

/** Entries as they stand one behind the other in a frame of the logging channel, or in the primary's buffer. */
export function entriesOf(bytes: Uint8Array<ArrayBuffer>): EntryView[] {
  let at = 0;
  return decodeEntries(bytes).map((entry) => {
    const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(at + 4, true);
    const view: EntryView = {
      sequence: entry.sequence,
      instruction: entry.instruction,
      kind: entry.kind,
      bytes: ENTRY_HEADER_BYTES + length,
      fields: fieldsOf(entry, at, length),
    };
    at += view.bytes;
    return entry.kind === 'packet' ? { ...view, layers: layersOf(entry.bytes) } : view;
  });
}

const HEADER: readonly (readonly [
  name: 'kind' | 'flag' | 'length' | 'sequence' | 'instruction',
  at: number,
  length: number,
])[] = [
  ['kind', 0, 1],
  ['flag', 1, 1],
  ['length', 4, 4],
  ['sequence', 8, 4],
  ['instruction', 12, 8],
];

function fieldsOf(entry: LogEntry, at: number, length: number): FieldView[] {
  const { kind, sequence, instruction } = entry;
  const flag = flagOf(entry);
  const values = { kind, flag, length: `${length}`, sequence: `${sequence}`, instruction: `${instruction}` };
  const header = HEADER.map(([name, offset, size]) => ({
    name,
    value: values[name],
    offset: at + offset,
    length: size,
  }));
  const { sequence: _s, instruction: _i, kind: _k, ...body } = entry;
  const rest = Object.entries(body)
    .filter(([, value]) => typeof value === 'number' || ArrayBuffer.isView(value))
    .map(([name, value]) => ({
      name,
      value: typeof value === 'number' ? `${value}` : `${(value as Uint8Array).length} bytes`,
      offset: at + ENTRY_HEADER_BYTES,
      length,
    }));
  return [...header, ...rest];
}

function flagOf(entry: LogEntry): string {
  switch (entry.kind) {
    case 'diskCompletion':
      return entry.ok ? 'ok' : 'failed';
    case 'output':
      return entry.output;
    case 'control':
      return entry.operation;
    case 'packet':
      return entry.interrupt === false ? 'no interrupt' : 'interrupt';
    default:
      return '';
  }
}
