// Takeovers are measured from the failure of whoever fell silent, and from no other.
import { describe, expect, test } from 'vitest';
import type { SimTime } from '../sim/time.ts';
import { beginMeasures, measure, measured } from './measures.ts';
import type { Fact } from './state/observation.ts';

const A_PAIR: Fact = {
  kind: 'paired',
  generation: 1,
  primary: 'A',
  backup: 'B',
  instruction: 0,
  primaryState: '',
  backupState: '',
};

/** When the failure was of a takeover by B at 100 ns, with these facts before it. */
function failedAt(...facts: [number, Fact][]): number | null | undefined {
  const sum = beginMeasures();
  const takeover: [number, Fact][] = [
    [100, { kind: 'suspected', host: 'B', of: 'A', silence: 10 }],
    [101, { kind: 'testAndSetWon', host: 'B', generation: 1 }],
    [
      102,
      {
        kind: 'wentLive',
        host: 'B',
        generation: 1,
        instruction: 0,
        silence: 10,
        received: 0,
        consumed: 0,
      },
    ],
  ];
  for (const [at, fact] of [[0, A_PAIR] as const, ...facts, ...takeover])
    measure(sum, { at: at as SimTime, ...fact });
  return measured(sum).failovers[0]?.failedAt;
}

describe('a failure', () => {
  test.each<[string, [number, Fact][], number | null]>([
    ['of power', [[50, { kind: 'hostCrashed', host: 'A' }]], 50],
    ['of a paused host', [[50, { kind: 'hostPaused', host: 'A' }]], 50],
    ['of the guest', [[50, { kind: 'halted', host: 'A', reason: 'guestExit', code: 7 }]], 50],
    ['of the log', [[50, { kind: 'linkCut', link: 'log-A' }]], 50],
    [
      'of the log, and then of power',
      [
        [40, { kind: 'linkCut', link: 'log' }],
        [50, { kind: 'hostCrashed', host: 'A' }],
      ],
      40,
    ],
    ['that did not happen', [], null],
  ])('%s', (_, facts, at) => {
    expect(failedAt(...facts)).toBe(at);
  });

  test.each<[string, [number, Fact][]]>([
    ['of a spare host', [[20, { kind: 'hostCrashed', host: 'C' }]]],
    [
      'that was over',
      [
        [20, { kind: 'hostPaused', host: 'A' }],
        [30, { kind: 'hostResumed', host: 'A' }],
      ],
    ],
    [
      'of a log that was mended',
      [
        [20, { kind: 'linkCut', link: 'log' }],
        [30, { kind: 'linkMended', link: 'log' }],
      ],
    ],
    ['of another cable', [[20, { kind: 'linkCut', link: 'lan-A' }]]],
    [
      'of an earlier pair',
      [
        [20, { kind: 'halted', host: 'A', reason: 'lostArbitration' }],
        [30, { ...A_PAIR, generation: 2 }],
      ],
    ],
  ])('%s is not the one that counts', (_, facts) => {
    expect(failedAt(...facts, [50, { kind: 'hostCrashed', host: 'A' }])).toBe(50);
  });
});
