// Each property on facts made by hand: what bears it out, what breaks it, and where it says that it broke.
import { describe, expect, test } from 'vitest';
import { at, worldConfig } from '../bench.ts';
import type { WorldConfig } from '../config.ts';
import type { Fact, OutputFacts } from '../observation.ts';
import { clientsView } from './clients-view.ts';
import { equalStates } from './equal-states.ts';
import { beginProperties, checkProperties } from './index.ts';
import { oneLiveMachine } from './one-live-machine.ts';
import { outputRequirement } from './output-requirement.ts';
import { outputRule } from './output-rule.ts';
import type { Property } from './property.ts';

/** The verdict on each fact, one after the other. */
function verdicts<M>(property: Property<M>, facts: Fact[], config: WorldConfig = worldConfig()) {
  const memory = property.begin(config);
  return facts.map((fact, i) => property.check(memory, { at: at(i), ...fact }));
}

const last = <M>(property: Property<M>, ...facts: Fact[]) => verdicts(property, facts).at(-1);

const output = (sequence: number, said: Partial<OutputFacts> = {}): OutputFacts => ({
  kind: 'packet',
  instruction: sequence * 10,
  sequence,
  digest: `d${sequence}`,
  ...said,
});
const released = (sequence: number, said: Partial<OutputFacts> = {}, isProtected = true): Fact => ({
  kind: 'outputReleased',
  host: isProtected ? 'A' : 'B',
  output: output(sequence, said),
  waited: 0,
  acked: 0,
  isProtected,
});
const dropped = (sequence: number, said: Partial<OutputFacts> = {}): Fact => ({
  kind: 'outputDropped',
  host: 'B',
  output: output(sequence, said),
});
const received = (last: number): Fact => ({ kind: 'received', host: 'B', first: 1, last });
const acked = (through: number): Fact => ({ kind: 'acked', host: 'A', through });
const wentLive: Fact = { kind: 'wentLive', host: 'B', instruction: 0, silence: 0 };
const wentSolo: Fact = { kind: 'wentSolo', host: 'A' };

describe('the Output Rule', () => {
  test('holds for what was received and acknowledged before it left', () => {
    expect(last(outputRule, received(3), acked(3), released(3))).toBe('holds');
    expect(last(outputRule, received(3), acked(3), released(2))).toBe('holds');
  });

  test('breaks when an output leaves before', () => {
    expect(last(outputRule, received(3), acked(2), released(3))).toEqual({
      key: 'outputBeforeAck',
      values: { host: 'A', output: 'packet', sequence: 3, received: 3, acked: 2 },
    });
    expect(last(outputRule, received(2), acked(3), released(3))).toMatchObject({ key: 'outputBeforeAck' });
    expect(last(outputRule, released(1))).toMatchObject({ key: 'outputBeforeAck' });
  });

  test('says nothing of who is alone, nor of what is only held', () => {
    expect(last(outputRule, released(3, {}, false))).toBeUndefined();
    expect(last(outputRule, { kind: 'outputHeld', host: 'A', output: output(1) })).toBeUndefined();
  });
});

describe('the Output Requirement', () => {
  test('holds when the backup produces what the primary showed, in either order', () => {
    expect(last(outputRequirement, released(1), dropped(1))).toBe('holds');
    expect(last(outputRequirement, dropped(1), released(1))).toBe('holds');
  });

  test('breaks when it produces something else there', () => {
    const values = { client: 'client1', value: 11 };
    expect(last(outputRequirement, released(1, values), dropped(1, { digest: 'x' }))).toEqual({
      key: 'outputContradicted',
      values: {
        shownKind: 'packet',
        shownInstruction: 10,
        shownValue: 11,
        shownTo: 'client1',
        foundKind: 'packet',
        foundInstruction: 10,
        foundValue: '',
        foundTo: 'disk',
      },
    });
  });

  test('a new primary owes what the dead one showed and it had not come to yet, in that order', () => {
    const owing = [released(1), released(2), dropped(1), released(3), wentLive];
    expect(last(outputRequirement, ...owing, released(0, { digest: 'd2' }, false))).toBe('holds');
    expect(last(outputRequirement, ...owing, released(0, { digest: 'd3' }, false))).toMatchObject({
      key: 'outputContradicted',
    });
    const paid = [...owing, released(0, { digest: 'd2' }, false), released(0, { digest: 'd3' }, false)];
    expect(last(outputRequirement, ...paid)).toBe('holds');
    expect(last(outputRequirement, ...paid, released(0, { digest: 'new' }, false))).toBeUndefined();
  });

  test('is free after a takeover where nothing was shown', () => {
    expect(last(outputRequirement, wentLive, released(0, {}, false))).toBeUndefined();
  });
});

describe('one live machine', () => {
  test('holds for one who goes on alone, and for its outputs', () => {
    expect(last(oneLiveMachine, wentLive)).toBe('holds');
    expect(last(oneLiveMachine, wentSolo)).toBe('holds');
    expect(last(oneLiveMachine, wentLive, released(0, {}, false))).toBe('holds');
  });

  test('breaks when the other does so too', () => {
    expect(last(oneLiveMachine, wentLive, wentSolo)).toEqual({
      key: 'twoLive',
      values: { host: 'A', other: 'B' },
    });
  });

  test('breaks when the other still lets an output out', () => {
    expect(last(oneLiveMachine, wentLive, released(4))).toEqual({
      key: 'outputOfLoser',
      values: { host: 'A', other: 'B', output: 'packet' },
    });
  });

  test('has nothing to say while both are a pair', () => {
    expect(last(oneLiveMachine, released(4))).toBeUndefined();
  });
});

describe('equal states', () => {
  const entry = (
    kind: 'recorded' | 'replayed',
    sequence: number,
    instruction: number,
    state: string,
  ): Fact => ({
    kind,
    host: kind === 'recorded' ? 'A' : 'B',
    sequence,
    entry: 'clock',
    instruction,
    bytes: 28,
    state,
  });

  test('holds when each entry finds the backup where and as the primary was', () => {
    expect(
      verdicts(equalStates, [
        entry('recorded', 1, 10, 's1'),
        entry('recorded', 2, 20, 's2'),
        entry('replayed', 1, 10, 's1'),
        entry('replayed', 2, 20, 's2'),
      ]),
    ).toEqual([undefined, undefined, 'holds', 'holds']);
  });

  test.each<[string, Fact]>([
    ['another state', entry('replayed', 1, 10, 'other')],
    ['another instruction', entry('replayed', 1, 11, 's1')],
    ['another entry', entry('replayed', 2, 10, 's1')],
  ])('breaks at %s', (_, fact) => {
    expect(last(equalStates, entry('recorded', 1, 10, 's1'), fact)).toMatchObject({ key: 'statesDiffer' });
  });

  test('breaks when the backup itself finds that it is astray', () => {
    const fact: Fact = {
      kind: 'diverged',
      host: 'B',
      sequence: 4,
      expected: 'clock',
      found: 'another instruction',
      instruction: 40,
    };
    expect(last(equalStates, fact)).toEqual({
      key: 'replayDiverged',
      values: { sequence: 4, expected: 'clock', found: 'another instruction', instruction: 40 },
    });
  });

  test('forgets what both have done', () => {
    const memory = equalStates.begin(worldConfig());
    equalStates.check(memory, { at: at(0), ...entry('recorded', 1, 10, 's') });
    equalStates.check(memory, { at: at(0), ...entry('replayed', 1, 10, 's') });
    expect(memory).toEqual({ recorded: {} });
  });
});

describe('the clients’ view', () => {
  const asks = (
    client: number,
    request: number,
    said: Partial<Extract<Fact, { kind: 'requestSent' }>> = {},
  ) =>
    ({
      kind: 'requestSent',
      client: `client${client}`,
      request,
      operation: 'increment',
      arguments: [],
      tries: 1,
      ...said,
    }) as const satisfies Fact;
  const told = (client: number, request: number, value: number, status = 0) =>
    ({ kind: 'answered', client: `client${client}`, request, status, value }) as const satisfies Fact;

  /** The guest has fetched its number, which was 10. */
  const read7: Fact = { kind: 'diskRead', block: 7, host: 'A' };
  const view = (facts: Fact[], config = worldConfig()) =>
    verdicts(clientsView, [read7, ...facts], config).filter((verdict) => verdict !== undefined);
  const lastView = (...facts: Fact[]) => view(facts).at(-1);

  test('holds for 11, 12, 13 …, whoever asks', () => {
    const facts = [asks(1, 1), told(1, 1, 11), asks(2, 1), asks(1, 2), told(2, 1, 12), told(1, 2, 13)];
    expect(view(facts)).toEqual(['holds', 'holds', 'holds']);
  });

  test('holds when answers overtake each other on the way, as long as someone waits for the missing one', () => {
    expect(lastView(asks(1, 1), asks(2, 1), told(2, 1, 12))).toBe('holds');
    expect(lastView(asks(1, 1), asks(2, 1), told(2, 1, 12), told(1, 1, 11))).toBe('holds');
  });

  test('breaks when a number is told twice', () => {
    expect(lastView(asks(1, 1), told(1, 1, 11), asks(2, 1), told(2, 1, 11))).toEqual({
      key: 'answerTwice',
      values: { client: 'client2', request: 1, value: 11 },
    });
    expect(lastView(asks(1, 1), told(1, 1, 10))).toMatchObject({ key: 'answerTwice' });
  });

  test('breaks when a number is missing that nobody waits for', () => {
    expect(lastView(asks(1, 1), told(1, 1, 12))).toEqual({
      key: 'answerMissing',
      values: { client: 'client1', request: 1, value: 12, missing: 11 },
    });
    expect(lastView(asks(1, 1), asks(2, 1), told(2, 1, 13))).toMatchObject({ key: 'answerMissing' });
  });

  test('breaks when an answer is older than what was known when it was asked for', () => {
    const facts = [asks(1, 1), asks(2, 1), told(2, 1, 12), asks(2, 2, { operation: 'read' }), told(2, 2, 11)];
    expect(lastView(...facts)).toMatchObject({ key: 'answerOld' });
    const late = [asks(1, 1), asks(2, 1), told(2, 1, 12), asks(2, 2), told(1, 1, 11)];
    expect(lastView(...late)).toBe('holds');
  });

  test('breaks on a failure, and on an answer to nothing', () => {
    expect(lastView(asks(1, 1), told(1, 1, 0, 2))).toEqual({
      key: 'answerFailed',
      values: { client: 'client1', request: 1, status: 2 },
    });
    expect(lastView(told(1, 1, 11))).toMatchObject({ key: 'answerUnasked' });
  });

  test('a request that is repeated is the same request', () => {
    const facts = [asks(1, 1), asks(2, 1), told(2, 1, 12), asks(1, 1, { tries: 2 }), told(1, 1, 11)];
    expect(lastView(...facts)).toBe('holds');
  });

  test('reading counts nothing up, and may say the same again', () => {
    const read = { operation: 'read' } as const;
    const facts = [
      asks(1, 1, read),
      told(1, 1, 10),
      asks(1, 2, read),
      told(1, 2, 10),
      asks(2, 1),
      told(2, 1, 11),
    ];
    expect(view(facts)).toEqual(['holds', 'holds', 'holds']);
  });

  test('begins from what the guest reads first, however much else is on the disk', () => {
    const contents = (blocks: Record<number, number[]>) => {
      const config = worldConfig();
      const list = Object.entries(blocks).map(([n, bytes]) => ({ block: +n, bytes: Uint8Array.from(bytes) }));
      return { ...config, disk: { ...config.disk, contents: list } };
    };
    const first = (blocks: Record<number, number[]>, value: number) =>
      view([asks(1, 1), told(1, 1, value)], contents(blocks)).at(-1);
    expect(first({ 7: [41, 1, 0, 0] }, 298)).toBe('holds');
    expect(first({ 7: [41, 1, 0, 0] }, 11)).toMatchObject({ key: 'answerTwice' });
    expect(first({ 3: [200], 7: [10, 0, 0, 0], 9: [99] }, 11)).toBe('holds');
    expect(first({ 7: [5] }, 6)).toBe('holds');
    expect(first({}, 1)).toBe('holds');
  });

  test('is not put back by what is read later', () => {
    const facts = [asks(1, 1), told(1, 1, 11), read7, asks(1, 2), told(1, 2, 12)];
    expect(lastView(...facts)).toBe('holds');
  });
});

describe('all properties', () => {
  test('go through a run together; a broken one stays broken at its first violation', () => {
    const states = beginProperties(worldConfig());
    expect(states.map(({ name, section }) => `${name} ${section}`)).toEqual([
      'Output Rule §2.2',
      'Output Requirement §2.2',
      'One live machine §2.3',
      'Equal states §2.1',
      'Clients’ view §2.2',
    ]);
    const broken = [released(1), released(2)].map((fact, i) =>
      checkProperties(states, { at: at(100 + i), ...fact }).map(({ name }) => name),
    );
    expect(broken).toEqual([['Output Rule'], []]);
    expect(states[0]).toMatchObject({ checked: 1, violation: { at: 100, key: 'outputBeforeAck' } });
    expect(states.slice(1).every(({ violation }) => violation === undefined)).toBe(true);
  });

  test('remember plain data only, so that it can be copied with the world', () => {
    const states = beginProperties(worldConfig());
    checkProperties(states, { at: at(1), ...released(1) });
    expect(structuredClone(states)).toEqual(states);
  });
});
