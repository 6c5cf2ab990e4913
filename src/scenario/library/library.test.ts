// The built-in scenarios, whole: what the counter survives, and what goes wrong without a rule.
import { expect, test } from 'vitest';
import type { RunReport } from '../../world/report.ts';
import { runScenario } from '../../world/run.ts';
import { parseDocument, type ScenarioDocument } from '../document.ts';
import { toWorldConfig } from '../to-world.ts';
import { builtIn, LIBRARY } from './index.ts';

const FIRST = 11;

/** Runs a built-in scenario with these changes to it. */
function run(id: string, changes: Record<string, unknown>): RunReport {
  const document = parsed({ ...builtIn(id)?.document, ...changes });
  const config = toWorldConfig(document);
  if (!config.ok) throw new Error(config.error);
  return runScenario(config.value, document.untilNs as never).report;
}

function parsed(input: unknown): ScenarioDocument {
  const document = parseDocument(input);
  if (!document.ok) throw new Error(document.error.message);
  return document.value;
}

/** Each client makes a few requests, so that a failover is followed by more of them. */
const CLIENTS = parsed({}).clients.map((client) => ({ ...client, requests: 8 }));
const REQUESTS = 16;

const answered = ({ clients }: RunReport) =>
  clients.flatMap(({ history }) => history.filter((exchange) => exchange.answered !== null));

/** 200 instants from the run's beginning to its tenth answer. */
function instants(): number[] {
  const answers = answered(run('counter', { clients: CLIENTS })).map((exchange) => exchange.answered ?? 0);
  const tenth = answers.sort((a, b) => a - b)[9] as number;
  return Array.from({ length: 200 }, (_, n) => Math.floor((n * tenth) / 199));
}

const disturbed = (id: string, what: string, at: number) =>
  run(id, { clients: CLIENTS, commands: [`${what} @ ${at}ns`], untilNs: 200e6 });

const repliesOf = (report: RunReport) =>
  answered(report)
    .map(({ reply }) => reply ?? -1)
    .sort((a, b) => a - b);

const COUNTED = Array.from({ length: REQUESTS }, (_, n) => FIRST + n);

const brokenIn = (report: RunReport) =>
  report.properties.filter(({ holds }) => !holds).map(({ name }) => name);

test.each(['crash A', 'crash B', 'cut log'])(
  'the counter survives "%s" at any instant: no answer is lost, none is given twice',
  { timeout: 120_000 },
  (what) => {
    for (const at of instants()) {
      const report = disturbed('counter', what, at);
      expect({ at, replies: repliesOf(report), broken: brokenIn(report) }).toEqual({
        at,
        replies: COUNTED,
        broken: [],
      });
      expect({ at, live: report.hosts.filter(({ live }) => live).length }).toEqual({ at, live: 1 });
    }
  },
);

test('without the Output Rule some crashes lose or repeat a number, and the property says where', {
  timeout: 120_000,
}, () => {
  const wrong = instants()
    .map((at) => ({ at, report: disturbed('counter-without-output-rule', 'crash A', at) }))
    .filter(({ report }) => brokenIn(report).includes('Clients’ view'));
  expect(wrong.length).toBeGreaterThan(0);
  for (const { at, report } of wrong) {
    expect(brokenIn(report)).toContain('Output Rule');
    const replies = repliesOf(report);
    expect(new Set(replies).size < replies.length || replies.some((reply, n) => reply !== FIRST + n)).toBe(
      true,
    );
    const violation = report.properties.find(({ name }) => name === 'Clients’ view')?.violation;
    expect(violation?.at).toBeGreaterThan(at);
  }
});

test('without arbitration a cut leaves two live machines', () => {
  const report = disturbed('counter-without-arbitration', 'cut log', 9_000_000);
  expect(brokenIn(report)).toContain('One live machine');
});

test('every built-in scenario is a valid document with its own id and title', () => {
  for (const { id, document } of LIBRARY) {
    expect(parsed(document).id).toBe(id);
    expect(parsed(document).title).not.toBe('');
  }
  expect(new Set(LIBRARY.map(({ id }) => id)).size).toBe(LIBRARY.length);
});
