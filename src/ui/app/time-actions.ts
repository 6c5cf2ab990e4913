// Moving in time, as actions.
import {
  ChevronsLeft,
  ChevronsRight,
  CircleDot,
  Pause,
  Play,
  SkipBack,
  SkipForward,
  StepBack,
  StepForward,
  TextCursor,
} from 'lucide-react';
import type { StepUnit } from '../../worker/protocol.ts';
import { countingStops, runToStops } from '../panels/model/stops.ts';
import { faster, slower } from '../store/speed.ts';
import { type Action, frameOf, hasFrame, isPastStart, isPlaying } from './action.ts';
import type { App } from './context.tsx';
import { codeHere, runHere, toggleStopHere, wayHere } from './cursor.ts';

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

/** Whose instructions are stepped by: of the host that is looked at, if its machine runs; else of the client or disk that is open. */
function steppedMachine(app: App): string | undefined {
  const { selection } = app.view.getState();
  if (selection?.kind !== 'host') return frameOf(app)?.opened?.id;
  const host = frameOf(app)?.hosts.find(({ id }) => id === selection.host);
  return host !== undefined && ['primary', 'backup', 'solo'].includes(host.role) ? host.id : undefined;
}

export const TIME: readonly Action[] = [
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
