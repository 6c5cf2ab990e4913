// For tests: any command there can be in a world of three hosts and two clients.

import fc from 'fast-check';
import { TYPED_BYTES } from '../../base/typed-text.ts';
import { type Duration, nanoseconds } from '../../sim/time.ts';
import type { Condition } from '../language/conditions.ts';
import { type FaultValue, faultRow, VALUES, VERBS, type Verb } from '../language/fault-table.ts';
import {
  COMMAND_LENGTH,
  type Fault,
  formatCommand,
  type ScriptedCommand,
  targetsOf,
} from '../language/faults.ts';
import { at } from './worlds.ts';

export const TARGETS = targetsOf(['A', 'B', 'C'], ['client1', 'client2']);

const waysOf = (link: string): ('in' | 'out')[] =>
  TARGETS.links[link]?.every(({ end }) => end !== undefined) ? ['in', 'out'] : [];

const host = fc.constantFrom(...TARGETS.hosts);
const client = fc.constantFrom(...TARGETS.clients);
const nth = fc.integer({ min: 1, max: 999_999_999 });
const delay: fc.Arbitrary<Duration> = fc.integer({ min: 0, max: 10e9 }).map(nanoseconds);

const typed = fc
  .oneof(
    fc.string({ minLength: 1, maxLength: 40 }),
    fc.string({ unit: 'binary', minLength: 1, maxLength: 25 }),
    fc.string({
      unit: fc.constantFrom('\\', '@', '\n', '\r', ' ', '\t', 'x', '0', 'n', 'é', 'when'),
      minLength: 1,
      maxLength: 25,
    }),
  )
  .filter((text) => new TextEncoder().encode(text).length <= TYPED_BYTES);

/** Any value that may be said of a target, by the value's name. */
const VALUE_ARBITRARIES: {
  readonly [N in keyof typeof VALUES]: (target: string) => fc.Arbitrary<FaultSaid<N>>;
} = {
  nothing: () => fc.constant({}),
  percent: () => fc.record({ percent: fc.integer({ min: 1, max: 100 }) }),
  share: () => fc.record({ ppm: fc.integer({ min: 0, max: 1_000_000 }) }),
  delay: () => fc.record({ by: delay }),
  typed: () => fc.record({ text: typed }),
  operations: () => fc.record({ operations: fc.constantFrom('reads', 'writes', 'all') }),
  bit: () =>
    fc.record({ address: fc.integer({ min: 0, max: 0xffff_ffff }), bit: fc.integer({ min: 0, max: 7 }) }),
  way: (target) => fc.constantFrom({}, ...waysOf(target).map((way) => ({ way }))),
  toHost: () => fc.record({ to: host }),
};

type FaultSaid<N extends keyof typeof VALUES> = (typeof VALUES)[N] extends FaultValue<infer V> ? V : never;

function anyOf(verb: Verb): fc.Arbitrary<Fault> {
  const { value, targets } = faultRow(verb);
  const name = (Object.keys(VALUES) as (keyof typeof VALUES)[]).find((each) => VALUES[each] === value);
  if (name === undefined) throw new Error(`The value of ${verb} is none of VALUES.`);
  return fc
    .constantFrom(...targets(TARGETS))
    .chain((target) => VALUE_ARBITRARIES[name](target).map((said) => ({ verb, target, ...said }) as Fault));
}

export const anyFault: fc.Arbitrary<Fault> = fc.oneof(...VERBS.map(anyOf));

const anyEntry: fc.Arbitrary<Condition> = fc.record(
  {
    kind: fc.constant('entry'),
    entry: fc.constantFrom(
      'timer',
      'clock',
      'entropy',
      'packet',
      'diskCompletion',
      'console',
      'output',
      'control',
    ),
    generation: nth,
    nth,
    moment: fc.constantFrom('recorded', 'sent', 'received', 'acked', 'replayed'),
  },
  { requiredKeys: ['kind', 'nth', 'moment'] },
);

export const anyCondition: fc.Arbitrary<Condition> = fc.oneof(
  anyEntry,
  fc.record({
    kind: fc.constant('output'),
    nth,
    moment: fc.constantFrom('held', 'released', 'dropped'),
  }),
  fc.record({
    kind: fc.constant('request'),
    client,
    nth,
    moment: fc.constantFrom('sent', 'arrived', 'answered'),
  }),
  fc.record({
    kind: fc.constant('io'),
    operation: fc.constantFrom('read', 'write'),
    nth,
    moment: fc.constantFrom('started', 'issued', 'done', 'completed'),
  }),
  fc.record({
    kind: fc.constant('host'),
    host,
    nth: fc.oneof(fc.constant(1), nth),
    moment: fc.constantFrom('suspects', 'asks', 'wins', 'loses', 'drains', 'live', 'solo', 'halts'),
  }),
  fc.record({ kind: fc.constant('generation'), nth }),
  fc.record({
    kind: fc.constant('clone'),
    nth: fc.oneof(fc.constant(1), nth),
    moment: fc.constantFrom('round', 'paused'),
  }),
);

export const anyCommand: fc.Arbitrary<ScriptedCommand> = fc
  .oneof(
    fc.tuple(anyFault, fc.maxSafeNat()).map(([fault, ns]): ScriptedCommand => ({ ...fault, at: at(ns) })),
    fc.tuple(anyFault, anyCondition).map(([fault, when]): ScriptedCommand => ({ ...fault, when })),
  )
  .filter((command) => formatCommand(command).length <= COMMAND_LENGTH);
