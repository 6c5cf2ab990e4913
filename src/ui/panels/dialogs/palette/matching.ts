// Finds commands by what was typed.

/** Whether every word typed begins somewhere in the text, in any order; nothing typed matches all. */
export function matches(text: string, typed: string): boolean {
  const haystack = text.toLowerCase();
  const words = typed
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  return words.every((word) => haystack.includes(word));
}
