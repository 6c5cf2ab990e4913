// For tests: the words that go with a request, made from their description as docs/programs.md says, and not by a client's program.
import { below, nextUint32, type PrngState } from '../../base/prng.ts';
import type { WordSource } from '../services/words.ts';

/** @param client its number, from 1 @param noise where the draws come from; it goes on behind them */
export const wordsOf = (
  sources: readonly WordSource[],
  request: number,
  client: number,
  noise: PrngState,
): number[] => sources.flatMap((source) => wordsFrom(source, request, client, noise));

function wordsFrom(source: WordSource, request: number, client: number, noise: PrngState): number[] {
  switch (source.kind) {
    case 'constant':
      return [source.value];
    case 'drawn':
      return [(source.from + Math.imul(source.step, below(noise, source.count))) >>> 0];
    case 'random':
      return Array.from({ length: source.count }, () => nextUint32(noise));
    case 'client':
      return [client];
    case 'tag':
      return [((client << 24) | request) >>> 0];
    case 'oneOf':
      return [source.values[below(noise, source.values.length)] as number];
  }
}
