// CodeMirror's own texts, by the names that they have in the locale files.
import type { Translate } from '../../../i18n/sentences.ts';

const PHRASES = {
  Find: 'find',
  Replace: 'replaceField',
  next: 'next',
  previous: 'previous',
  all: 'all',
  'match case': 'matchCase',
  regexp: 'regexp',
  'by word': 'byWord',
  replace: 'replace',
  'replace all': 'replaceAll',
  close: 'close',
  'Go to line': 'goToLine',
  go: 'go',
  'current match': 'currentMatch',
  'on line': 'onLine',
  'replaced match on line $': 'replacedOn',
  'replaced $ matches': 'replaced',
  Diagnostics: 'findings',
  'No diagnostics': 'noFindings',
  Completions: 'completions',
  'Control character': 'control',
  'Selection deleted': 'deleted',
} as const;

export function phrasesIn(t: Translate): Record<string, string> {
  return Object.fromEntries(
    Object.entries(PHRASES).map(([phrase, key]) => [phrase, t(`editor.phrase.${key}`)]),
  );
}
