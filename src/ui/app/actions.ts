// Everything a person can do, once: toolbar, keyboard, palette and help read this list.
import { type Action, frameOf } from './action.ts';
import type { App } from './context.tsx';
import { PAGE, VIEW } from './page-actions.ts';
import { FAULTS, linkActions } from './pair-actions.ts';
import { TIME } from './time-actions.ts';

/** The actions that are always there, in the order of help. */
export const ACTIONS: readonly Action[] = [...TIME, ...FAULTS, ...VIEW, ...PAGE];

/** All that can be done in this run with a key. */
export function allActions(app: App): Action[] {
  return [...ACTIONS, ...linkActions(frameOf(app))];
}

/** An action of the fixed list. */
export function action(id: string): Action {
  const found = ACTIONS.find((each) => each.id === id);
  if (found === undefined) throw new Error(`There is no action ${id}.`);
  return found;
}
