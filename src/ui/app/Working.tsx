// What takes long, how much of it is done, and the way to stop it.
import { Button } from 'react-aria-components/Button';
import { textOf } from '../i18n/sentences.ts';
import { useApp, useSession, useTexts } from './context.tsx';
import './notices.css';

export function Working() {
  const t = useTexts();
  const { session } = useApp();
  const kind = useSession(({ progress }) => progress?.kind ?? null);
  const percent = useSession(({ progress }) => Math.floor(100 * (progress?.share ?? 0)));
  if (kind === null) return null;
  const name = textOf(t, `progress.${kind}`) ?? t('progress.other');
  return (
    <section className="working" aria-label={name}>
      <p>
        {name}
        {percent > 0 && <span className="number"> {t('progress.share', { percent })}</span>}
      </p>
      <progress aria-label={name} max={100} {...(percent > 0 ? { value: percent } : {})} />
      <Button className="button" onPress={session.stop}>
        {t('progress.stop')} <kbd>Esc</kbd>
      </Button>
    </section>
  );
}
