// What an outside observer sees of a run, one fact at a time: the source of properties, narration, timeline and reports.

import type { ChannelMessage } from '../ft/commands.ts';
import type { EntryKind, OutputKind } from '../ft/entry.ts';
import type { HaltReason } from '../ft/replica.ts';
import type { SimTime } from '../sim/time.ts';
import type { ClientId, HostId } from './config.ts';

/** What can be told of an output by looking at it. */
export interface OutputFacts {
  kind: OutputKind;
  /** The number of the guest's instruction that produced it. */
  instruction: number;
  /** Its output entry; 0 when nothing is logged. */
  sequence: number;
  /** Two outputs with the same digest have the same bytes. */
  digest: string;
  /** Of a packet: the client it goes to, and which request it answers with what. */
  client?: ClientId;
  request?: number;
  value?: number;
  /** Of a disk write. */
  block?: number;
}

export interface EntryFacts {
  sequence: number;
  entry: EntryKind;
  output?: OutputKind;
  instruction: number;
  /** Its size in the buffers of the logging channel. */
  bytes: number;
  /** Hash of the machine's whole state once the entry has been applied. */
  state: string;
}

export type Fact =
  | { kind: 'started' }
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
  | ({ kind: 'recorded'; host: HostId } & EntryFacts)
  | ({ kind: 'replayed'; host: HostId } & EntryFacts)
  | {
      kind: 'sent';
      host: HostId;
      message: ChannelMessage['kind'];
      bytes: number;
      first?: number;
      last?: number;
    }
  | { kind: 'received'; host: HostId; first: number; last: number }
  | { kind: 'acked'; host: HostId; through: number }
  | { kind: 'resent'; host: HostId; from: number }
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
  | { kind: 'outputDropped'; host: HostId; output: OutputFacts }
  | { kind: 'diskWritten'; block: number; value: number; host: HostId }
  | { kind: 'diskRead'; block: number; host: HostId }
  | { kind: 'diskFenced'; block: number; host: HostId }
  | { kind: 'frameLost'; link: string }
  | { kind: 'hostCrashed'; host: HostId }
  | { kind: 'linkCut'; link: string }
  | { kind: 'linkMended'; link: string }
  | { kind: 'suspected'; host: HostId; of: HostId; silence: number }
  | { kind: 'testAndSetSent'; host: HostId; generation: number }
  | { kind: 'testAndSetWon'; host: HostId; generation: number }
  | { kind: 'testAndSetLost'; host: HostId; generation: number }
  | { kind: 'draining'; host: HostId; entries: number }
  | { kind: 'wentLive'; host: HostId; instruction: number; silence: number }
  | { kind: 'wentSolo'; host: HostId }
  | { kind: 'macAnnounced'; host: HostId }
  | { kind: 'macMoved'; port: string }
  | { kind: 'ioReissued'; host: HostId; count: number }
  | { kind: 'sendBufferFull'; host: HostId }
  | { kind: 'sendBufferDrained'; host: HostId }
  | { kind: 'diverged'; host: HostId; sequence: number; expected: string; found: string; instruction: number }
  /** Not seen but concluded: with the fact before this, a property broke. */
  | { kind: 'violated'; property: string; section: string }
  | { kind: 'halted'; host: HostId; reason: HaltReason; code?: number; address?: number };

export type Observation = { at: SimTime } & Fact;

/** Takes each fact as it happens. It must not change the world. */
export type Observer = (observation: Observation) => void;
