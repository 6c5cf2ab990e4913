// One line that says what one is looking at, until it was read.
import { X } from 'lucide-react';
import { useApp, usePreferences, useTexts } from '../../app/context.tsx';
import { IconButton } from '../../widgets/IconButton.tsx';

export function Intro() {
  const t = useTexts();
  const { preferences, embedded } = useApp();
  const dismissed = usePreferences((state) => state.introDismissed);
  if (dismissed || embedded) return null;
  return (
    <div className="intro">
      <p>
        {t('intro.line')} <strong>{t('intro.invite')}</strong>
      </p>
      <IconButton
        icon={X}
        label={t('intro.dismiss')}
        size={14}
        onPress={() => preferences.setState({ introDismissed: true })}
      />
    </div>
  );
}
