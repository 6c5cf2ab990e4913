// The page's stores, handed to every part of it, with a hook for each.
import { createContext, useContext, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { StoreApi } from 'zustand/vanilla';
import { isSamePlain } from '../../base/plain.ts';
import type { ViewFrame } from '../../worker/frame.ts';
import type { Translate } from '../i18n/sentences.ts';
import type { Preferences } from '../store/preferences.ts';
import type { Session } from '../store/session.ts';
import type { SessionState } from '../store/session-state.ts';
import type { View, ViewState } from '../store/view.ts';

export interface App {
  session: Session;
  view: View;
  preferences: StoreApi<Preferences>;
  /** Shown inside another page: stage and transport only. */
  embedded: boolean;
}

const AppContext = createContext<App | null>(null);

export const AppProvider = AppContext.Provider;

/** The page's parts. */
export function useApp(): App {
  const app = useContext(AppContext);
  if (app === null) throw new Error('useApp outside of AppProvider');
  return app;
}

/** A part of the session, followed. */
export function useSession<T>(select: (state: SessionState) => T): T {
  return useStore(useApp().session.store, select);
}

/** A part of the view, followed. */
export function useView<T>(select: (state: ViewState) => T): T {
  return useStore(useApp().view, select);
}

/** A part of the preferences, followed. */
export function usePreferences<T>(select: (state: Preferences) => T): T {
  return useStore(useApp().preferences, select);
}

/**
 * A part of the latest frame; the component is drawn again only when what the part says has changed. Only for what is
 * mounted once there is a frame.
 */
export function useFrame<T>(select: (frame: ViewFrame) => T): T {
  const last = useRef<{ value: T } | null>(null);
  return useSession(({ frame }) => {
    if (frame === null) throw new Error('useFrame before the first frame');
    const value = select(frame);
    if (last.current === null || !isSamePlain(last.current.value, value)) last.current = { value };
    return last.current.value;
  });
}

/** The texts, in the page's language. */
export function useTexts(): Translate {
  return useTranslation(['page', 'narration']).t;
}
