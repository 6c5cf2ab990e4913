// Keys to actions. A key that the focused control uses itself never reaches an action.
import type { Action } from './action.ts';
import { allActions } from './actions.ts';
import type { App } from './context.tsx';

export type KeyPress = Pick<KeyboardEvent, 'key' | 'code' | 'ctrlKey' | 'metaKey' | 'shiftKey' | 'altKey'>;

/** A key press as shortcuts are written: `Space`, `Shift+ArrowRight`, `Mod+k`, `?`. Empty for those never used. */
export function keyOf({ key, code, ctrlKey, metaKey, shiftKey, altKey }: KeyPress): string {
  if (altKey) return '';
  const name = key === ' ' || code === 'Space' ? 'Space' : key.length === 1 ? key.toLowerCase() : key;
  // What shift makes of a printable key is in `key` already.
  const shift = shiftKey && name.length > 1 ? 'Shift+' : '';
  return `${ctrlKey || metaKey ? 'Mod+' : ''}${shift}${name}`;
}

/** The first enabled action of this key. */
export function actionFor(actions: readonly Action[], key: string, app: App): Action | undefined {
  return actions.find((each) => each.shortcuts.includes(key) && each.isEnabled(app));
}

const TEXT_FIELD = 'input:not([type="range"]), textarea, select, [contenteditable]';
const OWN_ARROWS =
  '[role="log"], [role="tablist"], [role="radiogroup"], [role="menu"], [role="listbox"], input, [role="separator"]';
const OWN_SPACE =
  'button, a[href], input, summary, [role="tab"], [role="radio"], [role="switch"], [role="menuitem"]';

/** Whether the focused control has a use of its own for the key. */
export function belongsToControl(target: Element | null, key: string): boolean {
  if (target === null) return false;
  if (target.matches(TEXT_FIELD) && !key.startsWith('Mod+')) return true;
  if (/Arrow|Home|End|Page/.test(key)) return target.closest(OWN_ARROWS) !== null;
  return key === 'Space' && target.closest(OWN_SPACE) !== null;
}

/** Listens on the window until the returned function is called. While a dialog is open its keys are its own. */
export function listenToKeys(app: App): () => void {
  function onKeyDown(event: KeyboardEvent): void {
    if (event.defaultPrevented || event.isComposing || app.view.getState().dialog !== null) return;
    const key = keyOf(event);
    if (key === 'Escape') {
      putAway(app);
      return;
    }
    if (belongsToControl(event.target instanceof Element ? event.target : null, key)) return;
    const found = actionFor(allActions(app), key, app);
    if (found === undefined) return;
    event.preventDefault();
    found.perform(app);
  }
  window.addEventListener('keydown', onKeyDown);
  return () => window.removeEventListener('keydown', onKeyDown);
}

function putAway({ session, view }: App): void {
  if (session.store.getState().progress !== null) session.stop();
  else if (session.store.getState().notice !== null) session.dismissNotice();
  else view.setState({ selection: null });
}
