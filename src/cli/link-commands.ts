// `understudy link`, `show` and `list`: documents as links, links as documents, and the documents that come along.
import { encodeLink } from '../scenario/codec.ts';
import { LIBRARY } from '../scenario/library/index.ts';
import { command } from './arguments.ts';
import { readLink, readScenario } from './document.ts';
import { OK, printJson } from './io.ts';

/** Prints the end of a link: what stands behind the page's address. */
export const LINK = command(
  { name: 'link', operands: ['SCENARIO'], options: {}, text: 'the scenario as a link' },
  async (io, { operands: [scenario = ''] }) => {
    io.out(`${await encodeLink(await readScenario(io, scenario))}\n`);
    return OK;
  },
);

/** Prints the whole document, every default filled in. */
export const SHOW = command(
  { name: 'show', operands: ['LINK'], options: {}, text: 'the document in a link' },
  async (io, { operands: [link = ''] }) => {
    printJson(io, await readLink(link));
    return OK;
  },
);

export const LIST = command(
  {
    name: 'list',
    operands: [],
    options: { json: { text: 'as one JSON document' } },
    text: 'the built-in scenarios',
  },
  (io, given) => {
    const scenarios = LIBRARY.map(({ id, document }) => ({ id, title: String(document.title) }));
    const width = Math.max(...scenarios.map(({ id }) => id.length));
    if (given.has('json')) printJson(io, scenarios);
    else io.out(scenarios.map(({ id, title }) => `${id.padEnd(width)}  ${title}\n`).join(''));
    return OK;
  },
);
