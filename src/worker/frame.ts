// What a page may see of a run: immutable view data for one instant. Types only; every value is read off the simulation.
// Times are integer nanoseconds of simulated time. Texts are not in here: kinds and numbers are, the page finds the words.

import type { EntryKind } from '../ft/entry.ts';
import type { HaltReason } from '../ft/replica.ts';
import type { Rules } from '../ft/rules.ts';
import type { FactKind, FactLane, Weight } from '../timeline/facts/fact-shape.ts';
import type { Refusal } from '../world/language/refusals.ts';
import type { RulerRow } from './ruler-row.ts';

import type { TimelineView } from './timeline-view.ts';

export type { RulerRow } from './ruler-row.ts';
export type { EventFilter, SpanColumns, TimelineView, TimelineWindow } from './timeline-view.ts';
export type { EntryKind, FactKind, FactLane, Refusal };

export type HostId = string;

/**
 * `halted`: lost the arbitration, was powered off, or its guest ended; `spare`: runs no VM; `crashed`: the physical host
 * is dead.
 */
export type Role = 'primary' | 'backup' | 'solo' | 'halted' | 'spare' | 'crashed';

/** What a host is doing right now, the most telling first. */
export type Activity =
  | 'running'
  | 'idle' // guest in WFI
  | 'waitingForLog' // backup: no entry left to run to
  | 'stoppedByLog' // primary: send buffer is full
  | 'arbitrating' // asked for the flag, no answer yet
  | 'draining' // won, consumes the last entries before going live
  | 'paused' // the whole host stands still
  | 'handingOver' // the VM stands still for what is left of it to follow, or until its power is off
  | 'empty' // spare: there is no VM
  | 'stopped'; // halted or crashed

/** `split`: two machines answer the world at once, which arbitration is there to prevent. `off`: switched off on purpose. */
export type PairState = 'protected' | 'suspecting' | 'failingOver' | 'solo' | 'split' | 'down' | 'off';

export interface OutputView {
  /** Sequence number of its output entry; 0 when the machine runs solo and logs nothing. */
  sequence: number;
  instruction: number;
  kind: 'packet' | 'diskWrite' | 'console';
  /** For a packet: the client it goes to. */
  client?: string;
  /** For a packet that answers a request: the sequence number of the request, and its value. */
  request?: number;
  value?: number;
  /** For a disk write. */
  block?: number;
  state: 'held' | 'released' | 'dropped';
  /** When the guest produced it. */
  producedAt: number;
  /** When it left, or was dropped. */
  endedAt?: number;
}

export interface HostView {
  id: HostId;
  role: Role;
  activity: Activity;
  /** Instructions the guest has retired. */
  instruction: number;
  /** How often the machine was changed since: by what was put in, by interrupts and exceptions. */
  changes: number;
  /** What the host has of its CPU's speed, what of that the VM may use, and what of that pacing leaves it; in per cent. */
  cpuPercent: number;
  sharePercent: number;
  pacingPercent: number;
  /** Backup: the instruction number of the last entry received, which it may not pass. */
  barrier?: number;
  /** Last time anything was heard of the other host, and when silence becomes suspicion. */
  lastHeardAt?: number;
  suspectsAt?: number;
  /** The newest outputs, oldest first: held and lately released ones on the primary, dropped ones on the backup. */
  outputs: OutputView[];
  /** How many there were in all. */
  outputsHeld: number;
  outputsReleased: number;
  outputsDropped: number;
  /**
   * Its own instructions, where they are not those of the ruler: a machine that went on by itself beside another, or one
   * that died with instructions nobody else has executed.
   */
  stream?: RulerRow[];
  /** Why it halted. */
  haltReason?: HaltReason;
  /** Its own disk, where disks are not shared. */
  disk?: OwnDiskView;
}

/** A log entry's place is its generation and its sequence number in it. */
export interface EntryName {
  generation: number;
  sequence: number;
  kind: EntryKind;
}

export interface EntryView {
  generation: number;
  sequence: number;
  kind: EntryKind;
  output?: 'packet' | 'diskWrite' | 'console';
  instruction: number;
  bytes: number;
  /** Where it is. `unsent` stands in the send buffer, `received` in the receive buffer, `consumed` was replayed lately. */
  place: 'unsent' | 'flying' | 'received' | 'consumed' | 'lost';
  /** 0 to 1 while flying, from sender to receiver. */
  progress: number;
  acked: boolean;
}

export interface AckView {
  /** Received up to this sequence number. */
  through: number;
  progress: number;
  lost: boolean;
}

export interface ChannelView {
  /** The hosts at its two ends; entries go from the first to the second. */
  from: HostId;
  to: HostId;
  /** `cut` is the cable; `closed` that nobody logs any more. */
  state: 'open' | 'cut' | 'closed';
  generation: number;
  sendBufferBytes: number;
  sendBufferLimit: number;
  receiveBufferBytes: number;
  receiveBufferLimit: number;
  entries: EntryView[];
  acks: AckView[];
  heartbeats: { from: HostId; progress: number }[];
  lastSequence: number;
  ackedThrough: number;
  /** Mean over the last tenth of a second of simulated time (or the run so far). */
  bitsPerSecond: number;
}

/** What the machine of a client or of the disk is doing. `asleep`: in WFI; `ended`: its program has; `stuck`: it can only trap. */
export type PlainState = 'off' | 'paused' | 'ended' | 'stuck' | 'running' | 'asleep';

/** How a plain host is, seen from beside it. */
export interface PowerView {
  /** Null while it simply runs. */
  trouble: Exclude<PlainState, 'running' | 'asleep'> | null;
  cpuPercent: number;
}

/** A plain host that somebody has opened. */
export interface OpenedView {
  id: string;
  /** Instructions it has retired, and how often its machine was changed since. */
  instruction: number;
  changes: number;
  state: PlainState;
  /** Its newest instructions, oldest first; `done` has one place. */
  stream: RulerRow[];
}

export interface ClientView extends PowerView {
  id: string;
  /** What it is doing: between requests, waiting for an answer, or done with all of them. */
  state: 'thinking' | 'waiting' | 'done';
  request?: {
    sequence: number;
    operation: string;
    sentAt: number;
    tries: number;
    retryAt: number;
  };
  lastAnswer?: { sequence: number; value: number; at: number };
  answered: number;
}

/** Something on a wire other than the logging channel. */
export interface FlightView {
  /** Stable while it flies. */
  id: number;
  link: string;
  from: string;
  to: string;
  kind:
    | 'request'
    | 'reply'
    | 'announcement'
    | 'diskRead'
    | 'diskWrite'
    | 'diskReply'
    | 'testAndSet'
    | 'testAndSetReply'
    | 'other';
  client?: string;
  request?: number;
  value?: number;
  block?: number;
  won?: boolean;
  /** 0 to 1. */
  progress: number;
  lost: boolean;
}

/** What a disk can't do at present. */
export interface DiskState {
  isUp: boolean;
  failsReads: boolean;
  failsWrites: boolean;
  isFull: boolean;
}

export interface OwnDiskView extends DiskState {
  used: { block: number; value: number }[];
}

export interface DiskView extends DiskState, PowerView {
  /** Otherwise each host has its own, and this server has only the flags. */
  isShared: boolean;
  blocks: number;
  /** Blocks with anything in them, and when they were last written. */
  used: { block: number; value: number; writtenAt?: number; by?: HostId; hex: string }[];
  flag: { generation: number; winner?: HostId };
  /** Operations in service now. */
  busy: { kind: 'read' | 'write'; block: number; host: HostId }[];
}

export interface LinkView {
  id: string;
  ends: [string, string];
  /** From its first end to its second, and back. */
  cut: [boolean, boolean];
  /** In parts per million of the frames, and the time added to each. */
  loss: number;
  duplication: number;
  reordering: number;
  delayNs: number;
  latencyNs: number;
  bitsPerSecond: number;
}

/** A VM that is being copied to another host. */
export interface TransferView {
  purpose: 'clone' | 'movePrimary' | 'moveBackup';
  from: HostId;
  to: HostId;
  round: number;
  /** Of this round. */
  pages: number;
  bytes: number;
  /** `quiescing`: until no disk operation is under way; `paused`: the VM stands still, its last pages follow. */
  stage: 'copying' | 'quiescing' | 'paused';
  pausedAt?: number;
  /** 0 to 1: what of the round's bytes has been sent. */
  progress: number;
  /** Bytes copied in the rounds before. */
  copied: number;
}

/** The serial line. */
export interface ConsoleView {
  /** The end of what the world has seen the VM print, as text for a screen. */
  printed: string;
  /** How many bytes come before that. */
  before: number;
  /** Bytes typed that no VM has taken yet. */
  waiting: number;
  /** Somebody can type: a VM runs. */
  isOpen: boolean;
}

export interface PropertyView {
  name: string;
  section: string;
  holds: boolean;
  /** Facts checked so far. */
  checked: number;
  violation?: ViolationView;
}

export interface ViolationView {
  at: number;
  /** Key of the sentence in the locale files, with its values. */
  key: string;
  values: Record<string, string | number>;
  /** The two facts that contradict each other, the earlier one first. */
  facts?: [{ at: number; kind: string }, { at: number; kind: string }];
  /** Sequence numbers of the entries concerned. */
  entries?: number[];
}

/** A fault or click that the page can offer. Its words are `fault.full.<name>` and `fault.short.<name>`, its group's `fault.row.<group>`. */
export interface FaultView {
  command: string;
  name: string;
  target: string;
  group: string;
  values: Record<string, string | number>;
  /** Why it would change nothing just now. */
  why?: Refusal;
}

/** One thing that happened, told in words by the page (`narration.<key>` in the locale files). */
export interface NarrationLine {
  /** The number of its fact in the run, from 0. */
  index: number;
  at: number;
  kind: FactKind;
  /** Its sentence's: some kinds have several. */
  key: string;
  values: Record<string, string | number>;
  /** Lines before it have been left out, all but turning points. */
  isAfterGap?: true;
  weight: Weight;
}

/** The rules that can be switched off, by the names they have in the scenario document. */
export type RuleName = keyof Rules;

/** A parallel run. */
export interface BranchView {
  id: number;
  /** What the person calls it, or the command or change that it began with; '' for the first. */
  name: string;
  parent: number | null;
  /** Where it leaves its parent, and how far it has been run. */
  at: number;
  reached: number;
  isOn: boolean;
}

export interface ViewFrame {
  /** Of what led to this instant more can be told, if that is derived again. */
  lacksContext: boolean;
  /** Which request of the page this answers. */
  request: number;
  scenario: { id: string; title: string };
  time: number;
  /** So many steps of this instant have been made, and more are to come; without it all have. */
  step?: number;
  /** The latest instant that this run has been at. */
  reached: number;
  /** In the order in which they began. */
  branches: BranchView[];
  /** The run is over: every client has its answers and nothing else will happen, or its bound is reached. */
  ended: boolean;
  endReason?: 'answered' | 'bound';
  pair: PairState;
  generation: number;
  hosts: HostView[];
  /** The two hosts that the picture is about, its left and its right: the pair, or who was or is to be of it. */
  stage: HostId[];
  transfer: TransferView | null;
  /** Only of guests that use it. */
  console: ConsoleView | null;
  ruler: RulerRow[];
  /** Instructions between the two machines, and how long the backup is behind in time; null when there is no backup. */
  lag: { instructions: number; ns: number } | null;
  channel: ChannelView;
  disk: DiskView;
  /** Host behind whose port the VM's MAC was last seen. */
  vmAt: HostId | null;
  clients: ClientView[];
  links: LinkView[];
  flights: FlightView[];
  properties: PropertyView[];
  /** Newest last, at most a few hundred: all lines of the facts from number `narrationSince` on, and turning points from before. */
  narration: NarrationLine[];
  narrationSince: number;
  /** How many facts there were up to this instant. */
  narrationLength: number;
  timeline: TimelineView;
  /** Which rules the run keeps to. */
  rules: Record<RuleName, boolean>;
  /** And which the scenario itself has switched off. */
  scenarioRules: Record<RuleName, boolean>;
  guest: string;
  /** How the VM is protected: as the paper has it, not at all, or as one of the baselines. */
  mode: 'ft' | 'none' | 'checkpoint' | 'operations';
  /** All that can be done to this world now, and what would change nothing; if asked for. */
  faults?: FaultView[];
  /** With them: where the data of each computer's program begin. */
  dataAddresses?: Record<string, number>;
  /** The plain host that is opened, if one is. */
  opened?: OpenedView;
  /** Commands given so far in this run, as text. */
  commands: string[];
  /** Hash of the whole simulated state at this instant. Present when paused. */
  hash?: string;
}
