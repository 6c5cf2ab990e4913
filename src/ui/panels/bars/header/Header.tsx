// The top line: the scenario, the state of the pair, the properties, and what concerns the page itself.
import { Check, CircleHelp, Code, Contrast, Moon, RotateCcw, Sun, TriangleAlert } from 'lucide-react';
import { Button } from 'react-aria-components/Button';
import type { ViewFrame } from '../../../../worker/frame.ts';
import { action } from '../../../app/actions.ts';
import { useApp, usePreferences, useSession, useTexts } from '../../../app/context.tsx';
import { IconButton } from '../../../widgets/IconButton.tsx';
import { useMedia } from '../../../widgets/useMedia.ts';
import { isPairCut } from '../../model/targets.ts';
import { BranchMenu } from '../../side/time/BranchMenu.tsx';
import { ScenarioMenu } from './ScenarioMenu.tsx';
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
      <BranchMenu />
      <Button className="text-button restart" onPress={() => action('restart').perform(app)}>
        <RotateCcw aria-hidden size={14} /> {t('transport.startAgain')}
      </Button>
      <ProgramsButton />
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

/** Where there is no room for its name it is an icon. */
function ProgramsButton() {
  const t = useTexts();
  const app = useApp();
  const isWide = useMedia('(min-width: 1380px)');
  const edit = () => action('editPrograms').perform(app);
  if (!isWide)
    return <IconButton icon={Code} label={t('action.editPrograms')} shortcut="E" onPress={edit} size={15} />;
  return (
    <Button className="text-button" aria-label={t('action.editPrograms')} onPress={edit}>
      <Code aria-hidden size={15} /> {t('editor.all')}
    </Button>
  );
}

function PairState() {
  const t = useTexts();
  const pair = useSession((state) => state.frame?.pair);
  const silent = useSession((state) => silentPart(state.frame));
  const isSafe = useSession(({ frame }) => frame !== null && keepsItsPromise(frame));
  const paused = useSession(({ frame }) => frame?.hosts.find(({ activity }) => activity === 'paused')?.id);
  const members = useSession((state) => membersOf(state.frame));
  const isCloning = useSession(({ frame }) => frame?.transfer?.purpose === 'clone');
  if (pair === undefined) return null;
  const kind = pair === 'protected' && !isSafe ? 'unsure' : pair === 'solo' && isCloning ? 'cloning' : pair;
  return (
    <p className={`pair pair-${kind}`} role="status" aria-label={t('pair.name')}>
      <i aria-hidden="true" />
      {pair !== 'suspecting'
        ? t(`pair.${kind}`)
        : paused === undefined
          ? t(`pair.silent.${silent}`)
          : t('pair.silent.paused', { host: paused })}
      {members !== null && <span className="pair-hosts">{members}</span>}
    </p>
  );
}

/** Who the pair is, where there are more hosts than two: `B → C`. */
function membersOf(frame: ViewFrame | null): string | null {
  if (frame === null || frame.hosts.length < 3) return null;
  const { channel, hosts } = frame;
  const solo = hosts.find(({ role }) => role === 'solo');
  if (solo !== undefined) return solo.id;
  return frame.pair === 'down' || frame.pair === 'off' ? null : `${channel.from} → ${channel.to}`;
}

/** Whether the clients can rely on it: every rule kept, no property broken. */
function keepsItsPromise({ rules, properties }: ViewFrame): boolean {
  return Object.values(rules).every((isOn) => isOn) && properties.every(({ holds }) => holds);
}

/** What the silence is of: the cable, or the host that no longer speaks. */
function silentPart(frame: ViewFrame | null): 'channel' | 'primary' | 'backup' | 'unknown' {
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
