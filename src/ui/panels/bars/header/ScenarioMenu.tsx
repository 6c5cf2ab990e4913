// The scenario that is open, and the way to the others.
import { ChevronDown } from 'lucide-react';
import { lazy } from 'react';
import { Button } from 'react-aria-components/Button';
import { useSession, useTexts } from '../../../app/context.tsx';
import { scenarioTitle } from '../../../i18n/sentences.ts';
import { useLater } from '../../../widgets/MenuButton.tsx';

const load = () => import('./ScenarioPicker.tsx');
const ScenarioPicker = lazy(load);

export function ScenarioMenu() {
  const t = useTexts();
  const id = useSession((state) => state.frame?.scenario.id) ?? '';
  const ownTitle = useSession((state) => state.frame?.scenario.title);
  const { props, popover } = useLater(
    (close, trigger) => <ScenarioPicker id={id} trigger={trigger} onClose={close} />,
    load,
    'dialog',
  );
  if (id === '') return null;
  return (
    <>
      <Button {...props} className="text-button scenario">
        <span className="scenario-label">{t('scenario.menu')}</span>{' '}
        <strong>{scenarioTitle(t, id) ?? (ownTitle || id)}</strong>
        <ChevronDown aria-hidden size={14} />
      </Button>
      {popover}
    </>
  );
}
