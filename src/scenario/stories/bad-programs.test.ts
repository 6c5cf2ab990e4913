// Clients and a disk whose programs have bad manners: the run ends where it is to, one sentence tells, and all else goes on.
import { describe, expect, test } from 'vitest';
import type { SimTime } from '../../sim/time.ts';
import type { Misbehaviour } from '../../world/state/observation.ts';
import { BAD_CLIENTS, BAD_DISKS } from '../testing/bad-programs.ts';
import { all, broken, counted, MANY_RUNS, play, type Story } from '../testing/story.ts';

const REQUESTS = 3;
const UNTIL = 60_000_000 as SimTime;
/** What any run here has at most: a few for each thing that happens, whatever a program does. */
const FACTS_MOST = 1_500;

const valuesOf = ({ facts }: Story, client: string): number[] =>
  all(facts, 'answered')
    .filter((fact) => fact.client === client)
    .map(({ value }) => value);

/** What was told of a program, and how it ended. */
const told = ({ facts }: Story, host: string): (Misbehaviour | 'exit' | 'stuck')[] =>
  facts.flatMap((fact) => {
    if (fact.kind === 'misbehaved' && fact.host === host) return [fact.how];
    if (fact.kind !== 'programEnded' || fact.host !== host) return [];
    return [fact.code === undefined ? 'stuck' : 'exit'];
  });

describe('a client that', () => {
  const withClient = (name: keyof typeof BAD_CLIENTS): Story =>
    play({ clients: [{ requests: REQUESTS, source: BAD_CLIENTS[name] }, { requests: REQUESTS }] }, UNTIL);

  test.each<[keyof typeof BAD_CLIENTS, ReturnType<typeof told>, number]>([
    ['ends', ['exit'], 0],
    ['traps', ['stuck'], 0],
    ['spins', [], 0],
    ['sleeps', [], 0],
    ['unsound', ['nonsense'], 0],
    ['short', ['nonsense'], 0],
    ['unknown', [], 0],
    ['repeats', ['again'], 1],
    ['skips', ['skipped'], 1],
  ])('%s is told of, and the other has all its answers', (name, wanted, increments) => {
    const story = withClient(name);
    expect(told(story, 'client1')).toEqual(wanted);
    expect(story.facts.length).toBeLessThan(FACTS_MOST);
    expect(story.world.now).toBeLessThanOrEqual(UNTIL);
    const values = valuesOf(story, 'client2');
    expect(values).toHaveLength(REQUESTS);
    const first = name === 'unknown' ? [] : valuesOf(story, 'client1');
    expect([...first, ...values].sort((a, b) => a - b)).toEqual(counted(REQUESTS + increments));
    expect(broken(story)).toEqual([]);
  });

  test('floods is told of and held back, and the other has all its answers', () => {
    const story = withClient('floods');
    expect(told(story, 'client1')).toEqual(['flood']);
    expect(broken(story)).toEqual([]);
    expect(valuesOf(story, 'client2')).toHaveLength(REQUESTS);
    // No more than waits for its cable at once: frames of 1388 bytes, for 5 ms.
    expect(all(story.facts, 'requestSent').length).toBeLessThan(2 * (5e6 / (1_388 * 8)));
  });
});

describe('a disk that', () => {
  const withDisk = (name: keyof typeof BAD_DISKS, until = UNTIL, commands: string[] = []): Story =>
    play(
      {
        clients: [{ requests: REQUESTS }, { requests: REQUESTS }],
        disk: { source: BAD_DISKS[name], retryNs: 5_000_000 },
        commands,
      },
      until,
    );

  test.each<[keyof typeof BAD_DISKS, ReturnType<typeof told>, number]>([
    ['ends', ['exit'], 0],
    ['traps', ['stuck'], 0],
    ['altered', ['altered'], 2 * REQUESTS],
    ['misread', ['undone'], 2 * REQUESTS],
    ['misplaced', ['unasked', 'undone'], 2 * REQUESTS],
    ['forgets', ['undone'], 2 * REQUESTS],
  ])('%s is told of', (name, wanted, answers) => {
    const story = withDisk(name);
    expect(told(story, 'disk')).toEqual(wanted);
    expect(story.facts.length).toBeLessThan(FACTS_MOST);
    expect(all(story.facts, 'answered')).toHaveLength(answers);
    // The hosts do not take each other for dead because of it.
    expect(all(story.facts, 'suspected')).toEqual([]);
  });

  test.each(['spins', 'sleeps', 'mute'] as const)(
    '%s never answers: outside one sees that nothing goes on',
    {
      timeout: MANY_RUNS,
    },
    (name) => {
      const story = withDisk(name, 700_000_000 as SimTime);
      expect(all(story.facts, 'answered')).toEqual([]);
      expect(broken(story)).toEqual(['Liveness']);
      expect(story.facts.length).toBeLessThan(7_000);
    },
  );

  test('gives the flag to both is told of, and so is what comes of it', () => {
    const story = withDisk('generous', UNTIL, ['cut log @ 4ms']);
    expect(told(story, 'disk')).toEqual(['undone']);
    expect(broken(story)).toContain('One live machine');
  });

  test('floods is told of, and its frames are no facts', () => {
    const story = withDisk('floods', 8_000_000 as SimTime);
    expect(told(story, 'disk')).toEqual(['flood']);
    expect(story.facts.length).toBeLessThan(FACTS_MOST);
  });
});
