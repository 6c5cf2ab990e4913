// The protocol's rules that a scenario can switch off, to show what each is there for.

export interface Rules {
  /** §2.2: an output waits until the backup has acknowledged its entry. */
  outputRule: boolean;
  /** §2.3: who wants to go live has to win the test-and-set on the shared disk. */
  arbitration: boolean;
}

export const ALL_RULES: Rules = { outputRule: true, arbitration: true };
