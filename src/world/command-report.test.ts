// Which fact belongs to which command of a run.
import { expect, test } from 'vitest';
import { reportCommands } from './command-report.ts';
import type { ScriptedCommand } from './language/faults.ts';
import { type Refusal, refusal } from './language/refusals.ts';
import { at } from './testing/worlds.ts';

const commanded = (ns: number, command: string, why?: Refusal) => ({
  at: at(ns),
  kind: 'commanded' as const,
  command,
  ...(why === undefined ? {} : { why }),
});
const solo = { kind: 'host', host: 'A', nth: 1, moment: 'solo' } as const;

test('each command has its own fact: by its instant, or what is left', () => {
  const commands: ScriptedCommand[] = [
    { verb: 'crash', target: 'B', when: solo },
    { verb: 'crash', target: 'B', at: at(5_000_000) },
    { verb: 'crash', target: 'B', at: at(9_000_000) },
  ];
  const facts = [
    commanded(5_000_000, 'crash B'),
    commanded(7_000_001, 'crash B', refusal('alreadyOff', { host: 'B' })),
  ];
  expect(reportCommands(commands, facts)).toEqual([
    { command: 'crash B @ when A solo', struckAt: 7_000_001, why: 'host B already has no power' },
    { command: 'crash B @ 5ms', struckAt: 5_000_000 },
    { command: 'crash B @ 9ms', struckAt: null, why: 'the run ended before it' },
  ]);
});

test('a condition that never came true is told', () => {
  expect(reportCommands([{ verb: 'poweroff', target: 'vm', when: solo }], [commanded(3, 'crash A')])).toEqual(
    [{ command: 'poweroff vm @ when A solo', struckAt: null, why: 'its condition never came true' }],
  );
});

test('all hosts at once, on a condition, are told of one by one', () => {
  const facts = [commanded(3, 'crash A'), commanded(4, 'crash B')];
  expect(reportCommands([{ verb: 'crash', target: 'hosts', when: solo }], facts)).toMatchObject([
    { struckAt: 3 },
  ]);
});
