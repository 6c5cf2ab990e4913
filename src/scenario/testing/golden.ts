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
  { commands: [], at: 20_000_000, hash: 'd97f5d0ef842ec236baec1e7495ac4a7' },
  { commands: ['crash A @ 8.2ms'], at: 40_000_000, hash: '8d57daa40adbc8b2582144ba8f7b5c71' },
];
