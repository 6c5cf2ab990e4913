// What one sees, and every key.
import type { Action, ActionGroup } from '../../../app/action.ts';
import { allActions } from '../../../app/actions.ts';
import { useApp, useTexts } from '../../../app/context.tsx';
import { linkName } from '../../../i18n/sentences.ts';
import { hasCommandKey, printKey } from '../../../widgets/keys.ts';
import { Modal } from '../../../widgets/Modal.tsx';
import './help.css';

const GROUPS: readonly ActionGroup[] = ['time', 'faults', 'view', 'page'];

/** Colours and shapes of the picture, in the order in which one meets them. */
const LEGEND = ['primary', 'backup', 'held', 'fault', 'entry', 'flag', 'gate', 'ring', 'diskFlag'] as const;

export default function HelpDialog() {
  const t = useTexts();
  const app = useApp();
  const withKeys = allActions(app).filter(({ shortcuts }) => shortcuts.length > 0);
  return (
    <Modal title={t('help.title')} closeLabel={t('help.close')}>
      <h3>{t('help.about')}</h3>
      <p>{t('help.aboutText')}</p>
      <ul className="legend">
        {LEGEND.map((each) => (
          <li key={each}>
            <i className={`legend-${each}`} aria-hidden="true" /> {t(`help.legend.${each}`)}
          </li>
        ))}
      </ul>
      <p className="quiet">{t('help.paper')}</p>
      <h3>{t('help.keys')}</h3>
      <div className="help-groups">
        {GROUPS.map((group) => (
          <section key={group}>
            <h3>{t(`group.${group}`)}</h3>
            <dl>
              {withKeys
                .filter((each) => each.group === group)
                .map((each) => (
                  <Keys key={each.id} action={each} />
                ))}
            </dl>
          </section>
        ))}
      </div>
      <p className="quiet">{t('help.editor', { key: hasCommandKey() ? '⇧⌥M' : 'Ctrl M' })}</p>
    </Modal>
  );
}

function Keys({ action: { label, link, shortcuts } }: { action: Action }) {
  const t = useTexts();
  const isApple = hasCommandKey();
  return (
    <div>
      <dt>{t(`action.${label}`, { link: link === undefined ? '' : linkName(t, link) })}</dt>
      <dd>
        {shortcuts.map((key) => (
          <kbd key={key}>{printKey(key, isApple)}</kbd>
        ))}
      </dd>
    </div>
  );
}
