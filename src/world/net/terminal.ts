// The terminal on the VM's serial line: an outsider that shows what it is sent and keeps what is typed until a machine has it.
//
// A serial line, unlike TCP, asks for nothing again. So both ends number their bytes, and whoever acts for the VM gives again
// what may have been lost: the terminal passes over what it has shown, the keyboard over what the machine has had.

/** The keyboard's side; plain data, as all of the world. */
export interface Keyboard {
  /** Everything that was ever typed; the first byte is number 1. */
  typed: number[];
  /** Whether the next keystroke is on its way. */
  isTyping: boolean;
}

export const createKeyboard = (): Keyboard => ({ typed: [], isTyping: false });

/** The byte to give next to a machine that has had so many; undefined when it has had all. */
export const nextTyped = ({ typed }: Keyboard, received: number): number | undefined => typed[received];

/** Bytes of a part of the screen. */
const PART = 1024;

/**
 * The screen's side: all that the terminal was ever sent, each byte once. Full parts are frozen, so that copies share them; `last` is the number of
 * the last byte.
 */
export interface Screen {
  parts: { readonly bytes: Uint8Array<ArrayBuffer> }[];
  rest: number[];
  last: number;
}

export const createScreen = (): Screen => ({ parts: [], rest: [], last: 0 });

/** Shows the byte of this number, unless it has been shown. */
export function showByte(screen: Screen, byte: number, number: number): void {
  if (number <= screen.last) return;
  screen.last = number;
  screen.rest.push(byte);
  if (screen.rest.length < PART) return;
  screen.parts.push(Object.freeze({ bytes: Uint8Array.from(screen.rest) }));
  screen.rest = [];
}

/** How many bytes were shown. */
export const shownBytes = ({ parts, rest }: Screen): number => PART * parts.length + rest.length;

/** The bytes shown, but the first `from`. */
export function bytesShown({ parts, rest }: Screen, from = 0): Uint8Array<ArrayBuffer> {
  const first = Math.min(parts.length, Math.floor(from / PART));
  const bytes = new Uint8Array(PART * (parts.length - first) + rest.length);
  parts.slice(first).forEach((part, n) => {
    bytes.set(part.bytes, PART * n);
  });
  bytes.set(rest, bytes.length - rest.length);
  return bytes.subarray(from - PART * first);
}
