// What the clients have of it, in one sentence: the answers in order, what is still owed, or what broke.
import type { PropertyView, ViewFrame } from '../../../worker/frame.ts';
import { clientName, propertyName, type Translate, violationSentence } from '../../i18n/sentences.ts';
import type { Debt, FailoverStory } from '../picture/story/failover.ts';

/** Shown of the answers since. */
const ANSWERS = 4;

/** A debt whose client waits, with the instant at which it asks again. */
export interface OpenDebt extends Debt {
  retryAt: number;
}

/** The debts that a client waits for: what nobody waits for any more is not owed. */
export function openDebts(owed: readonly Debt[], clients: ViewFrame['clients']): OpenDebt[] {
  return owed.flatMap((debt) => {
    const waiting = clients.find(({ id, state }) => id === debt.client && state === 'waiting');
    return waiting?.request === undefined ? [] : [{ ...debt, retryAt: waiting.request.retryAt }];
  });
}

/** The broken properties that have a violation to tell of. */
export function brokenOf(properties: readonly PropertyView[]): PropertyView[] {
  return properties.filter(({ holds }) => !holds);
}

/** `Clients’ view is broken: client 1 got 13, a number that …` */
export function brokenSentence(t: Translate, { name, violation }: PropertyView): string {
  const sentence = violation === undefined ? '' : violationSentence(t, violation);
  return t('story.brokenProperty', { name: propertyName(t, name), sentence });
}

/** Guests whose answers are one row of numbers: from it one can tell what is missing, and what was told twice. */
const COUNTING: ReadonlySet<string> = new Set(['counter', 'dma-poller']);

export const isCounting = ({ guest }: Pick<ViewFrame, 'guest'>): boolean => COUNTING.has(guest);

/** The answers before and since as one row of numbers with what is missing in it, or how the clients wait. */
export function verdictSentence(
  t: Translate,
  story: FailoverStory,
  owed: readonly OpenDebt[],
  isCounting: boolean,
): string {
  const { answersSince, isAskedAgain } = story;
  const answerBefore = isCounting ? story.answerBefore : null;
  const value = answerBefore ?? '';
  if (answersSince.length === 0) {
    const key = isAskedAgain ? 'waitingAgain' : 'waiting';
    return answerBefore === null ? t(`story.verdict.${key}None`) : t(`story.verdict.${key}`, { value });
  }
  if (!isCounting) return t('story.verdict.right', { count: answersSince.length });
  const list = listOf(story);
  const [debt] = owed;
  if (debt === undefined) return t('story.verdict.whole', { list });
  return t('story.verdict.owed', {
    list,
    value: debt.value,
    client: clientName(t, debt.client),
    at: debt.retryAt,
  });
}

function listOf({ answerBefore, answersSince, isCut }: FailoverStory): string {
  if (isCut) return `… ${answersSince.slice(-ANSWERS).join(', ')}`;
  const before = answerBefore === null ? [] : [`… ${answerBefore}`];
  const more = answersSince.length > ANSWERS ? ['…'] : [];
  return [...before, ...answersSince.slice(0, ANSWERS).map(String), ...more].join(', ');
}
