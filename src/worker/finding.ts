// What can be found in a run, and what was, as the page sees it.

import { countFacts, type FactQuery, type FoundFact } from '../timeline/explain/find-fact.ts';
import type { Run } from '../timeline/run/run.ts';
import type { EventCount, FoundView } from './time-views.ts';

/** All kinds of facts that there have been, and about whom, in the order in which they first were. */
export function viewEvents({ trace: { keys, counts } }: Run): EventCount[] {
  const events = new Map<string, EventCount>();
  keys.forEach(({ kind, who }, key) => {
    const name = `${kind} ${who}`;
    const known = events.get(name) ?? { kind, who, count: 0 };
    events.set(name, { ...known, count: known.count + (counts[key] ?? 0) });
  });
  return [...events.values()].filter(({ count }) => count > 0);
}

/** Which one of all it is, where the columns tell: of those with a text in their values nobody has counted. */
export function viewFound(run: Run, query: FactQuery, found: FoundFact): FoundView {
  const { number, ...told } = found;
  if (query.text !== '') return told;
  const { total, before } = countFacts(run, query, number);
  return { ...told, total, ...(before === undefined ? {} : { place: before + 1 }) };
}
