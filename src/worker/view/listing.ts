// A program as its author wrote it: labels by address, and source lines.

import type { Image } from '../../isa/image.ts';
import { countBelow } from '../../timeline/facts/fact-index.ts';

export interface Listing {
  /** The label that stands exactly at an address. */
  symbolAt(address: number): string | undefined;
  /** An address as a label and a distance, `idle + 4`. */
  place(address: number): string | undefined;
  /** A line of the source, without what is before and behind it; and all of a file as they were written. */
  text(file: string, line: number): string | undefined;
  lines(file: string): readonly string[] | undefined;
}

/** @param sources the texts of the files that the image was assembled from, by name */
export function createListing(image: Image, sources: Readonly<Record<string, string>>): Listing {
  // Code only: constants (`.equ`) and data have no instructions at them.
  const end = image.base + image.bytes.length;
  const labels = [...image.symbols]
    .filter(([, address]) => address >= image.base && address < end)
    .sort(([a, x], [b, y]) => x - y || (a < b ? -1 : 1));
  const lines = Object.fromEntries(
    Object.entries(sources).map(([file, source]) => [file, source.split('\n')] as const),
  );
  const before = (address: number) => labels[countBelow(labels, ([, at]) => at <= address) - 1];
  return {
    symbolAt(address) {
      const label = before(address);
      return label?.[1] === address ? label[0] : undefined;
    },
    place(address) {
      const label = before(address);
      if (label === undefined) return undefined;
      return label[1] === address ? label[0] : `${label[0]} + ${address - label[1]}`;
    },
    text: (file, line) => lines[file]?.[line - 1]?.trim(),
    lines: (file) => lines[file]?.map((line) => line.trimEnd()),
  };
}
