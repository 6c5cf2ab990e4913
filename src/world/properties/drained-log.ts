// I13, §2.3: a backup goes live only when it has consumed every entry that it has received.

import { isLogged } from './pair.ts';
import { entriesFrom, type FactReference, type Property, referTo } from './property.ts';

interface Memory {
  receipt: FactReference | null;
}

export const drainedLog: Property<Memory> = {
  id: 'I13',
  name: 'Drained log',
  section: '§2.3',
  scope: 'failing over',
  applies: isLogged,
  begin: () => ({ receipt: null }),
  check(memory, fact) {
    if (fact.kind === 'paired') memory.receipt = null;
    if (fact.kind === 'received') memory.receipt = referTo(fact);
    if (fact.kind !== 'wentLive') return undefined;
    const { host, received, consumed } = fact;
    if (received === consumed) return 'holds';
    return {
      key: 'liveBeforeDrained',
      values: { host, received, consumed },
      against: memory.receipt,
      entries: entriesFrom(consumed + 1, received),
    };
  },
};
