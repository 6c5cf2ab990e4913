// Source lines of the guest by address, and addresses by line.

import type { Image } from '../../isa/image.ts';
import { sourceLineAt } from '../../isa/image.ts';

/**
 * The addresses of the instructions on a line of a source file, where each run of them begins; of the only file with such a line
 * when none is named. A file may be named without its folders.
 */
export function addressesOfLine({ lines }: Image, line: number, file?: string): number[] {
  const found: number[] = [];
  const isWanted = (name: string): boolean =>
    file === undefined || name === file || name.endsWith(`/${file}`);
  for (let i = 0; i < lines.addresses.length; i++) {
    const isHere = lines.lines[i] === line && isWanted(lines.files[lines.fileIndexes[i]!] as string);
    const isMore = i > 0 && lines.lines[i - 1] === line && lines.fileIndexes[i - 1] === lines.fileIndexes[i];
    if (isHere && !isMore) found.push(lines.addresses[i]!);
  }
  return found;
}

/** The lines of a file on which an instruction or datum stands. */
export function linesWithCode({ lines }: Image, file: string): Set<number> {
  const index = lines.files.indexOf(file);
  return new Set(lines.lines.filter((_, i) => lines.fileIndexes[i] === index));
}

/** `FILE:LINE` of what stands at an address. */
export function lineOf({ lines }: Image, address: number): string | undefined {
  const found = sourceLineAt(lines, address);
  return found && `${found.file}:${found.line}`;
}
