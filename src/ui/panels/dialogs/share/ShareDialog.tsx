// The link to this instant: to copy, to scan, to embed, or as a file.
import { Check, Copy, Download } from 'lucide-react';
import { useEffect, useState } from 'react';
import { Button } from 'react-aria-components/Button';
import { useApp, useFrame, useSession, useTexts } from '../../../app/context.tsx';
import { formatCount } from '../../../widgets/format.ts';
import { Modal } from '../../../widgets/Modal.tsx';
import { embedLink, embedSnippet, LONG_LINK, pageLink } from './links.ts';
import { QrCode } from './QrCode.tsx';
import './share.css';

export default function ShareDialog() {
  const t = useTexts();
  const { session } = useApp();
  const scenario = useFrame((frame) => frame.scenario);
  const link = useSession((state) => state.link);
  const isCurrent = useSession((state) => state.linkIsCurrent);
  useEffect(() => {
    // The link is to what was on screen when it was asked for.
    const { playing } = session.store.getState();
    session.pause();
    void session.refreshLink();
    return () => {
      if (playing) session.play();
    };
  }, [session]);
  const url = link === null ? '' : pageLink(location, link.hash);
  const title = t('app.embedTitle', { title: scenario.title });
  return (
    <Modal title={t('share.title')} closeLabel={t('share.close')}>
      <p className="quiet">{t('share.lead')}</p>
      {!isCurrent || link === null ? (
        <p role="status">{t('share.waiting')}</p>
      ) : (
        <>
          <Copyable label={t('share.link')} text={url} />
          <p className="share-length">
            {t('share.length', { count: url.length, text: formatCount(url.length) })} ·{' '}
            {t('share.nothingUploaded')}
          </p>
          {url.length > LONG_LINK && <p className="share-long">{t('share.long')}</p>}
          <QrCode text={url} />
          <Button className="button share-file" onPress={() => download(link.document, scenario.id)}>
            <Download aria-hidden size={15} /> {t('share.download')}
          </Button>
          <Copyable label={t('share.embed')} text={embedSnippet(embedLink(location, link.hash), title)} />
        </>
      )}
    </Modal>
  );
}

function Copyable({ label, text }: { label: string; text: string }) {
  const t = useTexts();
  const [state, setState] = useState<'ready' | 'copied' | 'failed'>('ready');
  const [field, setField] = useState<HTMLInputElement | null>(null);
  async function copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(text);
      setState('copied');
    } catch {
      field?.select();
      setState('failed');
    }
  }
  return (
    <div className="copyable">
      <label>
        <span>{label}</span>
        <input ref={setField} readOnly value={text} onFocus={(event) => event.target.select()} />
      </label>
      <Button className="button" onPress={() => void copy()} aria-label={`${t('share.copy')}: ${label}`}>
        {state === 'copied' ? <Check aria-hidden size={15} /> : <Copy aria-hidden size={15} />}
        {t(state === 'copied' ? 'share.copied' : 'share.copy')}
      </Button>
      <p role="status" className={state === 'failed' ? '' : 'visually-hidden'}>
        {state === 'copied' && t('share.copied')}
        {state === 'failed' && t('share.copyFailed')}
      </p>
    </div>
  );
}

/** Hands the scenario document over as a file. */
function download(document: unknown, id: string): void {
  const blob = new Blob([`${JSON.stringify(document, null, 2)}\n`], { type: 'application/json' });
  const anchor = window.document.createElement('a');
  anchor.href = URL.createObjectURL(blob);
  anchor.download = `${id || 'understudy'}.json`;
  anchor.click();
  URL.revokeObjectURL(anchor.href);
}
