// I9, §3.4: devices change the guest's memory only while the guest stands still, out of bounce buffers.

import type { Property } from './property.ts';

const KEYS = { network: 'networkChangedMemory', disk: 'diskChangedMemory' } as const;

export const memoryAtRest: Property<null> = {
  id: 'I9',
  name: 'Memory at rest',
  section: '§3.4',
  scope: 'always',
  begin: () => null,
  check(_, fact) {
    switch (fact.kind) {
      case 'memoryChanged': {
        const { host, device, instruction } = fact;
        return { key: KEYS[device], values: { host, device, instruction } };
      }
      case 'ioCompleted':
        return 'holds';
      case 'recorded':
        return fact.entry === 'packet' ? 'holds' : undefined;
      default:
        return undefined;
    }
  },
};
