// A client: when it asks, how long it waits, what it takes for an answer.
import { describe, expect, test } from 'vitest';
import { milliseconds, type SimTime } from '../../sim/time.ts';
import { at, clientConfig } from '../testing/worlds.ts';
import { createClient, firstStep, isDone, onFrame, onTimer, outstanding, retryAt } from './client.ts';
import { clientEndpoint, decodeRequest, parseUdp, udpFrame, VM_ENDPOINT } from './ethernet.ts';

const client = (said = {}) => createClient(clientConfig('client2', said), 1, 1, 'counter');

/** What the guest would send to client `to`. */
function reply(sequence: number, value: number, status = 0, to = 2): Uint8Array<ArrayBuffer> {
  const payload = new Uint8Array(12);
  new Uint32Array(payload.buffer).set([sequence, status, value]);
  return udpFrame(VM_ENDPOINT, clientEndpoint(to), payload);
}

describe('asking', () => {
  test('begins when it is configured to, or never', () => {
    expect(firstStep(client())).toEqual({ timerAt: 2_000_000 });
    expect(firstStep(client({ requests: 0 }))).toEqual({});
    expect(isDone(client({ requests: 0 }))).toBe(true);
  });

  test('sends a numbered request and waits', () => {
    const asker = client();
    const step = onTimer(asker, at(2_000_000));
    expect(step.timerAt).toBe(22_000_000);
    expect(step.fact).toEqual({
      kind: 'requestSent',
      client: 'client2',
      request: 1,
      operation: 'increment',
      arguments: [],
      tries: 1,
    });
    const datagram = parseUdp(step.frame as Uint8Array<ArrayBuffer>);
    expect(datagram).toMatchObject({ from: clientEndpoint(2), to: { port: 7000, ip: [10, 0, 0, 10] } });
    expect(datagram && decodeRequest(datagram.payload)).toEqual({ sequence: 1, operation: 1 });
    expect(outstanding(asker)).toMatchObject({ request: 1, sent: 2_000_000, tries: 1 });
  });

  test('asks the very same again when no answer comes', () => {
    const asker = client({ operation: 'read' });
    const first = onTimer(asker, at(2_000_000));
    const second = onTimer(asker, at(22_000_000));
    expect(second.frame).toEqual(first.frame);
    expect(second.fact).toMatchObject({ request: 1, tries: 2, operation: 'read' });
    expect(asker.history).toEqual([{ request: 1, sent: 2_000_000, tries: 2 }]);
  });
});

describe('waiting', () => {
  /** How long a client waits each time, in nanoseconds, when it asks so often. */
  const waits = (retryAfter: number, times: number): number[] => {
    const asker = client({ retryAfter });
    let now = at(0);
    return Array.from({ length: times }, () => {
      const due = onTimer(asker, now).timerAt as SimTime;
      const [exchange] = asker.history;
      expect(exchange && retryAt(asker, exchange)).toBe(due);
      const wait = due - now;
      now = due;
      return wait;
    });
  };

  test('takes twice as long each time', () => {
    expect(waits(20e6, 5)).toEqual([20e6, 40e6, 80e6, 160e6, 320e6]);
  });

  test('takes no longer than a minute, or than it is told to', () => {
    expect(waits(20e9, 4)).toEqual([20e9, 40e9, 60e9, 60e9]);
    expect(waits(100e9, 3)).toEqual([100e9, 100e9, 100e9]);
  });

  test('begins anew with each request', () => {
    const asker = client();
    for (const now of [0, 20e6, 60e6]) onTimer(asker, at(now));
    onFrame(asker, reply(1, 11), at(61e6));
    expect(onTimer(asker, at(70e6)).timerAt).toBe(90e6);
  });
});

describe('what it asks for', () => {
  const sent = (step: ReturnType<typeof onTimer>): number[] => {
    const { payload } = parseUdp(step.frame as Uint8Array<ArrayBuffer>)!;
    return [...new Uint32Array(payload.buffer)];
  };

  test('goes with the arguments that the service makes up, the same words each time it asks', () => {
    const asker = createClient(clientConfig('client1', { operation: 'put' }), 0, 1, 'key-value');
    const step = onTimer(asker, at(0));
    const words = (step.fact as { arguments: number[] }).arguments;
    expect(words).toEqual([expect.any(Number), (1 << 24) + 1]);
    expect(sent(step)).toEqual([1, 1, ...words]);
    expect(sent(onTimer(asker, at(1)))).toEqual([1, 1, ...words]);
  });

  test('is poison once, at the next request, when it has been poisoned', () => {
    const asker = client();
    const first = onTimer(asker, at(0));
    asker.isPoisoned = true;
    expect(onTimer(asker, at(1)).frame).toEqual(first.frame);
    onFrame(asker, reply(1, 11), at(2));
    const poison = onTimer(asker, at(3));
    expect(poison.fact).toMatchObject({ request: 2, operation: 'poison', arguments: [0] });
    expect(sent(poison)).toEqual([2, 0xdead, 0]);
    expect(sent(onTimer(asker, at(4)))).toEqual([2, 0xdead, 0]);
    onFrame(asker, reply(2, 0), at(5));
    expect(sent(onTimer(asker, at(6)))).toEqual([3, 1]);
  });
});

describe('an answer', () => {
  const waiting = (said = {}) => {
    const asker = client(said);
    onTimer(asker, at(2_000_000));
    return asker;
  };

  test('is noted, and the next request comes after a pause from half to one and a half of its mean', () => {
    const asker = waiting();
    const step = onFrame(asker, reply(1, 11), at(3_000_000));
    expect(step.fact).toEqual({ kind: 'answered', client: 'client2', request: 1, status: 0, value: 11 });
    expect(step.timerAt).toBeGreaterThanOrEqual(4_000_000);
    expect(step.timerAt).toBeLessThanOrEqual(6_000_000);
    expect(asker.history).toEqual([
      { request: 1, sent: 2_000_000, tries: 1, answered: 3_000_000, status: 0, value: 11 },
    ]);
    expect(outstanding(asker)).toBeUndefined();
  });

  test('to the last request ends it', () => {
    const asker = waiting({ requests: 1 });
    expect(isDone(asker)).toBe(false);
    expect(onFrame(asker, reply(1, 11), at(3_000_000)).timerAt).toBeUndefined();
    expect(isDone(asker)).toBe(true);
  });

  test('that comes again, to an earlier request, to somebody else or in tatters is ignored', () => {
    const asker = waiting();
    onFrame(asker, reply(1, 11), at(3_000_000));
    const history = structuredClone(asker.history);
    const damaged = reply(1, 11);
    damaged[50] = 0xff;
    for (const frame of [reply(1, 11), reply(0, 9), reply(2, 12), damaged])
      expect(onFrame(asker, frame, at(4_000_000))).toEqual({});
    onTimer(asker, at(5_000_000));
    expect(onFrame(asker, reply(1, 11), at(6_000_000))).toEqual({});
    expect(onFrame(asker, reply(2, 12, 0, 1), at(6_000_000))).toEqual({});
    expect(asker.history.slice(0, 1)).toEqual(history);
    expect(outstanding(asker)?.request).toBe(2);
    expect(onFrame(asker, reply(2, 12), at(6_000_000)).fact).toMatchObject({ value: 12 });
  });

  test('that reports a failure is one too', () => {
    expect(onFrame(waiting(), reply(1, 0, 2), at(3_000_000)).fact).toMatchObject({ status: 2 });
  });
});

test('each client has its own pauses, the same under the same seed', () => {
  const pauses = (index: number, id: string, seed: number): number[] => {
    const asker = createClient(
      clientConfig(id, { requests: 9, thinkTime: milliseconds(50) }),
      index,
      seed,
      'counter',
    );
    return Array.from({ length: 8 }, (_, i) => {
      onTimer(asker, at(0));
      return onFrame(asker, reply(i + 1, 0, 0, index + 1), at(0)).timerAt as number;
    });
  };
  expect(pauses(0, 'client1', 1)).toEqual(pauses(0, 'client1', 1));
  expect(pauses(0, 'client1', 1)).not.toEqual(pauses(1, 'client2', 1));
  expect(pauses(0, 'client1', 1)).not.toEqual(pauses(0, 'client1', 2));
});
