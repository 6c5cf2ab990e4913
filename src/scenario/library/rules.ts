// For each rule a scenario in which it is missed: switched off, it breaks properties; with it on, nothing breaks.
//
// A machine that differs harms nobody while it halts at once: where a rule keeps the machines equal, that one is off as well.

import type { BuiltIn } from './index.ts';

export interface RuleScenario extends BuiltIn {
  /** A field of the document's `rules`. */
  readonly rule: string;
}

const MILLISECOND = 1_000_000;

const twoClients = (client: Readonly<Record<string, unknown>>) => [
  client,
  { ...client, startNs: 3 * MILLISECOND },
];

/** The backup is far away, as §5.1 has it, so that much is still under way when the primary dies. */
const FAR = {
  links: { log: { latencyNs: 4 * MILLISECOND } },
  log: { retransmitNs: 20 * MILLISECOND },
  detector: { timeoutNs: 20 * MILLISECOND },
};

const SOME = twoClients({ requests: 40 });

/** In the order of the rules. */
export const RULE_SCENARIOS: readonly RuleScenario[] = [
  {
    rule: 'outputRule',
    id: 'answers-too-early',
    titleKey: 'scenario.answersTooEarly',
    document: {
      id: 'answers-too-early',
      title: 'A primary that answers, and dies before its backup knows',
      ...FAR,
      rules: { outputRule: false },
      clients: SOME,
      commands: ['crash A @ when request 6 of client1 answered'],
    },
  },
  {
    rule: 'ackOnReceipt',
    id: 'acknowledged-too-early',
    titleKey: 'scenario.acknowledgedTooEarly',
    document: {
      id: 'acknowledged-too-early',
      title: 'Entries that count as received as soon as they are sent',
      ...FAR,
      rules: { ackOnReceipt: false },
      clients: SOME,
      commands: ['crash A @ when request 6 of client1 answered'],
    },
  },
  {
    rule: 'bounceBuffers',
    id: 'memory-that-moves',
    titleKey: 'scenario.memoryThatMoves',
    document: {
      id: 'memory-that-moves',
      title: 'A guest that looks while a packet is being written',
      guest: { program: 'dma-poller' },
      // Fast enough to have answered a packet before the device has interrupted for it.
      machine: { instructionsPerSecond: 200_000_000 },
      links: { log: { latencyNs: 2_000 }, lan: { latencyNs: 1_000 } },
      rules: { bounceBuffers: false, haltDiverged: false },
      clients: twoClients({ operation: 'increment', requests: 30 }),
      commands: ['crash A @ when request 6 of client1 answered'],
      untilNs: 300 * MILLISECOND,
    },
  },
  {
    rule: 'exactDelivery',
    id: 'interrupts-as-they-come',
    titleKey: 'scenario.interruptsAsTheyCome',
    document: {
      id: 'interrupts-as-they-come',
      title: 'A backup that is interrupted whenever an entry arrives',
      guest: { program: 'compute' },
      rules: { exactDelivery: false, haltDiverged: false },
      clients: twoClients({ operation: 'progress', requests: 100 }),
      commands: ['slow B 60% @ 5ms', 'crash A @ 120ms'],
      untilNs: 400 * MILLISECOND,
    },
  },
  {
    rule: 'loggedValues',
    id: 'two-clocks',
    titleKey: 'scenario.twoClocks',
    document: {
      id: 'two-clocks',
      title: 'Two machines that each look at their own clock',
      seed: 4,
      guest: { program: 'lease' },
      detector: { timeoutNs: 20 * MILLISECOND },
      rules: { loggedValues: false, haltDiverged: false },
      // One has the lease and asks for more of it in time; the others would like to have it.
      clients: [
        { operation: 'acquire', requests: 6, thinkNs: 36 * MILLISECOND },
        ...Array.from({ length: 4 }, () => ({
          operation: 'acquire',
          requests: 60,
          startNs: 3 * MILLISECOND,
          thinkNs: MILLISECOND,
        })),
      ],
      commands: ['delay log 10ms @ 20ms', 'crash A @ 75ms'],
      untilNs: 300 * MILLISECOND,
    },
  },
  {
    rule: 'drainBeforeLive',
    id: 'live-too-soon',
    titleKey: 'scenario.liveTooSoon',
    document: {
      id: 'live-too-soon',
      title: 'A backup that goes live with entries unread',
      rules: { drainBeforeLive: false },
      clients: twoClients({ requests: 60, thinkNs: 500_000 }),
      commands: ['slow B 2% @ 10ms', 'crash A @ 40ms', 'slow B 100% @ 60ms'],
    },
  },
  {
    rule: 'arbitration',
    id: 'two-primaries',
    titleKey: 'scenario.twoPrimaries',
    document: {
      id: 'two-primaries',
      title: 'A cut, and nobody to decide',
      rules: { arbitration: false },
      clients: SOME,
      commands: ['cut log @ 21ms'],
    },
  },
  {
    rule: 'reissueIo',
    id: 'a-write-forgotten',
    titleKey: 'scenario.aWriteForgotten',
    document: {
      id: 'a-write-forgotten',
      title: 'A disk operation that nobody finishes',
      rules: { reissueIo: false },
      clients: SOME,
      commands: ['crash A @ when write 6 issued'],
      untilNs: 300 * MILLISECOND,
    },
  },
  {
    rule: 'serializedRaces',
    id: 'writes-that-race',
    titleKey: 'scenario.writesThatRace',
    document: {
      id: 'writes-that-race',
      title: 'Writes to one block, in whichever order the disk likes',
      guest: { program: 'disk-writer' },
      rules: { serializedRaces: false },
      disk: { parallel: 4, serviceNoisePpm: 400_000 },
      clients: twoClients({ operation: 'write', requests: 20 }),
    },
  },
  {
    rule: 'fencing',
    id: 'a-late-write',
    titleKey: 'scenario.aLateWrite',
    document: {
      id: 'a-late-write',
      title: 'A dead primary whose last write arrives late',
      rules: { fencing: false },
      clients: SOME,
      commands: ['delay storage-A 40ms @ 19ms', 'crash A @ 22ms'],
    },
  },
  {
    rule: 'pacing',
    id: 'a-backup-left-behind',
    titleKey: 'scenario.aBackupLeftBehind',
    document: {
      id: 'a-backup-left-behind',
      title: 'A slow backup that nobody waits for',
      guest: { program: 'compute' },
      rules: { pacing: false },
      clients: twoClients({ operation: 'progress', requests: 40 }),
      commands: ['slow B 80% @ 5ms'],
    },
  },
  {
    rule: 'muteWhenGoingLive',
    id: 'acknowledged-by-a-rival',
    titleKey: 'scenario.acknowledgedByARival',
    document: {
      id: 'acknowledged-by-a-rival',
      title: 'A backup that goes live and still acknowledges',
      rules: { muteWhenGoingLive: false },
      clients: SOME,
      commands: ['delay log 30ms @ 20ms'],
    },
  },
  {
    rule: 'haltDiverged',
    id: 'astray-and-live',
    titleKey: 'scenario.astrayAndLive',
    document: {
      id: 'astray-and-live',
      title: 'A backup that differs, and takes over all the same',
      rules: { haltDiverged: false },
      clients: SOME,
      // The counter itself: 16 more, or 16 less.
      commands: ['flip B 0x8000620c.4 @ 30ms', 'crash A @ 60ms'],
      untilNs: 400 * MILLISECOND,
    },
  },
];
