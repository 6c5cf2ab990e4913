// The DMA poller's clients: it numbers the requests, so each answer is one more than the last, as with a counter of none.

import { counter } from './counter.ts';
import type { Service } from './service.ts';

type Memory = ReturnType<typeof counter.begin>;

export const dmaPoller: Service<Memory> = {
  name: 'dma-poller',
  operations: { increment: { code: 1, words: [] } },
  begin: () => ({ through: 0, beyond: [], waiting: {} }),
  check: counter.check,
};
