// What the protocol has its host do. It never acts by itself: every rule returns these, and the host carries them out in order.

import type { DeepReadonly } from '../base/readonly.ts';
import type { Injection } from '../machine/boundary.ts';
import type { Duration } from '../sim/time.ts';
import type { EntryBody, EntryKind, LogEntry, SequenceNumber } from './entry.ts';
import type { Purpose } from './ft-vmotion.ts';
import type {
  BlockCopy,
  Checkpoint,
  CheckpointMessage,
  MachineHandover,
  PageCopy,
  PairMessage,
  TransferMessage,
} from './messages.ts';
import type { HaltReason, HeldOutput, PendingIo } from './replica.ts';

export type TimerName =
  | 'heartbeat'
  | 'silence'
  | 'retransmit'
  | 'arbitration'
  | 'flush'
  | 'pacing'
  | 'progress'
  | 'announce';

/** What enters the guest: an input, or what is done to its VM. */
export type Arrival =
  | Exclude<Injection, { kind: 'deviceInterrupt' }>
  | Extract<EntryBody, { kind: 'control' }>;

/** What the protocol did, for observers. */
export type Note =
  /** An entry has been written into the log. */
  | { kind: 'recorded'; entry: LogEntry }
  | { kind: 'outputHeld'; held: DeepReadonly<HeldOutput> }
  | { kind: 'acked'; through: SequenceNumber; executed: SequenceNumber }
  | { kind: 'received'; first: SequenceNumber; last: SequenceNumber }
  | { kind: 'sendBufferFull' }
  | { kind: 'sendBufferDrained' }
  | { kind: 'resent'; from: SequenceNumber }
  | { kind: 'paced'; lag: Duration; percent: number }
  | { kind: 'suspected'; silence: Duration }
  | { kind: 'testAndSetWon'; generation: number }
  | { kind: 'testAndSetLost'; generation: number }
  | { kind: 'draining'; entries: number }
  | { kind: 'wentSolo' }
  | { kind: 'wentLive' }
  | { kind: 'ioStarted'; operation: DeepReadonly<PendingIo['operation']> }
  | { kind: 'ioCompleted'; io: number; ok: boolean }
  | { kind: 'ioReissued'; count: number }
  | { kind: 'ioSerialized'; io: number; behind: number }
  | { kind: 'ioQuiesced' }
  | ({ kind: 'halted'; reason: HaltReason } & GuestEnd)
  | { kind: 'diverged'; sequence: SequenceNumber; expected: EntryKind | 'nothing'; found: string }
  /** A generation begins with this backup. */
  | { kind: 'paired'; generation: number; primary: string }
  | { kind: 'cloneStarted'; target: string; generation: number }
  | { kind: 'cloneFinished'; target: string; pause: Duration }
  | { kind: 'cloneAbandoned'; target: string }
  | { kind: 'migrationFinished'; machine: 'primary' | 'backup'; from: string; to: string }
  | { kind: 'poweredOff' }
  | { kind: 'resourcesChanged'; percent: number };

/** How a guest came to its end: its exit code, or where it is stuck and on which trap. */
export interface GuestEnd {
  code?: number;
  address?: number;
  cause?: number;
  trappedAt?: number;
}

export type Effect =
  /** `unlessSendingFor`: not if what waits for the cable keeps it busy for so long anyway, for that tells the peer as much. */
  | { kind: 'send'; message: PairMessage; unlessSendingFor?: Duration }
  /** Replaces a running timer of that name. `onceSent`: it begins when the last bit has left, for the peer or, of a question for the flag, for the disk. */
  | { kind: 'setTimer'; timer: TimerName; wait: Duration; onceSent?: boolean }
  /** `acked`: what the backup has acknowledged when the output may leave; `isProtected`: whether there is one then. */
  | { kind: 'releaseOutput'; held: DeepReadonly<HeldOutput>; acked: SequenceNumber; isProtected: boolean }
  | { kind: 'dropOutput'; held: DeepReadonly<HeldOutput> }
  | { kind: 'testAndSet'; generation: number }
  /** Hands a disk operation to the storage (again); the host numbers that (`issued`). */
  | { kind: 'issueIo'; io: DeepReadonly<PendingIo>; again: boolean }
  /** Enters the guest as soon as anything may (`mayEnter`). */
  | { kind: 'enter'; arrival: Arrival }
  /** §2.1: the backup's machine takes an entry, by this injection if it has one; of a read with `ownValue` the host's own value. */
  | { kind: 'replay'; entry: LogEntry; injection: Injection | undefined; ownValue?: boolean }
  /** The backup's machine stands still until the log has the value that it asks for. */
  | { kind: 'awaitValue'; value: 'clock' | 'entropy' }
  /** The newest of the guest's clock values that the log has, in ticks. */
  | { kind: 'followClock'; ticks: number }
  /** The VM's MAC is announced on the LAN, so that switches send its frames here (§2.3). */
  | { kind: 'announceMac' }
  /** The guest's clock and timer, and a value that it waits for, are this host's own from now on. */
  | { kind: 'takeOverClock' }
  /** What was typed, and the machine here has not had, is given to it. */
  | { kind: 'takeOverKeyboard' }
  /** The cluster service is asked for a host on which a new backup can run (§3.1). */
  | { kind: 'requestBackup' }
  /** The machine's share of its CPU has changed. */
  | { kind: 'changePace' }
  | TransferEffect
  | CheckpointEffect
  | { kind: 'note'; note: Note };

/** FT VMotion's (§3.1, §3.3). */
type TransferEffect =
  | { kind: 'sendTransfer'; to: string; message: TransferMessage }
  /** Everything that has changed since the last round goes to `target`. */
  | { kind: 'copyRound'; target: string; purpose: Purpose; number: number; round: number }
  /** What is left of the VM follows: the machine's part of the state is the host's to add. */
  | {
      kind: 'sendState';
      target: string;
      number: number;
      state: Omit<MachineHandover, 'registers' | 'guestTicks'>;
    }
  /** The target gets the word that it may begin, with what was typed and done to the VM meanwhile. */
  | { kind: 'sendGo'; target: string; number: number }
  /** What was copied last matters no more. */
  | { kind: 'forgetCopied' }
  /** The VM is somewhere else, or one is to come: the machine here is an empty one. `disk`: so is the host's own disk. */
  | { kind: 'clearMachine'; disk: boolean }
  | { kind: 'installPages'; pages: PageCopy[]; blocks: BlockCopy[] }
  | { kind: 'installMachine'; state: MachineHandover }
  /** Replaces a running one. `onceSentTo`: it begins when the last bit for that host has left. */
  | { kind: 'setTransferTimer'; number: number; wait: Duration; onceSentTo?: string };

/** The baseline's with checkpoints (§6). */
type CheckpointEffect =
  /** What a machine is now is what the backup's is too. */
  | { kind: 'markCopied' }
  | { kind: 'setEpochTimer' }
  /** Everything that this epoch has changed is copied aside; the host comes back with it (`checkpointTaken`). */
  | {
      kind: 'takeCheckpoint';
      generation: number;
      epoch: number;
      pendingIo: DeepReadonly<PendingIo[]>;
      /** What the epoch has sent to the console. */
      console: HeldOutput[];
    }
  | { kind: 'installCheckpoint'; checkpoint: Readonly<Checkpoint> }
  /** To the other half of the pair. */
  | { kind: 'sendCheckpoint'; message: CheckpointMessage };
