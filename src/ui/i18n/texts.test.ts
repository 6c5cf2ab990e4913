// Both languages say the same things: every key, with the same values in it.
import { expect, test } from 'vitest';
import { sentencesOf } from '../../timeline/facts/fact-row.ts';
import { FACT_KINDS, FACTS } from '../../timeline/facts/fact-table.ts';
import eventsEn from './en/events.json';
import narrationEn from './en/narration.json';
import pageEn from './en/page.json';
import eventsZh from './zh-CN/events.json';
import narrationZh from './zh-CN/narration.json';
import pageZh from './zh-CN/page.json';

type Texts = { [key: string]: string | Texts };

/** Keys with their texts, as paths. English `_one` forms have no like in Chinese. */
function flat(texts: Texts, path = ''): Map<string, string> {
  const found = new Map<string, string>();
  for (const [key, value] of Object.entries(texts)) {
    if (typeof value !== 'string') for (const [k, v] of flat(value, `${path}${key}.`)) found.set(k, v);
    else if (!key.endsWith('_one')) found.set(path + key, value);
  }
  return found;
}

const valuesIn = (text: string) => [...text.matchAll(/\{\{(.+?)\}\}/g)].map(([, value]) => value!).sort();

test.each([
  ['page', pageEn, pageZh],
  ['narration', narrationEn, narrationZh],
  ['events', eventsEn, eventsZh],
])('%s: the same keys with the same values', (_, en, zh) => {
  const [english, chinese] = [flat(en), flat(zh)];
  expect([...chinese.keys()].sort()).toEqual([...english.keys()].sort());
  for (const [key, text] of english)
    expect([key, valuesIn(chinese.get(key)!)]).toEqual([key, valuesIn(text)]);
});

test('every sentence that a fact may have is there, and no other', () => {
  const keys = Object.keys(narrationEn).filter((key) => typeof narrationEn[key as 'started'] === 'string');
  const told = new Set(keys.map((key) => key.replace(/_(zero|one|other)$/, '')));
  expect([...told].sort()).toEqual(['unknown', ...FACT_KINDS.flatMap(sentencesOf)].sort());
});

test('a chain of causes has a sentence for every fact that the narration leaves out, and for no other', () => {
  const untold = FACT_KINDS.filter((kind) => FACTS[kind].told === undefined);
  expect(Object.keys(pageEn.why.untold).sort()).toEqual(untold.sort());
});

test('every turning point that the timeline marks has a word for it, and no other has', () => {
  const marked = FACT_KINDS.filter((kind) => FACTS[kind].lane === 'marks');
  for (const kind of marked)
    for (const key of sentencesOf(kind))
      expect([key, key in pageEn.mark || kind in pageEn.mark]).toEqual([key, true]);
  const keys = marked.flatMap((kind) => [kind, ...sentencesOf(kind)]);
  expect(Object.keys(pageEn.mark).filter((key) => !keys.includes(key))).toEqual([]);
});

test('every kind of event has a name', () => {
  expect(Object.keys(eventsEn).sort()).toEqual([...FACT_KINDS].sort());
});
