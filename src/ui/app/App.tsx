// The shell: header, the stage with the side panel, transport, timeline.
import { type CSSProperties, useState } from 'react';
import { Header } from '../panels/header/Header.tsx';
import { pageLink } from '../panels/share/links.ts';
import { Timeline } from '../panels/timeline/Timeline.tsx';
import { Transport } from '../panels/transport/Transport.tsx';
import { Splitter } from '../widgets/Splitter.tsx';
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

/** How wide the side panel is beside the stage, in px, and at most of the window. */
const SIDE_USUAL = 348;
const SIDE_MIN = 280;
const SIDE_SHARE = 0.4;

const widestSide = () => Math.floor(innerWidth * SIDE_SHARE);

export function App() {
  const t = useTexts();
  const { embedded } = useApp();
  const isReady = useSession((state) => state.frame !== null);
  const isWide = useMedia(WIDE);
  const [sideWidth, setSideWidth] = useState(SIDE_USUAL);
  if (embedded) return <Embedded />;
  return (
    <div className={isWide ? 'app' : 'app app-narrow'}>
      <a className="skip" href="#stage">
        {t('app.skip')}
      </a>
      <Header />
      {isWide ? (
        <main
          id="stage"
          className="app-main"
          style={{ '--side-width': `min(${sideWidth}px, ${100 * SIDE_SHARE}vw)` } as CSSProperties}
        >
          <Stage />
          <Splitter
            label={t('side.resize')}
            width={sideWidth}
            min={SIDE_MIN}
            max={widestSide()}
            usual={SIDE_USUAL}
            onChange={setSideWidth}
          />
          {isReady ? <SidePanel /> : <div className="side" />}
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
