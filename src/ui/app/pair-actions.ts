// The failures that have a key of their own: of the pair's hosts, of its cable, and of the other links.
import { Scissors, Zap } from 'lucide-react';
import type { HostView, PairState, ViewFrame } from '../../worker/frame.ts';
import { liveHost } from '../panels/model/hosts.ts';
import { isPairCut, pairTarget } from '../panels/model/targets.ts';
import { type Action, frameOf, hasFrame } from './action.ts';
import type { App } from './context.tsx';

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

export const FAULTS: readonly Action[] = [
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
