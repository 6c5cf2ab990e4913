// The state of the protocol on one host: everything its hypervisor knows of the pair. Plain data, changed only in ft.

import { type Emission, type InstructionCount, NO_INSTRUCTIONS } from '../machine/boundary.ts';
import type { Duration, SimTime } from '../sim/time.ts';
import type { ConsoleOutput, EntryKind, LogEntry, Output, OutputKind, SequenceNumber } from './entry.ts';
import type { Checkpoint } from './messages.ts';
import type { Rules } from './rules.ts';
import type { VmEnd } from './vm-end.ts';

/** `spare`: the host runs no VM of the pair. */
export type Role = 'primary' | 'backup' | 'solo' | 'halted' | 'spare';

export type HaltReason = 'lostArbitration' | 'guestExit' | 'guestStuck' | 'diverged' | 'poweredOff';

/** An entry that the primary keeps until it is acknowledged. */
export interface OutgoingEntry {
  sequence: SequenceNumber;
  instruction: InstructionCount;
  kind: EntryKind;
  output?: OutputKind;
  bytes: Uint8Array<ArrayBuffer>;
}

/** The primary's end of the logging channel (§3.2). */
export interface Sender {
  limit: number;
  /** Recorded and not yet acknowledged, in order; `held` is the sum of their bytes. */
  entries: Readonly<OutgoingEntry>[];
  held: number;
  nextSequence: SequenceNumber;
  /** The first entry that was not sent since the last (re)start of sending. */
  nextToSend: SequenceNumber;
  ackedThrough: SequenceNumber;
  /** Bytes sent and not acknowledged. */
  inFlight: number;
  /** Bytes that the backup can still take behind `ackedThrough`, by its last word. */
  window: number;
  /** Whether the retransmission timer runs, and what was acknowledged when it was set. */
  waitingForAck: boolean;
  ackedAtTimer: SequenceNumber;
  /** The flush timer runs. */
  isFlushDue: boolean;
  /** Where and when the last entry was recorded. */
  last: { instruction: InstructionCount; at: SimTime };
  /**
   * Entries that the backup has not executed yet, by its last word: when each was recorded, and by when a backup could have
   * executed it that begins with an entry when it has it (pacing.ts).
   */
  unexecuted: Readonly<{ sequence: SequenceNumber; at: SimTime; possible: SimTime }>[];
}

/** The backup's end of the logging channel (§3.2). */
export interface Receiver {
  limit: number;
  /** Received and not yet consumed, in order; `held` is the sum of their bytes. */
  entries: Readonly<LogEntry>[];
  held: number;
  receivedThrough: SequenceNumber;
  consumedThrough: SequenceNumber;
  /** The room that the last acknowledgement promised. */
  advertised: number;
  /** Instruction number of the last entry received: the machine may not pass it. */
  barrier: InstructionCount;
}

export interface HeldOutput<O extends Output = Output> {
  /** Its output entry; the output leaves once that is acknowledged. 0 when nothing is logged. */
  sequence: SequenceNumber;
  instruction: InstructionCount;
  output: O;
  producedAt: SimTime;
}

/** A disk operation that the guest has started and not yet seen completed, in the order in which it started them. */
export interface PendingIo {
  operation: Extract<Emission, { kind: 'diskRead' | 'diskWrite' | 'diskFlush' }>;
  /** A write whose output is not released yet. */
  isGated: boolean;
  /** Handed to the storage by this host. False while it has to wait, and on a backup that leaves the disk to the primary. */
  issued: boolean;
  /** The host's number for handing it over the last time. */
  issue?: number;
  /** What this host's own operation came to, where a backup carries out its own (§4.1, §4.2): its completion is the log's. */
  own?: { ok: boolean; bytes?: Uint8Array<ArrayBuffer> };
}

export interface Replica {
  role: Role;
  generation: number;
  sender: Sender;
  receiver: Receiver;
  /** Outputs that wait for their acknowledgement, in order. */
  gate: HeldOutput[];
  /** On a backup: outputs that replay has produced and whose entries are not consumed yet. */
  reproduced: HeldOutput[];
  /** On a backup: the last output that replay has met in the log, and dropped. */
  lastDropped: HeldOutput | null;
  /** The number of the console's last byte that is known to have left, and the bytes after it that a backup has dropped. */
  console: { released: number; kept: HeldOutput<ConsoleOutput>[] };
  pendingIo: PendingIo[];
  /** §3.3: no disk operation is begun, for a machine of the pair is about to move. */
  isQuiescing: boolean;
  /** §4.2: reads that the backup may not have carried out yet, so that nobody may write there: completed with this entry. */
  unreadByBackup: { sequence: SequenceNumber; sector: number; sectors: number }[];
  /** §3.2: what the primary may use of its CPU so that the backup can keep up, in percent. */
  pacingPercent: number;
  /** Checkpointing: the epoch that runs now, or the last that is here whole. From 1. */
  epoch: number;
  /** Sent and not acknowledged; whether the next epoch has lasted long enough meanwhile. */
  checkpoint?: { message: Readonly<Checkpoint>; isNextDue: boolean };
  /** When anything was last heard of the peer. */
  lastHeard: SimTime;
  arbitration: 'none' | 'asking' | 'won';
  haltReason?: HaltReason;
  /** On a backup: it has come to differ from its log, and runs on (divergence.ts). */
  hasDiverged?: true;
  /** How the guest of this machine has ended; it executes nothing more. */
  guestEnd: VmEnd | null;
  /** The VM ends: it executes nothing more, and what it has put out still has to leave. */
  ending: VmEnd | null;
  /** On a backup: the VM has ended at its peer, and everything is out. */
  isPeerDone: boolean;
}

/** How a pair is kept together: the paper's way, or one of those that it is compared with (§6). */
export type ReplicationMode = 'ft' | 'none' | 'checkpoint' | 'operations';

/** Settings that both ends of a pair share. */
export interface ProtocolConfig {
  mode: ReplicationMode;
  rules: Rules;
  heartbeatInterval: Duration;
  /** Silence longer than this is taken for a failure. */
  silenceTimeout: Duration;
  /** Between attempts to reach the shared disk for arbitration. */
  arbitrationRetry: Duration;
  /** Without a new acknowledgement for this long, unacknowledged entries are sent again. */
  retransmitTimeout: Duration;
  /** How long an entry may wait for others to share its frame. An output entry never waits (§3.5) unless told to. */
  flushDelay: Duration;
  flushOutputs: boolean;
  /**
   * §3.2: how often the lag is looked at, from which on it is too much, by how many percent the share changes, and how long
   * an instruction takes at full speed.
   */
  pacing: {
    interval: Duration;
    lagThreshold: Duration;
    stepPercent: number;
    instructionPicoseconds: number;
  };
  /** After so long without an entry the primary says how far it has come (progress.ts); 0: never. */
  progressInterval: Duration;
  /** What becomes of an output whose entry is the last of the log: nobody knows whether the world has seen it. */
  lastOutput: 'drop' | 'send';
  /** Where the VM's disk is: shared, or each host has its own (§4.1). */
  isDiskShared: boolean;
  /** §4.2: the backup reads the disk itself. */
  backupReads: boolean;
  sendBufferBytes: number;
  receiveBufferBytes: number;
}

/** One end of a pair at the beginning of a generation, or a host that runs no VM. */
export function createReplica(role: Role, generation: number, config: ProtocolConfig, now: SimTime): Replica {
  return {
    role,
    generation,
    sender: {
      limit: config.sendBufferBytes,
      entries: [],
      held: 0,
      nextSequence: 1,
      nextToSend: 1,
      ackedThrough: 0,
      inFlight: 0,
      window: config.receiveBufferBytes,
      waitingForAck: false,
      ackedAtTimer: 0,
      isFlushDue: false,
      last: { instruction: NO_INSTRUCTIONS, at: now },
      unexecuted: [],
    },
    receiver: {
      limit: config.receiveBufferBytes,
      entries: [],
      held: 0,
      receivedThrough: 0,
      consumedThrough: 0,
      advertised: config.receiveBufferBytes,
      barrier: NO_INSTRUCTIONS,
    },
    gate: [],
    reproduced: [],
    lastDropped: null,
    console: { released: 0, kept: [] },
    pendingIo: [],
    isQuiescing: false,
    unreadByBackup: [],
    pacingPercent: 100,
    epoch: 1,
    lastHeard: now,
    arbitration: 'none',
    guestEnd: null,
    ending: null,
    isPeerDone: false,
  };
}
