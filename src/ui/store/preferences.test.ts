// Stored preferences: kept, checked field by field, and never in the way when the store is broken.
import { expect, test } from 'vitest';
import {
  chosenLanguage,
  createPreferences,
  DEFAULT_SPEED,
  readPreferences,
  type Shelf,
} from './preferences.ts';

function shelfWith(text: string | null): Shelf & { text: string | null } {
  const shelf = {
    text,
    getItem: () => shelf.text,
    setItem: (_key: string, value: string) => {
      shelf.text = value;
    },
  };
  return shelf;
}

const forbidden: Shelf = {
  getItem: () => {
    throw new DOMException('denied', 'SecurityError');
  },
  setItem: () => {
    throw new DOMException('full', 'QuotaExceededError');
  },
};

test('a change is there the next time', () => {
  const shelf = shelfWith(null);
  createPreferences(shelf).setState({ theme: 'dark', speed: 5_000_000 });
  expect(readPreferences(shelf)).toMatchObject({ theme: 'dark', speed: 5_000_000 });
});

test('each wrong field falls back by itself', () => {
  const shelf = shelfWith('{"theme":"purple","language":"zh-CN","speed":-1}');
  expect(readPreferences(shelf)).toMatchObject({ theme: 'system', language: 'zh-CN', speed: DEFAULT_SPEED });
});

test.each(['', 'nonsense', '[]', 'null', '7'])('stored %j is as good as nothing', (text) => {
  expect(readPreferences(shelfWith(text)).theme).toBe('system');
});

test('a forbidden or full store breaks nothing', () => {
  const store = createPreferences(forbidden);
  store.setState({ theme: 'light' });
  expect(store.getState().theme).toBe('light');
});

test('language: chosen, else the browser’s first known, else English', () => {
  const none = readPreferences(null);
  expect(chosenLanguage(none, ['fr-FR', 'zh-Hant-TW', 'en'])).toBe('zh-CN');
  expect(chosenLanguage(none, ['de'])).toBe('en');
  expect(chosenLanguage({ ...none, language: 'en' }, ['zh-CN'])).toBe('en');
});
