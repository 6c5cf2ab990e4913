// Everything a person can do, once: toolbar, keyboard, palette and help read this list.
import {
  ChevronsLeft,
  ChevronsRight,
  CircleDot,
  CircleHelp,
  Code,
  Languages,
  type LucideIcon,
  Pause,
  Play,
  RotateCcw,
  Scissors,
  Share2,
  SkipBack,
  SkipForward,
  StepBack,
  StepForward,
  SunMoon,
  TextCursor,
  Zap,
} from 'lucide-react';
import type { HostView, PairState, ViewFrame } from '../../worker/frame.ts';
import type { StepUnit } from '../../worker/protocol.ts';
import type page from '../i18n/en/page.json';
import { countingStops, runToStops } from '../panels/model/stops.ts';
import { isPairCut, pairTarget } from '../panels/model/targets.ts';
import type { Fault } from '../panels/side/faults/faults.ts';
import { chosenLanguage, type Theme } from '../store/preferences.ts';
import { faster, slower } from '../store/speed.ts';
import type { SideTab } from '../store/view.ts';
import { windowAt, zoomed } from '../store/view.ts';
import type { App } from './context.tsx';
import { codeHere, runHere, toggleStopHere, wayHere } from './cursor.ts';

export type ActionGroup = keyof typeof page.group;

export interface Action {
  id: string;
  label: keyof typeof page.action;
  /** For labels that name a thing. */
  link?: string;
  /** A failure, which has a name of its own. */
  fault?: Fault;
  group: ActionGroup;
  icon?: LucideIcon;
  /** As `keyOf` writes them; the first is the one that is shown. */
  shortcuts: readonly string[];
  isEnabled(app: App): boolean;
  perform(app: App): void;
}

const THEMES: readonly Theme[] = ['system', 'light', 'dark'];

const frameOf = (app: App): ViewFrame | null => app.session.store.getState().frame;
const hasFrame = (app: App): boolean => frameOf(app) !== null;
const isPastStart = (app: App): boolean => (frameOf(app)?.time ?? 0) > 0;
const isPlaying = (app: App): boolean => app.session.store.getState().playing;

/** The host whose machine answers the world. */
export function liveHost(frame: ViewFrame | null): HostView | undefined {
  return frame?.hosts.find(({ role }) => role === 'primary' || role === 'solo');
}

function backupHost(frame: ViewFrame | null): HostView | undefined {
  return frame?.hosts.find(({ role }) => role === 'backup');
}

const isLogCut = (app: App): boolean => {
  const frame = frameOf(app);
  return frame !== null && isPairCut(frame);
};

const OVER: readonly (PairState | undefined)[] = ['solo', 'split', 'down', 'off'];

/** Nobody logs any more, and nobody is about to again: cutting or mending the cable has no use. */
export function isLogOver(frame: ViewFrame | null): boolean {
  return OVER.includes(frame?.pair) && frame?.transfer === null;
}

function onPairCable(app: App, verb: 'cut' | 'mend'): void {
  const frame = frameOf(app);
  if (frame !== null) void app.session.command(`${verb} ${pairTarget(frame)}`);
}

const LARGER: Readonly<Record<StepUnit, StepUnit>> = {
  instruction: 'entry',
  entry: 'event',
  packet: 'event',
  output: 'event',
  event: 'failure',
  failure: 'failure',
};

function largerUnit(unit: StepUnit): StepUnit {
  return LARGER[unit];
}

function after<T>(list: readonly T[], item: T): T {
  return list[(list.indexOf(item) + 1) % list.length]!;
}

/** Whose instructions are stepped by: of the host that is looked at, if its machine runs. */
function steppedMachine(app: App): string | undefined {
  const { selection } = app.view.getState();
  if (selection?.kind !== 'host') return undefined;
  const host = frameOf(app)?.hosts.find(({ id }) => id === selection.host);
  return host !== undefined && ['primary', 'backup', 'solo'].includes(host.role) ? host.id : undefined;
}

function zoom(app: App, factor: number): void {
  const time = frameOf(app)?.time ?? 0;
  const { window } = app.view.getState();
  const { from, to } = windowAt(window, time);
  app.view.setState({ window: zoomed(window, time, factor, (from + to) / 2) });
}

const TIME: readonly Action[] = [
  {
    id: 'play',
    label: 'play',
    group: 'time',
    icon: Play,
    shortcuts: ['Space'],
    isEnabled: (app) => hasFrame(app) && !isPlaying(app) && frameOf(app)?.ended === false,
    perform: (app) => app.session.play(),
  },
  {
    id: 'pause',
    label: 'pause',
    group: 'time',
    icon: Pause,
    shortcuts: ['Space'],
    isEnabled: isPlaying,
    perform: (app) => app.session.pause(),
  },
  {
    id: 'stepForward',
    label: 'stepForward',
    group: 'time',
    icon: StepForward,
    shortcuts: ['ArrowRight', '.', 'F10'],
    isEnabled: hasFrame,
    perform: (app) => void app.session.step(app.view.getState().unit, 1, steppedMachine(app)),
  },
  {
    id: 'stepBack',
    label: 'stepBack',
    group: 'time',
    icon: StepBack,
    shortcuts: ['ArrowLeft', ','],
    isEnabled: isPastStart,
    perform: (app) => void app.session.step(app.view.getState().unit, -1, steppedMachine(app)),
  },
  {
    id: 'leapForward',
    label: 'leapForward',
    group: 'time',
    icon: ChevronsRight,
    shortcuts: ['Shift+ArrowRight'],
    isEnabled: hasFrame,
    perform: (app) => void app.session.step(largerUnit(app.view.getState().unit), 1),
  },
  {
    id: 'leapBack',
    label: 'leapBack',
    group: 'time',
    icon: ChevronsLeft,
    shortcuts: ['Shift+ArrowLeft'],
    isEnabled: isPastStart,
    perform: (app) => void app.session.step(largerUnit(app.view.getState().unit), -1),
  },
  {
    id: 'nextEvent',
    label: 'nextEvent',
    group: 'time',
    shortcuts: ['PageDown'],
    isEnabled: hasFrame,
    perform: (app) => void app.session.step('event', 1),
  },
  {
    id: 'previousEvent',
    label: 'previousEvent',
    group: 'time',
    shortcuts: ['PageUp'],
    isEnabled: isPastStart,
    perform: (app) => void app.session.step('event', -1),
  },
  {
    id: 'start',
    label: 'start',
    group: 'time',
    icon: SkipBack,
    shortcuts: ['Home'],
    isEnabled: isPastStart,
    perform: (app) => void app.session.seek(0),
  },
  {
    id: 'latest',
    label: 'latest',
    group: 'time',
    icon: SkipForward,
    shortcuts: ['End'],
    isEnabled: (app) => hasFrame(app) && app.session.store.getState().latest > (frameOf(app)?.time ?? 0),
    perform: (app) => void app.session.seek(app.session.store.getState().latest),
  },
  {
    id: 'runToCursor',
    label: 'runToCursor',
    group: 'time',
    icon: TextCursor,
    shortcuts: ['c', 'Mod+F10'],
    isEnabled: (app) => wayHere(app) !== null,
    perform: runHere,
  },
  {
    id: 'continue',
    label: 'continue',
    group: 'time',
    shortcuts: ['F8'],
    isEnabled: (app) => isPlaying(app) || (hasFrame(app) && frameOf(app)?.ended === false),
    perform: (app) => {
      if (isPlaying(app)) app.session.pause();
      else if (countingStops(app).length > 0) runToStops(app, 'forward');
      else app.session.play();
    },
  },
  {
    id: 'toggleBreakpoint',
    label: 'toggleBreakpoint',
    group: 'time',
    icon: CircleDot,
    shortcuts: ['F9'],
    isEnabled: (app) => codeHere(app) !== null,
    perform: (app) => void toggleStopHere(app),
  },
  {
    id: 'runToEnd',
    label: 'runToEnd',
    group: 'time',
    shortcuts: ['Shift+End'],
    isEnabled: (app) => hasFrame(app) && frameOf(app)?.ended === false,
    perform: (app) => void app.session.runToEnd(),
  },
  {
    id: 'runToBreakpoint',
    label: 'runToBreakpoint',
    group: 'time',
    shortcuts: ['n'],
    isEnabled: (app) => hasFrame(app) && countingStops(app).length > 0,
    perform: (app) => runToStops(app, 'forward'),
  },
  {
    id: 'backToBreakpoint',
    label: 'backToBreakpoint',
    group: 'time',
    shortcuts: ['p'],
    isEnabled: (app) => isPastStart(app) && countingStops(app).length > 0,
    perform: (app) => runToStops(app, 'backward'),
  },
  {
    id: 'faster',
    label: 'faster',
    group: 'time',
    shortcuts: [']'],
    isEnabled: hasFrame,
    perform: ({ preferences }) => preferences.setState(({ speed }) => ({ speed: faster(speed) })),
  },
  {
    id: 'slower',
    label: 'slower',
    group: 'time',
    shortcuts: ['['],
    isEnabled: hasFrame,
    perform: ({ preferences }) => preferences.setState(({ speed }) => ({ speed: slower(speed) })),
  },
];

const FAULTS: readonly Action[] = [
  {
    id: 'killPrimary',
    label: 'killPrimary',
    group: 'faults',
    icon: Zap,
    shortcuts: ['1'],
    isEnabled: (app) => liveHost(frameOf(app)) !== undefined,
    perform: (app) => crash(app, liveHost(frameOf(app))),
  },
  {
    id: 'killBackup',
    label: 'killBackup',
    group: 'faults',
    icon: Zap,
    shortcuts: ['2'],
    isEnabled: (app) => backupHost(frameOf(app)) !== undefined,
    perform: (app) => crash(app, backupHost(frameOf(app))),
  },
  {
    id: 'cutLog',
    label: 'cutLog',
    group: 'faults',
    icon: Scissors,
    shortcuts: ['3'],
    isEnabled: (app) => hasFrame(app) && !isLogOver(frameOf(app)) && !isLogCut(app),
    perform: (app) => onPairCable(app, 'cut'),
  },
  {
    id: 'mendLog',
    label: 'mendLog',
    group: 'faults',
    icon: Scissors,
    shortcuts: ['3'],
    isEnabled: (app) => hasFrame(app) && !isLogOver(frameOf(app)) && isLogCut(app),
    perform: (app) => onPairCable(app, 'mend'),
  },
];

function crash(app: App, host: HostView | undefined): void {
  if (host !== undefined) void app.session.command(`crash ${host.id}`);
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

const VIEW: readonly Action[] = [
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

const PAGE: readonly Action[] = [
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
    id: 'editGuest',
    label: 'editGuest',
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

/** The scenario as it comes; with a guest of its own, as it was opened. */
async function startAgain(app: App): Promise<void> {
  const asked = await app.session.ask({ kind: 'guest' });
  const isOwn = asked?.kind === 'guest' && asked.guest.source !== asked.guest.builtIn;
  const builtin = frameOf(app)?.scenario.id ?? 'counter';
  await app.session.open(isOwn ? { document: asked.guest.document } : { builtin }, true);
}

/** The actions that are always there, in the order of help. */
export const ACTIONS: readonly Action[] = [...TIME, ...FAULTS, ...VIEW, ...PAGE];

/** Faults of the links that this run has besides the logging channel, on the keys after the three fixed ones. */
export function linkActions(frame: ViewFrame | null): Action[] {
  const others = (frame?.links ?? []).filter(({ id }) => !id.startsWith('log-'));
  return others.map(({ id, cut: ways }, i) => {
    const cut = ways.includes(true);
    return {
      id: `${cut ? 'mend' : 'cut'}:${id}`,
      label: cut ? 'mendLink' : 'cutLink',
      link: id,
      group: 'faults',
      icon: Scissors,
      shortcuts: i < 6 ? [String(i + 4)] : [],
      isEnabled: () => true,
      perform: (app) => void app.session.command(`${cut ? 'mend' : 'cut'} ${id}`),
    };
  });
}

/** All that can be done in this run with a key. */
export function allActions(app: App): Action[] {
  return [...ACTIONS, ...linkActions(frameOf(app))];
}

/** An action of the fixed list. */
export function action(id: string): Action {
  const found = ACTIONS.find((each) => each.id === id);
  if (found === undefined) throw new Error(`There is no action ${id}.`);
  return found;
}
