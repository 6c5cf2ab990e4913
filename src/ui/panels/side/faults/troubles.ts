// What is wrong with a disk, as keys of its words.
import type { DiskState } from '../../../../worker/frame.ts';

export function diskTroubles({
  isUp,
  failsReads,
  failsWrites,
  isFull,
}: DiskState): ('noPower' | 'failsReads' | 'failsWrites' | 'full')[] {
  return [
    ...(isUp ? [] : (['noPower'] as const)),
    ...(failsReads ? (['failsReads'] as const) : []),
    ...(failsWrites ? (['failsWrites'] as const) : []),
    ...(isFull ? (['full'] as const) : []),
  ];
}
