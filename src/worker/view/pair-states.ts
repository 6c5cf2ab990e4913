// The state of the pair over the whole run, from its turning points.

import type { Run } from '../../timeline/run/run.ts';
import { logCable } from '../../world/base/cables.ts';
import type { Observation } from '../../world/state/observation.ts';
import type { PairState, TimelineView } from '../frame.ts';

export interface PairSpan {
  from: number;
  state: PairState;
  /** Both machines run, whatever they hear of each other. */
  isPair: boolean;
}

/** What is known of the pair at a turning point. */
interface Track {
  state: PairState;
  primary: string;
  backup: string;
  /** Machines that answer the world alone. */
  solo: string[];
  /** Of the pair: no longer running. */
  gone: string[];
}

function startOf({ world }: Run): Track {
  const [primary = '', backup = ''] = world.hosts.map(({ id }) => id);
  const isAlone = world.config.replication.mode === 'none';
  return { state: isAlone ? 'solo' : 'protected', primary, backup, solo: isAlone ? [primary] : [], gone: [] };
}

/** A link as a command names it: does it mean the cable between the two? */
const isTheirCable = ({ primary, backup }: Track, link: string): boolean =>
  ['log', `log-${primary}`, `log-${backup}`, logCable(primary, backup)].includes(link);

const isOfPair = ({ primary, backup }: Track, host: string): boolean => host === primary || host === backup;

function after(track: Track, fact: Observation): Track {
  switch (fact.kind) {
    case 'paired': {
      const { primary, backup } = fact;
      return { state: 'protected', primary, backup, solo: [], gone: [] };
    }
    case 'migrationFinished':
      // Where it was may have been the host that stood still.
      return { ...change(track, 'suspecting', 'protected'), [fact.machine]: fact.to };
    case 'hostCrashed':
      return lose(track, fact.host, 'down');
    case 'halted':
      return lose(track, fact.host, fact.reason === 'poweredOff' ? 'off' : 'down');
    case 'hostPaused':
      return isOfPair(track, fact.host) ? change(track, 'protected', 'suspecting') : track;
    case 'hostResumed':
      return isOfPair(track, fact.host) ? change(track, 'suspecting', 'protected') : track;
    case 'linkCut':
      return isTheirCable(track, fact.link) ? change(track, 'protected', 'suspecting') : track;
    case 'linkMended':
      return isTheirCable(track, fact.link) ? change(track, 'suspecting', 'protected') : track;
    case 'suspected':
      return track.solo.length > 0 ? track : { ...track, state: 'failingOver' };
    case 'wentLive':
    case 'wentSolo': {
      const solo = [...track.solo.filter((host) => host !== fact.host), fact.host];
      return { ...track, solo, state: solo.length > 1 ? 'split' : 'solo' };
    }
    default:
      return track;
  }
}

/** Where nobody is gone, one state gives way to another. */
const change = (track: Track, from: PairState, to: PairState): Track =>
  track.state === from && track.gone.length === 0 ? { ...track, state: to } : track;

/** A host's machine runs no more. With nobody left the state is `end`. */
function lose(track: Track, host: string, end: 'down' | 'off'): Track {
  if (track.solo.includes(host)) {
    const solo = track.solo.filter((other) => other !== host);
    return { ...track, solo, state: solo.length > 0 ? 'solo' : end };
  }
  if (!isOfPair(track, host) || track.gone.includes(host)) return track;
  const gone = [...track.gone, host];
  if (track.solo.length > 0) return { ...track, gone };
  if (gone.length > 1 || end === 'off') return { ...track, gone, state: end };
  return { ...track, gone, state: track.state === 'protected' ? 'suspecting' : track.state };
}

/** The spans of the run's pair, from its turning points in their order. */
export function pairSpans(run: Run, points: Iterable<Observation>): PairSpan[] {
  let track = startOf(run);
  const spans: PairSpan[] = [spanOf(track, 0)];
  for (const fact of points) {
    track = after(track, fact);
    const next = spanOf(track, fact.at);
    const last = spans.at(-1) as PairSpan;
    if (next.state !== last.state || next.isPair !== last.isPair) spans.push(next);
  }
  return spans;
}

const spanOf = ({ state, gone, solo }: Track, from: number): PairSpan => ({
  from,
  state,
  isPair: gone.length === 0 && solo.length === 0,
});

/** The spans as the page draws them: one for each state. */
export function viewPair(spans: readonly PairSpan[]): TimelineView['pair'] {
  const view: TimelineView['pair'] = [];
  for (const { from, state } of spans) {
    const last = view.at(-1);
    if (last?.state === state) continue;
    if (last !== undefined) last.to = from;
    view.push({ from, state });
  }
  return view;
}
