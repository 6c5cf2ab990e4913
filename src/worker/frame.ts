// What a page may see of a run: immutable view data for one instant. Types only; every value is read off the simulation.
// Times are integer nanoseconds of simulated time. Texts are not in here: kinds and numbers are, the page finds the words.

export type HostId = string;

/** `halted`: lost the arbitration, was powered off, or its guest ended; `crashed`: the physical host is dead. */
export type Role = 'primary' | 'backup' | 'solo' | 'halted' | 'crashed';

/** What a host is doing right now, the most telling first. */
export type Activity =
  | 'running'
  | 'idle' // guest in WFI
  | 'waitingForLog' // backup: no entry left to run to
  | 'stoppedByLog' // primary: send buffer is full
  | 'arbitrating' // asked for the flag, no answer yet
  | 'draining' // won, consumes the last entries before going live
  | 'stopped'; // halted or crashed

/** `split`: two machines answer the world at once, which arbitration is there to prevent. */
export type PairState = 'protected' | 'suspecting' | 'failingOver' | 'solo' | 'split' | 'down';

export type EntryKind = 'timer' | 'packet' | 'disk' | 'clock' | 'entropy' | 'console' | 'output';

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
  /** Guest's virtual CPU in per cent of what the host could give it. */
  cpuPercent: number;
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
  haltReason?: 'lostArbitration' | 'guestExit' | 'guestStuck' | 'diverged';
}

/** One row of the ruler that both instruction streams share, in the order of execution. */
export type RulerRow =
  | {
      kind: 'instruction';
      /** It was the n-th to retire. */
      instruction: number;
      pc: number;
      /** `lw a5, 8(s1)` split for setting in columns. */
      mnemonic: string;
      operands: string;
      /** Label at or before pc, with an offset, and the source line. */
      symbol?: string;
      source?: { file: string; line: number; text: string };
      /** The log entry this instruction made, if it is a nondeterministic point. */
      entry?: { sequence: number; kind: EntryKind; output?: 'packet' | 'diskWrite' | 'console' };
      /** Whether each host (in the order of `hosts`) has executed it. */
      done: boolean[];
    }
  | {
      kind: 'injection';
      /** Put in after this many instructions. */
      instruction: number;
      entry: { sequence: number; kind: EntryKind };
      done: boolean[];
    }
  /** Left out here: instructions from..to, on both sides at the same height. */
  | { kind: 'fold'; from: number; to: number };

export interface EntryView {
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

export interface ClientView {
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

export interface DiskView {
  blocks: number;
  /** Blocks with anything in them, and when they were last written. */
  used: { block: number; value: number; writtenAt?: number; by?: HostId; hex: string }[];
  flag: { generation: number; winner?: HostId };
  /** Operations in service now. */
  busy: { kind: 'read' | 'write'; block: number; host: HostId }[];
}

export interface LinkView {
  id: string;
  cut: boolean;
  latencyNs: number;
  bitsPerSecond: number;
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
}

/** One thing that happened, told in words by the page (`narration.<key>` in the locale files). */
export interface NarrationLine {
  /** Position in the run's narration, from 0. */
  index: number;
  at: number;
  key: string;
  values: Record<string, string | number>;
  /** How much it matters: 1 the turning points of a failover, 2 what the protocol does, 3 every entry. */
  weight: 1 | 2 | 3;
}

export interface TimelineSpan {
  from: number;
  /** Missing while it lasts. */
  to?: number;
  kind: string;
  label?: { client?: string; request?: number; value?: number; block?: number; tries?: number };
}

/** What the lanes show between `from` and `to`, already thinned to the width asked for. */
export interface TimelineView {
  from: number;
  to: number;
  clients: { id: string; spans: TimelineSpan[]; retries: number[] }[];
  /** Held outputs, from production to release. */
  gate: TimelineSpan[];
  entries: { at: number; kind: EntryKind; sequence: number }[];
  /** Samples at even steps over the window up to the cursor; `null` where not applicable. */
  fill: (number | null)[];
  fillMax: number;
  lag: (number | null)[];
  lagMax: number;
  /** Faults, suspicions, arbitration, going live. */
  marks: { at: number; key: string; values: Record<string, string | number> }[];
  /** Pair state over time. */
  pair: { from: number; to?: number; state: PairState }[];
  /** Instants at which a property broke. */
  violations: { at: number; name: string }[];
}

/** The rules that can be switched off, by the names they have in the scenario document. */
export type RuleName = 'outputRule' | 'arbitration';

export interface Frame {
  /** Which request of the page this answers. */
  request: number;
  scenario: { id: string; title: string };
  time: number;
  /** The run is over: every client has its answers and nothing else will happen, or its bound is reached. */
  ended: boolean;
  endReason?: 'answered' | 'bound';
  pair: PairState;
  generation: number;
  hosts: HostView[];
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
  /** Lines after the one the page named, newest last, at most a few hundred. */
  narration: NarrationLine[];
  narrationLength: number;
  timeline: TimelineView;
  /** Which rules the run keeps to. */
  rules: Record<RuleName, boolean>;
  /** Commands given so far in this run, as text. */
  commands: string[];
  /** Hash of the whole simulated state at this instant. Present when paused. */
  hash?: string;
}
