// §3.3: VMotion of either machine of the pair, with the disk quiet, and never two live whatever dies on the way.
import { describe, expect, test } from 'vitest';
import type { SimTime } from '../../sim/time.ts';
import {
  all,
  between,
  clients,
  faultsOf,
  firstAt,
  liesIn,
  MANY_RUNS,
  play,
  type Story,
  unequalStates,
} from '../testing/story.ts';

const REQUESTS = 15;
const said = { spares: [{ id: 'C' }], clients: clients(REQUESTS) };
const withCommands = (...commands: string[]): Story => play({ ...said, commands }, 400_000_000 as SimTime);
const faults = (story: Story, live: string[]): string[] => [
  ...faultsOf(story, live, 2 * REQUESTS),
  ...unequalStates(story.facts),
];

describe.each([
  ['primary', 'A', 'C'],
  ['backup', 'B', 'A'],
] as const)('a move of the %s', (machine, from, live) => {
  const MOVE = `migrate ${machine} C @ 10ms`;
  const reference = withCommands(MOVE);
  const begins = firstAt(reference, 'migrationStarted');
  const ends = firstAt(reference, 'migrationFinished');
  const instants = between(begins - 200_000, ends + 1_500_000, 17);

  test('goes unnoticed, but for a moment in which it stands still', () => {
    expect(faults(reference, [live])).toEqual([]);
    expect(ends).toBeLessThan(20_000_000);
    const order = [
      'migrationStarted',
      'cloneRound',
      'ioQuiesced',
      'clonePaused',
      'migrationFinished',
    ] as const;
    const times = order.map((kind) => firstAt(reference, kind));
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(all(reference.facts, 'migrationFinished')).toMatchObject([{ machine, from, to: 'C' }]);
    expect(all(reference.facts, 'suspected')).toEqual([]);
    expect(reference.report.hosts.find(({ id }) => id === from)?.role).toBe('spare');
    expect(reference.report.hosts.find(({ id }) => id === 'C')?.role).toBe(machine);
    expect(all(reference.facts, 'paired')).toHaveLength(1);
  });

  test('leaves a pair that survives the next failure, of either', () => {
    const [primary, backup] = machine === 'primary' ? ['C', 'B'] : ['A', 'C'];
    expect(faults(withCommands(MOVE, `crash ${primary} @ 25ms`), [backup])).toEqual([]);
    expect(faults(withCommands(MOVE, `crash ${backup} @ 25ms`), [primary])).toEqual([]);
  });

  test.each(['A', 'B', 'C'])(
    'survives that %s dies, at any instant of it',
    { timeout: MANY_RUNS },
    (victim) => {
      const wrong = instants.flatMap((at) =>
        faults(withCommands(MOVE, `crash ${victim} @ ${at}ns`), ['A', 'B', 'C']).map(
          (fault) => `crash ${victim} @ ${at}ns: ${fault}`,
        ),
      );
      expect(wrong).toEqual([]);
    },
  );

  test.each([
    `crash ${from} @ when clone round 1`,
    `crash ${from} @ when clone paused`,
    'crash C @ when clone paused',
  ])('survives %s', (command) => {
    expect(faults(withCommands(MOVE, command), ['A', 'B', 'C'])).toEqual([]);
  });

  test('never leaves two live when cables are cut', { timeout: MANY_RUNS }, () => {
    const wrong = instants
      .filter((_, i) => i % 2 === 1)
      .flatMap((at, i) => {
        const cable = ['log', 'log-C', 'log-A', 'log-B'][i % 4];
        const commands = [
          MOVE,
          `cut ${cable} @ ${at}ns`,
          `mend ${cable} @ ${at + 2_500_000 * (1 + (i % 6))}ns`,
        ];
        return liesIn(withCommands(...commands)).map((fault) => `${commands}: ${fault}`);
      });
    expect(wrong).toEqual([]);
  });
});

test('the two machines never share a host, and a move to where one is comes to nothing', () => {
  for (const command of ['migrate primary B @ 10ms', 'migrate backup A @ 10ms', 'migrate primary A @ 10ms']) {
    const story = withCommands(command);
    expect(faults(story, ['A'])).toEqual([]);
    expect(all(story.facts, 'migrationStarted')).toEqual([]);
    expect(['neverBoth', 'alreadyThere']).toContain(all(story.facts, 'commanded')[0]?.why?.reason);
  }
});

test('who is left alone in the middle of a move gets a new backup all the same', {
  timeout: MANY_RUNS,
}, () => {
  for (const [move, victim] of [
    ['migrate primary C @ 10ms', 'B'],
    ['migrate backup C @ 10ms', 'A'],
    ['migrate backup C @ 10ms', 'B'],
  ])
    for (const at of between(10_050_000, 12_700_000, 5)) {
      const commands = [move, `crash ${victim} @ ${at}ns`, `repair ${victim} @ 60ms`] as string[];
      const story = play({ ...said, clients: clients(40), commands }, 400_000_000 as SimTime);
      expect([...commands, ...faultsOf(story, ['A', 'B', 'C'], 80), ...unequalStates(story.facts)]).toEqual(
        commands,
      );
      expect([...commands, all(story.facts, 'paired').length]).toEqual([...commands, 2]);
    }
});

test('a machine that is about to suspect its peer is moved or decides, not both', {
  timeout: MANY_RUNS,
}, () => {
  // The peer's silence is noticed 10 ms later: before, while and after the VM stands still.
  for (const [machine, victim] of [
    ['primary', 'B'],
    ['backup', 'A'],
  ])
    for (const at of between(15_500_000, 18_600_000, 22)) {
      const commands = [`crash ${victim} @ 8156460ns`, `migrate ${machine} C @ ${at}ns`];
      expect([...commands, ...faults(withCommands(...commands), ['A', 'B', 'C'])]).toEqual(commands);
    }
});

test('a machine that was moved can be moved back', () => {
  const story = withCommands(
    'migrate primary C @ 8ms',
    'migrate primary A @ 20ms',
    'migrate backup C @ 32ms',
  );
  expect(faults(story, ['A'])).toEqual([]);
  expect(all(story.facts, 'migrationFinished').map(({ to }) => to)).toEqual(['C', 'A', 'C']);
});
