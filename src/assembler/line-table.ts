// From the marks that reading left in the sections to a table from addresses to source lines.

import type { LineTable } from '../isa/image.ts';
import type { LineMark, Section } from './model.ts';

/** The table of loaded sections, which come in the order of their addresses. */
export function lineTable(sections: readonly Section[]): LineTable {
  const files: string[] = [];
  const rows: [address: number, file: number, line: number][] = [];
  const add = (address: number, file: number, line: number): void => {
    while (rows.length > 0 && rows.at(-1)![0] >= address) rows.pop();
    const last = rows.at(-1);
    if (last === undefined ? line > 0 : last[1] !== file || last[2] !== line)
      rows.push([address, file, line]);
  };
  const numberOf = (mark: LineMark): number => {
    const known = files.indexOf(mark.file);
    return known >= 0 ? known : files.push(mark.file) - 1;
  };
  for (const section of sections) {
    let end = 0;
    for (const [, part] of [...section.parts].sort(([a], [b]) => a - b)) {
      for (const mark of part.marks) add(mark.item.address + mark.offset, numberOf(mark), mark.line);
      const last = part.items.at(-1);
      if (last) end = last.address + last.size;
    }
    if (end > 0) add(end, 0, 0);
  }
  return {
    files,
    addresses: Uint32Array.from(rows, ([address]) => address),
    fileIndexes: Uint32Array.from(rows, ([, file]) => file),
    lines: Uint32Array.from(rows, ([, , line]) => line),
  };
}
