// What a person prefers, kept in this browser. A store that is full, forbidden or holds nonsense changes nothing but memory.
import * as v from 'valibot';
import { createStore } from 'zustand/vanilla';

const KEY = 'understudy.preferences';

/** Simulated nanoseconds that pass in one second of the wall's. */
export const DEFAULT_SPEED = 2_000_000;
export const SLOWEST = 10;
export const FASTEST = 10_000_000_000;

/** What a run's history may take, in MiB. */
export const MEMORIES = [64, 128, 256, 512, 1024] as const;
const MEMORY = 256;

export const LANGUAGES = ['en', 'zh-CN'] as const;
export type Language = (typeof LANGUAGES)[number];
export type Theme = 'system' | 'light' | 'dark';

const schema = v.object({
  theme: v.fallback(v.picklist(['system', 'light', 'dark']), 'system'),
  language: v.fallback(v.nullable(v.picklist(LANGUAGES)), null),
  speed: v.fallback(v.pipe(v.number(), v.minValue(SLOWEST), v.maxValue(FASTEST)), DEFAULT_SPEED),
  introDismissed: v.fallback(v.boolean(), false),
  memoryMebibytes: v.fallback(v.pipe(v.number(), v.minValue(16), v.maxValue(4096)), MEMORY),
});

/** `language` is null until someone chose: then the browser's languages decide. */
export type Preferences = v.InferOutput<typeof schema>;

/** The part of `Storage` that is used. */
export interface Shelf {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
}

/** Reads stored preferences; each field that is missing or wrong falls back by itself. */
export function readPreferences(shelf: Shelf | null): Preferences {
  let stored: unknown = {};
  try {
    stored = JSON.parse(shelf?.getItem(KEY) ?? '{}');
  } catch {
    // Unreadable or forbidden: as if nothing had been stored.
  }
  const record = typeof stored === 'object' && stored !== null && !Array.isArray(stored) ? stored : {};
  return v.parse(schema, { ...DEFAULTS, ...record });
}

const DEFAULTS: Preferences = {
  theme: 'system',
  language: null,
  speed: DEFAULT_SPEED,
  introDismissed: false,
  memoryMebibytes: MEMORY,
};

/** Writes preferences; says whether they were kept. */
export function writePreferences(shelf: Shelf | null, preferences: Preferences): boolean {
  try {
    shelf?.setItem(KEY, JSON.stringify(preferences));
    return shelf !== null;
  } catch {
    return false;
  }
}

/** The browser's store, or null where even asking for it is forbidden. */
export function browserShelf(): Shelf | null {
  try {
    return globalThis.localStorage ?? null;
  } catch {
    return null;
  }
}

/** A store of preferences that keeps every change on the shelf. */
export function createPreferences(shelf: Shelf | null) {
  const store = createStore<Preferences>(() => readPreferences(shelf));
  store.subscribe((preferences) => writePreferences(shelf, preferences));
  return store;
}

/** The language to use: the chosen one, else the first of the browser's that there is, else English. */
export function chosenLanguage(preferences: Preferences, browserLanguages: readonly string[]): Language {
  if (preferences.language !== null) return preferences.language;
  for (const tag of browserLanguages) {
    const primary = tag.toLowerCase().split('-')[0];
    if (primary === 'zh') return 'zh-CN';
    if (primary === 'en') return 'en';
  }
  return 'en';
}
