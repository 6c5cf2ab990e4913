// The top line: the scenario, the state of the pair, the properties, and what concerns the page itself.
import { Check, ChevronDown, CircleHelp, Contrast, Moon, RotateCcw, Sun, TriangleAlert } from 'lucide-react';
import { Button } from 'react-aria-components/Button';
import { Menu, MenuItem, MenuTrigger } from 'react-aria-components/Menu';
import { Popover } from 'react-aria-components/Popover';
import { Text } from 'react-aria-components/Text';
import { LIBRARY } from '../../../scenario/library/index.ts';
import type { Frame } from '../../../worker/frame.ts';
import { action } from '../../app/actions.ts';
import { useApp, usePreferences, useSession, useTexts } from '../../app/context.tsx';
import { textOf } from '../../i18n/tell.ts';
import { IconButton } from '../../widgets/IconButton.tsx';
import { isPairCut } from '../faults/targets.ts';
import './header.css';

const THEME_ICONS = { system: Contrast, light: Sun, dark: Moon } as const;

export function Header() {
  const t = useTexts();
  const app = useApp();
  const theme = usePreferences((state) => state.theme);
  return (
    <header className="header">
      <h1>{t('app.name')}</h1>
      <ScenarioMenu />
      <Button className="text-button restart" onPress={() => action('restart').perform(app)}>
        <RotateCcw aria-hidden size={14} /> {t('transport.startAgain')}
      </Button>
      <span className="header-space" />
      <PairState />
      <Properties />
      <Button className="button" onPress={() => action('share').perform(app)}>
        {t('action.share')}
      </Button>
      <Button
        className="text-button"
        aria-label={t('header.language')}
        onPress={() => action('language').perform(app)}
      >
        {t('header.languageShort')}
      </Button>
      <IconButton
        icon={THEME_ICONS[theme]}
        label={t(`header.theme.${theme}`)}
        onPress={() => action('theme').perform(app)}
      />
      <IconButton
        icon={CircleHelp}
        label={t('action.help')}
        shortcut="?"
        onPress={() => action('help').perform(app)}
      />
    </header>
  );
}

function ScenarioMenu() {
  const t = useTexts();
  const app = useApp();
  const id = useSession((state) => state.frame?.scenario.id);
  const ownTitle = useSession((state) => state.frame?.scenario.title);
  if (id === undefined) return null;
  const known = LIBRARY.find((each) => each.id === id);
  const title = (known && textOf(t, known.titleKey)) ?? ownTitle;
  return (
    <MenuTrigger>
      <Button className="text-button scenario">
        <span className="scenario-label">{t('scenario.menu')}</span> <strong>{title}</strong>
        <ChevronDown aria-hidden size={14} />
      </Button>
      <Popover className="popover" placement="bottom start">
        <Menu
          className="menu"
          selectionMode="single"
          selectedKeys={[id]}
          onAction={(id) => void app.session.open({ builtin: String(id) }, true)}
        >
          {LIBRARY.map(({ id, titleKey }) => (
            <MenuItem
              key={id}
              className="menu-item scenario-item"
              id={id}
              textValue={textOf(t, titleKey) ?? id}
            >
              <Check aria-hidden size={14} />
              <Text slot="label">{textOf(t, titleKey) ?? id}</Text>
              <Text slot="description">
                {textOf(t, titleKey.replace('scenario.', 'scenarioAbout.')) ?? ''}
              </Text>
            </MenuItem>
          ))}
        </Menu>
      </Popover>
    </MenuTrigger>
  );
}

function PairState() {
  const t = useTexts();
  const pair = useSession((state) => state.frame?.pair);
  const silent = useSession((state) => silentPart(state.frame));
  const isSafe = useSession(({ frame }) => frame !== null && keepsItsPromise(frame));
  if (pair === undefined) return null;
  const kind = pair === 'protected' && !isSafe ? 'unsure' : pair;
  return (
    <p className={`pair pair-${kind}`} role="status" aria-label={t('pair.name')}>
      <i aria-hidden="true" />
      {t(pair === 'suspecting' ? `pair.silent.${silent}` : `pair.${kind}`)}
    </p>
  );
}

/** Whether the clients can rely on it: every rule kept, no property broken. */
function keepsItsPromise({ rules, properties }: Frame): boolean {
  return Object.values(rules).every((isOn) => isOn) && properties.every(({ holds }) => holds);
}

/** What the silence is of: the cable, or the host that no longer speaks. */
function silentPart(frame: Frame | null): 'channel' | 'primary' | 'backup' | 'unknown' {
  if (frame !== null && isPairCut(frame)) return 'channel';
  const roles = frame?.hosts.map(({ role }) => role) ?? [];
  if (!roles.includes('primary')) return 'primary';
  return roles.includes('backup') ? 'unknown' : 'backup';
}

function Properties() {
  const t = useTexts();
  const { view } = useApp();
  const broken = useSession((state) => state.frame?.properties.filter(({ holds }) => !holds).length ?? 0);
  const count = useSession((state) => state.frame?.properties.length ?? 0);
  if (count === 0) return null;
  return (
    <Button
      className={`text-button properties${broken > 0 ? ' properties-broken' : ''}`}
      onPress={() => view.setState({ selection: { kind: 'properties' }, tab: 'inspect' })}
    >
      {broken > 0 ? <TriangleAlert aria-hidden size={15} /> : <Check aria-hidden size={15} />}
      {broken > 0 ? t('properties.broken', { broken, count }) : t('properties.hold', { count })}
    </Button>
  );
}
