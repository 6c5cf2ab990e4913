// What hosts tell each other of a pair: its log, machines on their way (FT VMotion), checkpoints; and what that weighs on a cable.

import type { Arrival } from './effects.ts';
import type { SequenceNumber } from './entry.ts';
import type { Purpose } from './ft-vmotion.ts';
import type { HeldOutput, OutgoingEntry, PendingIo, Replica } from './replica.ts';
import type { VmEnd } from './vm-end.ts';

/** Ethernet, IPv4 and TCP headers with timestamps: what a frame of the channel weighs besides its entries. */
export const FRAME_OVERHEAD = 66;

/** What the two ends of a pair tell each other. Whatever is of another generation is not for them. */
export type PairMessage =
  /** Encoded entries, one behind the other. */
  | {
      kind: 'entries';
      generation: number;
      first: SequenceNumber;
      last: SequenceNumber;
      bytes: Uint8Array<ArrayBuffer>;
    }
  /**
   * Everything up to `through` is in the backup's buffer (received, not executed: §3.2), which has `window` bytes left;
   * `executed` is how far its machine is.
   */
  | {
      kind: 'ack';
      generation: number;
      through: SequenceNumber;
      executed: SequenceNumber;
      window: number;
    }
  /**
   * From a backup it says how far its machine is, for between two entries nothing else does; from a primary how many bytes it
   * has let out to the console. `wantsQuiet`: a backup on its way to another host still needs the disks to be quiet (§3.3).
   */
  | {
      kind: 'heartbeat';
      generation: number;
      executed: SequenceNumber;
      released: number;
      wantsQuiet?: true;
    }
  /** From the primary: the VM has ended, and everything that it has put out is out. */
  | { kind: 'ended'; generation: number; ending: VmEnd };

export interface PageCopy {
  page: number;
  bytes: Uint8Array<ArrayBuffer>;
}

export interface BlockCopy {
  block: number;
  bytes: Uint8Array<ArrayBuffer>;
}

export type TransferMessage =
  | {
      kind: 'pages';
      purpose: Purpose;
      number: number;
      round: number;
      /** How many pages of this round went before. */
      before: number;
      pages: PageCopy[];
      /** Of a host's own disk (§4.1). */
      blocks: BlockCopy[];
      endsRound: boolean;
    }
  | { kind: 'roundReceived'; number: number; round: number }
  /** What is left: the last pages, and everything that a machine is besides its memory. */
  | { kind: 'state'; number: number; pages: PageCopy[]; blocks: BlockCopy[]; state: MachineHandover }
  | { kind: 'ready'; number: number }
  /** Of a move: the source has let go, the target may begin, with what was typed and done to the VM meanwhile. */
  | { kind: 'go'; number: number; deferred: Arrival[] }
  | { kind: 'cancel'; number: number }
  /** To the other half of the pair: the machine that you talk to is here now. */
  | { kind: 'moved'; generation: number }
  /** §3.3: a backup that is to be moved asks that the primary quiesces the VM's disk I/O, and that it goes on. */
  | { kind: 'quiesce'; generation: number }
  | { kind: 'resumeIo'; generation: number };

/** A baseline's message (§6): what an epoch has changed. */
export interface Checkpoint {
  kind: 'checkpoint';
  generation: number;
  epoch: number;
  pages: PageCopy[];
  blocks: BlockCopy[];
  registers: unknown;
  guestTicks: number;
  pendingIo: PendingIo[];
  /** What the epoch has sent to the console, for whoever goes live with this checkpoint. */
  console: HeldOutput[];
}

/** A checkpoint, or the word that it has arrived. */
export type CheckpointMessage =
  | Readonly<Checkpoint>
  | { kind: 'checkpointReceived'; generation: number; epoch: number };

/** A machine on its way to another host, without its memory. */
export interface MachineHandover {
  purpose: Purpose;
  generation: number;
  /** The other half of the pair, for a machine that is moved. */
  peer: string;
  /** Registers and devices: plain data, never changed. */
  registers: unknown;
  /** What the guest's clock shows, in ticks. */
  guestTicks: number;
  vmPercent: number;
  /** Of a move: this end's whole state of the protocol. Of a clone: the operations that are under way. */
  replica: Replica | null;
  pendingIo: PendingIo[];
}

/** Bytes of an entry in a message about pages beside the page: its number. */
const PAGE_NUMBER_BYTES = 4;
const MESSAGE_BYTES = 24;
/** A byte for the console, and its number. */
const CONSOLE_BYTES = 5;

const entriesLength = (entries: readonly OutgoingEntry[]): number =>
  entries.reduce((sum, { bytes }) => sum + bytes.length, 0);

const copiesLength = (copies: readonly (PageCopy | BlockCopy)[]): number =>
  copies.reduce((sum, { bytes }) => sum + PAGE_NUMBER_BYTES + bytes.length, 0);

/** Bytes of a message, without the frame around it. `besideRam`: those of a machine's registers and devices. */
export function transferLength(message: TransferMessage, besideRam: number): number {
  switch (message.kind) {
    case 'pages':
      return MESSAGE_BYTES + copiesLength(message.pages) + copiesLength(message.blocks);
    case 'state': {
      const { replica } = message.state;
      const log = replica ? entriesLength(replica.sender.entries) + replica.receiver.held : 0;
      return MESSAGE_BYTES + copiesLength(message.pages) + copiesLength(message.blocks) + besideRam + log;
    }
    default:
      return MESSAGE_BYTES;
  }
}

/** Bytes of a checkpoint or its acknowledgement, as `transferLength`. */
export function checkpointLength(message: CheckpointMessage, besideRam: number): number {
  if (message.kind === 'checkpointReceived') return MESSAGE_BYTES;
  const copies = copiesLength(message.pages) + copiesLength(message.blocks);
  return MESSAGE_BYTES + copies + besideRam + CONSOLE_BYTES * message.console.length;
}

/** Bytes of a message on the wire. */
export function messageLength(message: PairMessage): number {
  return (
    FRAME_OVERHEAD + (message.kind === 'entries' ? message.bytes.length : message.kind === 'ack' ? 20 : 12)
  );
}
