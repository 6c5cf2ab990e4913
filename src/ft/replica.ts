// The state of the protocol on one host: everything its hypervisor knows of the pair. Plain data, changed only in ft.

import type { InstructionCount } from '../machine/boundary.ts';
import type { Duration, SimTime } from '../sim/time.ts';
import type { EntryKind, LogEntry, Output, OutputKind, SequenceNumber } from './entry.ts';
import type { Rules } from './rules.ts';

export type Role = 'primary' | 'backup' | 'solo' | 'halted';

export type HaltReason = 'lostArbitration' | 'guestExit' | 'guestStuck' | 'diverged';

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
  entries: OutgoingEntry[];
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
}

/** The backup's end of the logging channel (§3.2). */
export interface Receiver {
  limit: number;
  /** Received and not yet consumed, in order; `held` is the sum of their bytes. */
  entries: LogEntry[];
  held: number;
  receivedThrough: SequenceNumber;
  consumedThrough: SequenceNumber;
  /** The room that the last acknowledgement promised. */
  advertised: number;
  /** Instruction number of the last entry received: the machine may not pass it. */
  barrier: InstructionCount;
}

export interface HeldOutput {
  /** Its output entry; the output leaves once that is acknowledged. 0 when nothing is logged. */
  sequence: SequenceNumber;
  instruction: InstructionCount;
  output: Output;
  producedAt: SimTime;
}

/** A disk operation that the guest has started and not yet seen completed. */
export interface PendingIo {
  operation:
    | { kind: 'diskRead'; request: number; sector: number; sectors: number }
    | { kind: 'diskWrite'; request: number; sector: number; bytes: Uint8Array<ArrayBuffer> }
    | { kind: 'diskFlush'; request: number };
  /** Handed to the storage by this host. False while its output is held, and on a backup. */
  issued: boolean;
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
  pendingIo: PendingIo[];
  /** When anything was last heard of the peer. */
  lastHeard: SimTime;
  arbitration: 'none' | 'asking' | 'won';
  haltReason?: HaltReason;
}

/** Settings that both ends of a pair share. */
export interface ProtocolConfig {
  rules: Rules;
  heartbeatInterval: Duration;
  /** Silence longer than this is taken for a failure. */
  silenceTimeout: Duration;
  /** Between attempts to reach the shared disk for arbitration. */
  arbitrationRetry: Duration;
  /** Without a new acknowledgement for this long, unacknowledged entries are sent again. */
  retransmitTimeout: Duration;
  sendBufferBytes: number;
  receiveBufferBytes: number;
}

export function createReplica(role: 'primary' | 'backup', config: ProtocolConfig, now: SimTime): Replica {
  return {
    role,
    generation: 1,
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
    },
    receiver: {
      limit: config.receiveBufferBytes,
      entries: [],
      held: 0,
      receivedThrough: 0,
      consumedThrough: 0,
      advertised: config.receiveBufferBytes,
      barrier: 0 as InstructionCount,
    },
    gate: [],
    reproduced: [],
    pendingIo: [],
    lastHeard: now,
    arbitration: 'none',
  };
}
