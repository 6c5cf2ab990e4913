// A program ready to be put into a machine's memory: what the assembler and the ELF reader make.

/** Where RAM begins on the board, and where a flat image stands unless it says otherwise. */
export const RAM_BASE = 0x8000_0000;

/** The most RAM a machine may have, and so the most an image may fill. */
export const RAM_BYTES_MAX = 128 * 1024 * 1024;

/** A place in a source text. `line` counts from 1. */
export interface SourceLine {
  readonly file: string;
  readonly line: number;
}

/**
 * From addresses to source lines. Entry i covers `addresses[i]` up to the next entry's address; `addresses` ascends.
 * A line of 0 says that nothing written by anyone stands there (padding, the end of a section).
 */
export interface LineTable {
  readonly files: readonly string[];
  readonly addresses: Uint32Array<ArrayBuffer>;
  readonly fileIndexes: Uint32Array<ArrayBuffer>;
  readonly lines: Uint32Array<ArrayBuffer>;
}

/** All addresses are unsigned 32-bit numbers. */
export interface Image {
  /** Where `bytes[0]` is loaded. */
  readonly base: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** One past the last address the program has claimed: what lies between `base + bytes.length` and here (.bss) is to be zero. */
  readonly end: number;
  /** The first instruction's address. */
  readonly entry: number;
  /** Every label, global or not. */
  readonly symbols: ReadonlyMap<string, number>;
  readonly lines: LineTable;
}

/** A line table that knows nothing. */
export const NO_LINES: LineTable = Object.freeze({
  files: [],
  addresses: new Uint32Array(0),
  fileIndexes: new Uint32Array(0),
  lines: new Uint32Array(0),
});

/** Bytes that are the program: loaded at `base` and entered there. */
export function flatImage(bytes: Uint8Array<ArrayBuffer>, base: number = RAM_BASE): Image {
  return { base, bytes, end: base + bytes.length, entry: base, symbols: new Map(), lines: NO_LINES };
}

/** The source line that put something at `address`, or undefined when none did. */
export function sourceLineAt(table: LineTable, address: number): SourceLine | undefined {
  let low = 0;
  let high = table.addresses.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (table.addresses[middle]! <= address) low = middle + 1;
    else high = middle;
  }
  const line = table.lines[low - 1] ?? 0;
  return line === 0 ? undefined : { file: table.files[table.fileIndexes[low - 1]!]!, line };
}
