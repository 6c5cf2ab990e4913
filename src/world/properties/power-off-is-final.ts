// I22, §3.3: a VM that is switched off on purpose is not brought back by its backup.

import type { HostId } from '../base/config.ts';
import type { Observation } from '../state/observation.ts';
import { type FactReference, type Property, referTo, type Verdict } from './property.ts';

interface Memory {
  off: (FactReference & { host: HostId }) | null;
  /** The control entry recorded last, and how much of the log the backup has received. */
  control: number;
  received: number;
  /** A host or a link has failed: the backup need not have heard of the power-off. */
  isDisturbed: boolean;
  /** Who has gone on after the power-off: to let out what was left and end at once, or else it is back. */
  back: { host: HostId; at: number; verdict: Verdict } | null;
}

export const powerOffIsFinal: Property<Memory> = {
  id: 'I22',
  name: 'Power-off is final',
  section: '§3.3',
  scope: 'always',
  begin: () => ({ off: null, control: 0, received: 0, isDisturbed: false, back: null }),
  check(memory, fact) {
    const { back } = memory;
    if (back !== null && fact.at > back.at) {
      memory.back = null;
      return back.verdict;
    }
    switch (fact.kind) {
      case 'paired':
        Object.assign(memory, { control: 0, received: 0 });
        return undefined;
      case 'recorded':
        if (fact.entry === 'control') memory.control = fact.sequence;
        return undefined;
      case 'received':
        memory.received = fact.last;
        return undefined;
      case 'poweredOff':
        if (back?.host === fact.host) memory.back = null;
        memory.off ??= { host: fact.host, ...referTo(fact) };
        return 'holds';
      case 'hostCrashed':
      case 'hostPaused':
      case 'hostSlowed':
      case 'linkCut':
      case 'linkImpaired':
        memory.isDisturbed = true;
        return undefined;
      case 'wentLive':
      case 'wentSolo':
        if (memory.off !== null) memory.back = goneOn(memory, memory.off, fact);
        return undefined;
      default:
        return undefined;
    }
  },
};

function goneOn(
  { control, received, isDisturbed }: Memory,
  off: NonNullable<Memory['off']>,
  fact: Extract<Observation, { kind: 'wentLive' | 'wentSolo' }>,
): Memory['back'] {
  const mayNotKnow = fact.host !== off.host && isDisturbed && received < control;
  if (mayNotKnow) return null;
  const { at, kind } = off;
  const values = { host: fact.host, off: off.host };
  const verdict = { key: 'liveAfterPowerOff', values, against: { at, kind } };
  return { host: fact.host, at: fact.at, verdict };
}
