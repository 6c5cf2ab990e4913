// The DMA poller on a bare machine, and what its checker makes of answers.
import { describe, expect, it } from 'vitest';
import type { InstructionCount } from '../../machine/boundary.ts';
import { hashMachine, inject, run } from '../../machine/machine.ts';
import guest from '../../scenario/guests/dma-poller.s?raw';
import { parseUdp } from '../net/ethernet.ts';
import { asked, told, verdict } from '../testing/checker.ts';
import {
  ask,
  boot,
  type GuestHost,
  receive,
  replies,
  requestFrame,
  settle,
  wordAt,
} from '../testing/guest-host.ts';
import { dmaPoller } from './dma-poller.ts';

const INCREMENT = 1;
const bootPoller = () => boot(guest, { isBusy: true });

/** The word behind the value of the last reply. */
const looksTold = (host: GuestHost) => new Uint32Array(parseUdp(host.frames.at(-1)!)!.payload.buffer)[3];

describe('the DMA poller', () => {
  it('never sleeps, and answers what it finds, numbered', () => {
    const host = bootPoller();
    expect(host.end).toBeUndefined();
    for (let n = 1; n <= 40; n++) {
      ask(host, 1 + (n % 2), n, INCREMENT);
      expect(replies(host)).toEqual([[1 + (n % 2), n, 0, n]]);
    }
  });

  it('finds packets without an interrupt', () => {
    const host = bootPoller();
    inject(host.machine, { kind: 'packet', bytes: requestFrame(1, 1, INCREMENT), interrupt: false });
    settle(host);
    expect(replies(host)).toEqual([[1, 1, 0, 1]]);
    receive(host, requestFrame(1, 2, INCREMENT));
    expect(host.machine.net.transport.interruptStatus).toBe(0);
  });

  it('tells behind the answer how often it looked in vain, and the same when it is asked again', () => {
    const host = bootPoller();
    const looks = wordAt(host, 'looks');
    expect(looks).toBeGreaterThan(50);
    ask(host, 1, 1, INCREMENT);
    const first = looksTold(host)!;
    expect(first).toBeGreaterThanOrEqual(looks);
    expect(first).toBeLessThan(looks + 3);
    ask(host, 2, 1, INCREMENT);
    expect(looksTold(host)).not.toBe(first);
    expect(looksTold(host)).toBeLessThan(1.5 * first); // since the last packet only
    ask(host, 1, 1, INCREMENT);
    expect(looksTold(host)).toBe(first);
  });

  it('comes to another state when the packet appears some instructions later', () => {
    const [one, other] = [bootPoller(), bootPoller()];
    settle(one, 100);
    for (const host of [one, other])
      inject(host.machine, { kind: 'packet', bytes: requestFrame(1, 1, INCREMENT) });
    settle(one, 10_000);
    settle(other, 10_100);
    expect(one.machine.cpu.instructions).toBe(other.machine.cpu.instructions);
    expect(hashMachine(one.machine)).not.toBe(hashMachine(other.machine));
    expect(wordAt(one, 'digest')).not.toBe(wordAt(other, 'digest'));
    expect(looksTold(one)).not.toBe(looksTold(other));
  });

  it('takes ticks of the timer between two looks', () => {
    const host = bootPoller();
    for (let n = 1; n <= 200; n++) {
      inject(host.machine, { kind: 'timer' });
      settle(host, 997);
      if (n % 10 === 0) ask(host, 1, n / 10, INCREMENT);
    }
    expect(wordAt(host, 'ticks')).toBe(200);
    expect(replies(host).map(([, , , value]) => value)).toEqual(Array.from({ length: 20 }, (_, n) => n + 1));
  });

  it('lets no interrupt in while it takes packets', () => {
    const host = bootPoller();
    inject(host.machine, { kind: 'packet', bytes: requestFrame(1, 1, INCREMENT) });
    const budget = (instructions: number) =>
      (host.machine.cpu.instructions + instructions) as InstructionCount;
    expect(run(host.machine, budget(10_000)).reason).toBe('emission'); // the reply
    inject(host.machine, { kind: 'timer' });
    run(host.machine, budget(1));
    expect(host.machine.cpu.pc).not.toBe(host.image.symbols.get('trap_entry')! + 4);
    settle(host);
    expect(wordAt(host, 'ticks')).toBe(1);
  });

  it('refuses an operation that it does not know', () => {
    const host = bootPoller();
    ask(host, 1, 1, 2);
    expect(replies(host)).toEqual([[1, 1, 1, 0]]);
  });
});

describe('its checker', () => {
  const asks = [asked(1, 1, 'increment'), asked(2, 1, 'increment')];

  it('wants every number from 1 told once', () => {
    expect(verdict(dmaPoller, ...asks, told(1, 1, 2))).toBe('holds');
    expect(verdict(dmaPoller, ...asks, told(1, 1, 2), told(2, 1, 1))).toBe('holds');
    expect(verdict(dmaPoller, ...asks, told(1, 1, 1), told(2, 1, 1))).toMatchObject({ key: 'answerTwice' });
    expect(verdict(dmaPoller, ...asks, told(1, 1, 3))).toMatchObject({ key: 'answerMissing' });
  });
});
