// For tests: any command there can be in a world of three hosts and two clients.

import fc from 'fast-check';
import { TYPED_BYTES } from '../../base/typed-text.ts';
import { type Duration, nanoseconds } from '../../sim/time.ts';
import type { Condition } from '../language/conditions.ts';
import {
  COMMAND_LENGTH,
  type Fault,
  formatCommand,
  type ScriptedCommand,
  targetsOf,
} from '../language/faults.ts';
import { at } from './worlds.ts';

export const TARGETS = targetsOf(['A', 'B', 'C'], ['client1', 'client2']);

const links = Object.keys(TARGETS.links);
const lanLinks = links.filter((link) => link.startsWith('lan'));
const waysOf = (link: string): ('in' | 'out')[] =>
  TARGETS.links[link]?.every(({ end }) => end !== undefined) ? ['in', 'out'] : [];

const host = fc.constantFrom(...TARGETS.hosts);
const client = fc.constantFrom(...TARGETS.clients);
const link = fc.constantFrom(...links);
const percent = fc.integer({ min: 1, max: 100 });
const ppm = fc.integer({ min: 0, max: 1_000_000 });
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

export const anyFault: fc.Arbitrary<Fault> = fc.oneof(
  fc.record({ verb: fc.constant('crash'), target: fc.constantFrom(...TARGETS.hosts, 'hosts', 'disk') }),
  fc.record({ verb: fc.constant('repair'), target: fc.constantFrom(...TARGETS.hosts, 'disk') }),
  fc.record({ verb: fc.constantFrom('pause', 'resume'), target: host }),
  fc.record({ verb: fc.constant('slow'), target: host, percent }),
  fc.record({
    verb: fc.constant('flip'),
    target: host,
    address: fc.integer({ min: 0, max: 0xffff_ffff }),
    bit: fc.integer({ min: 0, max: 7 }),
  }),
  fc.record({ verb: fc.constant('poison'), target: client }),
  link.chain((target) =>
    fc
      .constantFrom(undefined, ...waysOf(target))
      .map((way): Fault => ({ verb: 'cut', target, ...(way === undefined ? {} : { way }) })),
  ),
  fc.record({ verb: fc.constant('mend'), target: fc.constantFrom(...links, 'disk') }),
  fc.record({ verb: fc.constant('lose'), target: link, ppm }),
  fc.record({ verb: fc.constantFrom('duplicate', 'reorder'), target: fc.constantFrom(...lanLinks), ppm }),
  fc.record({ verb: fc.constant('delay'), target: link, by: delay }),
  fc.record({
    verb: fc.constant('fail'),
    target: fc.constant('disk'),
    operations: fc.constantFrom('reads', 'writes', 'all'),
  }),
  fc.record({ verb: fc.constant('fill'), target: fc.constant('disk') }),
  fc.record({ verb: fc.constant('poweroff'), target: fc.constant('vm') }),
  fc.record({ verb: fc.constant('share'), target: fc.constant('vm'), percent }),
  fc.record({ verb: fc.constant('migrate'), target: fc.constantFrom('primary', 'backup'), to: host }),
  fc.record({ verb: fc.constant('type'), target: fc.constant('vm'), text: typed }),
);

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
