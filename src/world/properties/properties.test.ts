// All properties together: in every world those that mean something in it, held to runs that are right and to runs that are not.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Fact } from '../state/observation.ts';
import {
  acked,
  ackSent,
  crashed,
  judged,
  observed,
  output,
  paired,
  read,
  received,
  recorded,
  released,
  replayed,
  sent,
  type Told,
  verdicts,
  wentLive,
  wentSolo,
} from '../testing/property-facts.ts';
import { worldConfig } from '../testing/worlds.ts';
import { clientsView } from './clients-view.ts';
import { beginProperties, checkProperties, PROPERTIES } from './index.ts';

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
  const read7 = read('A', 1);
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

  test('holds when the guest refuses what it does not have, and only that', () => {
    const strange = asks(1, 1, { operation: '99' });
    expect(view([strange, told(1, 1, 0, 1), asks(1, 2), told(1, 2, 11)])).toEqual(['holds', 'holds']);
    expect(lastView(strange, told(1, 1, 11))).toMatchObject({ key: 'answerUnasked' });
    expect(lastView(strange, asks(1, 2), told(1, 2, 0, 1))).toMatchObject({ key: 'answerFailed' });
    expect(lastView(strange, asks(2, 1), told(2, 1, 0, 1))).toMatchObject({ key: 'answerFailed' });
    const poison = asks(1, 1, { operation: 'poison' });
    expect(lastView(poison, told(1, 1, 0, 1))).toMatchObject({ key: 'answerFailed' });
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

const brokenBy = (facts: readonly Told[]): string[] =>
  judged(facts)
    .filter(({ violation }) => violation !== undefined)
    .map(({ id }) => id);

describe('all properties', () => {
  test('there is one for each invariant, in their order', () => {
    expect(PROPERTIES.map(({ id }) => id)).toEqual(
      Array.from({ length: PROPERTIES.length }, (_, i) => `I${i + 1}`),
    );
    expect(new Set(PROPERTIES.map(({ name }) => name)).size).toBe(PROPERTIES.length);
    for (const { section } of PROPERTIES) expect(section).toMatch(/^§\d(\.\d)?$/);
  });

  const always = ['I9', 'I10', 'I11', 'I16', 'I17', 'I21', 'I22', 'I24', 'I26', 'I27'];
  test.each([
    ['ft', PROPERTIES.map(({ id }) => id)],
    ['checkpoint', always],
    ['operations', always],
    ['none', ['I9', 'I10', 'I11', 'I16', 'I17', 'I18', 'I19', 'I21', 'I22', 'I24', 'I26', 'I27']],
  ] as const)('of a world with replication %s', (mode, ids) => {
    const config = worldConfig();
    config.replication.mode = mode;
    expect(beginProperties(config).map(({ id }) => id)).toEqual(ids);
  });

  test('a broken one stays broken at its first violation, and names the two facts', () => {
    const states = beginProperties(worldConfig());
    const broken = observed([paired(), received(1, 1), acked(1), released(2), released(3)]).map((fact) =>
      checkProperties(states, fact).map(({ id }) => id),
    );
    expect(broken.map((ids) => ids.includes('I1'))).toEqual([false, false, false, true, false]);
    const [rule] = states;
    expect(rule).toMatchObject({ name: 'Output Rule', section: '§2.2', scope: 'protected', checked: 1 });
    expect(rule?.violation).toEqual({
      at: 3,
      key: 'outputBeforeAck',
      values: { host: 'A', output: 'packet', sequence: 2, received: 1, acked: 1 },
      facts: [
        { at: 2, kind: 'acked' },
        { at: 3, kind: 'outputReleased' },
      ],
      entries: [2],
      outputs: [output(2)],
    });
  });

  test('remember plain data only, so that it can be copied with the world', () => {
    const states = judged([paired(), ...rightRun([0, 1, 2, 3, 4, 5, 0, 6]), released(99)]);
    expect(structuredClone(states)).toEqual(states);
    expect(JSON.parse(JSON.stringify(states))).toEqual(states);
  });
});

/** A pair of a run made by hand, and how far its log is at each stage. */
interface Course {
  generation: number;
  primary: string;
  backup: string;
  recorded: number;
  sent: number;
  received: number;
  acked: number;
  replayed: number;
}

const HOSTS = ['A', 'B', 'C', 'D'];

/** Facts of a run in which everything is right: each step does one of the things that may happen, if it can. */
function rightRun(steps: readonly number[]): Told[] {
  const facts: Told[] = [];
  const course: Course = {
    generation: 1,
    primary: 'A',
    backup: 'B',
    recorded: 0,
    sent: 0,
    received: 0,
    acked: 0,
    replayed: 0,
  };
  for (const step of steps) facts.push(...doStep(course, step));
  return facts;
}

function doStep(course: Course, step: number): Told[] {
  const { generation, primary, backup } = course;
  const whose = { generation, host: primary };
  const backups = { generation, host: backup };
  switch (step) {
    case 0:
      return [recorded(++course.recorded, whose)];
    case 1: {
      // From the first unacknowledged entry: some of it may be sent for the second time.
      const first = course.acked + 1;
      course.sent = course.recorded;
      return first > course.sent ? [] : [sent(first, course.sent, whose)];
    }
    case 2: {
      if (course.received === course.sent) return [];
      const first = course.received + 1;
      course.received = course.sent;
      const instruction = course.replayed * 10;
      return [received(first, course.sent, { ...backups, instruction }), ackSent(course.sent, backups)];
    }
    case 3:
      if (course.acked === course.received) return [];
      course.acked = course.received;
      return [acked(course.acked, whose)];
    case 4:
      if (course.replayed === course.received) return [];
      return [replayed(++course.replayed, { ...backups, ahead: course.recorded * 10 })];
    case 5:
      return course.acked === 0 ? [] : [released(course.acked, {}, { host: primary })];
    default:
      return takeOver(course, step === 6);
  }
}

/** One of the pair fails, the other works off its log and goes on alone, and soon a third host has a clone of it. */
function takeOver(course: Course, isPrimaryDead: boolean): Told[] {
  const { generation, primary, backup, received: last } = course;
  const facts: Told[] = [crashed(isPrimaryDead ? primary : backup)];
  while (isPrimaryDead && course.replayed < last)
    facts.push(replayed(++course.replayed, { generation, host: backup }));
  const live = isPrimaryDead ? backup : primary;
  facts.push(
    isPrimaryDead
      ? wentLive(live, { generation, received: last, consumed: last })
      : wentSolo(live, generation),
  );
  const clone = HOSTS[(HOSTS.indexOf(live) + 1) % HOSTS.length] as string;
  Object.assign(course, {
    generation: generation + 1,
    primary: live,
    backup: clone,
    recorded: 0,
    sent: 0,
    received: 0,
    acked: 0,
    replayed: 0,
  });
  facts.push(paired({ generation: generation + 1, primary: live, backup: clone }));
  return facts;
}

describe('a run made of any steps that are right', () => {
  const steps = fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 120 });
  const stepsWithFailures = fc.array(fc.integer({ min: 0, max: 7 }), { maxLength: 200 });
  /** Outputs that were shown are not reproduced here, which is no concern of the log's. */
  const ofTheLog = (ids: string[]) => ids.filter((id) => id !== 'I14');

  test('breaks nothing, however many takeovers', () => {
    fc.assert(
      fc.property(stepsWithFailures, (list) => {
        expect(ofTheLog(brokenBy([paired(), ...rightRun(list)]))).toEqual([]);
      }),
    );
  });

  test.each<[string, (fact: Fact) => boolean, string]>([
    ['an entry is recorded with a gap', ({ kind }) => kind === 'recorded', 'I2'],
    ['a receipt is missing', ({ kind }) => kind === 'received', 'I3'],
    ['an entry is not replayed', ({ kind }) => kind === 'replayed', 'I7'],
  ])('breaks when %s', (_, isIt, id) => {
    fc.assert(
      fc.property(steps, fc.nat(), (list, pick) => {
        const facts = [paired(), ...rightRun([0, 1, 2, 3, 4, ...list, 0, 1, 2, 3, 4, 4, 4, 4])];
        const places = facts.flatMap((fact, i) => (isIt(fact) ? [i] : []));
        // The last of its kind is missed only by what comes behind it.
        const place = places[pick % Math.max(1, places.length - 1)] as number;
        fc.pre(places.length > 1);
        expect(brokenBy(facts.filter((_fact, i) => i !== place))).toContain(id);
      }),
    );
  });

  test('takes as much memory after a thousand entries as after ten', () => {
    const round = [0, 1, 2, 3, 4, 5];
    const sizeAfter = (rounds: number) =>
      JSON.stringify(
        judged([paired(), ...rightRun(Array.from({ length: rounds }, () => round).flat())])
          .filter(({ id }) => id !== 'I14')
          .map(({ memory }) => memory),
      ).length;
    expect(sizeAfter(1000)).toBeLessThan(sizeAfter(10) + 500);
  });
});
