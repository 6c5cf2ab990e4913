// The disk's server loses power on the way through a request: blocks are as before or after, and a flag has one winner for ever.
import { expect, test } from 'vitest';
import { hashHex } from '../../base/hash.ts';
import type { Observation } from '../../world/state/observation.ts';
import { flagHolder, type World } from '../../world/state/world.ts';
import { all, configOf, counted, everyNth, instructionsOf, MANY_RUNS, stage } from '../testing/story.ts';

/** Every instruction has its turn on a bare host (disk-server-power.test.ts); in whole worlds each of so many has, coprime to loops. */
const WRITE_STRIDE = 11;
const RACE_STRIDE = 23;

const REQUESTS = 3;
const COUNTER_BLOCK = 7;
const END = 40_000_000;

const said = {
  clients: [{ requests: REQUESTS, retryNs: 4_000_000 }],
  disk: { retryNs: 2_000_000 },
  detector: { timeoutNs: 2_000_000 },
};

interface Outage<T> {
  facts: Observation[];
  world: World;
  /** What was found just when power had gone. */
  found: T;
  /** What should not be so in the end, one sentence each. */
  wrong: string[];
}

/** A run in which the disk's server loses power at an instant, behind other commands, and has it again later. */
function outage<T>(
  commands: readonly string[],
  { at, back }: { at: number; back: number },
  find: (world: World) => T,
): Outage<T> {
  const power = [`crash disk @ ${at}ns`, `repair disk @ ${back}ns`];
  const { world, facts, properties, advanceTo } = stage(
    configOf({ ...said, commands: [...commands, ...power] }),
  );
  advanceTo(at);
  const found = find(world);
  advanceTo(END);
  const told = all(facts, 'answered').map(({ value }) => value);
  const wrong = properties.filter(({ violation }) => violation).map(({ name }) => `${name} is broken`);
  if (`${told}` !== `${counted(REQUESTS)}`) wrong.push(`the answers are ${told}`);
  if (all(facts, 'misbehaved').length > 0) wrong.push('the disk misbehaves');
  if (all(facts, 'diskRepaired').length !== 1) wrong.push('the disk is not back');
  return { facts, world, found, wrong };
}

const counterBlock = ({ disk }: World): string => hashHex(disk.medium.blocks[COUNTER_BLOCK]!);

test('within a write: its block is as before or after, and nobody is told anything else', {
  timeout: MANY_RUNS,
}, () => {
  const config = configOf(said);
  const calm = stage(config);
  calm.advanceTo(END);
  const asked = all(calm.facts, 'storageArrived').find(
    ({ io, operation }) => operation === 'write' && io === 2,
  )!;
  const done = all(calm.facts, 'diskWritten').find(({ io }) => io === 2)!;
  const before = all(calm.facts, 'diskWritten').find(({ io }) => io === 1)!.digest;
  const places = instructionsOf(config, 'disk', asked.at, done.at + 10_000);
  expect(places.length).toBeGreaterThan(700);
  const seen = new Set<string>();
  for (const at of everyNth(places, WRITE_STRIDE)) {
    const { facts, found, wrong } = outage([], { at, back: at + 20_000 }, counterBlock);
    expect(wrong, `${at}`).toEqual([]);
    expect([before, done.digest], `${at}`).toContain(found);
    const written = all(facts, 'diskWritten').filter(({ io }) => io === 2);
    expect([...new Set(written.map(({ digest }) => digest))], `${at}`).toEqual([done.digest]);
    seen.add(`${found === before ? 'before' : 'after'}, written ${written.length}`);
  }
  // The answer is lost too, as it is still in the network card: the host asks again, and has the same written.
  expect([...seen].sort()).toEqual(['after, written 2', 'before, written 1']);
});

// Without an answer A asks again at 6.45 ms, and B at 6.6 ms.
test.each([
  { back: 5_400_000, next: 'A' },
  { back: 6_500_000, next: 'B' },
])(
  'while two hosts race for the flag, and then $next asks first: one winner, told so again, and one loser',
  {
    timeout: MANY_RUNS,
  },
  ({ back, next }) => {
    const commands = ['cut log @ 3ms'];
    const config = configOf({ ...said, commands });
    const calm = stage(config);
    calm.advanceTo(END);
    const asked = all(calm.facts, 'storageArrived').filter(({ operation }) => operation === 'testAndSet');
    const [won] = all(calm.facts, 'testAndSetWon');
    const [lost] = all(calm.facts, 'testAndSetLost');
    expect([...asked, won, lost].map((fact) => fact?.host)).toEqual(['A', 'B', 'A', 'B']);
    expect(asked[1]!.at).toBeLessThan(won!.at);
    const places = instructionsOf(config, 'disk', asked[0]!.at, lost!.at);
    expect(places.length).toBeGreaterThan(1_400);
    const seen = new Set<string>();
    for (const at of everyNth(places, RACE_STRIDE)) {
      const { facts, world, found, wrong } = outage(commands, { at, back }, (world) => flagHolder(world, 1));
      expect(wrong, `${at}`).toEqual([]);
      const winners = all(facts, 'testAndSetWon').map(({ host }) => host);
      const losers = all(facts, 'testAndSetLost').map(({ host }) => host);
      expect([...winners, ...losers].sort(), `${at}`).toEqual(['A', 'B']);
      expect(winners, `${at}`).toEqual([flagHolder(world, 1)]);
      // What the disk may have answered is still in its network card: both have to ask again.
      for (const host of winners.concat(losers))
        expect(all(facts, 'testAndSetSent').filter((sent) => sent.host === host).length).toBeGreaterThan(1);
      seen.add(`${found ?? 'nobody'} had it, ${winners} has it`);
    }
    expect([...seen].sort()).toEqual(['A had it, A has it', `nobody had it, ${next} has it`]);
  },
);
