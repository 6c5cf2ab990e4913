// Shortcuts as they are printed on keys.

const PRINTED: Record<string, string> = {
  ArrowRight: '→',
  ArrowLeft: '←',
  ArrowUp: '↑',
  ArrowDown: '↓',
  PageDown: 'PgDn',
  PageUp: 'PgUp',
};

/** `Shift+ArrowRight` as `⇧→`, `Mod+k` as `Ctrl K` or `⌘K`. */
export function printKey(shortcut: string, isApple: boolean): string {
  const parts = shortcut.split(/\+(?=.)/);
  const name = parts.at(-1)!;
  const key = PRINTED[name] ?? (name.length === 1 ? name.toUpperCase() : name);
  const mod = parts.includes('Mod') ? (isApple ? '⌘' : 'Ctrl ') : '';
  const shift = parts.includes('Shift') ? '⇧ ' : '';
  return `${mod}${shift}${key}`;
}

/** Whether this machine's keyboard has a command key. */
export function hasCommandKey(): boolean {
  return /Mac|iPhone|iPad/.test(navigator.platform);
}
