// The lease server on a bare machine, and what its checker makes of answers.
import { describe, expect, it } from 'vitest';
import guest from '../../scenario/guests/lease.s?raw';
import { asked, told, verdicts } from '../testing/checker.ts';
import { ask, boot, clock, replies, tick, wordAt } from '../testing/guest-host.ts';
import { LEASE_TICKS, lease } from './lease.ts';

const [ACQUIRE, RENEW, RELEASE, MIX] = [1, 2, 3, 4];
const REFUSED = 3;

describe('the lease server', () => {
  it('gives the lease to the first who asks, until a time', () => {
    const host = boot(guest);
    ask(host, 1, 1, ACQUIRE, 1);
    const until = host.clockReads.at(-1)! + LEASE_TICKS;
    expect(replies(host)).toEqual([[1, 1, 0, until]]);
    ask(host, 2, 1, ACQUIRE, 2);
    ask(host, 2, 2, RENEW, 2);
    expect(replies(host)).toEqual([
      [2, 1, REFUSED, 1],
      [2, 2, REFUSED, 1],
    ]);
  });

  it('gives its holder more of it', () => {
    const host = boot(guest);
    const granted = [ACQUIRE, RENEW, ACQUIRE].map((operation, n) => {
      host.slept += 1000;
      ask(host, 1, n + 1, operation, 1);
      return replies(host)[0];
    });
    const times = granted.map((reply) => reply![3]!);
    expect(granted.map((reply) => reply![2])).toEqual([0, 0, 0]);
    expect(times[1]! - times[0]!).toBeGreaterThanOrEqual(1000);
    expect(times[2]! - times[1]!).toBeGreaterThanOrEqual(1000);
  });

  it('takes it back at the first timer interrupt after its time, and not before', () => {
    const host = boot(guest);
    ask(host, 1, 1, ACQUIRE, 1);
    const until = replies(host)[0]![3]!;
    tick(host, until - 100);
    expect(wordAt(host, 'holder')).toBe(1);
    host.slept += until + 10 - clock(host);
    ask(host, 2, 1, ACQUIRE, 2);
    expect(replies(host)).toEqual([[2, 1, REFUSED, 1]]);
    tick(host);
    ask(host, 2, 2, ACQUIRE, 2);
    expect(replies(host)).toMatchObject([[2, 2, 0, expect.any(Number)]]);
    ask(host, 1, 2, RENEW, 1);
    expect(replies(host)).toEqual([[1, 2, REFUSED, 2]]);
  });

  it('depends on what comes first at the end of a lease, the holder or the interrupt', () => {
    const ends = (isInterruptFirst: boolean) => {
      const host = boot(guest);
      ask(host, 1, 1, ACQUIRE, 1);
      host.slept += LEASE_TICKS;
      if (isInterruptFirst) tick(host);
      ask(host, 1, 2, RENEW, 1);
      if (!isInterruptFirst) tick(host);
      return replies(host).at(-1)![2];
    };
    expect([ends(false), ends(true)]).toEqual([0, REFUSED]);
  });

  it('goes by the clock when its lower half runs over', () => {
    const host = boot(guest);
    tick(host, 2 ** 32 - 1000);
    ask(host, 1, 1, ACQUIRE, 1);
    expect(replies(host)[0]![3]).toBeLessThan(LEASE_TICKS);
    tick(host, 2 ** 32 - 100);
    expect(wordAt(host, 'holder')).toBe(1);
    tick(host, 2 ** 32 + LEASE_TICKS);
    expect(wordAt(host, 'holder')).toBe(0);
  });

  it('is free again when it is released, by nobody but its holder', () => {
    const host = boot(guest);
    ask(host, 1, 1, ACQUIRE, 1);
    replies(host);
    ask(host, 2, 1, RELEASE, 2);
    ask(host, 1, 2, RELEASE, 1);
    ask(host, 1, 3, RENEW, 1);
    expect(replies(host)).toEqual([
      [2, 1, REFUSED, 1],
      [1, 2, 0, 0],
      [1, 3, REFUSED, 0],
    ]);
  });

  it('does one of the three when asked for a mix, and refuses what it does not know', () => {
    const host = boot(guest);
    ask(host, 1, 1, MIX, ACQUIRE, 1);
    expect(replies(host)).toMatchObject([[1, 1, 0, expect.any(Number)]]);
    for (const [i, words] of [[ACQUIRE], [ACQUIRE, 0], [5, 1], [MIX, 5, 1], [MIX, ACQUIRE]].entries())
      ask(host, 1, i + 2, ...(words as [number]));
    expect(replies(host).map(([, , status]) => status)).toEqual([1, 1, 1, 1, 1]);
  });
});

describe('its checker', () => {
  const view = (...facts: Parameters<typeof verdicts>[1]) =>
    verdicts(lease, facts).filter((verdict) => verdict !== undefined);
  const gets = (client: number, request: number, until: number) => [
    asked(client, request, 'acquire', client),
    told(client, request, until),
  ];

  const FIRST = 1_000_000;

  it('takes one holder after the other, and a refusal', () => {
    const refused = [asked(2, 1, 'acquire', 2), told(2, 1, 1, REFUSED)];
    const held = [...gets(1, 1, FIRST), ...refused, ...gets(1, 2, FIRST + 9000)];
    expect(view(...held, ...gets(2, 2, FIRST + 9000 + LEASE_TICKS))).toEqual([
      'holds',
      'holds',
      'holds',
      'holds',
    ]);
  });

  it('finds a second holder, whoever is heard of first', () => {
    const second = FIRST + LEASE_TICKS - 1;
    expect(view(...gets(1, 1, FIRST), ...gets(2, 1, second)).at(-1)).toEqual({
      key: 'leaseTwice',
      values: { client: 'client2', request: 1, value: second, otherClient: 'client1', until: FIRST },
    });
    expect(view(...gets(2, 1, second), ...gets(1, 1, FIRST)).at(-1)).toMatchObject({ key: 'leaseTwice' });
    expect(view(...gets(1, 1, FIRST), ...gets(2, 1, second + 1)).at(-1)).toBe('holds');
  });

  it('counts leases that were renewed, and across the end of the clock’s lower half', () => {
    const renewed = [...gets(1, 1, FIRST), asked(1, 2, 'mix', 2, 1), told(1, 2, FIRST + 9000)];
    expect(view(...renewed, ...gets(2, 1, FIRST + LEASE_TICKS)).at(-1)).toMatchObject({ key: 'leaseTwice' });
    const early = [...gets(1, 1, FIRST), ...gets(1, 2, FIRST + 2 * LEASE_TICKS), ...gets(2, 1, FIRST - 9000)];
    expect(view(...early).at(-1)).toMatchObject({ key: 'leaseTwice' });
    expect(view(...gets(1, 1, 2 ** 32 - 100), ...gets(2, 1, 300)).at(-1)).toMatchObject({
      key: 'leaseTwice',
    });
  });

  it('knows that a lease is over when its holder gives it back', () => {
    const released = [...gets(1, 1, FIRST), asked(1, 2, 'release', 1)];
    expect(view(...released, ...gets(2, 1, FIRST + 9000)).at(-1)).toBe('holds');
    const mixed = [...gets(1, 1, FIRST), asked(1, 2, 'mix', 3, 1), told(1, 2, 0)];
    expect(view(...mixed, ...gets(2, 1, FIRST + 9000)).at(-1)).toBe('holds');
  });

  it('refuses failures', () => {
    expect(view(asked(1, 1, 'acquire', 1), told(1, 1, 0, 1))).toMatchObject([{ key: 'answerFailed' }]);
  });
});
