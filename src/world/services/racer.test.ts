// The racer on a bare machine, and what its checker makes of answers.
import { describe, expect, it } from 'vitest';
import { hashMachine, inject, runOtherHart } from '../../machine/machine.ts';
import guest from '../../scenario/guests/racer.s?raw';
import { asked, told, verdict } from '../testing/checker.ts';
import { ask, boot, type GuestHost, replies, settle, wordAt } from '../testing/guest-host.ts';
import { racer } from './racer.ts';

const READ = 1;
const INSTRUCTIONS_EACH = 30_000;

describe('the racer', () => {
  it('counts whenever it has nothing else to do', () => {
    const host = boot(guest, { isBusy: true });
    const before = wordAt(host, 'shared_word');
    settle(host, 11_000);
    expect(wordAt(host, 'shared_word') - before).toBe(1000);
    ask(host, 1, 1, READ);
    const [reply] = replies(host);
    expect(reply?.slice(0, 3)).toEqual([1, 1, 0]);
    expect(reply?.[3]).toBe(wordAt(host, 'highest_seen'));
    expect(reply?.[3]).toBeGreaterThanOrEqual(before + 1000);
  });

  it('loses no count to its own interrupts', () => {
    const host = boot(guest, { isBusy: true });
    const before = wordAt(host, 'shared_word');
    for (let n = 0; n < 50; n++) {
      inject(host.machine, { kind: 'timer' });
      settle(host, 501);
    }
    expect(wordAt(host, 'ticks')).toBe(50);
    expect(wordAt(host, 'shared_word')).toBeGreaterThan(before + 1500);
  });

  it('refuses an operation that it does not know', () => {
    const host = boot(guest, { isBusy: true });
    ask(host, 1, 1, 2);
    expect(replies(host)).toEqual([[1, 1, 1, 0]]);
  });
});

/** A racer on two harts that have taken turns of so many instructions. */
function bootTwo(turn: number): GuestHost {
  const host = boot(guest, { isBusy: true, harts: 2 });
  for (let n = 0; n < INSTRUCTIONS_EACH / turn; n++) {
    runOtherHart(host.machine, turn);
    settle(host, turn);
  }
  return host;
}

describe('the racer on two harts', () => {
  it('has a second hart that does nothing but count', () => {
    const host = boot(guest, { isBusy: true, harts: 2 });
    runOtherHart(host.machine, 100);
    const before = wordAt(host, 'shared_word');
    runOtherHart(host.machine, 4000);
    expect(wordAt(host, 'shared_word')).toBe(before + 1000);
  });

  it('loses what one hart counts while the other is in the middle of it', () => {
    // Turns of seven instructions often end between a load and its store.
    expect(wordAt(bootTwo(7), 'shared_word')).toBeLessThan(INSTRUCTIONS_EACH / 4 + INSTRUCTIONS_EACH / 11);
  });

  it('comes to other states under other turns, and to the same under the same', () => {
    const [one, again, other] = [bootTwo(100), bootTwo(100), bootTwo(125)];
    expect(one.machine.cpu.instructions).toBe(other.machine.cpu.instructions);
    expect(hashMachine(again.machine)).toBe(hashMachine(one.machine));
    expect(hashMachine(other.machine)).not.toBe(hashMachine(one.machine));
  });

  it('never tells less than it has told before', () => {
    const host = boot(guest, { isBusy: true, harts: 2 });
    let highest = 0;
    let wentBack = 0;
    for (let n = 1; n <= 40; n++) {
      // The second hart often stops with a value in hand, to store it when the first has counted on and told of it.
      runOtherHart(host.machine, 5);
      settle(host, n % 2 ? 3000 : 50);
      ask(host, 1, n, READ);
      const value = replies(host)[0]?.[3] ?? 0;
      expect(value).toBeGreaterThanOrEqual(highest);
      if (value === highest) wentBack++;
      highest = value;
    }
    expect(wentBack).toBeGreaterThan(5);
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
