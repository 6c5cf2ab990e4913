// The built-in scenarios by what they are about, and a field to find one by its words.

import { Check } from 'lucide-react';
import type { RefObject } from 'react';
import { Autocomplete } from 'react-aria-components/Autocomplete';
import { Dialog } from 'react-aria-components/Dialog';
import { Header as SectionHeader } from 'react-aria-components/Header';
import { Input } from 'react-aria-components/Input';
import { Menu, MenuItem, MenuSection } from 'react-aria-components/Menu';
import { Popover } from 'react-aria-components/Popover';
import { SearchField } from 'react-aria-components/SearchField';
import { Text } from 'react-aria-components/Text';
import { LIBRARY } from '../../../../scenario/library/index.ts';
import { useApp, useTexts } from '../../../app/context.tsx';
import { textOf } from '../../../i18n/sentences.ts';
import { useQuery } from '../../../widgets/useQuery.ts';
import { matches } from '../../dialogs/palette/matching.ts';
import { groupsOf } from './scenarios.ts';
import '../../dialogs/palette/palette.css';

const GROUPS = groupsOf(LIBRARY);

interface Props {
  id: string;
  trigger: RefObject<HTMLElement | null>;
  onClose: () => void;
}

export default function ScenarioPicker({ id, trigger, onClose }: Props) {
  const t = useTexts();
  return (
    <Popover
      className="popover picker"
      placement="bottom start"
      triggerRef={trigger}
      isOpen
      onOpenChange={(isOpen) => !isOpen && onClose()}
    >
      <Dialog className="picker-dialog" aria-label={t('scenario.menu')}>
        <Picker id={id} close={onClose} />
      </Dialog>
    </Popover>
  );
}

function Picker({ id, close }: { id: string; close: () => void }) {
  const t = useTexts();
  const { session } = useApp();
  const { query, setQuery, onEscape } = useQuery(close);
  function open(chosen: string | number): void {
    close();
    void session.open({ builtin: String(chosen) }, true);
  }
  return (
    <div className="picker-body" onKeyDownCapture={onEscape}>
      <Autocomplete filter={matches} inputValue={query} onInputChange={setQuery}>
        <SearchField autoFocus aria-label={t('picker.search')} className="palette-field picker-field">
          <Input placeholder={t('picker.search')} />
        </SearchField>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a list that scrolls has to be reachable by keyboard */}
        <section className="picker-list" aria-label={t('scenario.menu')} tabIndex={0}>
          <Menu
            className="menu"
            aria-label={t('scenario.menu')}
            selectionMode="single"
            selectedKeys={[id]}
            onAction={open}
            renderEmptyState={() => <p className="quiet palette-none">{t('picker.none')}</p>}
          >
            {GROUPS.map(({ name, scenarios }) => (
              <MenuSection key={name} id={name} aria-label={t(`picker.group.${name}`)}>
                <SectionHeader className="picker-group">{t(`picker.group.${name}`)}</SectionHeader>
                {scenarios.map(({ id, titleKey, document }) => {
                  const title = textOf(t, titleKey) ?? String(document.title ?? id);
                  const about = textOf(t, titleKey.replace('scenario.', 'scenarioAbout.')) ?? '';
                  return (
                    <MenuItem
                      key={id}
                      id={id}
                      className="menu-item scenario-item"
                      textValue={`${title} ${about}`}
                    >
                      <Check aria-hidden size={14} />
                      <Text slot="label">{title}</Text>
                      {about !== '' && <Text slot="description">{about}</Text>}
                    </MenuItem>
                  );
                })}
              </MenuSection>
            ))}
          </Menu>
        </section>
      </Autocomplete>
    </div>
  );
}
