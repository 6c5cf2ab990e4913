// What the assembler keeps of a program between reading it and laying it out. Plain data.

import type { AssemblyError, SourceLocation } from './errors.ts';
import type { Line } from './lines.ts';
import type { MergeMap } from './merge.ts';

/** An expression as written. Positions are offsets in its statement. `depth` bounds the work that evaluating it takes. */
export type Expression = { readonly at: number; readonly depth: number } & (
  | { readonly kind: 'number'; readonly value: bigint }
  | { readonly kind: 'symbol'; readonly symbol: SymbolEntry }
  | { readonly kind: 'unary'; readonly operator: string; readonly operand: Expression }
  | {
      readonly kind: 'binary';
      readonly operator: string;
      readonly left: Expression;
      readonly right: Expression;
    }
);

/** A name. Redefining one by `.set` makes a new entry, so that what was read before keeps the old value. */
export interface SymbolEntry {
  readonly name: string;
  definition: Definition | undefined;
  binding: 'local' | 'global' | 'weak' | undefined;
  /** Where it was first used, for the error that it is not defined. */
  readonly used: SourceLocation;
  /** Who asked for it: only `.weakref` names (then it may stay undefined), or anybody else. */
  wanted: 'never' | 'weakly' | 'strongly';
  /** While its value is being worked out, so that a definition in a circle is noticed. */
  resolving: boolean;
}

/** `final`: a second definition is an error (a label, `.equiv`), not a new value (`.set`). */
export type Definition =
  | {
      readonly kind: 'label';
      readonly item: Item;
      readonly offset: number;
      readonly where: SourceLocation;
      readonly final: boolean;
    }
  | {
      readonly kind: 'number';
      readonly value: bigint;
      readonly where: SourceLocation;
      readonly final: boolean;
      /** `missing`: of a weak symbol that nothing defines. `address`: of what the linker has placed. */
      readonly is?: 'missing' | 'address';
    }
  | {
      readonly kind: 'expression';
      readonly expression: Expression;
      readonly where: SourceLocation;
      readonly final: boolean;
    }
  | {
      readonly kind: 'common';
      readonly size: number;
      readonly alignment: number;
      readonly where: SourceLocation;
      readonly final: true;
    };

/**
 * A part of a section. Items whose `run` is the same lie at known distances from each other already while reading:
 * nothing between them can still change its size. `runOffset` is the distance from the run's start.
 */
export type Item = {
  readonly section: Section;
  readonly run: number;
  readonly runOffset: number;
  /** In its section until the layout is made, then in memory. */
  address: number;
  size: number;
} & (
  | { readonly kind: 'bytes'; readonly start: number }
  | { readonly kind: 'fill'; readonly pattern: Uint8Array }
  /** `pattern` undefined: no-operations in code. `most`: no alignment at all if it takes more bytes than that. */
  | {
      readonly kind: 'align';
      readonly to: number;
      readonly pattern: Uint8Array | undefined;
      readonly most: number;
      readonly where: SourceLocation;
    }
  | {
      readonly kind: 'branch';
      readonly word: number;
      readonly target: Expression;
      readonly where: SourceLocation;
    }
  | {
      readonly kind: 'space';
      readonly count: Expression;
      readonly pattern: Uint8Array;
      readonly where: SourceLocation;
    }
  | {
      readonly kind: 'origin';
      readonly target: Expression;
      readonly pattern: Uint8Array;
      readonly where: SourceLocation;
    }
  | {
      readonly kind: 'leb';
      readonly value: Expression;
      readonly signed: boolean;
      readonly where: SourceLocation;
    }
);

/** The places in an instruction or in data that an address has to be put into: the psABI's relocations that a static link needs. */
export type FixupKind =
  | 'data1'
  | 'data2'
  | 'data4'
  | 'data8'
  | 'hi20'
  | 'lo12i'
  | 'lo12s'
  | 'pcrelHi20'
  | 'pcrelLo12i'
  | 'pcrelLo12s'
  | 'jal'
  | 'branch'
  | 'call';

export interface Fixup {
  readonly kind: FixupKind;
  readonly item: Item;
  readonly offset: number;
  readonly expression: Expression;
  readonly where: SourceLocation;
}

/** A run of source line numbers: what follows at `offset` of `item` came from there. */
export interface LineMark {
  readonly item: Item;
  readonly offset: number;
  readonly file: string;
  readonly line: number;
}

export interface Section {
  readonly name: string;
  readonly flags: SectionFlags;
  /** By subsection number; laid out in the order of the numbers. */
  readonly parts: Map<number, Part>;
  alignment: number;
  /** Where its contents have gone, once mergeable sections are merged. */
  merged: MergeMap | undefined;
}

export interface SectionFlags {
  readonly allocated: boolean;
  readonly executable: boolean;
  readonly writable: boolean;
  /** Takes no room in the file: .bss. */
  readonly empty: boolean;
  /** No section at all: offsets from a number, as `.struct` begins them. What they are in one part, `runOffset` says. */
  readonly absolute?: true;
  /** Equal constants of this many bytes may be kept once; 0 when they may not. */
  readonly mergeSize: number;
  /** What may be merged are strings that end in zero. */
  readonly strings: boolean;
}

/** A subsection. `data` is a buffer of which the first `length` bytes are used. */
export interface Part {
  readonly section: Section;
  readonly items: Item[];
  readonly fixups: Fixup[];
  readonly marks: LineMark[];
  data: Uint8Array;
  length: number;
  /** The run that what comes next belongs to, and how far it is in it. */
  run: number;
  runOffset: number;
}

export interface Macro {
  readonly name: string;
  readonly parameters: readonly Parameter[];
  readonly body: readonly Line[];
}

export interface Parameter {
  readonly name: string;
  readonly default: string;
  readonly required: boolean;
  readonly rest: boolean;
}

/** Lines being read: a file, or what a macro or a repetition made. */
export interface Input {
  lines: readonly Line[];
  next: number;
  readonly kind: 'file' | 'macro' | 'repeat';
  /** How many conditions were open when it began: as many must be open when it ends. */
  readonly conditions: number;
  /** What of a repetition is still to come. `values` is empty for `.rept`. */
  readonly repeat:
    | {
        readonly body: readonly Line[];
        readonly name: string;
        readonly values: readonly string[];
        left: number;
      }
    | undefined;
}

export interface Condition {
  /** Whether the lines of the present branch are taken. */
  active: boolean;
  /** Whether a branch has been taken, so that no later one is. */
  taken: boolean;
  readonly outer: boolean;
  hadElse: boolean;
  readonly where: SourceLocation;
}

export interface AssemblyOptions {
  /** The source's name in errors and in the line table. */
  readonly file?: string;
  /** Symbols defined beforehand. */
  readonly defsym?: Readonly<Record<string, number>>;
  /** The text of an `.include`d file, or undefined if there is no such file. */
  readonly include?: (name: string) => string | undefined;
  /** The bytes of a file for `.incbin`, or undefined if there is no such file. Without this there are no files at all. */
  readonly readBytes?: (name: string) => Uint8Array | undefined;
}

/** All that is known while a source is read. */
export interface Assembly {
  readonly options: AssemblyOptions;
  readonly errors: AssemblyError[];
  readonly warnings: AssemblyError[];
  readonly symbols: Map<string, SymbolEntry>;
  /** What the names that `.weakref` made stand for. */
  readonly weakNames: Map<string, string>;
  /** The label last defined and the one next to be defined for each numeric label. */
  readonly locals: Map<number, { last: SymbolEntry | undefined; next: SymbolEntry | undefined }>;
  readonly sections: Map<string, Section>;
  readonly macros: Map<string, Macro>;
  readonly inputs: Input[];
  readonly conditions: Condition[];
  readonly sectionStack: { part: Part; previous: Part | undefined }[];
  part: Part;
  previous: Part | undefined;
  /** The statement being read. */
  line: Line;
  location: SourceLocation;
  runs: number;
  /** What has been spent of the bounds that keep a hostile source from taking all time and memory. */
  bytes: number;
  statements: number;
  characters: number;
  expanded: number;
  expansions: number;
  ended: boolean;
  /** Whether `.altmacro` is in force, and how many names `LOCAL` has made under it. */
  alternate: boolean;
  localNames: number;
}
