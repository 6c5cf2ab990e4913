// What help prints: all commands, or one with its options, from their tables.
import type { Command, Option, Syntax } from './arguments.ts';

const WIDTH = 100;
/** Where the second column begins, unless the first is wider. */
const COLUMN = 34;

const NOTES = [
  'SCENARIO is a built-in id, a JSON file, or a link. FILE is assembly source (.s), an ELF executable, or a flat image for 0x80000000.',
  "A command in a run is VERB TARGET [VALUE] @ INSTANT, or @ when CONDITION: 'crash A @ 12ms', 'cut log @ 2s', 'slow B 50% @ 1s', 'crash A @ when output entry 4 acked'.",
  'Exit status: 0 all well; 1 a property broke, or the guest reported failure; 2 bad usage or input; 3 a limit was reached first.',
];

/** Every command in a line. */
export function overview(commands: readonly Command[]): string {
  const rows = commands.map(({ syntax }): [string, string] => [
    [syntax.name, ...syntax.operands, ...(Object.keys(syntax.options).length > 0 ? ['[OPTION…]'] : [])].join(
      ' ',
    ),
    syntax.text,
  ]);
  return [
    'usage: understudy COMMAND …',
    table([...rows, ['COMMAND --help', 'the options of a command'], ['help', 'this']]),
    ...NOTES.map((note) => wrapped(note, 0)),
  ]
    .join('\n\n')
    .concat('\n');
}

/** One command with all that it takes. */
export function helpOf({ syntax }: Command): string {
  const { name, operands, options, text, notes = [] } = syntax;
  const words = ['usage: understudy', name, ...operands, ...Object.entries(options).map(bracketed)];
  const rows = Object.entries(options).map(([each, option]): [string, string] => [
    signature(each, option),
    option.default === undefined ? option.text : `${option.text}; ${option.default} unless told`,
  ]);
  const parts = [
    wrapped(words.join(' '), 4),
    wrapped(sentence(text), 0),
    table(rows),
    ...notes.map(paragraph),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;

const signature = (name: string, { value, letter }: Option): string =>
  `${letter === undefined ? '' : `-${letter}, `}--${name}${value === undefined ? '' : ` ${value}`}`;

function bracketed([name, { value, isRepeatable }]: [string, Option]): Syntax['name'] {
  return `[--${name}${value === undefined ? '' : ` ${value}`}]${isRepeatable ? '…' : ''}`;
}

/** Two columns; what is too long for the first has a line of its own. */
function table(rows: readonly [string, string][]): string {
  return rows
    .map(([name, text]) => {
      const indented = wrapped(`${' '.repeat(COLUMN)}${text}`, COLUMN);
      const first = `  ${name}`;
      return first.length < COLUMN - 1
        ? first.padEnd(COLUMN) + indented.slice(COLUMN)
        : `${first}\n${indented}`;
    })
    .join('\n');
}

const paragraph = (text: string): string =>
  text
    .split('\n')
    .map((line) => (line.startsWith(' ') ? line : wrapped(line, 0)))
    .join('\n');

/** What is in brackets or quoted stays together. */
const WORD = /\[(?:[^[\]]|\[[^\]]*\])*\]…?|'[^']*'\S*|\S+/g;

/** Breaks a line between words, so that none is longer than the page; what follows the first is indented. A leading blank stays. */
function wrapped(text: string, indent: number): string {
  const lines: string[] = [];
  let line = /^ */.exec(text)?.[0] ?? '';
  let isBlank = true;
  for (const word of text.match(WORD) ?? []) {
    if (!isBlank && line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = ' '.repeat(indent) + word;
    } else line += isBlank ? word : ` ${word}`;
    isBlank = false;
  }
  return [...lines, line].join('\n');
}
