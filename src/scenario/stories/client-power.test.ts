// A client loses power on the way through an exchange: its work goes on or begins again, and no number is asked for two things.
import { expect, test } from 'vitest';
import { readMemory } from '../../machine/machine.ts';
import type { Observation } from '../../world/state/observation.ts';
import { type Client, isDone } from '../../world/state/plain-host.ts';
import { all, configOf, everyNth, instructionsOf, MANY_RUNS, stage } from '../testing/story.ts';

/** Every instruction has its turn on a bare host (client.test.ts); in whole worlds each of so many has, coprime to loops. */
const STRIDE = 17;

const REQUESTS = 3;
const OUTAGE_NS = 30_000;
const END = 60_000_000;

/** Of the two clients the first loses power; when it is back, it goes on so. */
const said = (afterPowerLoss: 'goOn' | 'beginAgain') => ({
  clients: [
    { requests: REQUESTS, retryNs: 4_000_000, afterPowerLoss },
    { requests: REQUESTS, startNs: 3_000_000 },
  ],
});

const of = <T extends { client: string }>(facts: readonly T[]): T[] =>
  facts.filter(({ client }) => client === 'client1');

/** What the client's program says in its memory. */
function wordOf({ machine, config }: Client, label: string): number {
  const address = config.image.symbols.get(label);
  if (address === undefined) throw new Error(`client.s has no ${label}`);
  return new DataView(readMemory(machine, address, 4).buffer).getUint32(0, true);
}

/** The numbers of client1's requests, in their order; none stands for two different things. */
function numbersAsked(facts: readonly Observation[]): number[] {
  const asked = new Map<number, string>();
  for (const { request, operation, arguments: words } of of(all(facts, 'requestSent'))) {
    const what = `${operation} ${words}`;
    expect(asked.get(request) ?? what).toBe(what);
    asked.set(request, what);
  }
  return [...asked.keys()];
}

test.each(['goOn', 'beginAgain'] as const)(
  'on the way through an exchange, and then it does %s',
  {
    timeout: MANY_RUNS,
  },
  (afterPowerLoss) => {
    const config = configOf(said(afterPowerLoss));
    const calm = stage(config);
    calm.advanceTo(END);
    const [first, second] = of(all(calm.facts, 'answered'));
    const places = instructionsOf(config, 'client1', first!.at, second!.at + 5_000);
    expect(places.length).toBeGreaterThan(800);
    const seen = new Set<string>();
    for (const at of everyNth(places, STRIDE)) {
      const commands = [`crash client1 @ ${at}ns`, `repair client1 @ ${at + OUTAGE_NS}ns`];
      const { world, facts, properties, advanceTo } = stage(configOf({ ...said(afterPowerLoss), commands }));
      advanceTo(END);
      expect(
        properties.filter(({ violation }) => violation).map(({ name }) => name),
        `${at}`,
      ).toEqual([]);
      expect(all(facts, 'misbehaved'), `${at}`).toEqual([]);
      const [client, other] = world.clients as [Client, Client];
      expect([isDone(client), other.history.map(({ value }) => value !== undefined)]).toEqual([
        true,
        Array(REQUESTS).fill(true),
      ]);

      const numbers = numbersAsked(facts);
      expect(numbers, `${at}`).toEqual(numbers.toSorted((a, b) => a - b));
      const back = facts.findIndex(({ kind }) => kind === 'clientRepaired');
      const asked = numbersAsked(facts.slice(back));
      const before = numbersAsked(facts.slice(0, back));
      expect(Math.min(...asked), `${at}`).toBeGreaterThan(Math.max(...before));
      // The number that it was about to use is written down before anybody hears of it.
      const begun = Math.min(...asked) - 1;
      expect([0, 1], `${at}`).toContain(begun - Math.max(...before));
      expect(asked.length, `${at}`).toBe(afterPowerLoss === 'goOn' ? REQUESTS - begun : REQUESTS);

      const told = of(all(facts.slice(back), 'answered'));
      expect(
        told.map(({ request }) => request),
        `${at}`,
      ).toEqual(asked);
      expect([wordOf(client, 'answers_count'), wordOf(client, 'outstanding')], `${at}`).toEqual([
        told.length,
        0,
      ]);

      // The counter has counted each request once, whether the client heard of it or not.
      const values = all(facts, 'answered').map(({ value }) => value);
      const carriedOut = numbers.length + REQUESTS;
      expect(new Set(values).size, `${at}`).toBe(values.length);
      expect(Math.max(...values), `${at}`).toBeLessThanOrEqual(10 + carriedOut);
      const unsent = begun - Math.max(...before);
      const unheard = before.length - of(all(facts.slice(0, back), 'answered')).length;
      seen.add(
        unsent ? 'a number that nobody heard of' : unheard ? 'an answer missed' : 'between two requests',
      );
    }
    expect([...seen].sort()).toEqual([
      'a number that nobody heard of',
      'an answer missed',
      'between two requests',
    ]);
  },
);
