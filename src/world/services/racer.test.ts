// The racer on a bare machine, and what its checker makes of answers.
import { describe, expect, it } from 'vitest';
import { inject } from '../../machine/machine.ts';
import guest from '../../scenario/guests/racer.s?raw';
import { ask, boot, replies, settle, wordAt } from '../guest-bench.ts';
import { asked, told, verdict } from './checker-bench.ts';
import { racer } from './racer.ts';

const READ = 1;

describe('the racer', () => {
  it('counts whenever it has nothing else to do', () => {
    const bench = boot(guest, { isBusy: true });
    const before = wordAt(bench, 'shared_word');
    settle(bench, 11_000);
    expect(wordAt(bench, 'shared_word') - before).toBe(1000);
    ask(bench, 1, 1, READ);
    const [reply] = replies(bench);
    expect(reply?.slice(0, 3)).toEqual([1, 1, 0]);
    expect(reply?.[3]).toBe(wordAt(bench, 'highest_seen'));
    expect(reply?.[3]).toBeGreaterThanOrEqual(before + 1000);
  });

  it('loses no count to its own interrupts', () => {
    const bench = boot(guest, { isBusy: true });
    const before = wordAt(bench, 'shared_word');
    for (let n = 0; n < 50; n++) {
      inject(bench.machine, { kind: 'timer' });
      settle(bench, 501);
    }
    expect(wordAt(bench, 'ticks')).toBe(50);
    expect(wordAt(bench, 'shared_word')).toBeGreaterThan(before + 1500);
  });

  it('refuses an operation that it does not know', () => {
    const bench = boot(guest, { isBusy: true });
    ask(bench, 1, 1, 2);
    expect(replies(bench)).toEqual([[1, 1, 1, 0]]);
  });
});

describe('its checker', () => {
  const first = [asked(1, 1, 'read'), told(1, 1, 50)];

  it('wants answers that never go back', () => {
    expect(verdict(racer, ...first, asked(2, 1, 'read'), told(2, 1, 50))).toBe('holds');
    expect(verdict(racer, ...first, asked(2, 1, 'read'), told(2, 1, 49))).toEqual({
      key: 'answerOld',
      values: { client: 'client2', request: 1, value: 49, floor: 50 },
    });
  });

  it('lets an answer that was long under way be older than another', () => {
    expect(verdict(racer, asked(2, 1, 'read'), ...first, told(2, 1, 49))).toBe('holds');
  });
});
