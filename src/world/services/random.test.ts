// The random and clock server on a bare machine, and what its checker makes of answers.
import { describe, expect, it } from 'vitest';
import guest from '../../scenario/guests/random.s?raw';
import type { Fact } from '../state/observation.ts';
import { asked, askedAgain, told, verdicts } from '../testing/checker.ts';
import { ask, boot, replies, wordAt } from '../testing/guest-host.ts';
import { random } from './random.ts';

const [RANDOM, CLOCK] = [1, 2];

describe('the random and clock server', () => {
  it('answers with 32 bits of entropy, drawn once', () => {
    const host = boot(guest);
    ask(host, 1, 1, RANDOM);
    ask(host, 2, 1, RANDOM);
    ask(host, 1, 1, RANDOM);
    expect(replies(host)).toEqual([
      [1, 1, 0, 0x0001_0002],
      [2, 1, 0, 0x0003_0004],
      [1, 1, 0, 0x0001_0002],
    ]);
    expect(host.drawn).toBe(4);
  });

  it('answers with the time, and a repeated request with the time that it was', () => {
    const host = boot(guest);
    ask(host, 1, 1, CLOCK);
    const time = host.clockReads.at(-1);
    host.slept += 5000;
    ask(host, 1, 1, CLOCK);
    expect(replies(host)).toEqual([
      [1, 1, 0, time],
      [1, 1, 0, time],
    ]);
  });

  it('never forgets what it read', () => {
    const digests = [0, 1, 0].map((slept) => {
      const host = boot(guest);
      host.slept += slept;
      ask(host, 1, 1, CLOCK);
      for (let n = 2; n < 9; n++) ask(host, 1, n, RANDOM);
      return wordAt(host, 'digest');
    });
    expect(digests[1]).not.toBe(digests[0]);
    expect(digests[2]).toBe(digests[0]);
  });

  it('refuses what it does not know', () => {
    const host = boot(guest);
    ask(host, 1, 1, 3);
    expect(replies(host)).toEqual([[1, 1, 1, 0]]);
  });
});

describe('its checker', () => {
  const view = (...facts: Fact[]) => verdicts(random, facts).filter((verdict) => verdict !== undefined);
  const replied = (client: number, request: number, value: number): Fact => ({
    kind: 'outputReleased',
    host: 'A',
    output: {
      kind: 'packet',
      instruction: 1,
      sequence: 1,
      digest: '',
      client: `client${client}`,
      request,
      value,
    },
    waited: 0,
    acked: 1,
    isProtected: true,
  });

  it('takes a clock that goes on, also over the end of its lower half, and answers that overtake each other', () => {
    const clock = [5, 9, 2 ** 31 + 5, 2 ** 32 - 1, 3].flatMap((time, n) => [
      asked(1, n + 1, 'clock'),
      told(1, n + 1, time),
    ]);
    expect(view(...clock)).toEqual(['holds', 'holds', 'holds', 'holds', 'holds']);
    const crossed = [asked(1, 1, 'clock'), asked(2, 1, 'clock'), told(1, 1, 9), told(2, 1, 8)];
    expect(view(...crossed)).toEqual(['holds', 'holds']);
    const again = [asked(1, 1, 'clock'), asked(2, 1, 'clock'), told(2, 1, 9), askedAgain(1, 1, 'clock')];
    expect(view(...again, told(1, 1, 8))).toEqual(['holds', 'holds']);
    expect(view(...crossed, asked(3, 1, 'clock'), told(3, 1, 8)).at(-1)).toMatchObject({ key: 'answerOld' });
  });

  it('refuses a clock that goes back, whoever was told', () => {
    const facts = [asked(1, 1, 'clock'), told(1, 1, 9), asked(2, 1, 'clock'), told(2, 1, 8)];
    expect(view(...facts).at(-1)).toEqual({
      key: 'answerOld',
      values: { client: 'client2', request: 1, value: 8, floor: 9 },
    });
  });

  it('lets random numbers be anything', () => {
    const facts = [asked(1, 1, 'random'), told(1, 1, 9), asked(1, 2, 'random'), told(1, 2, 8)];
    expect(view(...facts)).toEqual(['holds', 'holds']);
  });

  it('refuses another reply to the same request', () => {
    expect(view(replied(1, 1, 7), replied(2, 1, 8), replied(1, 1, 7), replied(1, 2, 9))).toEqual(['holds']);
    expect(view(replied(1, 1, 7), replied(1, 1, 8))).toEqual([
      { key: 'answerDiffers', values: { client: 'client1', request: 1, value: 8, before: 7 } },
    ]);
  });

  it('refuses failures', () => {
    expect(view(asked(1, 1, 'random'), told(1, 1, 0, 1))).toMatchObject([{ key: 'answerFailed' }]);
  });
});
