// Both languages say the same things: every key, with the same values in it.
import { expect, test } from 'vitest';
import { FACT_KINDS } from '../../timeline/facts/fact-kinds.ts';
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

test('every kind of event has a name', () => {
  expect(Object.keys(eventsEn).sort()).toEqual([...FACT_KINDS].sort());
});
