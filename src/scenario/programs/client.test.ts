// The client's program, on a bare machine: what it asks and when, what it takes for an answer, and what a loss of power leaves of it.
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { below, type PrngState } from '../../base/prng.ts';
import { run, unwatchCode, watchCode } from '../../machine/machine.ts';
import { BOOT_BLOCK_BYTES, clientBootBlock, diskBootBlock } from '../../world/net/boot-block.ts';
import { clientEndpoint, encodeRequest, parseUdp, udpFrame, VM_ENDPOINT } from '../../world/net/ethernet.ts';
import type { WordSource } from '../../world/services/words.ts';
import { wordsOf } from '../../world/testing/words.ts';
import {
  answer,
  answersOf,
  bootBlock,
  bootClient,
  bootWord,
  bytesOf,
  type ClientHost,
  clientImage,
  clock,
  TICKS_A_MILLISECOND as MS,
  passTime,
  powerLost,
  receive,
  replyFrame,
  requests,
  retired,
  type Setting,
  settle,
  timerAt,
  typeByte,
  wordAt,
  wordsIn,
  workload,
} from '../testing/client-host.ts';
import source from './client.s?raw';

const image = clientImage();
const LAST_NUMBER = 0x80;
const NOTHING = { code: 1, words: [] };
const boot = (setting: Partial<Setting> = {}) => bootClient({ image, ...setting });

/** A client that has sent its first request. */
function asking(setting: Partial<Setting> = {}): ClientHost {
  const host = boot(setting);
  passTime(host);
  return host;
}

/** What the client sends the next time that its timer is due. */
function next(host: ClientHost): number[] {
  host.frames.length = 0;
  passTime(host);
  const [request, ...more] = requests(host);
  expect(more).toEqual([]);
  return request!;
}

describe('the workload', () => {
  it('begins when it is told, and not before', () => {
    const host = boot({ workload: workload({ start: 5 * MS }) });
    expect(host.frames).toEqual([]);
    expect(timerAt(host)).toBeGreaterThanOrEqual(5 * MS);
    expect(timerAt(host)).toBeLessThan(5 * MS + MS / 10);
    expect(next(host)).toEqual([1, 1]);
  });

  it.each([2 ** 32 - 10, 5 * 2 ** 32 + 7])('begins after many ticks, if it is told: %d', (start) => {
    const host = boot({ workload: workload({ start }) });
    // It has booted before, within a tenth of a millisecond.
    expect(timerAt(host)).toBeGreaterThan(start + 10);
    expect(timerAt(host)).toBeLessThan(start + MS / 10);
  });

  it('asks one thing after the other, and then never again', () => {
    const host = asking({ workload: workload({ requests: 3 }), asking: { code: 7, words: [] } });
    answer(host, 1, 0, 11);
    passTime(host);
    answer(host, 2, 0, 12);
    passTime(host);
    answer(host, 3, 2, 0);
    expect(requests(host)).toEqual([
      [1, 7],
      [2, 7],
      [3, 7],
    ]);
    passTime(host);
    expect(host.frames).toEqual([]);
    expect(answersOf(host)).toEqual([
      [1, 0, 11, 1],
      [2, 0, 12, 1],
      [3, 2, 0, 1],
    ]);
  });

  it('of no requests is none', () => {
    const host = boot({ workload: workload({ requests: 0 }) });
    expect(timerAt(host)).toBe(Number.POSITIVE_INFINITY);
    const back = powerLost(host);
    settle(back);
    expect(back.frames).toEqual([]);
  });

  it.each([
    ['of another program', diskBootBlock({ blocks: 8, fencing: true })],
    ['of another version', Object.assign(clientBootBlock(workload(), 2, NOTHING, [1, 2, 3, 4]), { 4: 2 })],
    ['that is empty', new Uint8Array(BOOT_BLOCK_BYTES)],
  ])('is not taken from a boot block %s', (_, page) => {
    const host = boot({ page });
    expect(host.end).toEqual({ reason: 'exit', code: 105 });
  });

  it('thinks for half to one and a half of the mean before the next', () => {
    const think = 2 * MS + 1;
    const noise: PrngState = [5, 6, 7, 8];
    const host = asking({ workload: workload({ requests: 100, think }), noise: [...noise] });
    for (let n = 1; n < 20; n++) {
      const pause = Math.floor(think / 2) + below(noise, think + 1);
      answer(host, n, 0, n);
      const late = timerAt(host) - (clock(host) + pause);
      expect(late).toBeLessThanOrEqual(0);
      expect(late).toBeGreaterThan(-50);
      passTime(host);
    }
  });

  it.each([
    [0, [1, 2, 3, 4] as PrngState],
    // Half the mean and the draw overflow 32 bits; the mean and one are 2^32.
    [2 ** 32 - 1, [0x89abcdef, 0x1fffffff, 0x31415926, 0x27182818] as PrngState],
  ])('thinks for %d ticks on average', (think, noise) => {
    const pause = Math.floor(think / 2) + below([...noise], think + 1);
    const host = asking({ workload: workload({ think }), noise });
    answer(host, 1, 0, 0);
    expect(Math.abs(timerAt(host) - clock(host) - pause)).toBeLessThan(50);
  });
});

describe('a request', () => {
  it('is the datagram that the services are asked with', () => {
    const words: WordSource[] = [
      { kind: 'constant', value: 0xfeedf00d },
      { kind: 'client' },
      { kind: 'tag' },
    ];
    const host = asking({ number: 3, asking: { code: 9, words } });
    const payload = encodeRequest({ sequence: 1, operation: 9, arguments: [0xfeedf00d, 3, 0x0300_0001] });
    expect(parseUdp(host.frames[0]!.bytes)).toEqual(
      parseUdp(udpFrame(clientEndpoint(3), VM_ENDPOINT, payload)),
    );
  });

  it('fills a frame at most', () => {
    const host = asking({ asking: { code: 1, words: [{ kind: 'random', count: 350 }] } });
    expect(host.frames[0]!.bytes.length).toBe(42 + 4 * 352);
    const most = asking({ asking: { code: 1, words: [{ kind: 'random', count: 351 }] } });
    expect(most.frames[0]!.bytes.length).toBe(42 + 4 * 352);
  });

  it('has a checksum of ones when that of its data comes to nothing', () => {
    // The words make the sum of all 16-bit numbers 0xffff.
    const sumOf = (value: number) => {
      const host = asking({ asking: { code: 1, words: [{ kind: 'constant', value }] } });
      return new DataView(host.frames[0]!.bytes.buffer).getUint16(40);
    };
    const missing = sumOf(0);
    // The word's lower half stands first, little end first.
    expect(sumOf(((missing & 0xff) << 8) | (missing >> 8))).toBe(0xffff);
  });

  it('is sent again word for word until the answer comes, after twice the time each time', () => {
    const host = asking({
      workload: workload({ retry: 10 * MS }),
      asking: { code: 1, words: [{ kind: 'random', count: 3 }] },
    });
    for (let n = 0; n < 5; n++) passTime(host);
    const waits = host.frames.map(({ at }, n) => at - (host.frames[n - 1]?.at ?? 0)).slice(1);
    waits.forEach((wait, n) => {
      expect(Math.abs(wait - 10 * MS * 2 ** n)).toBeLessThan(50);
    });
    const [first, ...more] = host.frames.map(({ bytes }) => bytes);
    for (const bytes of more) expect(bytes).toEqual(first);
    answer(host, 1, 0, 5);
    expect(answersOf(host)).toEqual([[1, 0, 5, 6]]);
    // The next one begins with the shortest wait.
    passTime(host);
    expect(Math.abs(timerAt(host) - clock(host) - 10 * MS)).toBeLessThan(50);
  });

  it.each([
    [20_000 * MS, [20_000, 40_000, 60_000, 60_000, 60_000]],
    [60_000 * MS, [60_000, 60_000]],
    [90_000 * MS, [90_000, 90_000]],
    [300_000 * MS, [300_000, 300_000]],
  ])('waits for a minute at most, unless the first wait is longer: %d', (retry, expected) => {
    const host = asking({ workload: workload({ retry }) });
    for (const _ of expected) passTime(host);
    const waits = host.frames.map(({ at }, n) => (at - (host.frames[n - 1]?.at ?? 0)) / MS).slice(1);
    expect(waits.map(Math.round)).toEqual(expected);
  });

  it('is poison after a p was typed, once', () => {
    const words: WordSource[] = [{ kind: 'constant', value: 4 }];
    const host = boot({ workload: workload({ requests: 9 }), asking: { code: 1, words } });
    typeByte(host, 'x');
    expect(next(host)).toEqual([1, 1, 4]);
    typeByte(host, 'p');
    typeByte(host, '\n');
    expect(host.frames).toEqual([]);
    expect(next(host)).toEqual([1, 1, 4]);
    answer(host, 1, 0, 0);
    expect(next(host)).toEqual([2, 0xdead, 0]);
    expect(next(host)).toEqual([2, 0xdead, 0]);
    answer(host, 2, 0, 0);
    expect(next(host)).toEqual([3, 1, 4]);
  });
});

describe('the words of a request', () => {
  const uint32 = fc.integer({ min: 0, max: 2 ** 32 - 1 });
  /** Bounds at which much, little or nothing is thrown away. */
  const bound = fc.oneof(
    fc.constantFrom(1, 2, 3, 2 ** 31, 2 ** 31 + 1, 2 ** 32 - 1, 2 ** 32, 3 * 2 ** 30),
    fc.integer({ min: 1, max: 2 ** 32 }),
  );
  const source: fc.Arbitrary<WordSource> = fc.oneof(
    uint32.map((value): WordSource => ({ kind: 'constant', value })),
    fc.record({ kind: fc.constant('drawn' as const), from: uint32, step: uint32, count: bound }),
    fc.record({ kind: fc.constant('random' as const), count: fc.integer({ min: 0, max: 5 }) }),
    fc.constantFrom<WordSource>({ kind: 'client' }, { kind: 'tag' }),
    fc.record({
      kind: fc.constant('oneOf' as const),
      values: fc.array(uint32, { minLength: 1, maxLength: 5 }),
    }),
  );

  // A smaller state would be no simpler.
  const state = fc.noShrink(
    fc.tuple(
      uint32,
      uint32,
      uint32,
      uint32.map((word) => word || 1),
    ),
  );

  it('come from their sources, with the draws that any other program here would make', () => {
    fc.assert(
      fc.property(
        fc.array(source, { maxLength: 8 }),
        state,
        fc.integer({ min: 1, max: 200 }),
        (words, noise, number) => {
          const host = asking({
            number,
            asking: { code: 1, words },
            noise: [...noise],
            workload: workload({ think: 3 }),
          });
          for (let request = 1; request <= 2; request++) {
            expect(wordsIn(host.frames.at(-1)!)).toEqual([
              request,
              1,
              ...wordsOf(words, request, number, noise),
            ]);
            answer(host, request, 0, 0);
            below(noise, 3 + 1);
            passTime(host);
          }
        },
      ),
    );
  });

  /** A state from which `bits` are drawn first: the generator's last steps backwards, with what 5 and 9 times give 1. */
  const stateBefore = (bits: number): PrngState => {
    const ninth = Math.imul(bits, 0x38e3_8e39);
    return [1, Math.imul((ninth >>> 7) | (ninth << 25), 0xcccc_cccd) >>> 0, 3, 4];
  };

  it.each([3, 10, 2 ** 31 + 1, 3 * 2 ** 30])(
    'throw away what the last, incomplete multiple of %d gives, and no more',
    (count) => {
      const words: WordSource[] = [{ kind: 'drawn', from: 0, step: 1, count }];
      const limit = 2 ** 32 - (2 ** 32 % count);
      expect(below(stateBefore(limit - 1), 2 ** 32)).toBe(limit - 1);
      for (const bits of [limit - 1, limit]) {
        const host = asking({ asking: { code: 1, words }, noise: stateBefore(bits) });
        expect(requests(host)).toEqual([[1, 1, below(stateBefore(bits), count)]]);
      }
      const taken = asking({ asking: { code: 1, words }, noise: stateBefore(limit - 1) });
      expect(requests(taken)).toEqual([[1, 1, count - 1]]);
    },
  );

  it('are as random as xoshiro128** is', () => {
    const words: WordSource[] = [{ kind: 'random', count: 10 }];
    const [, , ...drawn] = next(boot({ asking: { code: 1, words }, noise: [1, 2, 3, 4] }));
    expect(drawn).toEqual([
      11520, 0, 5927040, 70819200, 2031721883, 1637235492, 1287239034, 3734860849, 3729100597, 4258142804,
    ]);
  });
});

describe('what comes', () => {
  /** A host whose second request is outstanding. */
  function waiting(): ClientHost {
    const host = asking({ workload: workload({ requests: 9 }) });
    answer(host, 1, 0, 11);
    passTime(host);
    host.frames.length = 0;
    return host;
  }

  const stranger = (change: Partial<typeof VM_ENDPOINT>) => ({ ...VM_ENDPOINT, ...change });
  const broken = (frame: Uint8Array<ArrayBuffer>, at: number) => {
    frame[at]! ^= 1;
    return frame;
  };
  it.each<[string, (host: ClientHost) => Uint8Array<ArrayBuffer>]>([
    ['from another address', (host) => replyFrame(host, [2, 0, 12], stranger({ ip: [10, 0, 0, 11] }))],
    ['from another port', (host) => replyFrame(host, [2, 0, 12], stranger({ port: 7001 }))],
    ['to another client', (host) => replyFrame(host, [2, 0, 12], VM_ENDPOINT, clientEndpoint(3))],
    [
      'to another address',
      (host) => replyFrame(host, [2, 0, 12], VM_ENDPOINT, { ...clientEndpoint(2), ip: [10, 0, 0, 103] }),
    ],
    [
      'to another port',
      (host) => replyFrame(host, [2, 0, 12], VM_ENDPOINT, { ...clientEndpoint(2), port: 5003 }),
    ],
    ['too short', (host) => replyFrame(host, [2, 0])],
    ['cut off', (host) => replyFrame(host, [2, 0, 12]).subarray(0, 52) as Uint8Array<ArrayBuffer>],
    ['with a wrong bit in its value', (host) => broken(replyFrame(host, [2, 0, 12]), 51)],
    ['with a wrong bit in its header', (host) => broken(replyFrame(host, [2, 0, 12]), 22)],
    ['with the number of a request that is to come', (host) => replyFrame(host, [3, 0, 12])],
    ['with the greatest number', (host) => replyFrame(host, [2 ** 32 - 1, 0, 12])],
    ['with the number 0', (host) => replyFrame(host, [0, 0, 12])],
    ['no datagram at all', () => new Uint8Array(60)],
  ])('%s is ignored', (_, frame) => {
    const host = waiting();
    const [answers, due] = [answersOf(host), timerAt(host)];
    receive(host, frame(host));
    expect(answersOf(host)).toEqual(answers);
    expect(timerAt(host)).toBe(due);
    expect(wordAt(host, 'duplicates')).toBe(0);
    expect(next(host)).toEqual([2, 1]);
    answer(host, 2, 0, 12);
    expect(answersOf(host)).toEqual([
      [1, 0, 11, 1],
      [2, 0, 12, 2],
    ]);
  });

  it('without a checksum, or with words behind the value, is an answer', () => {
    const host = waiting();
    receive(host, udpFrame(VM_ENDPOINT, clientEndpoint(2), bytesOf([2, 0, 12, 99, 98]), false));
    expect(answersOf(host).at(-1)).toEqual([2, 0, 12, 1]);
  });

  it('with the number 0 answers nothing, also when nothing is outstanding', () => {
    const host = asking();
    answer(host, 1, 0, 11);
    answer(host, 0, 0, 12);
    expect(answersOf(host)).toEqual([[1, 0, 11, 1]]);
    expect(wordAt(host, 'duplicates')).toBe(0);
  });

  it.each([
    ['while the next request is outstanding', waiting],
    ['while the client thinks', () => asking()],
  ])('again is a duplicate, which changes nothing: %s', (_, begin) => {
    const host = begin();
    if (wordAt(host, 'answers_count') === 0) answer(host, 1, 0, 11);
    const [answers, due, outstanding] = [answersOf(host), timerAt(host), wordAt(host, 'outstanding')];
    answer(host, 1, 0, 77);
    answer(host, 1, 0, 78);
    expect(wordAt(host, 'duplicates')).toBe(2);
    expect(answersOf(host)).toEqual(answers);
    expect(timerAt(host)).toBe(due);
    expect(wordAt(host, 'outstanding')).toBe(outstanding);
    expect(host.frames.length).toBe(begin === waiting ? 0 : 1);
  });

  it('again can be stood on, where the client throws it away', () => {
    const host = waiting();
    const address = image.symbols.get('answer_duplicate')!;
    const met: number[] = [];
    watchCode(host.machine, [address], () => met.push(retired(host)));
    answer(host, 2, 0, 12);
    expect(met).toEqual([]);
    answer(host, 1, 0, 11);
    unwatchCode(host.machine);
    expect(met.length).toBe(1);
  });

  it('is kept: the last 256 answers', () => {
    const host = asking({ workload: workload({ requests: 1000, think: 0 }) });
    for (let n = 1; n <= 300; n++) {
      answer(host, n, n % 3, 1000 + n);
      passTime(host);
    }
    expect(wordAt(host, 'answers_count')).toBe(300);
    expect(answersOf(host)).toEqual(
      Array.from({ length: 256 }, (_, i) => [45 + i, (45 + i) % 3, 1045 + i, 1]),
    );
  });
});

describe('a loss of power', () => {
  /** The client after a loss of power, when it has nothing more to do but wait. */
  function backFrom(host: ClientHost): ClientHost {
    const back = powerLost(host);
    settle(back);
    return back;
  }

  it.each([
    ['goOn', [2, 3], []],
    ['beginAgain', [2, 3, 4], [5]],
  ] as const)('gives up the request in doubt: %s', (afterPowerLoss, numbers, again) => {
    const host = backFrom(asking({ workload: workload({ requests: 3, afterPowerLoss }) }));
    for (const number of numbers) {
      expect(wordsIn(host.frames.at(-1)!)[0]).toBe(number);
      answer(host, number, 0, 0);
      passTime(host);
    }
    expect(wordsIn(host.frames.at(-1)!)[0]).toBe(numbers.at(-1));
    expect(wordAt(host, 'answers_count')).toBe(numbers.length);
    expect(requests(backFrom(host)).map(([number]) => number)).toEqual(again);
  });

  it('before the beginning leaves everything to be done', () => {
    const host = backFrom(boot());
    expect(host.frames).toEqual([]);
    expect(next(host)).toEqual([1, 1]);
  });

  it('does not make an old answer one that is waited for', () => {
    const host = backFrom(asking());
    answer(host, 1, 0, 11);
    expect(wordAt(host, 'duplicates')).toBe(1);
    expect(answersOf(host)).toEqual([]);
    answer(host, 2, 0, 12);
    expect(answersOf(host)).toEqual([[2, 0, 12, 1]]);
  });

  /** Two exchanges one instruction after the other: a request, the same again, its answer and a duplicate, the next request. */
  function everyInstruction(afterPowerLoss: 'goOn' | 'beginAgain', visit: (host: ClientHost) => void): void {
    const host = boot({
      workload: workload({ requests: 4, afterPowerLoss }),
      asking: { code: 1, words: [{ kind: 'random', count: 2 }] },
    });
    const reply = replyFrame(host, [1, 0, 11]);
    for (const step of [
      () => passTime(host, 1),
      () => passTime(host, 1),
      () => receive(host, reply, 1),
      () => receive(host, reply, 1),
      () => passTime(host, 1),
    ])
      for (let at = step(); at === 'stopped'; at = settle(host, 1)) visit(host);
  }

  test.each(['goOn', 'beginAgain'] as const)(
    'at any instruction of an exchange uses no number for two things: %s',
    (afterPowerLoss) => {
      let [instructions, cuts, seen] = [0, 0, ''];
      everyInstruction(afterPowerLoss, (host) => {
        instructions++;
        // The page is all that is left: where nothing has changed there, and nothing was sent, it ends as it did at the last instruction.
        const state = `${host.frames.length} ${bootBlock(host)}`;
        if (state === seen) return;
        [seen, cuts] = [state, cuts + 1];
        const begun = bootWord(host, LAST_NUMBER);
        const left = afterPowerLoss === 'goOn' ? 4 - begun : 4;
        const back = backFrom(host);
        if (begun === 0) passTime(back);
        for (let n = 1; n <= left; n++) {
          answer(back, begun + n, 0, 0);
          passTime(back);
        }
        expect(wordAt(back, 'answers_count')).toBe(left);
        expect(back.frames.map((frame) => wordsIn(frame)[0])).toEqual(
          Array.from({ length: left }, (_, n) => begun + n + 1),
        );
        const sent = [...host.frames, ...back.frames].map(wordsIn);
        expect(new Set(sent.map(String)).size).toBe(new Set(sent.map(([number]) => number)).size);
      });
      expect(instructions).toBeGreaterThan(1500);
      // Twice a number, two draws of four words for it and a frame; the frame again, and the draw of a pause.
      expect(cuts).toBeGreaterThan(2 * (1 + 2 * 4 + 1) + 1 + 4);
    },
  );

  it('while it boots costs a number at most', () => {
    let host = asking({ workload: workload({ requests: 1000 }) });
    const numbers = [1];
    for (let after = 1, at = 'stopped'; at === 'stopped'; after += 97) {
      const last = bootWord(host, LAST_NUMBER);
      host = powerLost(host);
      at = settle(host, after);
      numbers.push(...requests(host).map(([number]) => number!));
      expect(bootWord(host, LAST_NUMBER) - last).toBeLessThanOrEqual(1);
      expect(bootWord(host, LAST_NUMBER)).toBeGreaterThanOrEqual(numbers.at(-1)!);
    }
    expect(numbers.at(-1)).toBe(bootWord(host, LAST_NUMBER));
    expect(new Set(numbers).size).toBe(numbers.length);
  });
});

it('has lines that fit beside an instruction', () => {
  expect(source.split('\n').filter((line) => line.length >= 100 || /\t| $/.test(line))).toEqual([]);
});

it('stays asleep between two events', () => {
  const host = asking();
  const before = retired(host);
  expect(run(host.machine, (before + 1000) as never)).toEqual({ reason: 'waiting' });
  expect(retired(host)).toBe(before);
});
