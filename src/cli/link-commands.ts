// `understudy link`, `show` and `list`: documents as links, links as documents, and the documents that come along.
import { encodeLink } from '../scenario/codec.ts';
import { LIBRARY } from '../scenario/library/index.ts';
import { parseArguments } from './arguments.ts';
import { readLink, readScenario } from './document.ts';
import { type Io, OK, printJson } from './io.ts';

/** Prints the end of a link: what stands behind the page's address. */
export async function linkCommand(io: Io, words: readonly string[]): Promise<number> {
  const { operands } = parseArguments('link', { operands: ['SCENARIO'], options: {} }, words);
  io.out(`${await encodeLink(await readScenario(io, operands[0] ?? ''))}\n`);
  return OK;
}

/** Prints the whole document, every default filled in. */
export async function showCommand(io: Io, words: readonly string[]): Promise<number> {
  const { operands } = parseArguments('show', { operands: ['LINK'], options: {} }, words);
  printJson(io, await readLink(operands[0] ?? ''));
  return OK;
}

export function listCommand(io: Io, words: readonly string[]): number {
  const { flags } = parseArguments('list', { operands: [], options: { json: 'flag' } }, words);
  const scenarios = LIBRARY.map(({ id, document }) => ({ id, title: String(document.title) }));
  const width = Math.max(...scenarios.map(({ id }) => id.length));
  if (flags.has('json')) printJson(io, scenarios);
  else io.out(scenarios.map(({ id, title }) => `${id.padEnd(width)}  ${title}\n`).join(''));
  return OK;
}
