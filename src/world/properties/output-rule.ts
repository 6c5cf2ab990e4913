// §2.2, the Output Rule, seen from outside: while the pair is protected no output leaves before its entry is in the backup's hands.

import type { Property } from './property.ts';

interface Memory {
  /** Last sequence number that the backup has received, and that the primary was told of. */
  received: number;
  acked: number;
}

export const outputRule: Property<Memory> = {
  name: 'Output Rule',
  section: '§2.2',
  begin: () => ({ received: 0, acked: 0 }),
  check(memory, fact) {
    if (fact.kind === 'received') memory.received = fact.last;
    if (fact.kind === 'acked') memory.acked = fact.through;
    if (fact.kind !== 'outputReleased' || !fact.isProtected) return undefined;
    const { sequence, kind } = fact.output;
    if (sequence <= memory.received && sequence <= memory.acked) return 'holds';
    const { received, acked } = memory;
    return { key: 'outputBeforeAck', values: { host: fact.host, output: kind, sequence, received, acked } };
  },
};
