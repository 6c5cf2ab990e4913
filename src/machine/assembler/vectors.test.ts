// Held to GNU as, byte for byte: every line and every program of the vectors.
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { toHex } from '../../base/bytes.ts';
import { assemble } from './assembler.ts';

interface Vectors {
  lines: [line: string, bytes: string][];
  programs: { name: string; source: string; image: string; symbols: Record<string, number> }[];
}

const vectors: Vectors = JSON.parse(
  readFileSync(new URL('../testdata/assembler.json', import.meta.url), 'utf8'),
);

function bytesOf(source: string): string {
  const result = assemble(source);
  return result.ok ? toHex(result.image.bytes) : result.errors.map(({ message }) => message).join('; ');
}

it(`assembles all ${vectors.lines.length} lines as GNU as does`, () => {
  const made = vectors.lines.map(([line]) => [line, bytesOf(line.startsWith('.') ? `.data\n${line}` : line)]);
  expect(made).toEqual(vectors.lines);
});

it.each(vectors.programs)('assembles and places $name as GNU as and ld do', ({ source, image, symbols }) => {
  const result = assemble(source);
  if (!result.ok) throw new Error(JSON.stringify(result.errors));
  expect(toHex(result.image.bytes)).toBe(image);
  for (const [name, address] of Object.entries(symbols))
    expect([name, result.image.symbols.get(name)]).toEqual([name, address]);
  expect(result.image.entry).toBe(symbols._start);
});
