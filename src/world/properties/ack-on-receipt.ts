// I3, §3.2: an acknowledgement says that entries are in the backup's buffer. Before they are there is none.

import { firstPair, isLogged, type Pair, pairOf } from './pair.ts';
import { entriesFrom, type FactReference, type Property, referTo, type Verdict } from './property.ts';

interface Memory {
  pair: Pair;
  received: number;
  receipt: FactReference | null;
}

const afresh = (pair: Pair): Memory => ({ pair, received: 0, receipt: null });

export const ackOnReceipt: Property<Memory> = {
  id: 'I3',
  name: 'Ack on receipt',
  section: '§3.2',
  scope: 'protected',
  applies: isLogged,
  begin: (config) => afresh(firstPair(config)),
  check(memory, fact) {
    switch (fact.kind) {
      case 'paired':
        Object.assign(memory, afresh(pairOf(fact)));
        return undefined;
      case 'received':
        if (fact.generation !== memory.pair.generation) return undefined;
        memory.received = fact.last;
        memory.receipt = referTo(fact);
        return undefined;
      case 'sent':
        if (fact.message !== 'ack' || fact.generation !== memory.pair.generation) return undefined;
        return judge(memory, fact.host, fact.last ?? 0);
      case 'acked':
        if (fact.generation !== memory.pair.generation) return undefined;
        return judge(memory, fact.host, fact.through);
      default:
        return undefined;
    }
  },
};

function judge({ received, receipt }: Memory, host: string, acked: number): Verdict {
  if (acked <= received) return 'holds';
  return {
    key: 'ackBeforeReceipt',
    values: { host, acked, received },
    against: receipt,
    entries: entriesFrom(received + 1, acked),
  };
}
