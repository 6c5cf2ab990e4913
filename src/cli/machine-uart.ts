// Where the bytes go that a bare machine writes to its UART: to stdout as they come, or into the report.
import { printedText } from '../base/printed-text.ts';
import type { Io } from './io.ts';

/** Bytes are printed at the end of a line, or when there are so many. */
const CHUNK_BYTES = 4096;

/** The report keeps so many bytes. A guest that writes more is stopped: nobody reads it. */
const KEPT_BYTES_MAX = 16 * 1024 * 1024;

export interface UartOutput {
  readonly io: Io;
  readonly isKept: boolean;
  bytes: Uint8Array<ArrayBuffer>;
  count: number;
  /** What was printed last was the end of a line, or nothing has been. */
  isAtLineStart: boolean;
}

/** `isKept`: for the report, and nothing is printed. */
export function createUartOutput(io: Io, isKept: boolean): UartOutput {
  return { io, isKept, bytes: new Uint8Array(CHUNK_BYTES), count: 0, isAtLineStart: true };
}

const NEWLINE = 10;

/** Takes one byte. */
export function typeByte(output: UartOutput, byte: number): void {
  if (isFull(output)) return;
  if (output.count === output.bytes.length) {
    const larger = new Uint8Array(2 * output.count);
    larger.set(output.bytes);
    output.bytes = larger;
  }
  output.bytes[output.count++] = byte;
  if (!output.isKept && (byte === NEWLINE || output.count === CHUNK_BYTES)) flush(output);
}

/** Whether there are more bytes than a report holds. */
export function isFull({ isKept, count }: UartOutput): boolean {
  return isKept && count >= KEPT_BYTES_MAX;
}

/** Prints what has come so far. */
export function flush(output: UartOutput): void {
  if (output.isKept || output.count === 0) return;
  output.io.out(output.bytes.slice(0, output.count));
  output.isAtLineStart = output.bytes[output.count - 1] === NEWLINE;
  output.count = 0;
}

/** Prints a line of our own between the guest's, beginning a new one if need be. */
export function printLine(output: UartOutput, line: string): void {
  flush(output);
  output.io.out(`${output.isAtLineStart ? '' : '\n'}${line}\n`);
  output.isAtLineStart = true;
}

/** What was kept, as text; a byte that is no UTF-8 is `\xNN`. */
export function keptText({ bytes, count }: UartOutput): string {
  return printedText(bytes.subarray(0, count));
}
