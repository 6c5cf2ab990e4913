// The messages between page and worker. Types only. Every request gets exactly one answer with its id.

import type { CarriedProgram } from '../scenario/program-part.ts';
import type { FactUnit } from '../timeline/facts/fact-row.ts';
import type { TimelineView, TimelineWindow, ViewFrame } from './frame.ts';
import type {
  BranchComparison,
  Comparison,
  DetailQuery,
  DetailView,
  EventCount,
  FactQuery,
  FoundView,
  HistoryView,
  HitView,
  MachineQuery,
  MachineView,
  PartingView,
  PositionView,
  WhyQuery,
  WhyView,
} from './time-views.ts';

/** What of the run the page has on screen; the worker computes no more than this. */
export interface Viewport {
  /** Rows of the instruction streams. */
  rows: number;
  timeline: TimelineWindow;
  /** The first fact of which the page has not got the narration. */
  narrationFrom: number;
  /** Whether what can be done to the world is on screen. */
  faults?: boolean;
  /** The plain host whose machine is open, and how many rows its stream has room for. */
  opened?: { host: string; rows: number };
}

export type StepUnit = 'instruction' | FactUnit;

/** An instant by what happens at it: a host's machine has retired so many instructions, or an entry enters a host (it was recorded). */
export type Destination =
  | { host: string; instruction: number; changes?: number }
  | { generation: number; sequence: number; host?: string };

/** A branch as it is kept beyond the page's life. */
export interface KeptBranch {
  name: string;
  /** Position in the list, or null. */
  parent: number | null;
  at: number;
  document: unknown;
}

/** Nothing to say besides the kind. */
type NoFields = unknown;

/** What each kind of request says. */
export interface Requests {
  /** Starts a scenario: a built-in id, a document, or a link's hash (`#u1=…`). */
  open: {
    source:
      | { builtin: string }
      | { document: unknown }
      | { link: string }
      /** What was kept: `on` is the position of the branch to stand in, at `time`. */
      | { branches: KeptBranch[]; on: number; time: number; step?: number };
    /** Bytes that the history may take. */
    memory?: number;
    viewport: Viewport;
  };
  /** Runs on to an instant. May return early, so that the answer comes in time: the frame says how far it came. */
  advance: { until: number; viewport: Viewport };
  /** Goes to any instant, earlier or later. */
  seek: { time: number; viewport: Viewport };
  /** One unit on or back; of instructions, those of `host`. */
  step: { unit: StepUnit; direction: 1 | -1; host?: string; viewport: Viewport };
  /** Runs on, or goes back, to a place. */
  goTo: { place: Destination; viewport: Viewport };
  /** Runs on until nothing more happens. */
  end: { viewport: Viewport };
  /** To the next of these breakpoints, or back to the last; the frame comes with the hit. */
  run: { breakpoints: readonly string[]; direction: 'forward' | 'backward'; viewport: Viewport };
  /** A fault or click, now: `crash A`, `cut log`, `mend log`. In the past it begins a branch; the run as it was stays another one. */
  command: { text: string; viewport: Viewport };
  /** Changes the scenario: a branch from the start, which goes to the same instant. `name` is the branch's. */
  rules: { rules: Record<string, boolean>; name?: string; viewport: Viewport };
  /** Another program of the VM (`vm`), a client or the disk, or with neither source nor ELF the built-in one: a branch that stands at its start. */
  program: { of: string; program: CarriedProgram; name: string; viewport: Viewport };
  /** Another branch, at the same instant. */
  branch: { id: number; viewport: Viewport };
  renameBranch: { id: number; name: string; viewport: Viewport };
  deleteBranch: { id: number; viewport: Viewport };
  memory: { bytes: number; viewport: Viewport };
  /** The same instant again, for another viewport; `inDetail`: with what has to be derived again for that. */
  view: { inDetail?: boolean; viewport: Viewport };
  /** Only the timeline, for another window. */
  timeline: { timeline: TimelineWindow };
  /** To the next fact that is so behind this instant, or back to the last; the frame comes with what was found. */
  find: { query: FactQuery; direction: 1 | -1; viewport: Viewport };
  /** What kinds of facts there have been, and about whom. */
  events: NoFields;
  /** The run as a link's hash, with its cursor. */
  link: NoFields;
  /** All branches, to be kept. */
  keep: NoFields;
  history: NoFields;
  /** Whether these are breakpoints. */
  checkBreakpoint: { text: string };
  compareBranches: { one: number; other: number };
  /** Plays both in step from the start, until they differ. */
  playBranches: { one: number; other: number };
  compare: { of: { hosts: [string, string] } | { from: PositionView; to: PositionView } };
  machine: { query: MachineQuery };
  why: { query: WhyQuery };
  detail: { query: DetailQuery };
  /** The program of the VM (`vm`), of a client or of the disk, as its editor needs it. */
  programText: { of: string };
  /** Assembles a source as it would be as that program of the open scenario. Nothing else changes. */
  assemble: { of: string; source: string };
  /** What a file that somebody brought is: a source, or a program for this machine. */
  inspect: { bytes: Uint8Array<ArrayBuffer> };
}

export type RequestKind = keyof Requests;

/** A request of one of these kinds. */
export type RequestOf<K extends RequestKind> = { [P in K]: { kind: P } & Requests[P] }[K];
export type Request = RequestOf<RequestKind>;

/** A mnemonic, register, CSR or directive that a source may say. */
export interface CompletionItem {
  name: string;
  kind: 'instruction' | 'register' | 'csr' | 'directive';
  /** What it is written with: `rd, rs1, imm`. */
  operands?: string;
  /** What it does, in a formula. */
  meaning?: string;
}

/** A program of the open scenario. */
export interface ProgramText {
  /** Whose it is; `vm` also when another was asked for that is not there. */
  of: string;
  /** The built-in one: `counter`, `client`. */
  builtInName: string;
  file: string;
  builtIn: string;
  /** What runs: a source of the scenario's own, the built-in one, or (then null) a program that was brought. */
  source: string | null;
  programBytes: number;
  /** The files that a source may include, by name. */
  kernel: Record<string, string>;
  words: CompletionItem[];
  /** What an error calls the source. */
  name: string;
  charactersMax: number;
  /** Of a program that is brought. */
  bytesMax: number;
  /** All whose programs somebody wrote or brought. */
  carriedBy: string[];
  /** The scenario as it was opened, without a cursor. */
  document: Record<string, unknown>;
}

/** An error or a warning. `line` and `column` count from 1. */
export interface Finding {
  severity: 'error' | 'warning';
  file: string;
  line: number;
  column: number;
  message: string;
  suggestion?: string;
  /** The macros that led there, the innermost first. */
  within: readonly { macro: string; file: string; line: number }[];
}

export interface Assembled {
  isWhole: boolean;
  findings: Finding[];
  /** Of the program in RAM; 0 when there is none. */
  bytes: number;
  /** Labels and their addresses, when it is whole: at most a few thousand. */
  symbols: { name: string; address: number }[];
}

export type FrameAnswer = {
  kind: 'frame';
  frame: ViewFrame;
  /** It was told to stop before it was there. */
  isStopped?: true;
};

/** A question was told to stop before it was answered. */
type Stopped = { kind: 'stopped' };

/** Something was wrong with the request. What was running is as it was. `key` names a sentence in the locale files. */
export interface Refused {
  kind: 'refused';
  message: string;
  key?: string;
  values?: Record<string, string | number>;
  /** Nothing was wrong with it: there is only nothing to be done. */
  isCalm?: true;
}

/** What each kind of request is answered with, unless it is refused. */
export interface Answers {
  /** `differs` is set when a link's run came out differently from what it recorded. */
  open: FrameAnswer & { differs?: { expected: string; found: string } };
  advance: FrameAnswer;
  seek: FrameAnswer;
  step: FrameAnswer;
  goTo: FrameAnswer;
  end: FrameAnswer;
  /** Where it came; null when it met no breakpoint. */
  run: FrameAnswer & { hit?: HitView | null };
  command: FrameAnswer;
  rules: FrameAnswer;
  program: FrameAnswer;
  branch: FrameAnswer;
  renameBranch: FrameAnswer;
  deleteBranch: FrameAnswer;
  memory: FrameAnswer;
  view: FrameAnswer;
  timeline: { kind: 'timeline'; timeline: TimelineView };
  /** Null when there is none. */
  find: FrameAnswer & { found?: FoundView | null };
  events: { kind: 'events'; events: EventCount[] };
  link: { kind: 'link'; hash: string; document: unknown };
  keep: { kind: 'kept'; branches: KeptBranch[]; on: number; time: number; step?: number };
  history: { kind: 'history'; history: HistoryView };
  /** `column` counts from 1; null where the whole text is meant. */
  checkBreakpoint: { kind: 'checkedBreakpoint'; error: { message: string; column: number | null } | null };
  compareBranches: { kind: 'comparedBranches'; comparison: BranchComparison };
  /** Null when they are the same as far as both have been run. */
  playBranches: { kind: 'playedBranches'; parting: PartingView | null } | Stopped;
  compare: { kind: 'compared'; comparison: Comparison } | Stopped;
  machine: { kind: 'machine'; machine: MachineView } | Stopped;
  why: { kind: 'why'; why: WhyView } | Stopped;
  /** Null when there is no such thing at this instant. */
  detail: { kind: 'detail'; detail: DetailView | null } | Stopped;
  programText: { kind: 'programText'; text: ProgramText };
  assemble: { kind: 'assembled' } & Assembled;
  /** `elf` in base64, as a scenario carries it. */
  inspect:
    | { kind: 'inspected'; what: 'source'; source: string }
    | { kind: 'inspected'; what: 'program'; isElf: boolean; elf: string; bytes: number; entry: number };
}

/** What comes back for a request of one of these kinds. */
export type AnswerTo<K extends RequestKind> = Answers[K] | Refused;
export type Answer = AnswerTo<RequestKind>;

/** `stop`: the request with this id is to end at once; it is answered all the same. */
export type ToWorker = { id: number; request: Request } | { stop: number };
/** `share` of a request that takes long: how much is done, 0 to 1. Its answer follows. */
export type FromWorker = { id: number; answer: Answer } | { id: number; share: number };
