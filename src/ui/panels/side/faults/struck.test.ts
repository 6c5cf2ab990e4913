// Every fault is seen when it strikes: steps by event and by failure stop at it, the narration tells it in each language, the timeline marks it.
import i18next, { type i18n } from 'i18next';
import { beforeAll, expect, test } from 'vitest';
import { opened } from '../../../../worker/testing/worker.ts';
import type { Verb } from '../../../../world/language/faults.ts';
import { prepareTexts } from '../../../i18n/index.ts';
import { lineSentence, markText, type Translate } from '../../../i18n/sentences.ts';
import * as chinese from '../../../i18n/zh-CN/index.ts';

const languages: Translate[] = [];

beforeAll(async () => {
  for (const language of ['en', 'zh-CN']) {
    const instance: i18n = i18next.createInstance();
    await prepareTexts(instance);
    instance.addResourceBundle('zh-CN', 'page', chinese.page);
    instance.addResourceBundle('zh-CN', 'narration', chinese.narration);
    await instance.changeLanguage(language);
    languages.push(instance.t as unknown as Translate);
  }
});

/** When it strikes, and when what it needs to have been before it does. */
const AT = 5_000_000;
const BEFORE = 4_000_000;

interface Case {
  fault: string;
  /** What has to have failed before, so that it is of use. */
  after?: string;
  isFailure: boolean;
}

const broken = (fault: string, after?: string): Case => ({
  fault,
  isFailure: true,
  ...(after ? { after } : {}),
});
const right = (fault: string, after?: string): Case => ({
  fault,
  isFailure: false,
  ...(after ? { after } : {}),
});

const CASES: Readonly<Record<Verb, readonly Case[]>> = {
  crash: [
    broken('crash A'),
    broken('crash C'),
    broken('crash hosts'),
    broken('crash disk'),
    broken('crash client1'),
  ],
  repair: [
    right('repair C', 'crash C'),
    right('repair disk', 'crash disk'),
    right('repair client1', 'crash client1'),
  ],
  pause: [broken('pause B'), broken('pause A'), broken('pause client1'), broken('pause disk')],
  resume: [right('resume B', 'pause B'), right('resume disk', 'pause disk')],
  slow: [broken('slow B 50%'), right('slow B 100%', 'slow B 50%'), broken('slow disk 25%')],
  flip: [broken('flip B 0x80001234.3'), broken('flip client2 0x80001234.3')],
  poison: [broken('poison client1')],
  cut: [broken('cut log'), broken('cut lan-A in'), broken('cut storage-A out')],
  mend: [right('mend lan-A', 'cut lan-A'), right('mend disk', 'fill disk')],
  lose: [broken('lose lan 5%'), right('lose lan 0%', 'lose lan 5%')],
  duplicate: [broken('duplicate lan 5%')],
  reorder: [broken('reorder lan 5%')],
  delay: [broken('delay log 2ms')],
  fail: [broken('fail disk reads'), broken('fail disk all')],
  fill: [broken('fill disk')],
  poweroff: [right('poweroff vm')],
  share: [right('share vm 50%')],
  migrate: [right('migrate backup C')],
  type: [right('type vm x\\n')],
};

test.each(Object.values(CASES).flat())('$fault', async ({ fault, after, isFailure }) => {
  const commands = [...(after === undefined ? [] : [`${after} @ ${BEFORE}ns`]), `${fault} @ ${AT}ns`];
  const { frame } = await opened({ spares: [{ id: 'C' }], commands });
  const step = async (from: number, unit: 'event' | 'failure', direction: 1 | -1) => {
    await frame({ kind: 'seek', time: from });
    return (await frame({ kind: 'step', unit, direction })).time;
  };
  // On into what nobody has seen, then back, and on through what is known.
  expect(await step(AT - 1, 'event', 1)).toBe(AT);
  expect(await step(AT + 1, 'event', -1)).toBe(AT);
  expect(await step(AT - 1, 'event', 1)).toBe(AT);
  expect((await step(AT + 1, 'failure', -1)) === AT).toBe(isFailure);
  if (isFailure) expect(await step(AT - 1, 'failure', 1)).toBe(AT);

  const { narration, timeline } = await frame({ kind: 'seek', time: AT });
  const lines = narration.filter(({ at, weight }) => at === AT && weight === 1);
  const marks = timeline.marks.filter(({ at }) => at === AT);
  expect([lines.length > 0, marks.length > 0]).toEqual([true, true]);
  const [english, translated] = languages.map((t) => [
    ...lines.map((line) => [line.key, lineSentence(t, line)]),
    ...marks.map((mark) => [mark.key, markText(t, mark)]),
  ]) as [string[][], string[][]];
  for (const [i, [key, text = '']] of english.entries()) {
    expect(text).not.toMatch(new RegExp(`\\{\\{|undefined|^${key}`));
    expect(translated[i]?.[1]).toMatch(/[\u4e00-\u9fff]/);
    expect(translated[i]?.[1]).not.toMatch('{{');
  }
});
