// The protocol's rules that a scenario can switch off, to show what each is there for.

export interface Rules {
  /** §2.2: an output waits until the backup has acknowledged its entry. */
  outputRule: boolean;
  /** §3.2: an entry is acknowledged once it is in the backup's buffer. Off: as soon as the primary has handed it to its own network. */
  ackOnReceipt: boolean;
  /** §3.4: data of a device enters guest memory while the guest is paused. Off: while it runs, and the interrupt comes later. */
  bounceBuffers: boolean;
  /** §2.1: what enters the guest enters the backup's at the same instruction. Off: when the entry arrives. */
  exactDelivery: boolean;
  /** §2.1: the backup reads the primary's clock and entropy from the log. Off: its own host's. */
  loggedValues: boolean;
  /** §2.3: every entry received is consumed before going live. Off: the backup goes live where it stands. */
  drainBeforeLive: boolean;
  /** §2.3: who wants to go live has to win the test-and-set on the shared disk. */
  arbitration: boolean;
  /** §3.4: whoever goes live issues the pending disk operations again. */
  reissueIo: boolean;
  /** §3.4: disk operations that race, on blocks or in memory, are carried out one after the other. */
  serializedRaces: boolean;
  /** The disk refuses late writes of a machine that has lost its arbitration. Not in the paper. */
  fencing: boolean;
  /** §3.2: a primary whose backup lags behind gets less CPU. */
  pacing: boolean;
  /** §2.3: whoever may be about to go live acknowledges nothing more. Off: it goes on acknowledging, live even. */
  muteWhenGoingLive: boolean;
  /** A backup whose replay does not meet its log halts. Off: it runs on, by itself. Not in the paper. */
  haltDiverged: boolean;
}

export const ALL_RULES: Rules = {
  outputRule: true,
  ackOnReceipt: true,
  bounceBuffers: true,
  exactDelivery: true,
  loggedValues: true,
  drainBeforeLive: true,
  arbitration: true,
  reissueIo: true,
  serializedRaces: true,
  fencing: true,
  pacing: true,
  muteWhenGoingLive: true,
  haltDiverged: true,
};
