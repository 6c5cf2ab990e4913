// The built-in scenarios: each is a document like anybody's, and shows what its title says.
import { describe, expect, test } from 'vitest';
import type { RunReport } from '../../world/report.ts';
import { runScenario } from '../../world/run.ts';
import { parseDocument, type ScenarioDocument } from '../document.ts';
import { toWorldConfig } from '../to-world.ts';
import { builtIn, LIBRARY } from './index.ts';

function parsed(input: unknown): ScenarioDocument {
  const document = parseDocument(input);
  if (!document.ok) throw new Error(document.error.message);
  return document.value;
}

function run(id: string, commands: readonly string[], until: number): RunReport {
  const document = parsed({ ...builtIn(id)?.document, commands });
  const config = toWorldConfig(document);
  if (!config.ok) throw new Error(config.error);
  return runScenario(config.value, until as never).report;
}

/** Runs a built-in scenario with a fault, long enough for a failover and some requests after it. */
const disturbed = (id: string, command: string): RunReport => run(id, [command], 60_000_000);

const brokenIn = (report: RunReport) =>
  report.properties.filter(({ holds }) => !holds).map(({ name }) => name);

test('every one is a valid document with its own id, title and keys', () => {
  for (const { id, document } of LIBRARY) {
    expect(parsed(document).id).toBe(id);
    expect(parsed(document).title).not.toBe('');
  }
  expect(new Set(LIBRARY.map(({ id }) => id)).size).toBe(LIBRARY.length);
  expect(new Set(LIBRARY.map(({ titleKey }) => titleKey)).size).toBe(LIBRARY.length);
  expect(builtIn('toString')).toBeUndefined();
});

test('counter: nothing breaks', () => {
  for (const command of ['crash A @ 9ms', 'crash B @ 9ms', 'cut log @ 9ms'])
    expect(brokenIn(disturbed('counter', command))).toEqual([]);
});

test('counter-without-output-rule: some crashes make the clients see a number twice or miss one', () => {
  const instants = Array.from({ length: 40 }, (_, n) => 8_000_000 + n * 100_000);
  const reports = instants.map((at) => disturbed('counter-without-output-rule', `crash A @ ${at}ns`));
  expect(reports.some((report) => brokenIn(report).includes('Clients’ view'))).toBe(true);
  expect(reports.every((report) => brokenIn(report).includes('Output Rule'))).toBe(true);
});

test('counter-without-arbitration: a cut leaves two live machines', () => {
  const report = disturbed('counter-without-arbitration', 'cut log @ 9ms');
  expect(brokenIn(report)).toContain('One live machine');
});

const GUESTS = [
  'key-value',
  'lease',
  'random',
  'compute',
  'disk-reader',
  'disk-writer',
  'bulk-receiver',
  'bulk-sender',
  'dma-poller',
];

describe.each(GUESTS)('%s', (id) => {
  test('answers everything within a third of a second, and nothing breaks', () => {
    const report = run(id, [], 300_000_000);
    expect(brokenIn(report)).toEqual([]);
    const asked = parsed(builtIn(id)?.document).clients.map(({ requests }) => requests);
    const answered = report.clients.map(
      ({ history }) => history.filter((told) => told.answered !== null).length,
    );
    expect(answered).toEqual(asked);
  });

  test('nothing breaks when a host dies or the channel is cut', () => {
    for (const command of ['crash A @ 9.1ms', 'crash A @ 9.7ms', 'crash B @ 9ms', 'cut log @ 9ms'])
      expect(brokenIn(disturbed(id, command))).toEqual([]);
  });
});

describe('shell', () => {
  /** The console of a run with a fault, in the order of the guest's instructions, and what broke. */
  function console(...faults: string[]): { text: string; broken: string[] } {
    const document = parsed(builtIn('shell')?.document);
    const config = toWorldConfig({ ...document, commands: [...document.commands, ...faults] });
    if (!config.ok) throw new Error(config.error);
    const shown = new Map<number, string>();
    const { report } = runScenario(config.value, document.untilNs as never, (fact) => {
      if (fact.kind === 'outputReleased' && fact.output.kind === 'console')
        shown.set(fact.output.instruction, String.fromCharCode(Number(fact.output.digest)));
    });
    return { text: [...shown.values()].join(''), broken: brokenIn(report) };
  }

  test('answers each line, through a failover too', () => {
    const expected = /^echo hello\nhello\ntime\n\d+\ncount\n3\ntime\n\d+\n$/;
    expect(console()).toEqual({ text: expect.stringMatching(expected), broken: [] });
    expect(console('crash A @ 90ms')).toEqual({ text: expect.stringMatching(expected), broken: [] });
    expect(console('crash B @ 90ms')).toEqual({ text: expect.stringMatching(expected), broken: [] });
  });

  test('nothing breaks when its host dies while somebody types', () => {
    for (let at = 60_000_000; at < 75_000_000; at += 1_300_000)
      expect(console(`crash A @ ${at}ns`).broken).toEqual([]);
  });
});
