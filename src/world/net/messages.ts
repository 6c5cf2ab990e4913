// What travels on the links of a world.

import {
  type CheckpointMessage,
  checkpointLength,
  FRAME_OVERHEAD,
  messageLength,
  type PairMessage,
  type TransferMessage,
  transferLength,
} from '../../ft/messages.ts';
import { type BesideRam, besideRamBytes } from '../../machine/machine.ts';
import type { HostId } from '../base/config.ts';

export type StorageRequest =
  | { kind: 'read'; host: HostId; request: number; generation: number; block: number; blocks: number }
  | {
      kind: 'write';
      host: HostId;
      request: number;
      generation: number;
      block: number;
      bytes: Uint8Array<ArrayBuffer>;
    }
  | { kind: 'flush'; host: HostId; request: number }
  | { kind: 'testAndSet'; host: HostId; generation: number };

export type StorageReply =
  | { kind: 'done'; request: number; ok: boolean; bytes?: Uint8Array<ArrayBuffer> }
  | { kind: 'flag'; generation: number; won: boolean };

/** Whether two requests are one and the same, sent again: a host numbers its operations, and asks for a flag by its generation. */
export function isSameRequest(a: StorageRequest, b: StorageRequest): boolean {
  if (a.host !== b.host || a.kind !== b.kind || generationOf(a) !== generationOf(b)) return false;
  return a.kind === 'testAndSet' || b.kind === 'testAndSet' || a.request === b.request;
}

const generationOf = (request: StorageRequest): number | undefined =>
  request.kind === 'flush' ? undefined : request.generation;

/** Whether a reply to the host of a request is the one to that request. */
export const answers = (reply: StorageReply, request: StorageRequest): boolean =>
  request.kind === 'testAndSet'
    ? reply.kind === 'flag' && reply.generation === request.generation
    : reply.kind === 'done' && reply.request === request.request;

export type Message =
  | { kind: 'ethernet'; bytes: Uint8Array<ArrayBuffer> }
  | { kind: 'channel'; message: PairMessage }
  | { kind: 'transfer'; message: TransferMessage }
  | { kind: 'checkpoint'; message: CheckpointMessage }
  | { kind: 'storage'; request: StorageRequest }
  | { kind: 'storageReply'; reply: StorageReply };

/** Preamble, check sequence and gap between frames: time on an Ethernet beside the frame's own bytes. */
const ETHERNET_OVERHEAD = 24;
const ETHERNET_MINIMUM = 60;

/** Bytes that a message occupies on its link. */
export function lengthOf(message: Message): number {
  switch (message.kind) {
    case 'ethernet':
      return Math.max(message.bytes.length, ETHERNET_MINIMUM) + ETHERNET_OVERHEAD;
    case 'channel':
      return messageLength(message.message);
    case 'transfer':
      return FRAME_OVERHEAD + transferLength(message.message, besideRamIn(message.message));
    case 'checkpoint':
      return FRAME_OVERHEAD + checkpointLength(message.message, besideRamIn(message.message));
    case 'storage':
      return FRAME_OVERHEAD + (message.request.kind === 'write' ? message.request.bytes.length : 0);
    case 'storageReply':
      return FRAME_OVERHEAD + (message.reply.kind === 'done' ? (message.reply.bytes?.length ?? 0) : 0);
  }
}

/** What a machine is besides its memory, in bytes, where a message carries that. */
function besideRamIn(message: TransferMessage | CheckpointMessage): number {
  if (message.kind === 'state') return besideRamBytes(message.state.registers as BesideRam);
  return message.kind === 'checkpoint' ? besideRamBytes(message.registers as BesideRam) : 0;
}
