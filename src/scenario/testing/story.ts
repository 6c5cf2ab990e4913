// For tests that tell a story across all layers: a scenario on the real guest, played to its end, and what came of it.
import { assert } from '../../base/assert.ts';
import type { SimTime } from '../../sim/time.ts';
import { advance, start, stepInstant, type Tracer } from '../../world/advance.ts';
import type { WorldConfig } from '../../world/base/config.ts';
import { beginProperties, checkProperties } from '../../world/properties/index.ts';
import type { PropertyState } from '../../world/properties/property.ts';
import type { RunReport } from '../../world/report.ts';
import { runScenario } from '../../world/run.ts';
import type { Observation } from '../../world/state/observation.ts';
import { instantOf } from '../../world/state/pace.ts';
import { createWorld, type World } from '../../world/state/world.ts';
import { parseDocument } from '../document.ts';
import { toWorldConfig } from '../to-world.ts';

/** Requests of each of the two clients of a story, unless it says otherwise. */
export const REQUESTS = 10;

/** No story lasts longer. */
const UNTIL = 1_000_000_000 as SimTime;

export interface Story {
  config: WorldConfig;
  world: World;
  report: RunReport;
  facts: Observation[];
}

/** Two clients of the counter with this many requests each. */
export const clients = (requests: number) => [{ requests }, { requests, startNs: 3_000_000 }];

const assembled = new Map<string, WorldConfig['image']>();

/** The world of a document whose two clients make ten requests each; `said` is what it says beyond that. */
export function configOf(said: Record<string, unknown> = {}): WorldConfig {
  const document = parseDocument({ clients: clients(REQUESTS), ...said });
  if (!document.ok) throw new Error(document.error.message);
  const guest = JSON.stringify(document.value.guest);
  const config = toWorldConfig(document.value, assembled.get(guest));
  if (!config.ok) throw new Error(config.error);
  assembled.set(guest, config.value.image);
  return config.value;
}

/** Plays a scenario until all clients have their answers, or to `until`. */
export function play(said: Record<string, unknown> = {}, until = UNTIL): Story {
  const config = configOf(said);
  const facts: Observation[] = [];
  const { world, report } = runScenario(config, until, (fact) => facts.push(fact));
  return { config, world, report, facts };
}

/** The facts of one kind, in order. */
export function all<K extends Observation['kind']>(
  facts: readonly Observation[],
  kind: K,
): Extract<Observation, { kind: K }>[] {
  return facts.filter((fact): fact is Extract<Observation, { kind: K }> => fact.kind === kind);
}

/** The numbers that all clients together were told, ascending. */
export const answers = ({ report }: Pick<Story, 'report'>): (number | null)[] =>
  report.clients
    .flatMap(({ history }) => history.map(({ reply }) => reply))
    .sort((a, b) => (a ?? 0) - (b ?? 0));

/** The numbers of a counter that begins at ten and is asked `count` times: none lost, none twice. */
export const counted = (count: number): number[] => Array.from({ length: count }, (_, i) => 11 + i);

export const liveHosts = ({ report }: Pick<Story, 'report'>): string[] =>
  report.hosts.filter(({ live }) => live).map(({ id }) => id);

export const broken = ({ report }: Pick<Story, 'report'>): string[] =>
  report.properties.filter(({ holds }) => !holds).map(({ name }) => name);

/**
 * What is wrong with a story that should have ended well, one sentence each: every answer there once, every property
 * kept, and exactly one of `live` the machine that answers.
 */
export function faultsOf(story: Story, live: readonly string[], count = 2 * REQUESTS): string[] {
  const told = answers(story);
  const alive = liveHosts(story);
  const faults = broken(story).map((name) => `${name} is broken`);
  if (JSON.stringify(told) !== JSON.stringify(counted(count))) faults.push(`the answers are ${told}`);
  for (const { id, history } of story.report.clients)
    if (history.some(({ reply }, i) => i > 0 && (reply ?? 0) <= (history[i - 1]?.reply ?? 0)))
      faults.push(`${id} sees the number go back`);
  if (alive.length !== 1 || !live.includes(alive[0] as string)) faults.push(`live are: ${alive}`);
  return faults;
}

/** Where the two machines of a pair were not equal although they should have been, one sentence each (§2.1). */
export function unequalStates(facts: readonly Observation[]): string[] {
  const wrong: string[] = [];
  const recorded = new Map<string, string>();
  for (const fact of facts) {
    if (fact.kind === 'paired' && fact.primaryState !== fact.backupState)
      wrong.push(`generation ${fact.generation} begins unequal`);
    if (fact.kind !== 'recorded' && fact.kind !== 'replayed') continue;
    const place = `entry ${fact.generation}/${fact.sequence}`;
    const said = JSON.stringify([fact.entry, fact.instruction, fact.bytes, fact.says, fact.state]);
    if (fact.kind === 'recorded') recorded.set(place, said);
    else if (recorded.get(place) !== said) wrong.push(`${place}: ${recorded.get(place)} became ${said}`);
  }
  return wrong;
}

/**
 * What is wrong with a story whose service may have been lost: a client told what is not so, a broken property, two live
 * machines, or unequal ones.
 */
export function liesIn(story: Story): string[] {
  // A request that failed is answered with nothing, and counts nothing.
  const told = answers(story).filter((reply) => reply);
  const wrong = [...broken(story).map((name) => `${name} is broken`), ...unequalStates(story.facts)];
  if (new Set(told).size < told.length) wrong.push(`told twice: ${told}`);
  if (liveHosts(story).length > 1) wrong.push(`live are: ${liveHosts(story)}`);
  return wrong;
}

/** `count` instants, from one to another. */
export const between = (from: number, to: number, count: number): number[] =>
  Array.from({ length: count }, (_, i) => Math.floor(from + ((to - from) * i) / (count - 1)));

/** When the first fact of a kind happened; never, if it did not. */
export const firstAt = (story: Pick<Story, 'facts'>, kind: Observation['kind']): number =>
  story.facts.find((fact) => fact.kind === kind)?.at ?? Number.POSITIVE_INFINITY;

/** `count` instants, evenly spread from 0.1 ms to 23.1 ms: the tenth answer comes before the last of them. */
export const instants = (count: number): number[] =>
  Array.from({ length: count }, (_, i) => 100_000 + Math.floor((i * 23_000_000) / (count - 1)));

/** What a test of hundreds of runs may take on a slow and shared computer, in milliseconds: a bound for what hangs. */
export const MANY_RUNS = 1_200_000;

/** A world that has been set going, to be moved by hand. */
export interface Stage {
  world: World;
  facts: Observation[];
  properties: PropertyState[];
  /** Runs on to an instant; `trace` makes the machines go instruction by instruction. */
  advanceTo(at: number, trace?: Tracer): void;
  /** Runs on into an instant, so many of its steps. */
  stepInto(at: number, steps: number): void;
}

export function stage(config: WorldConfig): Stage {
  const world = createWorld(config);
  const facts: Observation[] = [];
  const properties = beginProperties(config);
  const see = (fact: Observation): void => {
    facts.push(fact);
    checkProperties(properties, fact);
  };
  start(world, see);
  return {
    world,
    facts,
    properties,
    advanceTo: (at, trace) => advance(world, at as SimTime, see, trace),
    stepInto(at, steps) {
      advance(world, (at - 1) as SimTime, see);
      for (let n = 0; n < steps; n++)
        assert(stepInstant(world, at as SimTime, see), 'an instant has as many steps as a position says');
    },
  };
}

/**
 * The instants at which a computer's machine has retired each of its instructions, from one instant to another: a command of such an
 * instant strikes just behind that instruction.
 */
export function instructionsOf(config: WorldConfig, id: string, from: number, to: number): number[] {
  const { advanceTo } = stage(config);
  const retired: number[] = [];
  advanceTo(from);
  advanceTo(to, (host, instruction) => {
    if (host.id === id) retired.push(instantOf(host.pace, instruction));
  });
  return retired;
}

/** Every n-th of a list, from its first. */
export const everyNth = <T>(list: readonly T[], n: number): T[] => list.filter((_, i) => i % n === 0);
