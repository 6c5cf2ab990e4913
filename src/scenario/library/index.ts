// The built-in scenarios, as data: what they say beyond the defaults. Their texts stand in the page's languages, by key.

export interface BuiltIn {
  readonly id: string;
  /** Names the scenario's title and lesson in the locale files. */
  readonly titleKey: string;
  /** To be read by `parseDocument`, like anybody's. */
  readonly document: Readonly<Record<string, unknown>>;
}

/** In the order in which they are shown. */
export const LIBRARY: readonly BuiltIn[] = [
  {
    id: 'counter',
    titleKey: 'scenario.counter',
    document: { id: 'counter', title: 'A counter that survives its host' },
  },
  {
    id: 'counter-without-output-rule',
    titleKey: 'scenario.counterWithoutOutputRule',
    document: {
      id: 'counter-without-output-rule',
      title: 'A counter whose answers do not wait for the backup',
      rules: { outputRule: false },
      // The backup is far away, as §5.1 has it, so that much is still under way when the primary dies.
      links: { log: { latencyNs: 4_000_000 } },
      log: { retransmitNs: 20_000_000 },
      detector: { timeoutNs: 20_000_000 },
    },
  },
  {
    id: 'counter-without-arbitration',
    titleKey: 'scenario.counterWithoutArbitration',
    document: {
      id: 'counter-without-arbitration',
      title: 'A counter with two live machines after a cut',
      rules: { arbitration: false },
    },
  },
];

/** The built-in scenario of an id, or undefined. */
export const builtIn = (id: string): BuiltIn | undefined => LIBRARY.find((scenario) => scenario.id === id);
