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
