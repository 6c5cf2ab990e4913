// The story of the last failure, put together from what was narrated: what broke, who noticed, who won, what clients got.
import type { NarrationLine } from '../../../worker/frame.ts';

/** What of the narration belongs into the story, in the words of `story.<key>`. */
const TOLD = new Set([
  'hostCrashed',
  'linkCut',
  'suspected',
  'testAndSetWon',
  'testAndSetLost',
  'halted',
  'draining',
  'wentLive',
  'wentSolo',
  'macMoved',
]);

const FAULTS = new Set(['hostCrashed', 'linkCut']);

export type Why = 'crash' | 'backup' | 'cut';

export interface FailoverStory {
  /** Identifies the failure: its instant. */
  at: number;
  /** Lines of the narration in their order, the first answer since among them. */
  lines: NarrationLine[];
  /** The host that died; none when the channel was cut. */
  lost: string | null;
  /** Who serves the clients now, and since when. */
  survivor: string | null;
  survivorSince: number | null;
  why: Why;
  /** The last answer before, and all since, in the order in which the clients got them. */
  answerBefore: number | null;
  answersSince: number[];
}

/** The story of the last fault that someone noticed or that left nobody; null when there was none. */
export function failoverStory(narration: readonly NarrationLine[]): FailoverStory | null {
  const start = startOfStory(narration);
  if (start === null) return null;
  const since = narration.slice(start);
  const firstAnswer = firstAnswerAfterTakeover(since);
  const lines = since.filter((line) => TOLD.has(line.key) || line === firstAnswer);
  const taken = since.findLast(({ key }) => key === 'wentLive' || key === 'wentSolo');
  const lost = narration[start]!.values.host;
  return {
    at: narration[start]!.at,
    lines: withoutRepeats(lines),
    lost: lost === undefined ? null : String(lost),
    survivor: taken === undefined ? null : String(taken.values.host),
    survivorSince: taken?.at ?? null,
    why: whyOf(since),
    answerBefore: answers(narration.slice(0, start)).at(-1) ?? null,
    answersSince: answers(since),
  };
}

/** The fault that the last noticed failure began with: the first since the pair was last whole. */
function startOfStory(narration: readonly NarrationLine[]): number | null {
  const end = narration.findLastIndex(({ key }) => key === 'suspected');
  const before = end < 0 ? narration : narration.slice(0, end);
  const fault = before.findLastIndex(({ key, values }) => isTelling(key, values));
  return fault < 0 ? null : fault;
}

function isTelling(key: string, values: NarrationLine['values']): boolean {
  return FAULTS.has(key) && (key === 'hostCrashed' || values.link === 'log');
}

function firstAnswerAfterTakeover(since: readonly NarrationLine[]): NarrationLine | undefined {
  const taken = since.findIndex(({ key }) => key === 'wentLive' || key === 'wentSolo');
  return taken < 0 ? undefined : since.slice(taken).find(({ key }) => key === 'answered');
}

function whyOf(since: readonly NarrationLine[]): Why {
  if (since[0]?.key === 'linkCut') return 'cut';
  return since.some(({ key }) => key === 'wentSolo') && !since.some(({ key }) => key === 'wentLive')
    ? 'backup'
    : 'crash';
}

function answers(lines: readonly NarrationLine[]): number[] {
  return lines.filter(({ key }) => key === 'answered').map(({ values }) => Number(values.value));
}

/** A host that asks for the flag again and again is told of once. */
function withoutRepeats(lines: readonly NarrationLine[]): NarrationLine[] {
  const seen = new Set<string>();
  return lines.filter(({ key, values }) => {
    const name = `${key} ${values.host ?? ''} ${values.link ?? ''}`;
    if (seen.has(name)) return false;
    seen.add(name);
    return true;
  });
}
