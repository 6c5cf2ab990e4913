// What travels on the links of a world.

import type { ChannelMessage } from '../ft/commands.ts';
import { FRAME_OVERHEAD, messageLength } from '../ft/logging-channel.ts';
import { BLOCK_BYTES, type HostId } from './config.ts';

export type StorageRequest =
  | { kind: 'read'; host: HostId; request: number; block: number; blocks: number }
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

export type Message =
  | { kind: 'ethernet'; bytes: Uint8Array<ArrayBuffer> }
  | { kind: 'channel'; message: ChannelMessage }
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
    case 'storage':
      return FRAME_OVERHEAD + (message.request.kind === 'write' ? message.request.bytes.length : 0);
    case 'storageReply':
      return FRAME_OVERHEAD + (message.reply.kind === 'done' ? (message.reply.bytes?.length ?? 0) : 0);
  }
}

export const blocksOf = (bytes: Uint8Array): number => bytes.length / BLOCK_BYTES;
