// One frame: everything a page shows of an instant, read off the run.

import { type FactOf, factAt, positionsOf } from '../../timeline/fact-index.ts';
import { commandsOf, type Run } from '../../timeline/run.ts';
import { isFinished } from '../../world/advance.ts';
import { formatCommand } from '../../world/faults.ts';
import { hashWorld } from '../../world/state-hash.ts';
import { type Host, instructionOf, linkOf } from '../../world/world.ts';
import type { Frame, NarrationLine, PairState } from '../frame.ts';
import type { Viewport } from '../protocol.ts';
import { viewChannel } from './channel.ts';
import { viewHost } from './hosts.ts';
import type { Listing } from './listing.ts';
import { viewClient, viewDisk, viewFlights, viewLinks, viewVmAt } from './outside.ts';
import { viewRuler, viewStream } from './ruler.ts';
import { viewTimeline } from './timeline.ts';

/** A page asks for as many rows as it can show; more than this no page can. */
const ROWS = 400;

const NARRATION_LINES = 300;

export interface FrameSource {
  run: Run;
  listing: Listing;
  scenario: { id: string; title: string };
  guest: string;
  /** The scenario's own bound. */
  until: number;
  /** The narration of the run's present, oldest first. */
  lines: readonly NarrationLine[];
}

export function buildFrame(
  source: FrameSource,
  viewport: Viewport,
  request: number,
  isPaused: boolean,
): Frame {
  const { run } = source;
  const { world } = run;
  const rows = Math.min(ROWS, Math.max(8, viewport.rows));
  return {
    request,
    scenario: source.scenario,
    time: world.now,
    ...endOf(source),
    pair: pairState(run),
    generation: Math.max(...world.hosts.map(({ replica }) => replica.generation)),
    hosts: world.hosts.map((host) => {
      const stream = viewStream(run, source.listing, host, rows);
      const view = viewHost(run, host, world.config.protocol.silenceTimeout);
      return stream === undefined ? view : { ...view, stream };
    }),
    ruler: viewRuler(run, source.listing, rows),
    lag: lagOf(run),
    channel: viewChannel(run),
    disk: viewDisk(world),
    vmAt: viewVmAt(world),
    clients: world.clients.map(viewClient),
    links: viewLinks(world),
    flights: viewFlights(world),
    properties: run.properties.map(({ name, section, checked, violation }) => ({
      name,
      section,
      holds: violation === undefined,
      checked,
      ...(violation ? { violation } : {}),
    })),
    narration: source.lines.slice(Math.max(viewport.narrationFrom, source.lines.length - NARRATION_LINES)),
    narrationLength: source.lines.length,
    timeline: viewTimeline(run, source.guest, viewport.timeline),
    rules: world.config.protocol.rules,
    commands: commandsOf(run).map(formatCommand),
    ...(isPaused ? { hash: hashWorld(world) } : {}),
  };
}

function endOf({ run, until }: FrameSource): Pick<Frame, 'ended' | 'endReason'> {
  if (isFinished(run.world)) return { ended: true, endReason: 'answered' };
  return run.world.now >= until ? { ended: true, endReason: 'bound' } : { ended: false };
}

function pairState(run: Run): PairState {
  const { hosts } = run.world;
  const alive = hosts.filter((host) => host.isAlive && host.replica.role !== 'halted');
  if (alive.length === 0) return 'down';
  const solo = alive.filter(({ replica }) => replica.role === 'solo').length;
  if (solo > 0) return solo > 1 ? 'split' : 'solo';
  if (alive.some(({ replica }) => replica.arbitration !== 'none')) return 'failingOver';
  return alive.length === hosts.length && !linkOf(run.world, 'log').cut ? 'protected' : 'suspecting';
}

/** How far the backup is behind: in instructions, and in time since the oldest entry was recorded that it has not replayed. */
function lagOf(run: Run): Frame['lag'] {
  const [first, second] = run.world.hosts as [Host, Host];
  if (second.replica.role !== 'backup' || !second.isAlive) return null;
  const { now } = run.world;
  const next = second.replica.receiver.consumedThrough + 1;
  const position = positionsOf(run.index, { kind: 'recorded' })[next - 1];
  const oldest =
    position === undefined || position >= run.seen ? undefined : (run.facts[position] as FactOf<'recorded'>);
  const last = factAt(run, { kind: 'replayed' }, now);
  return {
    instructions: Math.max(0, instructionOf(first) - instructionOf(second)),
    ns: oldest ? now - oldest.at : last ? 0 : now,
  };
}
