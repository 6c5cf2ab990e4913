// §2.3: at most one VM of the pair answers the world. Two may run for a while; what counts is who lets outputs out.

import type { Property } from './property.ts';

interface Memory {
  /** Who has gone on alone in this generation. */
  alone: string | null;
}

export const oneLiveMachine: Property<Memory> = {
  name: 'One live machine',
  section: '§2.3',
  begin: () => ({ alone: null }),
  check(memory, fact) {
    if (fact.kind === 'wentLive' || fact.kind === 'wentSolo') {
      const other = memory.alone;
      memory.alone = fact.host;
      if (other === null || other === fact.host) return 'holds';
      return { key: 'twoLive', values: { host: fact.host, other } };
    }
    if (fact.kind !== 'outputReleased' || memory.alone === null) return undefined;
    if (fact.host === memory.alone) return 'holds';
    return {
      key: 'outputOfLoser',
      values: { host: fact.host, other: memory.alone, output: fact.output.kind },
    };
  },
};
