// A guest that ends: nothing that it has put out is lost, whoever dies meanwhile, and both hosts stop without a takeover.
import { describe, expect, test } from 'vitest';
import type { Observation } from '../../world/state/observation.ts';
import { all, between, configOf, MANY_RUNS, stage } from '../testing/story.ts';

/** Prints three letters and ends with a code: 0x5555 to the test finisher is success, and 0x3333 with a code above it is not. */
const ending = (finisher: string): string => `
        .globl _start
_start: li   s0, 0x10000000
        li   t0, 'a'
        sb   t0, 0(s0)
        li   t0, 'b'
        sb   t0, 0(s0)
        li   t0, 'c'
        sb   t0, 0(s0)
        li   t1, 0x100000
        li   t2, ${finisher}
        sw   t2, 0(t1)
loop:   j    loop
`;
/** Prints a letter, and then can do nothing but trap. */
const STUCK = `
        .globl _start
_start: li   s0, 0x10000000
        li   t0, 'a'
        sb   t0, 0(s0)
        csrw mtvec, x0
        .word 0
`;

function shown(facts: readonly Observation[]): string {
  const bytes: number[] = [];
  for (const fact of facts)
    if (fact.kind === 'outputReleased' && fact.output.number !== undefined)
      bytes[fact.output.number - 1] = Number(fact.output.digest);
  return String.fromCharCode(...bytes);
}

function played(source: string, said: Record<string, unknown> = {}) {
  const scene = stage(configOf({ guest: { source }, clients: [], ...said }));
  scene.advanceTo(60_000_000);
  const { facts, properties } = scene;
  return {
    text: shown(facts),
    broken: properties.filter(({ violation }) => violation).map(({ name }) => name),
    halted: all(facts, 'halted').map(({ host, reason, code }) => [host, reason, code]),
    suspected: all(facts, 'suspected').length,
  };
}

const MODES = [
  {},
  { replication: { mode: 'checkpoint' } },
  { replication: { mode: 'operations' }, disk: { shared: false } },
  { replication: { mode: 'none' } },
] as const;

describe('a guest that ends', () => {
  test.each(MODES)('lets everything out before, and nobody takes over: %o', (mode) => {
    const both = 'replication' in mode && mode.replication.mode === 'none' ? ['A'] : ['A', 'B'];
    for (const [finisher, code] of [
      ['0x5555', 0],
      ['0x73333', 7],
    ] as const)
      expect(played(ending(finisher), mode)).toEqual({
        text: 'abc',
        broken: [],
        halted: both.map((host) => [host, 'guestExit', code]),
        suspected: 0,
      });
    expect(played(STUCK, mode)).toMatchObject({ text: 'a', broken: [], suspected: 0 });
  });

  test.each(MODES.slice(0, 3))(
    'loses and doubles nothing, whenever a host dies: %o',
    (mode) => {
      for (const who of ['A', 'B'])
        for (const at of between(0, 8_000_000, 41)) {
          const { text, broken } = played(ending('0x5555'), {
            ...mode,
            commands: [`crash ${who} @ ${at}ns`],
          });
          expect([who, at, text, broken]).toEqual([who, at, 'abc', []]);
        }
    },
    MANY_RUNS,
  );

  test('ends in time where the cable to its backup is cut, and where the buffer is tiny', () => {
    for (const at of between(0, 3_000_000, 16))
      expect(played(ending('0x5555'), { commands: [`cut log @ ${at}ns`] })).toMatchObject({
        text: 'abc',
        broken: [],
      });
    const tiny = { log: { sendBufferBytes: 1000, receiveBufferBytes: 1000 } };
    expect(played(ending('0x5555'), tiny)).toMatchObject({ text: 'abc', broken: [], suspected: 0 });
  });
});
