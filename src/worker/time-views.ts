// What the page is told when it asks about a run's past and its machines. Types only; times in nanoseconds of simulated time.

/** An instant, with all that happens at it; or so many steps of it. */
export interface PositionView {
  at: number;
  step?: number;
}

/** Where a run came to a breakpoint. */
export interface HitView {
  /** Position in the list that was sent. */
  breakpoint: number;
  at: number;
  host?: string;
  instruction?: number;
  /** How often the machine was changed since. */
  changes?: number;
  pc?: number;
  /** What stands at `pc`, and its line. */
  text?: { mnemonic: string; operands: string };
  source?: { file: string; line: number };
  place?: string;
  /** Who stored, if no instruction did. */
  by?: string;
  /** What happened, as a narration line. */
  line?: Told;
}

/** A fact as a line of the narration, or by its kind alone. */
export interface Told {
  key: string;
  values: Record<string, string | number>;
}

/** What is looked for among the facts of a run; '' is any. */
export interface FactQuery {
  kind: string;
  who: string;
  text: string;
}

/** How many facts of a kind there have been about a host, client, link or disk. */
export interface EventCount {
  kind: string;
  who: string;
  count: number;
}

/** A fact that was found. `total` and `place` (from 1) are of what columns can tell; missing where they cannot. */
export interface FoundView {
  at: number;
  kind: string;
  who: string;
  what: string;
  total?: number;
  place?: number;
}

export interface HistoryView {
  bytes: number;
  limit: number;
  snapshots: number;
  /** When the snapshots were taken, thinned to what a strip can show. */
  at: number[];
  reached: number;
  events: number;
}

export interface BranchComparison {
  differences: { path: string; one: string | null; other: string | null }[];
  first?: { one: ComparedFact; other: ComparedFact };
}

/** Where two branches part when they are played in step. */
export interface PartingView {
  at: number;
  one?: Told;
  other?: Told;
  parts: { host: string; first?: { instruction: number }; difference: DifferenceView }[];
}

export interface ComparedFact {
  at: number;
  kind: string;
  who: string;
}

export interface DifferenceView {
  registers: { name: string; left: number; right: number }[];
  memory: { address: number; length: number; label?: string }[];
  bytes: number;
  devices: string[];
}

/** `left` and `right` are the hosts, or the positions, in the order asked for. */
export interface Comparison {
  parts: { host: string; difference: DifferenceView }[];
  /** Of a pair: the instruction number at which both are compared. */
  instruction?: number;
  /** Of a pair: where they first became unequal. */
  divergence?: {
    at: number;
    sequence: number;
    generation: number;
    equalAt: number;
    unequalAt: number;
    first?: { instruction: number; left: number; right: number };
  };
}

export type MachinePart = 'registers' | 'memory' | 'source' | 'calls' | 'devices' | 'log';

/** One part of one computer's machine, where the run stands. */
export interface MachineQuery {
  host: string;
  part: MachinePart;
  /** Of memory: an address, a label, or a sum of such. Of source: a file; the one in which the machine stands unless told. */
  place?: string;
  /** A position to compare with: where the run stood before. */
  since?: PositionView;
}

export interface MachineView {
  host: string;
  instruction: number;
  pc: number;
  /** A place in the text that has no such address. */
  error?: string;
  registers?: RegisterView[];
  memory?: MemoryView;
  /** The same registers or memory at the instant that was asked to be compared with. */
  before?: { registers?: RegisterView[]; memory?: MemoryView };
  /** A file as a whole, of those that there are; of a line that holds an instruction, that it does. */
  source?: {
    file: string;
    files: string[];
    lines: { number: number; text: string; isHere: boolean; isCode: boolean }[];
  };
  calls?: {
    frames: { name?: string; address: number; kind: 'here' | 'call' | 'trap'; isGuess: boolean }[];
    since: number;
  };
  devices?: DeviceFact[];
  log?: LogEntryView[];
}

export interface RegisterView {
  name: string;
  value: number;
  /** It is none of those that instructions name by number. */
  isControl: boolean;
}

export interface MemoryView {
  address: number;
  /** In base 16, two digits a byte; what is outside of RAM is left out at the end. */
  hex: string;
  label?: string;
}

/** A device, one of its parts, and what it is. */
export interface DeviceFact {
  device: string;
  name: string;
  value: string;
}

export interface LogEntryView {
  sequence: number;
  instruction: number;
  kind: string;
  bytes: number;
  fields: { name: string; value: string }[];
  layers: { name: string; fields: { name: string; value: string }[] }[];
  hex: string;
}

export type DetailQuery =
  | { of: 'entry'; generation: number; sequence: number }
  | { of: 'flight'; id: number }
  | { of: 'block'; block: number };

/** What something is made of. */
export interface DetailView {
  kind: string;
  /** When an entry was recorded, a packet sent, a block written; and by which host. */
  at?: number;
  host?: string;
  /** Of a packet on its way. */
  arrivesAt?: number;
  isLost?: boolean;
  link?: string;
  from?: string;
  to?: string;
  /** Of a request or a reply: whose, and its number. */
  client?: string;
  request?: number;
  bytes: number;
  fields: { name: string; value: string }[];
  layers: { name: string; fields: { name: string; value: string }[] }[];
  /** In base 16, two digits a byte. */
  hex: string;
}

export type WhyQuery =
  | { of: 'request'; client: string; request: number }
  | { of: 'held'; host: string; sequence: number }
  | { of: 'halted' | 'live' | 'stopped'; host: string }
  | { of: 'divergence' }
  | { of: 'entry'; generation: number; sequence: number }
  | { of: 'block'; block: number }
  | { of: 'memory'; host: string; address: number; length: number }
  | { of: 'register'; host: string; register: string };

export interface WhyView {
  causes: ({ at: number; relation: string } & Told)[];
  rules: string[];
  writer?: WriterView;
}

/** Who wrote a value last. `at` is missing where nobody did since the run began. */
export interface WriterView {
  by: 'instruction' | 'device' | 'input' | 'fault' | 'transfer' | 'image' | 'reset';
  at?: number;
  instruction?: number;
  pc?: number;
  place?: string;
  input?: string;
  sequence?: number;
  isChangeOnly?: true;
}
