// A client or the disk stands still for a while, or is slow: no failover of its own accord, and no false alarm.
import { expect, test } from 'vitest';
import { below, namedStream } from '../../base/prng.ts';
import { all, broken, clients, faultsOf, MANY_RUNS, play } from '../testing/story.ts';

const REQUESTS = 6;
const ROUNDS = 16;

/** So much later all is well again: as long as a heartbeat, as a suspicion, as an answer that is asked for again. */
const LENGTHS = [900_000, 12_000_000, 30_000_000];

const KINDS = {
  paused: (id: string, from: number, to: number) => [`pause ${id} @ ${from}ns`, `resume ${id} @ ${to}ns`],
  slow: (id: string, from: number, to: number) => [`slow ${id} 5% @ ${from}ns`, `slow ${id} 100% @ ${to}ns`],
  // Its power goes while it stands still; when it is back, it does not any more.
  'without power': (id: string, from: number, to: number) => [
    `pause ${id} @ ${from}ns`,
    `crash ${id} @ ${to - 400_000}ns`,
    `repair ${id} @ ${to}ns`,
  ],
};

test.each(
  (['client1', 'disk'] as const).flatMap((id) => Object.keys(KINDS).map((how) => [id, how] as const)),
)('%s %s, at drawn instants', { timeout: MANY_RUNS }, (id, how) => {
  const noise = namedStream(`${id} ${how}`, 1);
  for (let round = 0; round < ROUNDS; round++) {
    const from = 100_000 + below(noise, 16_000_000);
    const to = from + LENGTHS[round % LENGTHS.length]!;
    // Every other time A fails beside it: who takes over is in time, as far as anything can be claimed.
    const failure = round % 2 === 0 ? [] : [`crash A @ ${from + below(noise, 20_000_000)}ns`];
    const commands = [...KINDS[how as keyof typeof KINDS](id, from, to), ...failure];
    const story = play({ clients: clients(REQUESTS), disk: { retryNs: 5_000_000 }, commands });
    const said = commands.join(', ');
    if (id === 'client1' && how === 'without power') expect(broken(story), said).toEqual([]);
    else expect(faultsOf(story, ['A', 'B'], 2 * REQUESTS), said).toEqual([]);
    expect(all(story.facts, 'misbehaved'), said).toEqual([]);
    if (failure.length === 0) expect(all(story.facts, 'suspected'), said).toEqual([]);
  }
});
