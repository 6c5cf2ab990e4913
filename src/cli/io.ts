// What a command of the command line needs from outside, so that a test can be the outside.

/** Exit statuses. */
export const OK = 0;
/** A property broke, or the guest reported failure. */
export const BROKEN = 1;
/** Bad usage or input: one line on stderr says what. */
export const BAD_INPUT = 2;
/** A limit was reached first. */
export const LIMIT = 3;

export interface Io {
  out(text: string | Uint8Array): void;
  error(text: string): void;
  /** The whole file; throws as Node's file system does. */
  read(file: string): Uint8Array<ArrayBuffer>;
  write(file: string, bytes: Uint8Array): void;
  /** Milliseconds of a clock that only goes forward. */
  now(): number;
  /** Waits until what was written is on its way. Ends the program when nobody reads it any more. */
  settle(): Promise<void>;
}

/** Bad usage or input. Its message is the line for stderr. */
export class InputError extends Error {}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EISDIR: 'it is a directory',
  EACCES: 'permission is denied',
  ENOTDIR: 'a part of its path is no directory',
};

function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return REASONS[code] ?? (error instanceof Error ? error.message : String(error));
}

/** A file's bytes, or an InputError that names it. */
export function readFile(io: Io, file: string): Uint8Array<ArrayBuffer> {
  try {
    return io.read(file);
  } catch (error) {
    throw new InputError(`${file} can't be read: ${reasonOf(error)}.`);
  }
}

/** A file's text, or an InputError that names it. */
export function readText(io: Io, file: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(readFile(io, file));
  } catch (error) {
    throw error instanceof InputError ? error : new InputError(`${file} is no text in UTF-8.`);
  }
}

export function writeFile(io: Io, file: string, bytes: Uint8Array): void {
  try {
    io.write(file, bytes);
  } catch (error) {
    throw new InputError(`${file} can't be written: ${reasonOf(error)}.`);
  }
}

/** One document, and nothing else, on stdout. */
export const printJson = (io: Io, value: unknown): void => io.out(`${JSON.stringify(value, null, 2)}\n`);
