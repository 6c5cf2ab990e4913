// Held to GNU as and ld, byte for byte: the vectors, and more sources of the kinds that people and compilers write.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { toHex } from '../base/bytes.ts';
import { assemble } from './assembler.ts';
import { formatError } from './errors.ts';

interface Program {
  name: string;
  source: string;
  image: string;
  symbols?: Record<string, number>;
}

interface Vectors {
  lines: [line: string, bytes: string][];
  programs: Program[];
}

function read<Content>(name: string): Content {
  return JSON.parse(readFileSync(new URL(`./testdata/${name}`, import.meta.url), 'utf8'));
}

const vectors = read<Vectors>('assembler.json');

/** Made with GNU as and ld 2.40 in the layout of the vectors: sources by hand, and what gcc 12.2 made of C. */
const more = read<Program[]>('assembler-more.json');

/** Short sources by hand, for each directive and each way to write something, and their bytes by the same tools. */
const sources = read<[source: string, bytes: string][]>('assembler-sources.json');

/** Random programs over all directives and instructions, and their bytes by the same tools. */
const random = read<[source: string, bytes: string][]>('assembler-random.json');

/** The file that those sources take bytes from. */
const readBytes = (name: string) =>
  name === 'bin.dat' ? new TextEncoder().encode('hello, world') : undefined;

function bytesOf(source: string): string {
  const result = assemble(source, { readBytes });
  return result.ok ? toHex(result.image.bytes) : result.errors.map(formatError).join('\n');
}

describe('the assembler makes what GNU as and ld make', () => {
  it(`of all ${vectors.lines.length} lines`, () => {
    const made = vectors.lines.map(([line]) => [
      line,
      bytesOf(line.startsWith('.') ? `.data\n${line}` : line),
    ]);
    expect(made).toEqual(vectors.lines);
  });

  it(`of all ${sources.length} short sources`, () => {
    expect(sources.map(([source]) => [source, bytesOf(source)])).toEqual(sources);
  });

  it(`of ${random.length} random programs`, () => {
    expect(random.map(([source]) => [source, bytesOf(source)])).toEqual(random);
  });

  it.each(vectors.programs)('of the program $name, symbols and all', ({ source, image, symbols = {} }) => {
    const result = assemble(source);
    if (!result.ok) throw new Error(result.errors.map(formatError).join('\n'));
    expect(toHex(result.image.bytes)).toBe(image);
    const globals = Object.keys(symbols).map((name) => [name, result.image.symbols.get(name)]);
    expect(globals).toEqual(Object.entries(symbols));
    expect(result.image.entry).toBe(symbols._start);
  });

  it.each(more)('of $name', ({ source, image }) => {
    expect(bytesOf(source)).toBe(image);
  });
});
