// What the page asks about a run without changing it: its past, its machines, why something is so.

import { REGISTERS } from '../isa/registers.ts';
import { toWorldConfig } from '../scenario/to-world.ts';
import { instantAt, later, START, within } from '../sim/time.ts';
import { documentOf, reachedBy } from '../timeline/explain/compare-branches.ts';
import { comparePair, comparePlays, compareStates, firstDivergence } from '../timeline/explain/diff.ts';
import type { MachineDifference } from '../timeline/explain/difference.ts';
import type { Written } from '../timeline/explain/last-writer.ts';
import { findWhy, type Subject } from '../timeline/explain/why.ts';
import { createRun, memoryOf, type Run } from '../timeline/run/run.ts';
import { instructionOf } from '../world/state/world.ts';
import { compareBranches } from './branches.ts';
import { checkBreakpoint, told } from './breakpoints.ts';
import { viewEvents } from './finding.ts';
import { positionFrom } from './navigation.ts';
import { type Asking, type Handlers, type Opened, refuse, scenarioOf } from './opened.ts';
import type { AnswerTo } from './protocol.ts';
import { asTask, boxed, type Task } from './task.ts';
import type {
  Comparison,
  DifferenceView,
  HistoryView,
  PositionView,
  WhyQuery,
  WhyView,
} from './time-views.ts';
import { viewDetail } from './view/detail.ts';
import { viewMachine } from './view/machine.ts';

/** Of a run that is only played to be compared, in bytes. */
const PLAY_MEMORY = 16 * 1024 * 1024;

const STOPPED = { kind: 'stopped' } as const;

const NO_SUCH_BRANCH = refuse('There is no such branch.');

export const QUERIES = {
  history: ({ run }) => ({ kind: 'history', history: viewHistory(run) }),
  events: ({ run }) => ({ kind: 'events', events: viewEvents(run) }),
  checkBreakpoint: ({ run }, { text }) => ({ kind: 'checkedBreakpoint', error: checkBreakpoint(run, text) }),
  compareBranches({ run }, { one, other }) {
    const comparison = compareBranches(run, one, other);
    return comparison ? { kind: 'comparedBranches', comparison } : NO_SUCH_BRANCH;
  },
  playBranches,
  async compare(opened, { of }, { runner }) {
    const comparing =
      'hosts' in of ? pairCompared(opened, of.hosts) : positionsCompared(opened, of.from, of.to);
    const comparison = await runner.run(comparing);
    return comparison ? { kind: 'compared', comparison } : STOPPED;
  },
  async machine(opened, { query }, { runner }) {
    const machine = await runner.run(viewMachine(opened, query));
    return machine ? { kind: 'machine', machine } : STOPPED;
  },
  why: whyOf,
  async detail({ run }, { query }, { runner }) {
    const detail = await runner.run(viewDetail(run, query));
    return detail === undefined ? STOPPED : { kind: 'detail', detail };
  },
} satisfies Partial<Handlers>;

const SHOWN_SNAPSHOTS = 200;

function viewHistory(run: Run): HistoryView {
  const { snapshots, memory, reached, trace } = run;
  const every = Math.max(1, Math.ceil(snapshots.length / SHOWN_SNAPSHOTS));
  return {
    bytes: memoryOf(run),
    limit: memory,
    snapshots: snapshots.length,
    at: snapshots.filter((_, i) => i % every === 0).map(({ at }) => at),
    reached,
    events: trace.total,
  };
}

/** The pair at the last instruction number that both have come to, and where they first became unequal. */
function* pairCompared(opened: Opened, hosts: [string, string]): Task<Comparison | undefined> {
  const { run } = opened;
  const [left, right] = hosts.map((id) => run.world.hosts.find((host) => host.id === id));
  if (left === undefined || right === undefined) return { parts: [] };
  const instruction = Math.min(instructionOf(left), instructionOf(right));
  const found = yield* asTask(boxed(comparePair(run, hosts, instruction)));
  if (found === undefined) return undefined;
  const { value: difference } = found;
  const parts =
    difference === undefined
      ? []
      : [{ host: hosts.join(' / '), difference: viewDifference(opened, hosts[0], difference) }];
  const equal = difference !== undefined && difference.bytes + difference.registers.length === 0;
  if (equal) return { parts, instruction };
  const parting = yield* asTask(boxed(firstDivergence(run)));
  if (parting === undefined) return undefined;
  if (parting.value === undefined) return { parts, instruction };
  const { hosts: _, difference: __, ...divergence } = parting.value;
  return { parts, instruction, divergence };
}

function* positionsCompared(
  opened: Opened,
  from: PositionView,
  to: PositionView,
): Task<Comparison | undefined> {
  const { untilNs } = scenarioOf(opened);
  const clipped = (view: PositionView) => ({
    ...positionFrom(view),
    at: within(START, instantAt(Math.round(view.at)), instantAt(untilNs)),
  });
  const parts = yield* asTask(compareStates(opened.run, clipped(from), clipped(to)));
  return (
    parts && {
      parts: parts.map(({ host, difference }) => ({
        host,
        difference: viewDifference(opened, host, difference),
      })),
    }
  );
}

/** Both branches as runs of their own, from the start: what is open is left as it is. */
async function playBranches(
  opened: Opened,
  { one, other }: { one: number; other: number },
  { runner }: Asking,
): Promise<AnswerTo<'playBranches'>> {
  const { run } = opened;
  const [left, right] = [runOf(run, one), runOf(run, other)];
  if (left === undefined || right === undefined) return NO_SUCH_BRANCH;
  const until = later(reachedBy(run, one) ?? START, reachedBy(run, other) ?? START);
  const found = await runner.run(asTask(boxed(comparePlays(left, right, until))));
  if (found === undefined) return STOPPED;
  if (found.value === undefined) return { kind: 'playedBranches', parting: null };
  const program = run.scenario?.guest.program ?? '';
  const { at, left: here, right: there, hosts } = found.value;
  return {
    kind: 'playedBranches',
    parting: {
      at,
      ...(here === undefined ? {} : { one: told(here, program) }),
      ...(there === undefined ? {} : { other: told(there, program) }),
      parts: hosts.map(({ host, first, difference }) => ({
        host,
        ...(first === undefined ? {} : { first: { instruction: first.instruction } }),
        difference: viewDifference(opened, host, difference),
      })),
    },
  };
}

function runOf(run: Run, branch: number): Run | undefined {
  const scenario = documentOf(run, branch);
  if (scenario === undefined) return undefined;
  const config = toWorldConfig(scenario);
  return config.ok ? createRun(config.value, { scenario, memory: PLAY_MEMORY }) : undefined;
}

const RANGES_SHOWN = 40;

function viewDifference({ programs }: Opened, host: string, difference: MachineDifference): DifferenceView {
  const { listing } = programs.of(host);
  const memory = difference.memory.slice(0, RANGES_SHOWN).map(({ address, length }) => {
    const label = listing.place(address);
    return { address, length, ...(label === undefined ? {} : { label }) };
  });
  return { ...difference, memory };
}

async function whyOf(
  opened: Opened,
  { query }: { query: WhyQuery },
  { runner }: Asking,
): Promise<AnswerTo<'why'>> {
  const { run, programs } = opened;
  const subject = subjectOf(run, query);
  if (subject === undefined) return refuse('There is no such host or register.');
  const found = await runner.run(asTask(boxed(findWhy(run, subject))));
  if (found === undefined) return STOPPED;
  const { causes, rules, writer } = found.value;
  const program = run.scenario?.guest.program ?? '';
  const why: WhyView = {
    causes: causes.map(({ relation, at, fact }) => ({ relation, at, ...told(fact, program) })),
    rules,
  };
  if (writer === undefined) return { kind: 'why', why };
  const whose = 'host' in query ? query.host : '';
  const place = 'pc' in writer ? programs.of(whose).listing.place(writer.pc) : undefined;
  const { entry, ...rest } = { entry: undefined, ...writer };
  return {
    kind: 'why',
    why: {
      ...why,
      writer: {
        ...rest,
        ...(place === undefined ? {} : { place }),
        ...(entry === undefined ? {} : { sequence: entry.sequence }),
      },
    },
  };
}

function subjectOf(run: Run, query: WhyQuery): Subject | undefined {
  if ('host' in query && !run.world.computers.some(({ id }) => id === query.host)) return undefined;
  switch (query.of) {
    case 'memory': {
      const { host, address, length } = query;
      return { kind: 'value', host, written: { address, length } };
    }
    case 'register': {
      const register = REGISTERS.get(query.register);
      if (register === undefined || register === 0) return undefined;
      const written: Written = { register };
      return { kind: 'value', host: query.host, written };
    }
    default: {
      const { of, ...rest } = query;
      return { kind: of, ...rest } as Subject;
    }
  }
}
