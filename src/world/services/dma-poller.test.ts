// The DMA poller on a bare machine, and what its checker makes of answers.
import { describe, expect, it } from 'vitest';
import type { InstructionCount } from '../../machine/boundary.ts';
import { hashMachine, inject, run } from '../../machine/machine.ts';
import guest from '../../scenario/guests/dma-poller.s?raw';
import { parseUdp } from '../net/ethernet.ts';
import { asked, told, verdict } from '../testing/checker.ts';
import {
  ask,
  type Bench,
  boot,
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
const looksTold = (bench: Bench) => new Uint32Array(parseUdp(bench.frames.at(-1)!)!.payload.buffer)[3];

describe('the DMA poller', () => {
  it('never sleeps, and answers what it finds, numbered', () => {
    const bench = bootPoller();
    expect(bench.end).toBeUndefined();
    for (let n = 1; n <= 40; n++) {
      ask(bench, 1 + (n % 2), n, INCREMENT);
      expect(replies(bench)).toEqual([[1 + (n % 2), n, 0, n]]);
    }
  });

  it('finds packets without an interrupt', () => {
    const bench = bootPoller();
    inject(bench.machine, { kind: 'packet', bytes: requestFrame(1, 1, INCREMENT), interrupt: false });
    settle(bench);
    expect(replies(bench)).toEqual([[1, 1, 0, 1]]);
    receive(bench, requestFrame(1, 2, INCREMENT));
    expect(bench.machine.net.transport.interruptStatus).toBe(0);
  });

  it('tells behind the answer how often it looked in vain, and the same when it is asked again', () => {
    const bench = bootPoller();
    const looks = wordAt(bench, 'looks');
    expect(looks).toBeGreaterThan(50);
    ask(bench, 1, 1, INCREMENT);
    const first = looksTold(bench)!;
    expect(first).toBeGreaterThanOrEqual(looks);
    expect(first).toBeLessThan(looks + 3);
    ask(bench, 2, 1, INCREMENT);
    expect(looksTold(bench)).not.toBe(first);
    expect(looksTold(bench)).toBeLessThan(1.5 * first); // since the last packet only
    ask(bench, 1, 1, INCREMENT);
    expect(looksTold(bench)).toBe(first);
  });

  it('comes to another state when the packet appears some instructions later', () => {
    const [one, other] = [bootPoller(), bootPoller()];
    settle(one, 100);
    for (const bench of [one, other])
      inject(bench.machine, { kind: 'packet', bytes: requestFrame(1, 1, INCREMENT) });
    settle(one, 10_000);
    settle(other, 10_100);
    expect(one.machine.cpu.instructions).toBe(other.machine.cpu.instructions);
    expect(hashMachine(one.machine)).not.toBe(hashMachine(other.machine));
    expect(wordAt(one, 'digest')).not.toBe(wordAt(other, 'digest'));
    expect(looksTold(one)).not.toBe(looksTold(other));
  });

  it('takes ticks of the timer between two looks', () => {
    const bench = bootPoller();
    for (let n = 1; n <= 200; n++) {
      inject(bench.machine, { kind: 'timer' });
      settle(bench, 997);
      if (n % 10 === 0) ask(bench, 1, n / 10, INCREMENT);
    }
    expect(wordAt(bench, 'ticks')).toBe(200);
    expect(replies(bench).map(([, , , value]) => value)).toEqual(Array.from({ length: 20 }, (_, n) => n + 1));
  });

  it('lets no interrupt in while it takes packets', () => {
    const bench = bootPoller();
    inject(bench.machine, { kind: 'packet', bytes: requestFrame(1, 1, INCREMENT) });
    const budget = (instructions: number) =>
      (bench.machine.cpu.instructions + instructions) as InstructionCount;
    expect(run(bench.machine, budget(10_000)).reason).toBe('emission'); // the reply
    inject(bench.machine, { kind: 'timer' });
    run(bench.machine, budget(1));
    expect(bench.machine.cpu.pc).not.toBe(bench.image.symbols.get('trap_entry')! + 4);
    settle(bench);
    expect(wordAt(bench, 'ticks')).toBe(1);
  });

  it('refuses an operation that it does not know', () => {
    const bench = bootPoller();
    ask(bench, 1, 1, 2);
    expect(replies(bench)).toEqual([[1, 1, 1, 0]]);
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
