// The rules in the order in which they are shown, and the paper's sections that they come from.
import type { RuleName } from '../../../worker/frame.ts';

export const RULE_GROUPS = [
  { name: 'outputs', rules: ['outputRule', 'ackOnReceipt', 'muteWhenGoingLive'] },
  { name: 'replay', rules: ['exactDelivery', 'loggedValues', 'bounceBuffers', 'haltDiverged'] },
  { name: 'takeover', rules: ['drainBeforeLive', 'arbitration', 'reissueIo', 'fencing'] },
  { name: 'flow', rules: ['serializedRaces', 'pacing'] },
] as const satisfies readonly { name: string; rules: readonly RuleName[] }[];

export const RULES: readonly RuleName[] = RULE_GROUPS.flatMap(({ rules }) => rules);

/** Fencing, and what a diverged backup does, are not in the paper. */
export const SECTIONS: Readonly<Record<RuleName, string>> = {
  outputRule: '§2.2',
  ackOnReceipt: '§3.2',
  muteWhenGoingLive: '§2.3',
  exactDelivery: '§2.1',
  loggedValues: '§2.1',
  bounceBuffers: '§3.4',
  haltDiverged: '',
  drainBeforeLive: '§2.3',
  arbitration: '§2.3',
  reissueIo: '§3.4',
  fencing: '',
  serializedRaces: '§3.4',
  pacing: '§3.2',
};
