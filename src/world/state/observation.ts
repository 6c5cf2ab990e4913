// What an outside observer sees of a run, one fact at a time: the source of properties, narration, timeline and reports.

import type { EntryKind, OutputKind } from '../../ft/entry.ts';
import type { PairMessage } from '../../ft/messages.ts';
import type { HaltReason } from '../../ft/replica.ts';
import type { SimTime } from '../../sim/time.ts';
import type { ClientId, HostId } from '../base/config.ts';
import type { Refusal } from '../language/refusals.ts';
import type { StorageKind } from '../net/storage-protocol.ts';

/** What can be told of an output by looking at it. */
export interface OutputFacts {
  kind: OutputKind;
  /** The number of the guest's instruction that produced it. */
  instruction: number;
  /** Its output entry; 0 when nothing is logged. */
  sequence: number;
  /** Two outputs with the same digest have the same bytes. Of a console output: its byte. */
  digest: string;
  /** Of a packet: the client it goes to, and which request it answers with what. */
  client?: ClientId;
  request?: number;
  value?: number;
  /** Of a console output: its place among all bytes that the VM has sent, from 1. A terminal recognises one that comes again by it. */
  number?: number;
  /** Of a disk write: where, and what the guest's driver calls it. */
  block?: number;
  io?: number;
}

export interface EntryFacts {
  /** Position in the log of its generation, from 1. */
  generation: number;
  sequence: number;
  entry: EntryKind;
  output?: OutputKind;
  instruction: number;
  /** Its size in the buffers of the logging channel. */
  bytes: number;
  /** Digest of what it says beyond its place: clock value, entropy, packet, data. */
  says: string;
  /** Hash of the machine's whole state once the entry has been applied. */
  state: string;
}

/** A disk operation of the guest. `io` is the guest driver's name for it. */
export interface IoFacts {
  io: number;
  operation: 'read' | 'write' | 'flush';
  block: number;
  blocks: number;
  /** Of a write: two with the same digest have the same bytes. */
  digest?: string;
}

/**
 * Why a frame did not arrive: its cable was cut, it was lost on the way, its sender lost power before it had left, or the
 * VM's network card had no free buffer for it.
 */
export type LossReason = 'cut' | 'loss' | 'power' | 'full';

type PairFact =
  /** From here on the log's entries belong to this generation. `state`: of both machines, at `instruction`. */
  | {
      kind: 'paired';
      generation: number;
      primary: HostId;
      backup: HostId;
      instruction: number;
      primaryState: string;
      backupState: string;
    }
  | ({ kind: 'recorded'; host: HostId } & EntryFacts)
  /** `ahead`: where the primary's machine is at this instant, if it runs. */
  | ({ kind: 'replayed'; host: HostId; ahead?: number } & EntryFacts)
  | {
      kind: 'sent';
      host: HostId;
      message: PairMessage['kind'];
      bytes: number;
      generation: number;
      /** Of entries: which; of an acknowledgement: what it acknowledges, in `last`. */
      first?: number;
      last?: number;
    }
  /** Entries are in the backup's buffer, whose machine is at `instruction`. */
  | { kind: 'received'; host: HostId; generation: number; first: number; last: number; instruction: number }
  /** The primary has heard of it; the backup had executed entries up to `executed`. */
  | { kind: 'acked'; host: HostId; generation: number; through: number; executed: number }
  | { kind: 'resent'; host: HostId; from: number }
  | { kind: 'sendBufferFull'; host: HostId }
  | { kind: 'sendBufferDrained'; host: HostId }
  /** §3.2: the primary's share of its CPU, after a look at how far the backup lags behind. */
  | { kind: 'paced'; host: HostId; lag: number; percent: number }
  | {
      kind: 'diverged';
      host: HostId;
      sequence: number;
      expected: string;
      found: string;
      instruction: number;
    };

type OutputFact =
  | { kind: 'outputHeld'; host: HostId; output: OutputFacts }
  /** `acked`: what the backup had acknowledged; `isProtected`: whether there was a backup to wait for. */
  | {
      kind: 'outputReleased';
      host: HostId;
      output: OutputFacts;
      waited: number;
      acked: number;
      isProtected: boolean;
    }
  | { kind: 'outputDropped'; host: HostId; output: OutputFacts };

type DiskFact =
  /** A guest has started an operation; on a backup nothing of it leaves the host. */
  | ({ kind: 'ioStarted'; host: HostId; role: 'acting' | 'backup' } & IoFacts)
  /** A host has handed it to the storage, for the first time or again. */
  | { kind: 'ioIssued'; host: HostId; io: number; again: boolean }
  /** Its completion has entered the guest. */
  | { kind: 'ioCompleted'; host: HostId; io: number; ok: boolean }
  /** A host's request has come to the disk. `io`: of a test-and-set 0. */
  | { kind: 'storageArrived'; host: HostId; operation: StorageKind; io: number; generation: number }
  | { kind: 'ioReissued'; host: HostId; count: number }
  /** Operations race, on blocks or in memory: this one waits for that one (§3.4). */
  | { kind: 'ioSerialized'; host: HostId; io: number; behind: number }
  /** Guest memory was changed by a device while the guest ran: only without bounce buffers (§3.4). */
  | { kind: 'memoryChanged'; host: HostId; device: 'network' | 'disk'; instruction: number }
  /** `disk`: the shared one, or a host's own. */
  | {
      kind: 'diskWritten';
      disk: string;
      block: number;
      blocks: number;
      value: number;
      host: HostId;
      io: number;
      generation: number;
      digest: string;
    }
  | {
      kind: 'diskRead';
      disk: string;
      block: number;
      blocks: number;
      host: HostId;
      io: number;
      digest: string;
    }
  | {
      kind: 'diskFailed';
      disk: string;
      block: number;
      host: HostId;
      /** None where the machine's own device refused: the request never came to be an operation. */
      io?: number;
      reason: 'error' | 'full' | 'range';
    }
  /** Its server has told a host whether the flag of a generation is that host's. */
  | { kind: 'flagAnswered'; disk: string; host: HostId; generation: number; isWon: boolean }
  | { kind: 'diskFenced'; disk: string; block: number; host: HostId; io: number };

type FaultFact =
  | { kind: 'hostCrashed'; host: HostId }
  | { kind: 'hostRepaired'; host: HostId }
  | { kind: 'hostPaused'; host: HostId }
  | { kind: 'hostResumed'; host: HostId }
  | { kind: 'hostSlowed'; host: HostId; percent: number }
  | { kind: 'bitFlipped'; host: HostId; address: number; bit: number }
  | { kind: 'clientPoisoned'; client: ClientId }
  | { kind: 'linkCut'; link: string; way?: 'in' | 'out' }
  | { kind: 'linkMended'; link: string }
  /** Loss, duplication and reordering in parts per million; delay in nanoseconds. */
  | {
      kind: 'linkImpaired';
      link: string;
      loss: number;
      duplication: number;
      reordering: number;
      delay: number;
    }
  | { kind: 'frameLost'; link: string; reason: LossReason }
  | { kind: 'frameDuplicated'; link: string }
  | { kind: 'frameReordered'; link: string }
  | { kind: 'diskCrashed' }
  | { kind: 'diskRepaired' }
  | { kind: 'clientCrashed'; client: ClientId }
  | { kind: 'clientRepaired'; client: ClientId }
  | { kind: 'diskImpaired'; reads: boolean; writes: boolean; full: boolean };

type TakeoverFact =
  /** `runs`: a false alarm. Whoever is suspected is well, and only its word has not come. */
  | { kind: 'suspected'; host: HostId; of: HostId; silence: number; runs?: true }
  | { kind: 'testAndSetSent'; host: HostId; generation: number }
  | { kind: 'testAndSetWon'; host: HostId; generation: number }
  | { kind: 'testAndSetLost'; host: HostId; generation: number }
  | { kind: 'draining'; host: HostId; entries: number }
  /** `received` and `consumed`: the last entries that were. */
  | {
      kind: 'wentLive';
      host: HostId;
      generation: number;
      instruction: number;
      silence: number;
      received: number;
      consumed: number;
    }
  | { kind: 'wentSolo'; host: HostId; generation: number }
  | { kind: 'macAnnounced'; host: HostId }
  | { kind: 'macMoved'; port: string }
  /** A guest that is stuck says where it is, and the trap that no handler takes: its cause (mcause) and where it came. */
  | {
      kind: 'halted';
      host: HostId;
      reason: HaltReason;
      code?: number;
      address?: number;
      cause?: number;
      trappedAt?: number;
    };

type OperationFact =
  /** The VM asks the cluster service for a new backup, which answers with a host, or with none. */
  | { kind: 'backupRequested'; host: HostId }
  | { kind: 'backupChosen'; host: HostId; target: HostId }
  | { kind: 'noHostFits'; host: HostId }
  | { kind: 'cloneStarted'; host: HostId; target: HostId; generation: number }
  | { kind: 'cloneRound'; host: HostId; target: HostId; round: number; pages: number; bytes: number }
  /** The VM stands still, for its last pages and its registers to follow. */
  | { kind: 'clonePaused'; host: HostId }
  | { kind: 'cloneFinished'; host: HostId; target: HostId; pause: number }
  | { kind: 'cloneAbandoned'; host: HostId; target: HostId }
  | { kind: 'migrationStarted'; machine: 'primary' | 'backup'; from: HostId; to: HostId }
  | { kind: 'ioQuiesced'; host: HostId }
  | { kind: 'migrationFinished'; machine: 'primary' | 'backup'; from: HostId; to: HostId }
  | { kind: 'poweredOff'; host: HostId }
  | { kind: 'resourcesChanged'; host: HostId; percent: number }
  /** A byte that was typed has been given to the machine; one that a machine before had lost is given again by its number. */
  | { kind: 'typed'; host: HostId; byte: number; number: number }
  | { kind: 'checkpointTaken'; host: HostId; epoch: number; pages: number; bytes: number; pause: number }
  | { kind: 'checkpointReceived'; host: HostId; epoch: number }
  | { kind: 'rolledBack'; host: HostId; epoch: number; instruction: number };

/**
 * Of a client that nobody here has programmed: it asks under a number that it has had the answer of (`again`), leaves numbers out
 * (`skipped`), asks for the next before it has the answer (`early`), asks for something else under one number (`changed`), sends what
 * is no request (`nonsense`). Of a disk: it writes what nobody has asked for (`unasked`), says that something is done which its medium has
 * not done (`undone`), or gives other data than its medium (`altered`). Of both: it sends more than its cable carries (`flood`).
 */
export type Misbehaviour =
  | 'again'
  | 'skipped'
  | 'early'
  | 'changed'
  | 'nonsense'
  | 'flood'
  | 'unasked'
  | 'undone'
  | 'altered';

/** A plain host: a client, or the disk's server. */
type PlainFact =
  | { kind: 'misbehaved'; host: string; how: Misbehaviour }
  /** Its program has ended, with a code, or can do nothing any more but trap. */
  | {
      kind: 'programEnded';
      host: string;
      code?: number;
      address?: number;
      cause?: number;
      trappedAt?: number;
    };

type ClientFact =
  | {
      kind: 'requestSent';
      client: ClientId;
      request: number;
      operation: string;
      arguments: number[];
      tries: number;
    }
  | { kind: 'requestArrived'; host: HostId; client: ClientId; request: number }
  | { kind: 'answered'; client: ClientId; request: number; status: number; value: number }
  /** An answer that the client has had already has come once more. */
  | { kind: 'answeredAgain'; client: ClientId; request: number; value: number }
  /** An answer has come to a request that the client gave up when it lost power. */
  | { kind: 'answeredLate'; client: ClientId; request: number; value: number };

export type Fact =
  | { kind: 'started' }
  | PairFact
  | OutputFact
  | DiskFact
  | FaultFact
  | TakeoverFact
  | OperationFact
  | ClientFact
  | PlainFact
  /** A command took effect, or could not (`why`). */
  | { kind: 'commanded'; command: string; why?: Refusal }
  /** Not seen but concluded: with the fact before this, a property broke. */
  | { kind: 'violated'; property: string; section: string };

export type Observation = { at: SimTime } & Fact;

/** Takes each fact as it happens. It must not change the world. */
export type Observer = (observation: Observation) => void;
