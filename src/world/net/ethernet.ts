// The bytes of the LAN: Ethernet II, IPv4, UDP and the request transport on it, written and read as any capture tool would.

import { SERVICE_PORT, VM_IP, VM_MAC } from '../base/config.ts';

const IPV4 = 0x0800;
const RARP = 0x8035;
const UDP = 17;
const HEADERS = 14 + 20 + 8;

export type Ip = readonly [number, number, number, number];

export interface Endpoint {
  mac: Uint8Array;
  ip: Ip;
  port: number;
}

export const VM_ENDPOINT: Endpoint = { mac: VM_MAC, ip: VM_IP, port: SERVICE_PORT };

/** The address of the n-th client, from 1. The guest tells its clients apart by the last byte of their IP. */
export const clientEndpoint = (n: number): Endpoint => ({
  mac: Uint8Array.of(0x02, 0, 0, 0, 0, n),
  ip: [10, 0, 0, 100 + n],
  port: 5000 + n,
});

/** The disk on the storage network, and the host of that number, from 1. */
export const DISK_ENDPOINT: Endpoint = {
  mac: Uint8Array.of(0x02, 0, 0, 0, 1, 100),
  ip: [10, 0, 1, 100],
  port: 7001,
};
export const storageEndpoint = (host: number): Endpoint => ({
  mac: Uint8Array.of(0x02, 0, 0, 0, 1, host),
  ip: [10, 0, 1, host],
  port: 7001,
});

/** Whose endpoint this is, among clients that are numbered from 1. */
export const clientAt = (
  clients: readonly { config: { id: string }; number: number }[],
  to: Endpoint,
): string | undefined => clients.find((client) => client.number === to.ip[3] - 100)?.config.id;

/** One's complement sum of 16-bit words (RFC 1071), over `bytes` from `from` to `to`. */
function sum16(bytes: Uint8Array, from: number, to: number): number {
  let sum = 0;
  for (let i = from; i < to; i += 2) sum += ((bytes[i] ?? 0) << 8) | (i + 1 < to ? (bytes[i + 1] ?? 0) : 0);
  return sum;
}

function complement(sum: number): number {
  let folded = sum;
  while (folded > 0xffff) folded = (folded & 0xffff) + (folded >>> 16);
  return ~folded & 0xffff;
}

/** The checksum of a UDP datagram, over its pseudo header too (RFC 768). 0 would mean none, so it is sent as all ones. */
function udpChecksum(frame: Uint8Array, length: number): number {
  const sum = sum16(frame, 26, 34) + UDP + length + sum16(frame, 34, 34 + length);
  return complement(sum) || 0xffff;
}

/**
 * A UDP datagram in IPv4 in an Ethernet frame, without the check sequence.
 * @param summed whether it has a checksum of its data: where frames are as large as those of the storage, it may go without (RFC 768)
 */
export function udpFrame(
  from: Endpoint,
  to: Endpoint,
  payload: Uint8Array,
  summed = true,
): Uint8Array<ArrayBuffer> {
  const frame = new Uint8Array(HEADERS + payload.length);
  const view = new DataView(frame.buffer);
  frame.set(to.mac, 0);
  frame.set(from.mac, 6);
  view.setUint16(12, IPV4);
  frame[14] = 0x45;
  view.setUint16(16, 20 + 8 + payload.length);
  frame[22] = 64;
  frame[23] = UDP;
  frame.set(from.ip, 26);
  frame.set(to.ip, 30);
  view.setUint16(24, complement(sum16(frame, 14, 34)));
  view.setUint16(34, from.port);
  view.setUint16(36, to.port);
  view.setUint16(38, 8 + payload.length);
  frame.set(payload, HEADERS);
  if (summed) view.setUint16(40, udpChecksum(frame, 8 + payload.length));
  return frame;
}

/** What a hypervisor broadcasts when a VM has come to it: a reverse ARP request from the VM's MAC, for switches to learn from. */
export function announcement(mac: Uint8Array): Uint8Array<ArrayBuffer> {
  const frame = new Uint8Array(42);
  const view = new DataView(frame.buffer);
  frame.fill(0xff, 0, 6);
  frame.set(mac, 6);
  view.setUint16(12, RARP);
  view.setUint16(14, 1);
  view.setUint16(16, IPV4);
  frame[18] = 6;
  frame[19] = 4;
  view.setUint16(20, 3);
  frame.set(mac, 22);
  frame.set(mac, 32);
  return frame;
}

export const isAnnouncement = (frame: Uint8Array): boolean =>
  frame[12] === RARP >> 8 && frame[13] === (RARP & 0xff);

export const isIpv4 = (frame: Uint8Array): boolean => frame[12] === IPV4 >> 8 && frame[13] === (IPV4 & 0xff);

export interface Datagram {
  from: Endpoint;
  to: Endpoint;
  payload: Uint8Array<ArrayBuffer>;
}

/** Reads a frame that `udpFrame` could have written; anything else, or with a wrong checksum, is nothing. */
export function parseUdp(frame: Uint8Array<ArrayBuffer>): Datagram | undefined {
  if (frame.length < HEADERS) return undefined;
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  if (view.getUint16(12) !== IPV4 || frame[14] !== 0x45 || frame[23] !== UDP) return undefined;
  const length = view.getUint16(38);
  if (length < 8 || 34 + length > frame.length || complement(sum16(frame, 14, 34)) !== 0) return undefined;
  const carriesChecksum = view.getUint16(40) !== 0;
  const sum = sum16(frame, 26, 34) + UDP + length + sum16(frame, 34, 34 + length);
  if (carriesChecksum && complement(sum) !== 0) return undefined;
  return {
    from: { mac: frame.slice(6, 12), ip: ipAt(frame, 26), port: view.getUint16(34) },
    to: { mac: frame.slice(0, 6), ip: ipAt(frame, 30), port: view.getUint16(36) },
    payload: frame.slice(HEADERS, 34 + length),
  };
}

function ipAt(frame: Uint8Array, at: number): Ip {
  return [frame[at] as number, frame[at + 1] as number, frame[at + 2] as number, frame[at + 3] as number];
}

/** The request transport, stop-and-wait on UDP: a sequence number in front of everything, all words little-endian. */
export interface RequestPayload {
  sequence: number;
  operation: number;
  /** The words behind it; none if left out. */
  arguments?: readonly number[];
}

export interface ReplyPayload {
  sequence: number;
  /** 0 is success. */
  status: number;
  value: number;
}

export function encodeRequest(request: RequestPayload): Uint8Array<ArrayBuffer> {
  const sent = [request.sequence, request.operation, ...(request.arguments ?? [])];
  const bytes = new Uint8Array(4 * sent.length);
  const view = new DataView(bytes.buffer);
  sent.forEach((word, i) => {
    view.setUint32(4 * i, word, true);
  });
  return bytes;
}

function words(payload: Uint8Array<ArrayBuffer>, count: number): number[] | undefined {
  if (payload.length < count * 4) return undefined;
  const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
  return Array.from({ length: count }, (_, i) => view.getUint32(i * 4, true));
}

/** A request: what is behind its last whole word is no part of it. */
export function decodeRequest(payload: Uint8Array<ArrayBuffer>): RequestPayload | undefined {
  const [sequence, operation, ...rest] = words(payload, Math.max(2, payload.length >> 2)) ?? [];
  return sequence === undefined || operation === undefined
    ? undefined
    : { sequence, operation, arguments: rest };
}

export function decodeReply(payload: Uint8Array<ArrayBuffer>): ReplyPayload | undefined {
  const [sequence, status, value] = words(payload, 3) ?? [];
  if (sequence === undefined || status === undefined || value === undefined) return undefined;
  return { sequence, status, value };
}
