// Hashes of the counter's whole state, the same in Node and in every browser.
//
// They change when the simulation does: another instruction in a guest or in how it is assembled, another instant for
// anything, another field in the state of the world. Whoever means such a change takes the new values over from the
// failing test; a link made before it then says that its run came out differently. Nothing else may change them: no
// refactoring, no faster way to the same state, no other computer.

export interface Golden {
  /** What is done to the built-in scenario `counter`. */
  commands: readonly string[];
  /** In nanoseconds. */
  at: number;
  /** `hashWorld` there. */
  hash: string;
}

export const GOLDEN: readonly Golden[] = [
  { commands: [], at: 20_000_000, hash: '1e299c8574dae9c5d5ade1b56cf49ec8' },
  { commands: ['crash A @ 8.2ms'], at: 40_000_000, hash: 'cd8a508b02ea872ff4db4757e4fa4c44' },
];
