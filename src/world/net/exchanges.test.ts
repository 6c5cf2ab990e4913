// What a client's cable has carried, seen from outside: requests, answers, duplicates and bad manners.

import { describe, expect, test } from 'vitest';
import { at, clientConfig } from '../testing/worlds.ts';
import { clientEndpoint, encodeRequest, udpFrame, VM_ENDPOINT } from './ethernet.ts';
import {
  type Asker,
  createExchanges,
  noteBoot,
  noteReceived,
  noteSent,
  outstanding,
  retryAt,
} from './exchanges.ts';

const client = (said = {}): Asker => ({
  ...createExchanges(),
  config: clientConfig('client2', said),
  number: 2,
});

const request = (sequence: number, operation = 1, words: number[] = []) =>
  udpFrame(clientEndpoint(2), VM_ENDPOINT, encodeRequest({ sequence, operation, arguments: words }));

/** What the guest would send to client `to`. */
function reply(sequence: number, value: number, status = 0, to = 2): Uint8Array<ArrayBuffer> {
  const payload = new Uint8Array(12);
  new Uint32Array(payload.buffer).set([sequence, status, value]);
  return udpFrame(VM_ENDPOINT, clientEndpoint(to), payload);
}

const send = (asker: Asker, now: number, ...said: Parameters<typeof request>) =>
  noteSent(asker, 'counter', request(...said), at(now));
const receive = (asker: Asker, now: number, ...said: Parameters<typeof reply>) =>
  noteReceived(asker, reply(...said), at(now));

describe('a request', () => {
  test('is noted with what it asks for', () => {
    const asker = client();
    expect(send(asker, 2_000_000, 1)).toEqual([
      { kind: 'requestSent', client: 'client2', request: 1, operation: 'increment', arguments: [], tries: 1 },
    ]);
    expect(outstanding(asker)).toEqual({ request: 1, sent: 2_000_000, sentLast: 2_000_000, tries: 1 });
  });

  test('that goes out again is counted', () => {
    const asker = client();
    send(asker, 2_000_000, 1, 2, [7]);
    expect(send(asker, 22_000_000, 1, 2, [7])).toMatchObject([
      { request: 1, operation: 'read', arguments: [7], tries: 2 },
    ]);
    expect(asker.history).toEqual([{ request: 1, sent: 2_000_000, sentLast: 22_000_000, tries: 2 }]);
  });

  test('of an operation that the service does not have goes by its code, and the poison by its name', () => {
    expect(send(client(), 0, 1, 77)).toMatchObject([{ operation: '77' }]);
    const asker = client();
    asker.isPoisoned = true;
    send(asker, 0, 1);
    expect(asker.isPoisoned).toBe(true);
    receive(asker, 0, 1, 11);
    expect(send(asker, 0, 2, 0xdead, [0])).toMatchObject([{ operation: 'poison', arguments: [0] }]);
    expect(asker.isPoisoned).toBe(false);
  });

  test('is none when it is for somebody else, or no datagram', () => {
    const other = udpFrame(clientEndpoint(2), { ...VM_ENDPOINT, port: 7001 }, new Uint8Array(8));
    const elsewhere = udpFrame(
      clientEndpoint(2),
      { ...VM_ENDPOINT, ip: clientEndpoint(1).ip },
      encodeRequest({ sequence: 1, operation: 1 }),
    );
    const arp = new Uint8Array(60).fill(8);
    for (const frame of [other, elsewhere, arp]) {
      const asker = client();
      expect(noteSent(asker, 'counter', frame, at(0))).toEqual([]);
      expect(asker.history).toEqual([]);
    }
  });
});

describe('bad manners', () => {
  const afterAnswer = (asker: Asker, sequence: number) => {
    receive(asker, 2, 1, 11);
    return send(asker, 3, sequence);
  };
  const kinds = (facts: { kind: string; how?: string }[]) => facts.map(({ kind, how = kind }) => how);

  test.each<[string, (asker: Asker) => ReturnType<typeof send>, string[]]>([
    ['another operation under the same number', (asker) => send(asker, 3, 1, 2), ['changed', 'requestSent']],
    ['other words under the same number', (asker) => send(asker, 3, 1, 1, [5]), ['changed', 'requestSent']],
    ['a request while another is outstanding', (asker) => send(asker, 3, 2), ['early', 'requestSent']],
    ['a number left out', (asker) => afterAnswer(asker, 3), ['skipped', 'requestSent']],
    ['a number that had its answer', (asker) => afterAnswer(asker, 1), ['again']],
  ])('%s', (_, misbehave, told) => {
    const asker = client();
    send(asker, 1, 1);
    expect(kinds(misbehave(asker))).toEqual(told);
  });

  const broken = request(1);
  broken[45] = 0xff;
  const short = udpFrame(clientEndpoint(2), VM_ENDPOINT, new Uint8Array(7));
  test.each([
    ['a broken IP packet', broken],
    ['what is too short for a request', short],
  ])('%s is nonsense, and is told of once', (_, frame) => {
    const asker = client();
    const told = () => noteSent(asker, 'counter', frame, at(0));
    expect(told()).toEqual([{ kind: 'misbehaved', host: 'client2', how: 'nonsense' }]);
    expect(told()).toEqual([]);
  });
});

describe('an answer', () => {
  const waiting = (said = {}): Asker => {
    const asker = client(said);
    send(asker, 2_000_000, 1);
    return asker;
  };

  test('is noted, and is over', () => {
    const asker = waiting({ requests: 1 });
    expect(receive(asker, 3_000_000, 1, 11)).toEqual({
      kind: 'answered',
      client: 'client2',
      request: 1,
      status: 0,
      value: 11,
    });
    const [exchange] = asker.history;
    expect(exchange).toMatchObject({ sent: 2_000_000, tries: 1, answered: 3_000_000, status: 0, value: 11 });
    expect(Object.isFrozen(exchange)).toBe(true);
    expect(outstanding(asker)).toBeUndefined();
  });

  test('that comes again is told as a duplicate, and changes nothing', () => {
    const asker = waiting();
    receive(asker, 3_000_000, 1, 11);
    const history = structuredClone(asker.history);
    const again = { kind: 'answeredAgain', client: 'client2', request: 1, value: 11 };
    expect(receive(asker, 4_000_000, 1, 11)).toEqual(again);
    send(asker, 5_000_000, 2);
    expect(receive(asker, 6_000_000, 1, 11)).toEqual(again);
    expect(asker.history.slice(0, 1)).toEqual(history);
    expect(outstanding(asker)?.request).toBe(2);
    expect(receive(asker, 6_000_000, 2, 12)).toMatchObject({ kind: 'answered', value: 12 });
  });

  test('to nothing, to somebody else or in tatters is none', () => {
    const asker = waiting();
    const damaged = reply(1, 11);
    damaged[50] = 0xff;
    const payload = reply(1, 11).slice(-12);
    const { port, ip, ...place } = clientEndpoint(2);
    const to = (said: Partial<typeof VM_ENDPOINT>, bytes = payload) =>
      udpFrame(VM_ENDPOINT, { port, ip, ...place, ...said }, bytes);
    expect(to({})).toEqual(reply(1, 11));
    const stray = [to({ port: port + 1 }), to({ ip: clientEndpoint(1).ip }), to({}, payload.slice(0, 8))];
    for (const frame of [reply(0, 9), reply(2, 12), reply(1, 11, 0, 1), damaged, ...stray])
      expect(noteReceived(asker, frame, at(4_000_000))).toBeUndefined();
    expect(outstanding(asker)?.request).toBe(1);
  });

  test('that reports a failure is one too', () => {
    expect(receive(waiting(), 3_000_000, 1, 0, 2)).toMatchObject({ kind: 'answered', status: 2 });
  });
});

describe('a loss of power', () => {
  test('takes the poison along, and nothing where nothing was asked', () => {
    const asker = client();
    asker.isPoisoned = true;
    noteBoot(asker);
    expect([asker.isPoisoned, asker.history]).toEqual([false, []]);
  });

  test('gives up what was outstanding', () => {
    const asker = client({ requests: 2 });
    send(asker, 1, 1);
    receive(asker, 2, 1, 11);
    send(asker, 3, 2);
    noteBoot(asker);
    expect(outstanding(asker)).toBeUndefined();
    const late = { kind: 'answeredLate', client: 'client2', request: 2, value: 12 };
    expect(receive(asker, 4, 2, 12)).toEqual(late);
    expect(asker.history.at(-1)?.answered).toBeUndefined();
    expect(receive(asker, 4, 3, 12)).toBeUndefined();
    // The next number is no number left out.
    expect(send(asker, 5, 3)).toMatchObject([{ kind: 'requestSent', request: 3 }]);
  });

  test('may take a number with it that was never sent, and so a number may be missing behind it, once', () => {
    const asker = client();
    send(asker, 1, 1);
    noteBoot(asker);
    expect(send(asker, 2, 3)).toMatchObject([{ kind: 'requestSent', request: 3 }]);
    receive(asker, 3, 3, 11);
    expect(send(asker, 4, 5)).toMatchObject([{ kind: 'misbehaved', how: 'skipped' }, { request: 5 }]);
  });
});

describe('waiting', () => {
  /** How long a client of ours waits each time, in nanoseconds, when it asks so often. */
  const waits = (retryAfter: number, times: number): number[] => {
    const asker = client({ retryAfter });
    let now = 0;
    return Array.from({ length: times }, () => {
      send(asker, now, 1);
      const due = retryAt(asker, asker.history[0] as never);
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
});
