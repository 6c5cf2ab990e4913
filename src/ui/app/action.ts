// What an action is, and what most of them ask the page first.
import type { LucideIcon } from 'lucide-react';
import type { FaultView, ViewFrame } from '../../worker/frame.ts';
import type page from '../i18n/en/page.json';
import type { App } from './context.tsx';

export type ActionGroup = keyof typeof page.group;

export interface Action {
  id: string;
  label: keyof typeof page.action;
  /** For labels that name a thing. */
  link?: string;
  /** The host whose machine or program it opens. */
  machine?: string;
  /** A failure, which has a name of its own. */
  fault?: FaultView;
  group: ActionGroup;
  icon?: LucideIcon;
  /** As `keyOf` writes them; the first is the one that is shown. */
  shortcuts: readonly string[];
  isEnabled(app: App): boolean;
  perform(app: App): void;
}

export const frameOf = (app: App): ViewFrame | null => app.session.store.getState().frame;
export const hasFrame = (app: App): boolean => frameOf(app) !== null;
export const isPastStart = (app: App): boolean => (frameOf(app)?.time ?? 0) > 0;
export const isPlaying = (app: App): boolean => app.session.store.getState().playing;
