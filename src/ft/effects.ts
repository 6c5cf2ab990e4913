// What the protocol asks its host to do. It never acts by itself: every rule returns these.

import type { Duration } from '../sim/time.ts';
import type { EntryKind, SequenceNumber } from './entry.ts';
import type { PairMessage } from './messages.ts';
import type { HaltReason, HeldOutput, PendingIo } from './replica.ts';

export type TimerName =
  | 'heartbeat'
  | 'silence'
  | 'retransmit'
  | 'arbitration'
  | 'flush'
  | 'pacing'
  | 'announce';

/** What the protocol did, for observers. */
export type Note =
  | { kind: 'outputHeld'; held: HeldOutput }
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
  | { kind: 'ioReissued'; count: number }
  | { kind: 'ioSerialized'; io: number; behind: number }
  | { kind: 'halted'; reason: HaltReason }
  | { kind: 'diverged'; sequence: SequenceNumber; expected: EntryKind | 'nothing'; found: string };

export type Effect =
  | { kind: 'send'; message: PairMessage }
  /** Replaces a running timer of that name. */
  | { kind: 'setTimer'; timer: TimerName; wait: Duration }
  | { kind: 'releaseOutput'; held: HeldOutput }
  | { kind: 'dropOutput'; held: HeldOutput }
  | { kind: 'testAndSet'; generation: number }
  /** Hands a disk operation to the storage (again). */
  | { kind: 'issueIo'; io: PendingIo; again: boolean }
  /** An operation that this host carried out as a backup completes by what came of it, for the log no longer says. */
  | { kind: 'completeIo'; io: PendingIo }
  /** The VM's MAC is announced on the LAN, so that switches send its frames here (§2.3). */
  | { kind: 'announceMac' }
  /** The guest's clock and timer are this host's own from now on. */
  | { kind: 'takeOverClock' }
  /** What was typed, and the machine here has not had, is given to it. */
  | { kind: 'takeOverKeyboard' }
  /** The cluster service is asked for a host on which a new backup can run (§3.1). */
  | { kind: 'requestBackup' }
  /** The machine's share of its CPU has changed. */
  | { kind: 'changePace' }
  | { kind: 'note'; note: Note };
