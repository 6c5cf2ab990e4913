// What the protocol asks its host to do. It never acts by itself: every rule returns these.

import type { Duration } from '../sim/time.ts';
import type { EntryKind, SequenceNumber } from './entry.ts';
import type { HaltReason, HeldOutput, PendingIo } from './replica.ts';

/** What travels on the logging channel. */
export type ChannelMessage =
  /** Encoded entries, one behind the other. `output` marks what the last of them is about, for who watches the wire. */
  | { kind: 'entries'; first: SequenceNumber; last: SequenceNumber; bytes: Uint8Array<ArrayBuffer> }
  /** Everything up to `through` is in the backup's buffer (received, not executed: §3.2), which has `window` bytes left. */
  | { kind: 'ack'; through: SequenceNumber; instruction: number; window: number }
  | { kind: 'heartbeat' };

export type TimerName = 'heartbeat' | 'silence' | 'retransmit' | 'arbitration';

/** What the protocol did, for observers. */
export type Note =
  | { kind: 'outputHeld'; held: HeldOutput }
  | { kind: 'acked'; through: SequenceNumber }
  | { kind: 'received'; first: SequenceNumber; last: SequenceNumber }
  | { kind: 'sendBufferFull' }
  | { kind: 'sendBufferDrained' }
  | { kind: 'resent'; from: SequenceNumber }
  | { kind: 'suspected'; silence: Duration }
  | { kind: 'testAndSetWon'; generation: number }
  | { kind: 'testAndSetLost'; generation: number }
  | { kind: 'draining'; entries: number }
  | { kind: 'wentSolo' }
  | { kind: 'wentLive' }
  | { kind: 'ioReissued'; count: number }
  | { kind: 'halted'; reason: HaltReason }
  | { kind: 'diverged'; sequence: SequenceNumber; expected: EntryKind | 'nothing'; found: string };

export type Command =
  | { kind: 'send'; message: ChannelMessage }
  /** Replaces a running timer of that name. */
  | { kind: 'setTimer'; timer: TimerName; wait: Duration }
  | { kind: 'releaseOutput'; held: HeldOutput }
  | { kind: 'dropOutput'; held: HeldOutput }
  | { kind: 'testAndSet'; generation: number }
  /** Hands a disk operation to the storage (again). */
  | { kind: 'issueIo'; io: PendingIo }
  /** The VM's MAC is announced on the LAN, so that switches send its frames here (§2.3). */
  | { kind: 'announceMac' }
  /** The guest's clock and timer are this host's own from now on. */
  | { kind: 'takeOverClock' }
  | { kind: 'note'; note: Note };
