// What the person has to know, until they put it away: refused requests, runs that differ, a simulation that stopped.
import { X } from 'lucide-react';
import { useEffect, useState } from 'react';
import { Button } from 'react-aria-components/Button';
import { textOf } from '../i18n/sentences.ts';
import { goOnWith } from '../store/keeping.ts';
import { IconButton } from '../widgets/IconButton.tsx';
import { useApp, useSession, useTexts, useView } from './context.tsx';
import './notices.css';

/** An answer that takes longer than this is worth a word, and a way out. */
const SLOW_MS = 3000;

export function Notices() {
  return (
    <div className="notices" role="alert">
      <Notice />
      <Offer />
      <Slow />
    </div>
  );
}

function Notice() {
  const t = useTexts();
  const { session } = useApp();
  const notice = useSession((state) => state.notice);
  const phase = useSession((state) => state.phase);
  if (notice === null) return null;
  const { key, values, message, isCounterInstead } = notice;
  return (
    <div className={notice.isCalm === true ? 'notice notice-calm' : 'notice'}>
      <p>
        {(key === undefined ? null : textOf(t, key, values)) ?? message}
        {isCounterInstead === true && ` ${t('notice.counterInstead')}`}
      </p>
      {phase === 'crashed' && (
        <Button className="button" onPress={() => void session.restart()}>
          {t('notice.reopen')}
        </Button>
      )}
      <IconButton icon={X} label={t('notice.dismiss')} onPress={session.dismissNotice} />
    </div>
  );
}

/** What an earlier page left, to go on with. */
function Offer() {
  const t = useTexts();
  const app = useApp();
  const offer = useView((state) => state.offer);
  if (offer === null) return null;
  const { title, branches, time } = offer;
  return (
    <div className="notice notice-calm">
      <p>{t('kept.offer', { title, count: branches.length, at: time })}</p>
      <Button className="button" onPress={() => void goOnWith(app, offer)}>
        {t('kept.goOn')}
      </Button>
      <IconButton icon={X} label={t('notice.dismiss')} onPress={() => app.view.setState({ offer: null })} />
    </div>
  );
}

/** Offers to stop a worker that has not answered for long. */
function Slow() {
  const t = useTexts();
  const { session } = useApp();
  const [seconds, setSeconds] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => {
      const waited = session.waitedMs(performance.now());
      // What says how far it is can be stopped by itself.
      const isTold = session.store.getState().progress !== null;
      setSeconds(isTold || waited < SLOW_MS ? 0 : Math.floor(waited / 1000));
    }, 500);
    return () => clearInterval(timer);
  }, [session]);
  if (seconds === 0) return null;
  return (
    <div className="notice">
      <p>{t('notice.slow', { seconds })}</p>
      <Button className="button" onPress={() => void session.restart()}>
        {t('notice.stop')}
      </Button>
    </div>
  );
}
