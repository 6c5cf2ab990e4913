// docs/commands.md is about the commands that there are: each one that it writes down can be read.
import { describe, expect, test } from 'vitest';
import page from '../../../docs/commands.md?raw';
import { parseCondition } from './condition-text.ts';
import { VERBS } from './fault-table.ts';
import { formatCommand, parseCommand, targetsOf } from './faults.ts';

const TARGETS = targetsOf(['A', 'B', 'C'], ['client1', 'client2']);

/** The page's chapter of this title. */
const chapter = (title: string): string => page.split(/^## /m).find((part) => part.startsWith(title)) ?? '';

/** What stands in backquotes in the n-th column of a chapter's first table. */
const column = (title: string, n: number): string[] =>
  chapter(title)
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .slice(2)
    .flatMap((line) => [...(line.split(' | ')[n] ?? '').matchAll(/`([^`]+)`/g)].map(([, code = '']) => code));

/** A usage with its place holders filled in. */
const filled = (usage: string): string =>
  usage
    .replace('HOST', 'C')
    .replace('CLIENT', 'client1')
    .replace('LINK', 'lan-A')
    .replace('TEXT', 'count\\n');

describe('docs/commands.md', () => {
  const commands = column('Verbs', 0);

  test('describes every verb, and no other', () => {
    expect([...new Set(commands.map((command) => command.split(' ')[0]))].sort()).toEqual([...VERBS].sort());
  });

  test.each(commands)('%s', (usage) => {
    expect(parseCommand(`${filled(usage)} @ 1ms`, TARGETS)).toMatchObject({ ok: true });
  });

  test.each(column('Where', 1).filter((code) => code !== 'crash A @ …'))('crash A @ %s', (when) => {
    expect(parseCommand(`crash A @ ${when}`, TARGETS)).toMatchObject({ ok: true });
  });

  const [conditions = '', words = ''] = chapter('Conditions').split('The words that may');
  const examples = [...conditions.matchAll(/^\| (`.*`) \|/gm)].flatMap(
    ([, codes = '']) => codes.match(/[^`]+(?=`(?:, `|$))/g) ?? [],
  );

  test('has conditions', () => expect(examples.length).toBeGreaterThan(10));

  test.each(examples)('when %s', (when) => {
    expect(parseCondition(when, TARGETS)).toMatchObject({ ok: true });
  });

  test('has all the words', () => {
    const row = (name: string): string[] => {
      const line = words.split('\n').find((each) => each.startsWith(`| ${name} |`)) ?? '';
      return [...line.matchAll(/`(\w+)`/g)].map(([, word = '']) => word);
    };
    const there = (condition: string): string[] => {
      const result = parseCondition(condition, TARGETS);
      return result.ok ? [] : (/(?:it is|there are) (.*)$/.exec(result.error)?.[1] ?? '').split(', ');
    };
    expect(row('an entry')).toEqual(there('entry 1 none'));
    expect(row('kinds of entries')).toEqual(there('none entry 1 sent'));
    expect(row('an output')).toEqual(there('output 1 none'));
    expect(row('a request')).toEqual(there('request 1 of client1 none'));
    expect(row('a read or write')).toEqual(there('read 1 none'));
    for (const word of row('a host'))
      expect(parseCondition(`A ${word}`, TARGETS)).toMatchObject({ ok: true });
    expect(row('a host')).toHaveLength(8);
  });

  test.each(
    chapter('Examples')
      .split('\n')
      .filter((line) => line.includes('@')),
  )('%s', (text) => {
    const command = parseCommand(text, TARGETS);
    expect(command).toMatchObject({ ok: true });
    if (command.ok) expect(parseCommand(formatCommand(command.value), TARGETS)).toEqual(command);
  });
});
