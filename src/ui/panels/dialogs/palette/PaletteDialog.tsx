// Every command by name: type, choose with the arrow keys, Enter.

import { useMemo } from 'react';
import { Autocomplete } from 'react-aria-components/Autocomplete';
import { Dialog } from 'react-aria-components/Dialog';
import { Input } from 'react-aria-components/Input';
import { Menu, MenuItem } from 'react-aria-components/Menu';
import { Modal, ModalOverlay } from 'react-aria-components/Modal';
import { SearchField } from 'react-aria-components/SearchField';
import type { Action } from '../../../app/action.ts';
import { allActions } from '../../../app/actions.ts';
import { useApp, useSession, useTexts } from '../../../app/context.tsx';
import { faultActions } from '../../../app/fault-actions.ts';
import { machineActions } from '../../../app/machine-actions.ts';
import { endName, faultName, linkName } from '../../../i18n/sentences.ts';
import { hasCommandKey, printKey } from '../../../widgets/keys.ts';
import { useQuery } from '../../../widgets/useQuery.ts';
import { matches } from './matching.ts';
import './palette.css';

export default function PaletteDialog() {
  const t = useTexts();
  const app = useApp();
  // What can be done to the world comes with the next frame.
  const hasFaults = useSession(({ frame }) => frame?.faults !== undefined);
  const actions = useMemo(() => {
    const { frame } = app.session.store.getState();
    const faults = hasFaults ? faultActions(frame) : [];
    return [...allActions(app), ...machineActions(frame), ...faults].filter(
      (each) => each.id !== 'palette' && each.isEnabled(app),
    );
  }, [app, hasFaults]);
  const close = () => app.view.setState({ dialog: null });
  const { query, setQuery, onEscape } = useQuery(close);
  const nameOf = ({ label, link, fault, machine }: Action) =>
    fault === undefined
      ? t(`action.${label}`, {
          link: link === undefined ? '' : linkName(t, link),
          name: machine === undefined ? '' : endName(t, machine),
        })
      : faultName(t, fault, 'full');
  const foundBy = (each: Action) =>
    each.id === 'theme' ? `${nameOf(each)} ${t('palette.themeWords')}` : nameOf(each);
  function perform(id: string | number): void {
    close();
    actions.find((each) => each.id === id)?.perform(app);
  }
  return (
    <ModalOverlay
      className="modal-overlay palette-overlay"
      isOpen
      isDismissable
      onOpenChange={(open) => !open && close()}
    >
      <Modal className="modal palette">
        <Dialog className="palette-dialog" aria-label={t('palette.title')}>
          <div onKeyDownCapture={onEscape}>
            <Autocomplete filter={matches} inputValue={query} onInputChange={setQuery}>
              <SearchField autoFocus aria-label={t('palette.title')} className="palette-field">
                <Input placeholder={t('palette.placeholder')} />
              </SearchField>
              {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a list that scrolls has to be reachable by keyboard */}
              <section className="palette-list" aria-label={t('palette.title')} tabIndex={0}>
                <Menu
                  className="menu"
                  aria-label={t('palette.title')}
                  onAction={perform}
                  renderEmptyState={() => <p className="quiet palette-none">{t('palette.none')}</p>}
                >
                  {actions.map((each) => (
                    <MenuItem key={each.id} id={each.id} className="menu-item" textValue={foundBy(each)}>
                      {nameOf(each)}
                      {each.shortcuts[0] !== undefined && (
                        <kbd>{printKey(each.shortcuts[0], hasCommandKey())}</kbd>
                      )}
                    </MenuItem>
                  ))}
                </Menu>
              </section>
            </Autocomplete>
          </div>
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}
