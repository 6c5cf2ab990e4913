// The table of facts: which have a line and what it says, what steps stop at, which are kept as turning points.
import { describe, expect, test } from 'vitest';
import { configOf, MANY_RUNS, play } from '../../scenario/testing/story.ts';
import type { SimTime } from '../../sim/time.ts';
import { refusal } from '../../world/language/refusals.ts';
import type { Fact, Observation, OutputFacts } from '../../world/state/observation.ts';
import { createRun, runOn } from '../run/run.ts';
import { type FactUnit, keyOf, narrate, stopsOf, weightOf } from './fact-row.ts';

const tell = (fact: Fact) => narrate({ at: 5, ...fact } as Observation, 'counter');

const reply: OutputFacts = {
  kind: 'packet',
  instruction: 40,
  sequence: 3,
  digest: '',
  client: 'client1',
  request: 1,
  value: 11,
};
const write: OutputFacts = { kind: 'diskWrite', instruction: 40, sequence: 4, digest: '', block: 7 };
const entry = { generation: 1, sequence: 3, instruction: 40, bytes: 28, says: '', state: '' };

describe('a fact', () => {
  test.each<[Fact, string, 1 | 2 | 3, Record<string, unknown>]>([
    [{ kind: 'started' }, 'started', 1, { guest: 'counter' }],
    [
      { kind: 'requestSent', client: 'client1', request: 2, operation: 'increment', arguments: [], tries: 1 },
      'requestSent',
      2,
      { client: 'client1', request: 2, operation: 'increment' },
    ],
    [
      { kind: 'requestSent', client: 'client1', request: 2, operation: 'increment', arguments: [], tries: 3 },
      'requestRetried',
      2,
      { client: 'client1', request: 2, tries: 3 },
    ],
    [
      { kind: 'recorded', host: 'A', entry: 'diskCompletion', ...entry },
      'recorded',
      3,
      { sequence: 3, entry: 'diskCompletion', instruction: 40 },
    ],
    [
      { kind: 'recorded', host: 'A', entry: 'output', output: 'packet', ...entry },
      'recorded',
      3,
      { entry: 'output', output: 'packet' },
    ],
    [
      { kind: 'outputHeld', host: 'A', output: reply },
      'outputHeld',
      2,
      { kind: 'packet', sequence: 3, client: 'client1', value: 11 },
    ],
    [
      { kind: 'outputReleased', host: 'A', output: write, waited: 900, acked: 4, isProtected: true },
      'outputReleased',
      2,
      { kind: 'diskWrite', sequence: 4, block: 7, waitedNs: 900 },
    ],
    [{ kind: 'outputDropped', host: 'B', output: reply }, 'outputDropped', 2, { host: 'B', value: 11 }],
    [{ kind: 'hostCrashed', host: 'A' }, 'hostCrashed', 1, { host: 'A' }],
    [{ kind: 'macMoved', port: 'B' }, 'macMoved', 1, { host: 'B' }],
    [{ kind: 'linkCut', link: 'log' }, 'linkCut', 1, { link: 'log' }],
    [
      { kind: 'suspected', host: 'B', of: 'A', silence: 10 },
      'suspected',
      1,
      { host: 'B', of: 'A', silenceNs: 10 },
    ],
    [
      { kind: 'suspected', host: 'B', of: 'A', silence: 10, runs: true },
      'suspectedThoughItRuns',
      1,
      { host: 'B', of: 'A', silenceNs: 10 },
    ],
    [
      { kind: 'wentLive', host: 'B', generation: 1, instruction: 9, silence: 11, received: 4, consumed: 4 },
      'wentLive',
      1,
      { host: 'B', instruction: 9, afterNs: 11 },
    ],
    [
      { kind: 'violated', property: 'Output Rule', section: '§2.2' },
      'violated',
      1,
      { property: 'Output Rule', section: '§2.2' },
    ],
    [
      { kind: 'halted', host: 'A', reason: 'lostArbitration' },
      'halted',
      1,
      { host: 'A', reason: 'lostArbitration' },
    ],
    [
      {
        kind: 'paired',
        generation: 2,
        primary: 'B',
        backup: 'C',
        instruction: 9,
        primaryState: '',
        backupState: '',
      },
      'paired',
      1,
      { generation: 2, primary: 'B', backup: 'C' },
    ],
    [{ kind: 'linkCut', link: 'log-A', way: 'out' }, 'linkCutOut', 1, { link: 'log-A', way: 'out' }],
    [
      { kind: 'linkImpaired', link: 'lan', loss: 10_000, duplication: 0, reordering: 0, delay: 2_000_000 },
      'linkImpaired',
      1,
      { link: 'lan', loss: 10_000, delayNs: 2_000_000 },
    ],
    [
      { kind: 'cloneRound', host: 'B', target: 'C', round: 2, pages: 5, bytes: 20_480 },
      'cloneRound',
      2,
      { host: 'B', target: 'C', round: 2, pages: 5, bytes: 20_480 },
    ],
    [{ kind: 'cloneFinished', host: 'B', target: 'C', pause: 7 }, 'cloneFinished', 1, { pauseNs: 7 }],
    [
      { kind: 'commanded', command: 'crash A', why: refusal('alreadyOff', { host: 'A' }) },
      'commandedInVain',
      1,
      { command: 'crash A', refusal: 'alreadyOff', host: 'A' },
    ],
    [{ kind: 'halted', host: 'A', reason: 'guestExit', code: 3 }, 'guestExited', 1, { host: 'A', code: 3 }],
    [
      { kind: 'halted', host: 'A', reason: 'guestStuck', address: 0x8000_0000 },
      'guestStuck',
      1,
      { host: 'A', address: 0x8000_0000 },
    ],
    [
      { kind: 'halted', host: 'A', reason: 'guestStuck', address: 0, cause: 5, trappedAt: 0x8000_0010 },
      'guestTrapped',
      1,
      { host: 'A', address: 0, cause: 5, trappedAt: 0x8000_0010 },
    ],
  ])('%o is told', (fact, key, weight, values) => {
    const line = tell(fact);
    expect(line).toMatchObject({ key, weight, values });
  });

  test.each<[Fact]>([
    [{ kind: 'replayed', host: 'B', entry: 'clock', ...entry }],
    [{ kind: 'sent', host: 'A', message: 'heartbeat', bytes: 74, generation: 1 }],
    [{ kind: 'received', host: 'B', generation: 1, first: 1, last: 2, instruction: 9 }],
    [
      {
        kind: 'paired',
        generation: 1,
        primary: 'A',
        backup: 'B',
        instruction: 0,
        primaryState: '',
        backupState: '',
      },
    ],
    [{ kind: 'commanded', command: 'crash A' }],
    [{ kind: 'resent', host: 'A', from: 1 }],
  ])('%o is not', (fact) => {
    expect(tell(fact)).toBeUndefined();
  });
});

test('every line of whole runs has all its values', { timeout: MANY_RUNS }, () => {
  const runs = [
    play({ commands: ['crash A @ 8200us'] }),
    play({ commands: ['crash B @ 8200us'] }),
    play({ commands: ['cut log @ 5ms', 'mend log @ 6ms', 'cut log @ 9ms', 'cut storage-A @ 10ms'] }),
    play({ rules: { arbitration: false, outputRule: false }, commands: ['cut log @ 9ms'] }),
  ];
  const keys = new Set<string>();
  for (const { facts } of runs)
    for (const fact of facts) {
      const line = narrate(fact, 'counter');
      if (line === undefined) continue;
      keys.add(line.key);
      for (const [name, value] of Object.entries(line.values))
        expect(['string', 'number'], `${line.key}.${name}`).toContain(typeof value);
    }
  expect(keys.size).toBeGreaterThan(20);
});

describe('steps', () => {
  const stops = (fact: Fact): FactUnit[] =>
    (['entry', 'output', 'packet', 'event', 'failure'] as const).filter((unit) =>
      stopsOf(unit)(keyOf({ at: 5, ...fact } as Observation)),
    );

  test.each<[Fact, FactUnit[]]>([
    [{ kind: 'replayed', host: 'B', entry: 'clock', ...entry }, ['entry']],
    [{ kind: 'outputHeld', host: 'A', output: reply }, ['output', 'event']],
    [{ kind: 'requestArrived', host: 'A', client: 'client1', request: 1 }, ['packet', 'event']],
    [{ kind: 'violated', property: 'Output Rule', section: '§2.2' }, ['event', 'failure']],
    [{ kind: 'halted', host: 'A', reason: 'guestStuck', address: 0 }, ['event', 'failure']],
    [{ kind: 'halted', host: 'A', reason: 'lostArbitration' }, ['event', 'failure']],
    [{ kind: 'halted', host: 'A', reason: 'guestExit', code: 3 }, ['event', 'failure']],
    [{ kind: 'halted', host: 'A', reason: 'guestExit', code: 0 }, ['event']],
    [{ kind: 'halted', host: 'A', reason: 'poweredOff' }, ['event']],
    [{ kind: 'hostSlowed', host: 'A', percent: 50 }, ['event', 'failure']],
    [{ kind: 'hostSlowed', host: 'A', percent: 100 }, ['event']],
    [{ kind: 'diskImpaired', reads: false, writes: false, full: true }, ['event', 'failure']],
    [{ kind: 'diskImpaired', reads: false, writes: false, full: false }, ['event']],
    [{ kind: 'frameLost', link: 'lan-client1', reason: 'loss' }, ['event']],
    [{ kind: 'frameLost', link: 'log-A:B', reason: 'cut' }, []],
    [{ kind: 'commanded', command: 'crash A', why: refusal('alreadyOff', { host: 'A' }) }, ['event']],
  ])('%o', (fact, units) => {
    expect(stops(fact)).toEqual(units);
  });
});

test('what the narration calls turning points stays as facts, and nothing else', {
  timeout: MANY_RUNS,
}, () => {
  const commands = [
    'pause B @ 5ms',
    'resume B @ 6ms',
    'slow B 50% @ 7ms',
    'lose lan 5% @ 8ms',
    'crash A @ 9ms',
  ];
  const run = createRun(configOf({ spares: [{ id: 'C' }], commands }));
  runOn(run, 60_000_000 as SimTime);
  const turns = run.facts.filter((fact) => weightOf(keyOf(fact)) === 1);
  const kinds = new Set(turns.map(({ kind }) => kind));
  for (const kind of ['hostSlowed', 'linkImpaired', 'draining', 'backupChosen', 'cloneFinished'] as const)
    expect(kinds).toContain(kind);
  expect(run.trace.turns.map(({ fact }) => fact)).toEqual(turns);
});
