// §3.1: after a failure there is a new backup by and by, so that the next failure is survived too.
import { describe, expect, test } from 'vitest';
import type { SimTime } from '../../sim/time.ts';
import {
  all,
  between,
  broken,
  clients,
  counted,
  faultsOf,
  firstAt,
  liesIn,
  MANY_RUNS,
  play,
  type Story,
  unequalStates,
} from '../testing/story.ts';

const REQUESTS = 20;
const spares = [{ id: 'C' }, { id: 'D', clockOffsetNs: -2_000_000 }];
/** The VM stands still only for what it still changes after four rounds. */
const vmotion = { rounds: 4, finalPages: 0 };
const said = { spares, vmotion, clients: clients(REQUESTS) };

const withCommands = (...commands: string[]): Story => play({ ...said, commands }, 600_000_000 as SimTime);
const faults = (story: Story, live: string[]): string[] => [
  ...faultsOf(story, live, 2 * REQUESTS),
  ...unequalStates(story.facts),
];

const pairs = ({ facts }: Story) =>
  all(facts, 'paired').map(({ generation, primary, backup }) => `${generation} ${primary}${backup}`);

describe('four failures in a row', () => {
  const FOUR = [
    'crash A @ 10ms',
    'repair A @ 25ms',
    'crash B @ 45ms',
    'repair B @ 60ms',
    'crash C @ 80ms',
    'crash A @ 115ms',
  ];

  test('are survived with spares and repairs, in five generations of equal machines', () => {
    const story = play({ ...said, clients: clients(90), commands: FOUR }, 900_000_000 as SimTime);
    expect([...faultsOf(story, ['B'], 180), ...unequalStates(story.facts)]).toEqual([]);
    expect(pairs(story)).toEqual(['1 AB', '2 BC', '3 CA', '4 AB', '5 BD']);
    const replayed = all(story.facts, 'replayed').map(({ generation }) => generation);
    for (const generation of [1, 2, 3, 4, 5]) expect(replayed).toContain(generation);
    expect(all(story.facts, 'wentLive').map(({ host }) => host)).toEqual(['B', 'C', 'A', 'B']);
    for (const { pause } of all(story.facts, 'cloneFinished')) expect(pause).toBeLessThan(5_000_000);
  });

  test('of backups are survived too: the primary clones itself each time', () => {
    const story = play(
      {
        ...said,
        clients: clients(90),
        commands: [
          'crash B @ 10ms',
          'repair B @ 25ms',
          'crash C @ 45ms',
          'crash B @ 80ms',
          'crash D @ 115ms',
          'repair C @ 120ms',
        ],
      },
      900_000_000 as SimTime,
    );
    expect([...faultsOf(story, ['A'], 180), ...unequalStates(story.facts)]).toEqual([]);
    expect(pairs(story)).toEqual(['1 AB', '2 AC', '3 AB', '4 AD', '5 AC']);
    expect(all(story.facts, 'wentLive')).toEqual([]);
  });

  test.each(['key-value', 'random', 'compute', 'lease'])(
    'leave the guest %s as it should be',
    { timeout: MANY_RUNS },
    (program) => {
      const operation = {
        'key-value': 'mix',
        random: 'random',
        compute: 'progress',
        lease: 'mix',
      }[program];
      const story = play(
        {
          spares,
          guest: { program },
          clients: [
            { operation, requests: 100 },
            { operation, requests: 100, startNs: 3_000_000 },
          ],
          commands: FOUR,
        },
        900_000_000 as SimTime,
      );
      expect([...broken(story), ...unequalStates(story.facts)]).toEqual([]);
      expect(all(story.facts, 'wentLive')).toHaveLength(4);
      expect(all(story.facts, 'answered')).toHaveLength(200);
    },
  );
});

describe('while the survivor is being cloned', () => {
  const reference = withCommands('crash A @ 10ms');
  const from = firstAt(reference, 'wentLive') - 500_000;
  const begins = all(reference.facts, 'paired')[1]?.at as number;
  const instants = between(from, begins + 1_500_000, 22);

  const computing = (...commands: string[]): Story =>
    play({
      spares,
      vmotion,
      guest: { program: 'compute' },
      clients: [
        { operation: 'progress', requests: REQUESTS },
        { operation: 'result', requests: REQUESTS, startNs: 3_000_000 },
      ],
      commands: ['crash A @ 10ms', ...commands],
    });

  test('nobody is kept waiting for long: it runs on through all rounds but the last', () => {
    const { facts } = computing();
    const rounds = all(facts, 'cloneRound');
    expect(rounds.map(({ round }) => round)).toEqual([1, 2, 3, 4]);
    expect(rounds.slice(1).every(({ pages }) => pages > 0 && pages < (rounds[0]?.pages ?? 0))).toBe(true);
    const [{ pause } = { pause: 0 }] = all(facts, 'cloneFinished');
    expect(pause).toBeGreaterThan(900_000);
    expect(pause).toBeLessThan(2_000_000);
    expect(unequalStates(facts)).toEqual([]);
  });

  test.each([
    'crash C @ when clone round 2',
    'pause C @ when clone round 3',
    'cut log-C @ when clone round 2',
  ])('a busy guest survives %s', (command) => {
    const story = computing(command);
    expect([...broken(story), ...unequalStates(story.facts)]).toEqual([]);
    expect(all(story.facts, 'answered')).toHaveLength(2 * REQUESTS);
    expect(all(story.facts, 'cloneAbandoned')).toMatchObject([{ host: 'B', target: 'C' }]);
    expect(pairs(story)).toEqual(['1 AB', '2 BD']);
  });

  test('the target may die: the VM goes on and is cloned elsewhere', { timeout: MANY_RUNS }, () => {
    const wrong = instants.flatMap((at) => {
      const story = withCommands('crash A @ 10ms', `crash C @ ${at}ns`);
      const targets = all(story.facts, 'paired').map(({ backup }) => backup);
      const unpaired = targets.at(-1) === 'D' ? [] : [`paired with ${targets}`];
      return [...faults(story, ['B']), ...unpaired].map((fault) => `crash C @ ${at}: ${fault}`);
    });
    expect(wrong).toEqual([]);
  });

  test('the source may not die before the pair is one; from then on it may', { timeout: MANY_RUNS }, () => {
    const wrong: string[] = [];
    let lost = 0;
    for (const at of instants) {
      const story = withCommands('crash A @ 10ms', `crash B @ ${at}ns`);
      const isPaired = all(story.facts, 'paired').some(({ generation }) => generation === 2);
      if (isPaired) wrong.push(...faults(story, ['C']).map((fault) => `crash B @ ${at}: ${fault}`));
      else {
        lost++;
        wrong.push(...liesIn(story).map((fault) => `crash B @ ${at}: ${fault}`));
        expect(
          all(story.facts, 'wentLive')
            .map(({ host }) => host)
            .filter((host) => host === 'C'),
        ).toEqual([]);
      }
    }
    expect(wrong).toEqual([]);
    expect(lost).toBeGreaterThan(5);
    expect(lost).toBeLessThan(instants.length);
  });

  test.each([
    ['crash B @ when clone round 1', false],
    ['crash B @ when clone paused', false],
    ['crash B @ when generation 2 begins', true],
    ['crash C @ when clone round 1', true],
    ['crash C @ when clone paused', true],
    ['crash C @ when generation 2 begins', true],
    ['cut log-C @ when clone round 1', true],
    ['pause C @ when clone round 1', true],
    ['pause C @ when generation 2 begins', true],
    ['pause B @ when generation 2 begins', true],
  ])('%s: survived is %s', (command, isSurvived) => {
    const story = withCommands('crash A @ 10ms', command);
    if (isSurvived) expect(faults(story, ['B', 'C'])).toEqual([]);
    else expect(liesIn(story)).toEqual([]);
    expect(counted(2 * REQUESTS).length === all(story.facts, 'answered').length).toBe(isSurvived);
  });

  test('a cut at any instant of it, mended or not, leaves one machine that answers', {
    timeout: MANY_RUNS,
  }, () => {
    const wrong = instants
      .filter((_, i) => i % 2 === 0)
      .flatMap((at, i) => {
        const commands = [
          'crash A @ 10ms',
          `cut log @ ${at}ns`,
          ...(i % 2 ? [`mend log @ ${at + 3_000_000 * (1 + (i % 7))}ns`] : []),
        ];
        return faults(withCommands(...commands), ['B', 'C', 'D']).map((fault) => `${commands}: ${fault}`);
      });
    expect(wrong).toEqual([]);
  });
});

describe('the cluster service', () => {
  test('finds no host where there is none, and tells so once; one that is repaired will do', () => {
    const story = play({ clients: clients(REQUESTS), commands: ['crash A @ 10ms', 'repair A @ 60ms'] });
    expect(faults(story, ['B'])).toEqual([]);
    expect(all(story.facts, 'noHostFits')).toHaveLength(1);
    expect(pairs(story)).toEqual(['1 AB', '2 BA']);
    expect(all(story.facts, 'backupChosen')[0]?.at).toBeGreaterThan(60_000_000);
  });

  test('takes no host that does not reach the storage', () => {
    const story = withCommands('cut storage-C @ 1ms', 'crash A @ 10ms');
    expect(faults(story, ['B'])).toEqual([]);
    expect(pairs(story)).toEqual(['1 AB', '2 BD']);
  });

  test('a host that has lost its arbitration is free for a new backup once it can be reached', () => {
    const story = play({ clients: clients(REQUESTS), commands: ['cut log @ 10ms', 'mend log @ 40ms'] });
    expect(faults(story, ['A', 'B'])).toEqual([]);
    expect(pairs(story)).toHaveLength(2);
  });
});
