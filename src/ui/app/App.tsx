// The shell: header, the stage with the side panel, transport, timeline.
import { Group, Panel, Separator } from 'react-resizable-panels';
import { Header } from '../panels/bars/header/Header.tsx';
import { Timeline } from '../panels/bars/timeline/Timeline.tsx';
import { Transport } from '../panels/bars/transport/Transport.tsx';
import { pageLink } from '../panels/dialogs/share/links.ts';
import { useMedia } from '../widgets/useMedia.ts';
import { useApp, useSession, useTexts } from './context.tsx';
import { Dialogs } from './Dialogs.tsx';
import { Notices } from './Notices.tsx';
import { SidePanel } from './SidePanel.tsx';
import { Stage } from './Stage.tsx';
import { Working } from './Working.tsx';
import './app.css';

/** Narrower windows have the side panel below instead of beside the stage. */
const WIDE = '(min-width: 1180px)';

export function App() {
  const t = useTexts();
  const { embedded } = useApp();
  const isReady = useSession((state) => state.frame !== null);
  const isWide = useMedia(WIDE);
  if (embedded) return <Embedded />;
  return (
    <div className={isWide ? 'app' : 'app app-narrow'}>
      <a className="skip" href="#stage">
        {t('app.skip')}
      </a>
      <Header />
      {isWide ? (
        <main id="stage" className="app-main">
          <Group orientation="horizontal">
            <Panel id="stage" minSize="60%">
              <Stage />
            </Panel>
            <Separator className="splitter" aria-label={t('side.resize')} />
            <Panel
              id="side"
              defaultSize="348px"
              minSize="280px"
              maxSize="40%"
              groupResizeBehavior="preserve-pixel-size"
            >
              {isReady && <SidePanel />}
            </Panel>
          </Group>
        </main>
      ) : (
        <main id="stage">
          <Stage />
        </main>
      )}
      <Transport />
      {isReady && <Timeline />}
      {!isWide && isReady && <SidePanel />}
      {!isReady && <Loading />}
      <Notices />
      <Working />
      <Dialogs />
    </div>
  );
}

/** What another page shows: stage and transport, and the way to the rest. */
function Embedded() {
  const t = useTexts();
  const hash = useSession((state) => state.link?.hash ?? '');
  const isReady = useSession((state) => state.frame !== null);
  return (
    <div className="app app-embedded">
      <main id="stage">
        <Stage />
      </main>
      {!isReady && <Loading />}
      <Transport />
      <a className="open-full" href={pageLink(location, hash)} target="_blank" rel="noreferrer">
        {t('app.openFull')}
      </a>
      <Notices />
      <Working />
    </div>
  );
}

function Loading() {
  const t = useTexts();
  const isOpening = useSession((state) => state.phase === 'opening');
  return isOpening ? (
    <p className="loading" role="status">
      {t('app.loading')}
    </p>
  ) : null;
}
