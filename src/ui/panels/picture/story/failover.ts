// The story of the last failure, put together from what was narrated: what broke, who noticed, who won, what clients got.
import type { FactKind, NarrationLine } from '../../../../worker/frame.ts';

/** What of the narration belongs into the story. */
const TOLD: ReadonlySet<FactKind> = new Set([
  'hostCrashed',
  'linkCut',
  'linkMended',
  'suspected',
  'testAndSetWon',
  'testAndSetLost',
  'halted',
  'draining',
  'wentLive',
  'wentSolo',
  'macMoved',
  'noHostFits',
  'cloneStarted',
  'cloneAbandoned',
  'cloneFinished',
  'paired',
]);

const FAULTS: ReadonlySet<FactKind> = new Set(['hostCrashed', 'linkCut']);

const OUTPUTS: ReadonlySet<FactKind> = new Set(['outputHeld', 'outputReleased', 'outputDropped']);

export type Why = 'crash' | 'backup' | 'cut';

/** A number that the guest counted and nobody has been told. */
export interface Debt {
  value: number;
  client: string;
}

export interface FailoverStory {
  /** Identifies the failure: its instant. */
  at: number;
  /** Lines since have been left out of the narration: of the answers only the latest are known. */
  isCut: boolean;
  /** Lines of the narration in their order, the first answer since among them. */
  lines: NarrationLine[];
  /** The host that died; none when the channel was cut. */
  lost: string | null;
  /** Who serves the clients now, and since when. */
  survivor: string | null;
  survivorSince: number | null;
  /** Both hosts went on by themselves. */
  isSplit: boolean;
  why: Why;
  /** The new backup, and since when the VM is protected again. */
  restored: { backup: string; at: number } | null;
  /** When the channel that was cut worked again. */
  mendedAt: number | null;
  /** The highest answer before, and all since in the order of the numbers. */
  answerBefore: number | null;
  answersSince: number[];
  /** Somebody had to ask again since. */
  isAskedAgain: boolean;
  /** Below the highest number told; only the client that waits for it can still get it. */
  owed: Debt[];
  /** Replies that died with the primary: it never let them out, and the backup had dropped its own. */
  died: Debt[];
}

/**
 * The story of the last fault that someone noticed or that left nobody; null when there was none.
 * @param firstPair the hosts that the run began with
 */
export function failoverStory(
  narration: readonly NarrationLine[],
  firstPair: readonly string[] = ['A', 'B'],
): FailoverStory | null {
  const start = startOfStory(narration, firstPair);
  if (start === null) return null;
  const since = narration.slice(start);
  // Who has not got all lines since cannot tell which answer was the first.
  const isCut = since.some(({ isAfterGap }) => isAfterGap === true);
  const firstAnswer = isCut ? undefined : firstAnswerAfterTakeover(since);
  const lines = since.filter((line) => TOLD.has(line.kind) || line === firstAnswer);
  const taken = since.findLast(isTakeover);
  const lost = narration[start]!.values.host;
  const paired = since.findLast(({ kind }) => kind === 'paired');
  return {
    at: narration[start]!.at,
    lines: withoutRepeats(lines),
    lost: lost === undefined ? null : String(lost),
    survivor: taken === undefined ? null : String(taken.values.host),
    survivorSince: taken?.at ?? null,
    restored: paired === undefined ? null : { backup: String(paired.values.backup), at: paired.at },
    isSplit: new Set(since.filter(isTakeover).map(({ values }) => values.host)).size > 1,
    why: whyOf(since),
    mendedAt: since.find(({ kind, values }) => kind === 'linkMended' && isLog(values.link))?.at ?? null,
    answerBefore: answers(narration.slice(0, start)).at(-1) ?? null,
    isCut,
    answersSince: answers(since),
    isAskedAgain: since.some(({ key }) => key === 'requestRetried'),
    owed: owedNumbers(narration),
    died: lost === undefined ? [] : diedReplies(narration, String(lost)),
  };
}

/** The fault that the last noticed failure began with: the first since the pair was last whole. */
function startOfStory(narration: readonly NarrationLine[], firstPair: readonly string[]): number | null {
  const end = narration.findLastIndex(({ kind }) => kind === 'suspected');
  const before = end < 0 ? narration : narration.slice(0, end);
  const spares = sparesOf(narration, firstPair);
  const fault = before.findLastIndex(
    ({ kind, values }) =>
      isRelevant(kind, values) && !(kind === 'hostCrashed' && spares.has(String(values.host))),
  );
  return fault < 0 ? null : fault;
}

/** Hosts that crashed without ever having been one of a pair: nobody suspected them, and none was cloned to them. */
function sparesOf(narration: readonly NarrationLine[], firstPair: readonly string[]): Set<string> {
  const members = new Set<unknown>(firstPair);
  for (const { values } of narration) {
    for (const each of [values.primary, values.backup, values.of]) members.add(each);
  }
  const crashed = narration
    .filter(({ kind }) => kind === 'hostCrashed')
    .map(({ values }) => String(values.host));
  return new Set(crashed.filter((host) => !members.has(host)));
}

/** The logging channel's cable, by whatever name a command had for it. */
const isLog = (link: unknown): boolean => /^log(-|$)/.test(String(link));

function isRelevant(kind: FactKind, values: NarrationLine['values']): boolean {
  return FAULTS.has(kind) && (kind === 'hostCrashed' || isLog(values.link));
}

function isTakeover({ kind }: NarrationLine): boolean {
  return kind === 'wentLive' || kind === 'wentSolo';
}

function firstAnswerAfterTakeover(since: readonly NarrationLine[]): NarrationLine | undefined {
  const taken = since.findIndex(isTakeover);
  return taken < 0 ? undefined : since.slice(taken).find(({ kind }) => kind === 'answered');
}

function whyOf(since: readonly NarrationLine[]): Why {
  if (since[0]?.kind === 'linkCut') return 'cut';
  return since.some(({ kind }) => kind === 'wentSolo') && !since.some(({ kind }) => kind === 'wentLive')
    ? 'backup'
    : 'crash';
}

/** The numbers told, in their order. */
function answers(lines: readonly NarrationLine[]): number[] {
  const told = lines.filter(({ kind }) => kind === 'answered').map(({ values }) => Number(values.value));
  return told.sort((a, b) => a - b);
}

/** Replies produced with a number below the highest one told that itself has not been told. */
function owedNumbers(narration: readonly NarrationLine[]): Debt[] {
  const told = answers(narration);
  const highest = told.at(-1) ?? 0;
  const owed = new Map<number, Debt>();
  for (const line of narration) {
    const debt = replyOf(line);
    if (debt !== null && debt.value < highest && !told.includes(debt.value)) owed.set(debt.value, debt);
  }
  return [...owed.values()].sort((a, b) => a.value - b.value);
}

/** What the backup produced and dropped up to its takeover while `lost` never let its own out. */
function diedReplies(narration: readonly NarrationLine[], lost: string): Debt[] {
  const taken = narration.findLastIndex(({ kind, values }) => kind === 'wentLive' && values.host !== lost);
  if (taken < 0) return [];
  const before = narration.slice(0, taken);
  const out = new Set<number>();
  for (const line of before) if (line.kind === 'outputReleased') out.add(replyOf(line)?.value ?? 0);
  const dropped = before.filter(({ kind }) => kind === 'outputDropped').map(replyOf);
  return dropped.filter((debt) => debt !== null).filter(({ value }) => !out.has(value));
}

/** The reply that a line about an output is of. */
function replyOf({ kind, values }: NarrationLine): Debt | null {
  const { value, client } = values;
  if (!OUTPUTS.has(kind) || values.kind !== 'packet' || value === undefined || client === undefined)
    return null;
  return { value: Number(value), client: String(client) };
}

/** A host that asks for the flag again and again is told of once. */
function withoutRepeats(lines: readonly NarrationLine[]): NarrationLine[] {
  const seen = new Set<string>();
  return lines.filter(({ kind, values }) => {
    const name = `${kind} ${values.host ?? ''} ${values.link ?? ''}`;
    if (seen.has(name)) return false;
    seen.add(name);
    return true;
  });
}
