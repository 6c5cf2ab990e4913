// The program that computes on a bare machine, and what its checker makes of answers.
import { describe, expect, it } from 'vitest';
import guest from '../../scenario/guests/compute.s?raw';
import { asked, told, verdicts } from '../testing/checker.ts';
import { ask, boot, replies, settle, tick, wordAt } from '../testing/guest-host.ts';
import { compute, RESULTS } from './compute.ts';

const PROGRESS = 1;
const RESULT = 2;
const ROUNDS = 400_000;

function fill(count: number): number[] {
  const words: number[] = [];
  for (let x = 1; words.length < count; x = (Math.imul(x, 1664525) + 1013904223) >>> 0) words.push(x);
  return words;
}

const digest = (words: number[]) => words.reduce((sum, word) => (Math.imul(sum, 31) + word) >>> 0, 0);

const isPrime = (n: number) =>
  n > 1 && !Array.from({ length: n - 2 }, (_, i) => i + 2).some((d) => n % d === 0);

function product(size: number): number[] {
  const numbers = fill(2 * size * size);
  return Array.from({ length: size * size }, (_, at) => {
    const [row, column] = [Math.floor(at / size), at % size];
    const terms = Array.from({ length: size }, (_, k) =>
      Math.imul(numbers[row * size + k]!, numbers[size * size + k * size + column]!),
    );
    return terms.reduce((sum, term) => (sum + term) >>> 0, 0);
  });
}

it('knows what each kind of round comes to', () => {
  const primes = Array.from({ length: 2048 }, (_, n) => n).filter(isPrime);
  expect(RESULTS).toEqual([
    primes.reduce((sum, prime) => sum + prime, 0),
    digest(product(12)),
    digest(fill(96).sort((a, b) => a - b)),
  ]);
});

describe('the program that computes', () => {
  it('works without sleeping, whatever interrupts it', () => {
    const host = boot(guest, { isBusy: true });
    for (let n = 0; n < 60; n++) {
      tick(host);
      ask(host, 1, n + 1, PROGRESS);
    }
    const progress = replies(host).map(([, , status, value]) => [status, value!]);
    expect(progress.every(([status]) => status === 0)).toBe(true);
    const rounds = progress.map(([, value]) => value!);
    expect(rounds).toEqual(rounds.toSorted((a, b) => a - b));
    expect(rounds.at(-1)).toBeGreaterThan(6);
    expect([0, 1, 2].map((kind) => wordAt(host, 'results', kind))).toEqual(RESULTS);
  });

  it('tells what a round came to, and 0 before the first', () => {
    const host = boot(guest, { isBusy: true });
    ask(host, 1, 1, RESULT, 2);
    expect(replies(host)).toEqual([[1, 1, 0, 0]]);
    settle(host, ROUNDS);
    for (const kind of [0, 1, 2]) ask(host, 1, 2 + kind, RESULT, kind);
    expect(replies(host)).toEqual(RESULTS.map((value, kind) => [1, 2 + kind, 0, value]));
  });

  it('refuses what it does not know', () => {
    const host = boot(guest, { isBusy: true });
    // As many good ones as there are receive buffers: their arguments stay there.
    for (let n = 1; n <= 8; n++) ask(host, 1, n, RESULT, 0);
    replies(host);
    ask(host, 1, 9, RESULT, 3);
    ask(host, 1, 10, RESULT);
    ask(host, 1, 11, 3);
    expect(replies(host)).toEqual([9, 10, 11].map((sequence) => [1, sequence, 1, 0]));
  });
});

describe('its checker', () => {
  const view = (...facts: Parameters<typeof verdicts>[1]) =>
    verdicts(compute, facts).filter((verdict) => verdict !== undefined);

  it('takes progress that grows, and late answers to early questions', () => {
    const facts = [asked(1, 1, 'progress'), asked(2, 1, 'progress'), told(1, 1, 9), told(2, 1, 8)];
    expect(view(...facts)).toEqual(['holds', 'holds']);
  });

  it('refuses progress that goes back', () => {
    const facts = [asked(1, 1, 'progress'), told(1, 1, 9), asked(2, 1, 'progress'), told(2, 1, 8)];
    expect(view(...facts).at(-1)).toEqual({
      key: 'answerOld',
      values: { client: 'client2', request: 1, value: 8, floor: 9 },
    });
  });

  it('remembers the most that anybody was told', () => {
    const crossed = [asked(1, 1, 'progress'), asked(2, 1, 'progress'), told(1, 1, 9), told(2, 1, 8)];
    expect(view(...crossed, asked(2, 2, 'progress'), told(2, 2, 8)).at(-1)).toMatchObject({
      key: 'answerOld',
    });
  });

  it('knows results, and when there can be none yet', () => {
    expect(view(asked(1, 1, 'result', 1), told(1, 1, RESULTS[1]!))).toEqual(['holds']);
    expect(view(asked(1, 1, 'result', 1), told(1, 1, 0))).toEqual(['holds']);
    expect(view(asked(1, 1, 'result', 1), told(1, 1, RESULTS[0]!))).toEqual([
      {
        key: 'answerWrong',
        values: { client: 'client1', request: 1, value: RESULTS[0], right: RESULTS[1] },
      },
    ]);
    const late = [asked(1, 1, 'progress'), told(1, 1, 2), asked(1, 2, 'result', 1), told(1, 2, 0)];
    expect(view(...late).at(-1)).toMatchObject({ key: 'answerWrong' });
  });

  it('refuses failures', () => {
    expect(view(asked(1, 1, 'progress'), told(1, 1, 0, 1))).toMatchObject([{ key: 'answerFailed' }]);
  });
});
