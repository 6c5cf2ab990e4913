// What the page shows and how, its dialogs and its language, as actions.
import { CircleHelp, Code, Languages, RotateCcw, Share2, SunMoon } from 'lucide-react';
import { chosenLanguage, type Theme } from '../store/preferences.ts';
import { type SideTab, windowAt, zoomed } from '../store/view.ts';
import { type Action, frameOf, hasFrame } from './action.ts';
import type { App } from './context.tsx';

const THEMES: readonly Theme[] = ['system', 'light', 'dark'];

function after<T>(list: readonly T[], item: T): T {
  return list[(list.indexOf(item) + 1) % list.length]!;
}

function zoom(app: App, factor: number): void {
  const time = frameOf(app)?.time ?? 0;
  const { window } = app.view.getState();
  const { from, to } = windowAt(window, time);
  app.view.setState({ window: zoomed(window, time, factor, (from + to) / 2) });
}

function showTab(
  id: string,
  label: Action['label'],
  tab: SideTab,
  shortcuts: readonly string[] = [],
): Action {
  return {
    id,
    label,
    group: 'view',
    shortcuts,
    isEnabled: ({ embedded }) => !embedded,
    perform: ({ view }) => view.setState({ tab }),
  };
}

export const VIEW: readonly Action[] = [
  {
    id: 'zoomIn',
    label: 'zoomIn',
    group: 'view',
    shortcuts: ['+', '='],
    isEnabled: hasFrame,
    perform: (app) => zoom(app, 0.5),
  },
  {
    id: 'zoomOut',
    label: 'zoomOut',
    group: 'view',
    shortcuts: ['-'],
    isEnabled: hasFrame,
    perform: (app) => zoom(app, 2),
  },
  {
    id: 'follow',
    label: 'follow',
    group: 'view',
    shortcuts: ['f'],
    isEnabled: (app) => !app.view.getState().window.follow,
    perform: ({ view }) => view.setState(({ window }) => ({ window: { ...window, follow: true } })),
  },
  showTab('tabNarration', 'tabNarration', 'narration'),
  showTab('tabFaults', 'tabFaults', 'faults'),
  showTab('tabInspect', 'tabInspect', 'inspect'),
  showTab('tabTime', 'tabTime', 'time', ['b']),
];

export const PAGE: readonly Action[] = [
  {
    id: 'share',
    label: 'share',
    group: 'page',
    icon: Share2,
    shortcuts: ['s'],
    isEnabled: (app) => hasFrame(app) && !app.embedded,
    perform: ({ view }) => view.setState({ dialog: 'share' }),
  },
  {
    id: 'editPrograms',
    label: 'editPrograms',
    group: 'page',
    icon: Code,
    shortcuts: ['e'],
    isEnabled: (app) => hasFrame(app) && !app.embedded,
    perform: ({ view }) => view.setState({ dialog: 'editor' }),
  },
  {
    id: 'palette',
    label: 'palette',
    group: 'page',
    shortcuts: ['Mod+k'],
    isEnabled: ({ embedded }) => !embedded,
    perform: ({ view }) => view.setState({ dialog: 'palette' }),
  },
  {
    id: 'help',
    label: 'help',
    group: 'page',
    icon: CircleHelp,
    shortcuts: ['?'],
    isEnabled: ({ embedded }) => !embedded,
    perform: ({ view }) => view.setState({ dialog: 'help' }),
  },
  {
    id: 'theme',
    label: 'theme',
    group: 'page',
    icon: SunMoon,
    shortcuts: [],
    isEnabled: () => true,
    perform: ({ preferences }) => preferences.setState(({ theme }) => ({ theme: after(THEMES, theme) })),
  },
  {
    id: 'language',
    label: 'language',
    group: 'page',
    icon: Languages,
    shortcuts: [],
    isEnabled: () => true,
    perform: ({ preferences }) =>
      preferences.setState((now) => ({
        language: chosenLanguage(now, navigator.languages) === 'en' ? 'zh-CN' : 'en',
      })),
  },
  {
    id: 'restart',
    label: 'restart',
    group: 'page',
    icon: RotateCcw,
    shortcuts: [],
    isEnabled: hasFrame,
    perform: (app) => void startAgain(app),
  },
];

/** The scenario as it comes; with a program of somebody's own, as it was opened. */
async function startAgain(app: App): Promise<void> {
  const asked = await app.session.ask({ kind: 'programText', of: 'vm' });
  const isOwn = asked?.kind === 'programText' && asked.text.carriedBy.length > 0;
  const builtin = frameOf(app)?.scenario.id ?? 'counter';
  await app.session.open(isOwn ? { document: asked.text.document } : { builtin }, true);
}
