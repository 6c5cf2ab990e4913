// Which computer has power again, whatever it is.

import type { Fact } from '../state/observation.ts';

export function repairedBy(fact: Fact): string | undefined {
  switch (fact.kind) {
    case 'hostRepaired':
      return fact.host;
    case 'clientRepaired':
      return fact.client;
    case 'diskRepaired':
      return 'disk';
    default:
      return undefined;
  }
}
