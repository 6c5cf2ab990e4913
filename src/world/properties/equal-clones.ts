// I24, §3.1: a new backup begins as its primary is, at the first instruction of the new log.

import type { Property } from './property.ts';

export const equalClones: Property<null> = {
  id: 'I24',
  name: 'Equal clones',
  section: '§3.1',
  scope: 'protected',
  begin: () => null,
  check(_, fact) {
    if (fact.kind !== 'paired') return undefined;
    const { primary, backup, generation, instruction, primaryState, backupState } = fact;
    if (primaryState === backupState) return 'holds';
    const values = { primary, backup, generation, instruction, primaryState, backupState };
    return { key: 'cloneDiffers', values };
  },
};
