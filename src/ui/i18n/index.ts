// The page's languages. English comes with the page; Chinese is fetched when it is asked for. Texts stand only in the JSON files.
import i18next, { type i18n, type PostProcessorModule } from 'i18next';
import { initReactI18next } from 'react-i18next';
import type { Language } from '../store/preferences.ts';
import { formatAddress, formatCount, formatDuration, formatMoment } from '../widgets/format.ts';
import narration from './en/narration.json';
import page from './en/page.json';

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'page';
    resources: { page: typeof page; narration: typeof narration };
  }
}

const FORMATS: Record<string, (value: number) => string> = {
  count: formatCount,
  duration: formatDuration,
  moment: formatMoment,
  address: formatAddress,
};

/**
 * A value in a Chinese sentence has a space on each side, for those that are numbers or Latin; between two Chinese characters, and before
 * punctuation, there is none.
 */
const CHINESE_SPACING: PostProcessorModule = {
  type: 'postProcessor',
  name: 'chineseSpacing',
  process: (text: string) =>
    text.replace(/(?<=[\p{Script=Han}，。；：、（）“”]) (?=\p{Script=Han})| (?=[，。；：、（）])/gu, ''),
};

/** Gives an instance the English texts and the formats that texts of any language name. */
export async function prepareTexts(instance: i18n): Promise<void> {
  await instance.use(CHINESE_SPACING).init({
    lng: 'en',
    fallbackLng: 'en',
    defaultNS: 'page',
    ns: ['page', 'narration'],
    resources: { en: { page, narration } },
    interpolation: { escapeValue: false },
    postProcess: [CHINESE_SPACING.name],
  });
  for (const [name, format] of Object.entries(FORMATS)) {
    instance.services.formatter?.add(name, (value: unknown) => format(Number(value)));
  }
}

/** Prepares the page's texts; call once, before the first render. */
export async function startTexts(language: Language): Promise<void> {
  await prepareTexts(i18next.use(initReactI18next));
  await setLanguage(language);
}

/** The names of all kinds of events, in every language: for who looks for one. */
export async function addEventTexts(): Promise<void> {
  if (i18next.hasResourceBundle('en', 'events')) return;
  const [english, chinese] = await Promise.all([import('./en/events.json'), import('./zh-CN/events.json')]);
  i18next.addResourceBundle('en', 'events', english.default);
  i18next.addResourceBundle('zh-CN', 'events', chinese.default);
}

/** Changes the language of the page, fetching its texts the first time. */
export async function setLanguage(language: Language): Promise<void> {
  if (language === 'zh-CN' && !i18next.hasResourceBundle(language, 'page')) {
    const chinese = await import('./zh-CN/index.ts');
    i18next.addResourceBundle(language, 'page', chinese.page);
    i18next.addResourceBundle(language, 'narration', chinese.narration);
  }
  await i18next.changeLanguage(language);
  document.documentElement.lang = language;
}
