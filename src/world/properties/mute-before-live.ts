// I12, §2.3: who has decided to go live acknowledges nothing more, or the other could release what it will never see.

import type { HostId } from '../base/config.ts';
import { isLogged, pairOf } from './pair.ts';
import { type FactReference, type Property, referTo } from './property.ts';

interface Memory {
  /** Hosts that have decided, and the fact by which one saw it. */
  decided: Record<HostId, FactReference>;
}

export const muteBeforeLive: Property<Memory> = {
  id: 'I12',
  name: 'Mute before live',
  section: '§2.3',
  scope: 'failing over',
  applies: isLogged,
  begin: () => ({ decided: {} }),
  check({ decided }, fact) {
    switch (fact.kind) {
      case 'paired': {
        const { primary, backup } = pairOf(fact);
        delete decided[primary];
        delete decided[backup];
        return undefined;
      }
      case 'migrationFinished':
        delete decided[fact.from];
        return undefined;
      case 'hostRepaired':
      case 'halted':
        delete decided[fact.host];
        return undefined;
      case 'suspected':
      case 'testAndSetSent':
        decided[fact.host] ??= referTo(fact);
        return undefined;
      case 'wentLive':
      case 'wentSolo':
        return decided[fact.host] === undefined ? undefined : 'holds';
      case 'sent': {
        const against = decided[fact.host];
        if (fact.message !== 'ack' || against === undefined) return undefined;
        const { host, last: acked = 0 } = fact;
        return { key: 'ackAfterDecision', values: { host, acked }, against, entries: [acked] };
      }
      default:
        return undefined;
    }
  },
};
