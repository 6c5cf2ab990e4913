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

export type Message =
  | { kind: 'ethernet'; bytes: Uint8Array<ArrayBuffer> }
  | { kind: 'channel'; message: PairMessage }
  | { kind: 'transfer'; message: TransferMessage }
  | { kind: 'checkpoint'; message: CheckpointMessage };

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
  }
}

/** What a machine is besides its memory, in bytes, where a message carries that. */
function besideRamIn(message: TransferMessage | CheckpointMessage): number {
  if (message.kind === 'state') return besideRamBytes(message.state.registers as BesideRam);
  return message.kind === 'checkpoint' ? besideRamBytes(message.registers as BesideRam) : 0;
}
