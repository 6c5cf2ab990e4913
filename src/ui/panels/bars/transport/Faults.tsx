// The faults that are always at hand, and the rest of them in a menu.
import { ChevronDown } from 'lucide-react';
import { Button } from 'react-aria-components/Button';
import type { Action } from '../../../app/action.ts';
import { action } from '../../../app/actions.ts';
import { useApp, useSession, useTexts } from '../../../app/context.tsx';
import { isLogOver, linkActions } from '../../../app/pair-actions.ts';
import { linkName } from '../../../i18n/sentences.ts';
import { MenuButton } from '../../../widgets/MenuButton.tsx';
import { isPairCut } from '../../model/targets.ts';

export function Faults() {
  const t = useTexts();
  const isCut = useSession((state) => state.frame !== null && isPairCut(state.frame));
  const isOver = useSession((state) => isLogOver(state.frame));
  return (
    <div className="transport-faults">
      <FaultButton action={action('killPrimary')} className="button-fault" text={t('action.killPrimary')} />
      <FaultButton action={action('killBackup')} text={t('action.killBackup')} />
      <FaultButton
        action={action(isCut ? 'mendLog' : 'cutLog')}
        text={t(isCut ? 'transport.mendLogShort' : 'transport.cutLogShort')}
        why={isOver ? t('transport.closed') : undefined}
      />
      <MoreFaults />
    </div>
  );
}

interface Props {
  action: Action;
  /** What is written on it; the action's name in full is its accessible name. */
  text: string;
  /** Why it cannot be done now. */
  why?: string | undefined;
  className?: string;
}

function FaultButton({ action, text, why, className = '' }: Props) {
  const t = useTexts();
  const app = useApp();
  const enabled = useSession(() => action.isEnabled(app));
  const button = (
    <Button
      className={`button ${className}`}
      aria-label={t(`action.${action.label}`)}
      isDisabled={!enabled}
      onPress={() => action.perform(app)}
      preventFocusOnPress
    >
      {text}
      <kbd>{action.shortcuts[0]}</kbd>
    </Button>
  );
  // A disabled button takes no pointer, so that what is around it has to say why.
  return why === undefined ? button : <span title={why}>{button}</span>;
}

/** Of the way to the panel with everything that can fail. */
const ALL = 'all';

function MoreFaults() {
  const t = useTexts();
  const app = useApp();
  const state = useSession(
    ({ frame }) => frame?.links.map(({ id, cut }) => `${id}${String(cut)}`).join() ?? '',
  );
  const actions = state === '' ? [] : linkActions(app.session.store.getState().frame);
  return (
    <MenuButton
      className="button"
      label={t('transport.moreName')}
      name={t('transport.moreName')}
      placement="top end"
      entries={[
        { id: ALL, text: t('transport.allFaults') },
        ...actions.map(({ id, label, link = '', shortcuts: [shortcut] }) => ({
          id,
          text: t(`action.${label}`, { link: linkName(t, link) }),
          shortcut,
        })),
      ]}
      onAction={(id) => {
        if (id === ALL) app.view.setState({ tab: 'faults', faultsPart: 'failures' });
        else actions.find((each) => each.id === id)?.perform(app);
      }}
    >
      {t('transport.more')}
      <ChevronDown aria-hidden size={14} />
    </MenuButton>
  );
}
