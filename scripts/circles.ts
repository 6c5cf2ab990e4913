// Circles among files that import values from each other: each file has to be there before the other.
import type { SourceImport } from './source.ts';

/** Files that import values from each other in a circle, one list for each circle, back at its first file at the end. */
export function valueCircles(imports: ReadonlyMap<string, readonly SourceImport[]>): string[][] {
  const below = new Map([...imports].map(([file, list]) => [file, valuesOf(list, imports)]));
  const done = new Set<string>();
  const circles: string[][] = [];
  for (const start of below.keys()) findCircles(start, below, done, circles);
  return circles;
}

/** With a query (?raw, ?worker&url) a file is loaded as text, or runs elsewhere. */
const valuesOf = (list: readonly SourceImport[], imports: ReadonlyMap<string, unknown>): string[] =>
  list.flatMap(({ target, typeOnly, query }) =>
    target !== undefined && !typeOnly && query === '' && imports.has(target) ? [target] : [],
  );

/** Walks down from a file; a file that stands on its own way down closes a circle. */
function findCircles(
  start: string,
  below: ReadonlyMap<string, readonly string[]>,
  done: Set<string>,
  circles: string[][],
): void {
  const way: { file: string; next: number }[] = done.has(start) ? [] : [{ file: start, next: 0 }];
  for (let step = way.at(-1); step !== undefined; step = way.at(-1)) {
    const target = below.get(step.file)?.[step.next++];
    if (target === undefined) {
      done.add(step.file);
      way.pop();
      continue;
    }
    if (done.has(target)) continue;
    const from = way.findIndex(({ file }) => file === target);
    if (from < 0) way.push({ file: target, next: 0 });
    else circles.push([...way.slice(from).map(({ file }) => file), target]);
  }
}
