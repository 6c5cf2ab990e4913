// FT VMotion (§3.1, §3.3): a running VM is copied to another host, in rounds of the pages that it has changed meanwhile.

import type { Injection } from '../machine/boundary.ts';
import type { SimTime } from '../sim/time.ts';
import type { EntryBody } from './entry.ts';
import type { OutgoingEntry, PendingIo, Replica } from './replica.ts';

/**
 * Why a VM is copied: to get a new backup from it (the VM is cloned, and both go on), or to move one of the two machines
 * of a pair elsewhere (VMotion).
 */
export type Purpose = 'clone' | 'movePrimary' | 'moveBackup';

export interface VmotionConfig {
  /** The VM stands still for the last pages once they are so few, or after so many rounds. */
  finalPages: number;
  rounds: number;
}

/** At the host that the VM is copied from. */
export interface Transfer {
  purpose: Purpose;
  target: string;
  /** Counts this host's transfers: what belongs to an abandoned one is ignored. */
  number: number;
  /** Of a clone, the generation that begins with it; of a move, the pair's. */
  generation: number;
  round: number;
  /** `copying` rounds; `quiescing`: waiting until no disk operation is under way; `paused`: the VM stands still. */
  stage: 'copying' | 'quiescing' | 'paused';
  pausedAt: SimTime;
}

/** At the host that it is copied to. */
export interface Incoming {
  purpose: Purpose;
  from: string;
  number: number;
  /** Pages of the present round that have arrived, one message after the other. */
  pages: number;
  /** Everything has arrived; a machine that is moved begins when it is told to. */
  isComplete: boolean;
}

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
  | { kind: 'go'; number: number; deferred: (Injection | Extract<EntryBody, { kind: 'control' }>)[] }
  | { kind: 'cancel'; number: number }
  /** To the other half of the pair: the machine that you talk to is here now. */
  | { kind: 'moved'; generation: number }
  /** §3.3: a backup that is to be moved asks that the primary quiesces the VM's disk I/O, and that it goes on. */
  | { kind: 'quiesce'; generation: number }
  | { kind: 'resumeIo'; generation: number };

/** A baseline's messages (§6): what an epoch has changed, and that it has arrived. */
export type CheckpointMessage =
  | {
      kind: 'checkpoint';
      generation: number;
      epoch: number;
      pages: PageCopy[];
      blocks: BlockCopy[];
      registers: unknown;
      guestTicks: number;
      pendingIo: PendingIo[];
    }
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
  return MESSAGE_BYTES + copiesLength(message.pages) + copiesLength(message.blocks) + besideRam;
}

/** After a round that changed `pages`: another round, or the last, for which the VM stands still. */
export const isLastRound = (config: VmotionConfig, transfer: Transfer, pages: number): boolean =>
  pages <= config.finalPages || transfer.round >= config.rounds;
