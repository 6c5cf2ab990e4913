// I21, §2 and §3.3: primary and backup are never on one host, or one failure would take both.

import type { HostId } from '../base/config.ts';
import { pairOf } from './pair.ts';
import { type FactReference, type Property, referTo, type Verdict } from './property.ts';

interface Memory {
  primary: HostId | null;
  backup: HostId | null;
  latest: FactReference | null;
}

export const twoHosts: Property<Memory> = {
  id: 'I21',
  name: 'Two hosts',
  section: '§3.3',
  scope: 'protected',
  begin: () => ({ primary: null, backup: null, latest: null }),
  check(memory, fact) {
    switch (fact.kind) {
      case 'paired': {
        const { primary, backup } = pairOf(fact);
        Object.assign(memory, { primary, backup });
        break;
      }
      case 'migrationFinished':
        memory[fact.machine] = fact.to;
        break;
      case 'wentLive':
      case 'wentSolo':
        Object.assign(memory, { primary: fact.host, backup: null });
        return undefined;
      default:
        return undefined;
    }
    const verdict = judge(memory);
    memory.latest = referTo(fact);
    return verdict;
  },
};

function judge({ primary, backup, latest }: Memory): Verdict {
  if (primary === null || backup === null) return undefined;
  if (primary !== backup) return 'holds';
  return { key: 'sameHost', values: { host: primary }, against: latest };
}
