// The documents tell of nothing that does not exist: their commands are run, their options, files, scripts and links looked for.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { finish, understudy } from '../src/cli/testing/command-line.ts';
import { parseCommand, targetsOf } from '../src/world/language/faults.ts';
import { root } from './setup.mjs';

const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');

const DOCUMENTS = ['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'docs/commands.md'];

/** What stands in backquotes within sentences, with the document that it stands in. */
const spans = DOCUMENTS.flatMap((file) =>
  read(file)
    .split(/^```/m)
    .filter((_, i) => i % 2 === 0)
    .flatMap((prose) => [...prose.matchAll(/`([^`]+)`/g)])
    .map(([, code = '']): [string, string] => [file, code.replaceAll(/\s+/g, ' ')]),
);

/** The lines of what is fenced off. A line that begins with blanks goes on with the one before: with more options, or explaining it. */
const fenced = DOCUMENTS.flatMap((file) =>
  read(file)
    .split(/^```/m)
    .filter((_, i) => i % 2 === 1)
    .flatMap((block) =>
      block
        .split('\n')
        .slice(1)
        .join('\n')
        .replaceAll(/\n +(?=\[)/g, ' ')
        .replaceAll(/\n +/g, '  ')
        .split('\n'),
    )
    .map((line): [string, string] => [file, line]),
);

const unique = <T extends readonly string[]>(rows: T[]): T[] => [
  ...new Map(rows.map((row) => [row.join(' '), row])).values(),
];

// ---- npm -----------------------------------------------------------------------------------------

const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };

const npm = unique(
  [...spans, ...fenced].flatMap(([file, text]) =>
    [...text.matchAll(/\bnpm (?:run (?:-s )?)?([a-z][\w:-]*)/g)].map(([, name = '']): [string, string] => [
      file,
      name,
    ]),
  ),
).filter(([, name]) => name !== 'install');

test.each(npm)('%s: npm has a script %s', (_, name) => {
  expect(Object.keys(scripts)).toContain(name);
});

// ---- files ---------------------------------------------------------------------------------------

const FOLDERS = ['src', 'scripts', 'e2e', 'docs', 'public', '.github', '.ci'];

const files = [
  ...readdirSync(root).filter((name) => !FOLDERS.includes(name)),
  ...FOLDERS.flatMap((folder) =>
    readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' }).map((name) =>
      path.posix.join(folder, ...name.split(path.sep)),
    ),
  ),
];

const named = unique(spans.filter(([, code]) => /^[\w.@/-]+\.(?:tsx?|mjs|md|json|s|yml)$/.test(code)));

test.each(named)('%s: there is a file %s', (_, name) => {
  // What a build or a person makes is named by its name alone.
  const isOutside = ['scenario.schema.json'].includes(name);
  expect(isOutside || files.some((file) => file === name || file.endsWith(`/${name}`))).toBe(true);
});

test('the house is drawn with the folders that it has', () => {
  const house = (read('ARCHITECTURE.md').split('## The house')[1] ?? '').split('```')[1] ?? '';
  const drawn = [...house.matchAll(/^( *)([\w<>-]+)\/(?= |$)/gm)].map(([, indent = '', name = '']) => ({
    depth: indent.length / 2,
    name,
  }));
  expect(drawn.length).toBeGreaterThan(15);
  const place: string[] = [];
  for (const { depth, name } of drawn) {
    place.splice(depth);
    place.push(name);
    if (!name.startsWith('<')) expect(existsSync(path.join(root, ...place)), place.join('/')).toBe(true);
  }
});

test('a link within the documents leads somewhere', () => {
  const titles = (file: string): string[] =>
    [...read(file).matchAll(/^#+ (.*)$/gm)].map(([, title = '']) =>
      title
        .toLowerCase()
        .replaceAll(/[^\w\s-]/g, '')
        .replaceAll(' ', '-'),
    );
  for (const file of DOCUMENTS)
    for (const [, address = ''] of read(file).matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^https?:/.test(address)) continue;
      const [name = '', anchor] = address.split('#');
      const target = name === '' ? file : path.posix.join(path.posix.dirname(file), name);
      expect(existsSync(path.join(root, target)), `${file}: ${address}`).toBe(true);
      if (anchor !== undefined) expect(titles(target), `${file}: ${address}`).toContain(anchor);
    }
});

// ---- the command line ----------------------------------------------------------------------------

const FILES = {
  'program.s': finish('0x5555'),
  'scenario.json': '{}',
  'board.dtb': Uint8Array.of(0xd0, 0x0d, 0xfe, 0xed),
};

/** The words of a command as a shell would have them. */
const wordsOf = (line: string): string[] =>
  [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');

/** What is behind `understudy` in a line, to where its explanation begins. */
function shown(line: string): string | undefined {
  const [, command] = /^(?:npm run -s understudy -- |understudy )(.*)$/.exec(line) ?? [];
  return command?.split(/ {2,}/)[0]?.replace(/ #.*/, '');
}

const commandsIn = (lines: [string, string][]): [string, string][] =>
  unique(
    lines.flatMap(([file, line]): [string, string][] => {
      const command = shown(line);
      return command === undefined || command.startsWith('COMMAND') ? [] : [[file, command]];
    }),
  );

/** Those on lines of their own are whole; those within sentences may leave out what has been said. */
const whole = commandsIn(fenced);
const mentioned = commandsIn(spans);

/** Known by their names and options alone: the one measures for a minute, the other plays everything and is tested elsewhere. */
const NOT_RUN = ['bench', 'rules'];

/** A scenario that says nothing of its own. */
const LINK = (await understudy(['link', 'scenario.json'], FILES)).out.trim();

/** What may stand for a place holder. */
const FILLED: Readonly<Record<string, readonly string[]>> = {
  SCENARIO: ['counter'],
  'FILE.s': ['program.s'],
  'FILE.s|FILE.elf': ['program.s'],
  'FILE.s|FILE.elf|IMAGE': ['program.s'],
  'IMAGE|FILE.elf': ['program.bin'],
  IMAGE: ['made.bin'],
  FILE: ['board.dtb'],
  LINK: [LINK],
  BREAKPOINT: ['output released'],
  'TIME[+STEPS][@HOST]|COUNT[+CHANGES]@HOST': ['2ms', '2ms@A', '5@A', '5+0@A'],
  'registers,memory:ADDRESS+LENGTH': ['registers', 'memory:0x80000000+16'],
  HOST: ['A'],
  N: ['1'],
  S: ['1'],
  RULE: ['outputRule'],
  TEXT: ['console=off'],
  'interpreter|compiler': ['interpreter', 'compiler'],
  '64K|16M|BYTES': ['64K', '16M', '1048576'],
};

/** Every way to fill one part of a usage. */
function fill(words: readonly string[]): string[][] {
  return words.reduce<string[][]>(
    (lines, word) => {
      const isPlain = !/[A-Z|[\]]/.test(word) || word.includes(' @ ');
      const values = FILLED[word] ?? (isPlain ? [word] : undefined);
      if (values === undefined) throw new Error(`nothing is known that may stand for ${word}`);
      return lines.flatMap((line) => values.map((value) => [...line, value]));
    },
    [[]],
  );
}

/** The command lines that a usage stands for: without what is optional, and with each option by itself. */
function linesOf(usage: string): string[][] {
  const optional: string[] = [];
  const base = usage.replaceAll(/ \[((?:[^[\]]|\[[^\]]*\])*)\]…?/g, (_, group: string) => {
    optional.push(...group.split(/ \| |(?<=--\w+)\|/));
    return '';
  });
  const bases = fill(wordsOf(base));
  const more = optional.flatMap((group) => fill(wordsOf(group)));
  return [...bases, ...bases.flatMap((line) => more.map((words) => [...line, ...words]))];
}

/** So many as are asked for would take long; one shows as much. */
const fewer = (line: string[]): string[] =>
  line[0] !== 'soak'
    ? line
    : [...line.filter((word, i) => word !== '--runs' && line[i - 1] !== '--runs'), '--runs', '1'];

test('there are many', () => {
  expect(whole.length).toBeGreaterThan(10);
  expect(mentioned.length).toBeGreaterThan(5);
});

test.each(unique([...whole, ...mentioned]))(
  '%s: there is understudy %s, with these options',
  async (_, usage) => {
    const [name = ''] = wordsOf(usage);
    if (name === 'help') return;
    expect((await understudy(['no-such-command'])).error).toMatch(new RegExp(`\\b${name}\\b`));
    const { error } = await understudy([name, '--no-such-option']);
    for (const [option = ''] of usage.replaceAll(/'[^']*'/g, '').matchAll(/(?<=^|[\s[|])--[\w-]+/g))
      expect(error.split(/[\s,;.]+/), `options of ${name}`).toContain(option);
  },
);

const isRun = ([, usage]: [string, string]): boolean => !NOT_RUN.some((name) => usage.startsWith(name));

test.each(whole.filter(isRun))('%s: understudy %s', async (_, usage) => {
  const { files: there } = await understudy(['assemble', 'program.s', '-o', 'program.bin'], FILES);
  for (const line of linesOf(usage)) {
    const { status, error } = await understudy(fewer(line), there);
    expect([0, 1, 3], `understudy ${line.join(' ')}: ${error}`).toContain(status);
    expect(error).not.toMatch(/^understudy/);
  }
});

// ---- commands of a run ---------------------------------------------------------------------------

const TARGETS = targetsOf(['A', 'B', 'C'], ['client1', 'client2']);

describe('a command of a run can be read, with the names that hosts and links have', () => {
  const chapter = read('README.md').split('## Commands')[1]?.split('\n## ')[0] ?? '';
  const inReadme = [...chapter.matchAll(/^\| .*$/gm)]
    .flatMap(([row = '']) => [...row.matchAll(/`([^`]+)`/g)])
    .map(([, code = '']): [string] => [`${code.replace('TEXT', 'hello')} @ 1ms`]);
  const anywhere = [...spans, ...fenced]
    .map(([, code]) =>
      /(?:^|')((?:crash|cut|mend|lose|pause|slow|flip|migrate) [^'|]* @ [^'…]*)/.exec(code)?.[1]?.trim(),
    )
    .filter((code): code is string => code !== undefined && !/[A-Z]{3}|@$/.test(code))
    .map((code): [string] => [code]);

  test('there are many', () => expect(inReadme.length).toBeGreaterThan(20));

  test.each(unique([...inReadme, ...anywhere]))('%s', (text) => {
    expect(parseCommand(text, TARGETS)).toMatchObject({ ok: true });
  });
});

test('whatever looks like a cable is one', () => {
  const cables = spans.filter(([, code]) => /^(?:log|lan|storage|disk|client)-[\w-]+$/.test(code));
  expect(cables.length).toBeGreaterThan(3);
  for (const [file, code] of cables) expect(Object.keys(TARGETS.links), `${file}: ${code}`).toContain(code);
});
