// Puts the page together: stores, worker, texts, loop, and the first run.
import '@fontsource-variable/inter/wght.css';
import '@fontsource/ibm-plex-mono/400.css';
import '@fontsource/ibm-plex-mono/600.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { connect, startWorker } from '../../worker/client.ts';
import { setLanguage, startTexts } from '../i18n/index.ts';
import { isEmbedded, pageLink } from '../panels/dialogs/share/links.ts';
import { isMissed, readKept, startKeeping } from '../store/keeping.ts';
import { startLoop } from '../store/loop.ts';
import { browserShelf, chosenLanguage, createPreferences } from '../store/preferences.ts';
import { createSession } from '../store/session.ts';
import { createView, viewportAt } from '../store/view.ts';
import { App } from './App.tsx';
import { bindAddress } from './address.ts';
import './base.css';
import { AppProvider } from './context.tsx';
import { ErrorBoundary } from './ErrorBoundary.tsx';
import { listenToKeys } from './shortcuts.ts';
import { openFirst } from './startup.ts';

async function start(root: HTMLElement): Promise<void> {
  const preferences = createPreferences(browserShelf());
  const view = createView();
  const stillness = matchMedia('(prefers-reduced-motion: reduce)');
  const session = createSession({
    connect: (onCrash) => connect(startWorker(), onCrash),
    viewport: (time) => viewportAt(view.getState(), time),
    now: () => performance.now(),
    isStill: () => stillness.matches,
    memory: () => preferences.getState().memoryMebibytes * 1024 * 1024,
  });
  const shelf = browserShelf();
  const app = { session, view, preferences, embedded: isEmbedded(location.search) };
  const opened = openFirst(session, location.hash);

  const language = () => chosenLanguage(preferences.getState(), navigator.languages);
  const showTheme = () => {
    document.documentElement.dataset.theme = preferences.getState().theme;
  };
  preferences.subscribe((now, before) => {
    showTheme();
    if (now.language !== before.language) void setLanguage(language());
  });
  showTheme();
  await startTexts(language());

  createRoot(root).render(
    <StrictMode>
      <ErrorBoundary linkOf={() => pageLink(location, session.store.getState().link?.hash ?? location.hash)}>
        <AppProvider value={app}>
          <App />
        </AppProvider>
      </ErrorBoundary>
    </StrictMode>,
  );
  listenToKeys(app);
  startLoop(app);
  await opened;
  bindAddress(session);
  if (app.embedded) return;
  const kept = readKept(shelf);
  if (kept !== null && isMissed(kept)) view.setState({ offer: kept });
  startKeeping({ session, view, shelf });
}

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no element with id "root".');
void start(root);
