// One frame: everything a page shows of an instant, read off the run.

import type { Rules } from '../../ft/rules.ts';
import { lacksContext } from '../../timeline/run/fact-context.ts';
import { commandsOf, type Run } from '../../timeline/run/run.ts';
import { isFinished } from '../../world/advance.ts';
import { logCable } from '../../world/base/cables.ts';
import { formatCommand } from '../../world/language/faults.ts';
import { linkOf } from '../../world/net/cables.ts';
import { hashWorld } from '../../world/state/state-hash.ts';
import { type Host, instructionOf } from '../../world/state/world.ts';
import { viewBranches } from '../branches.ts';
import type { PairState, ViewFrame } from '../frame.ts';
import type { Viewport } from '../protocol.ts';
import { viewChannel } from './channel.ts';
import { viewConsole } from './console.ts';
import { viewFaults } from './faults.ts';
import { viewHost } from './hosts.ts';
import { viewNarration } from './narration-window.ts';
import { viewOpened } from './opened-machine.ts';
import { viewClient, viewDisk, viewFlights, viewLinks, viewVmAt } from './outside.ts';
import { pairOf } from './pair.ts';
import { dataBegin, type Programs } from './program.ts';
import { viewRuler, viewStream } from './ruler.ts';
import { viewTimeline } from './timeline.ts';
import { viewTransfer } from './transfer.ts';

/** A page asks for as many rows as it can show; more than this no page can. */
const ROWS = 400;

export interface FrameSource {
  run: Run;
  programs: Programs;
  scenario: { id: string; title: string };
  guest: string;
  /** The rules as the scenario had them when it was opened. */
  scenarioRules: Rules;
  /** The scenario's own bound. */
  until: number;
}

export function buildFrame(
  source: FrameSource,
  viewport: Viewport,
  request: number,
  isPaused: boolean,
): ViewFrame {
  const { run, programs } = source;
  const { world } = run;
  const guest = programs.of('');
  const opened = viewOpened(run, programs, viewport.opened);
  const rows = Math.min(ROWS, Math.max(8, viewport.rows));
  return {
    request,
    lacksContext: lacksContext(run),
    scenario: source.scenario,
    time: world.now,
    ...(run.step === null ? {} : { step: run.step }),
    reached: run.reached,
    branches: viewBranches(run),
    ...endOf(source),
    pair: pairState(run),
    generation: Math.max(...world.hosts.map(({ replica }) => replica.generation)),
    hosts: world.hosts.map((host) => {
      const stream = viewStream(run, guest, host, rows);
      const view = viewHost(run, host, world.config.protocol.silenceTimeout);
      return stream === undefined ? view : { ...view, stream };
    }),
    stage: [...run.gauges.stage],
    transfer: viewTransfer(run),
    console: viewConsole(run),
    ruler: viewRuler(run, guest, rows),
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
    ...viewNarration(run, source.guest, viewport.narrationFrom),
    timeline: viewTimeline(run, source.guest, viewport.timeline),
    rules: world.config.protocol.rules,
    scenarioRules: source.scenarioRules,
    guest: source.guest,
    mode: world.config.replication.mode,
    commands: commandsOf(run).map(formatCommand),
    ...(viewport.faults ? { faults: viewFaults(world), dataAddresses: dataBegins(run, programs) } : {}),
    ...(opened === undefined ? {} : { opened }),
    ...(isPaused ? { hash: hashWorld(world) } : {}),
  };
}

/** Of every computer: a flipped bit there is one that somebody will notice. */
const dataBegins = ({ world }: Run, programs: Programs): Record<string, number> =>
  Object.fromEntries(world.computers.map(({ id }) => [id, dataBegin(programs.of(id))]));

function endOf({ run, until }: FrameSource): Pick<ViewFrame, 'ended' | 'endReason'> {
  if (isFinished(run.world)) return { ended: true, endReason: 'answered' };
  return run.world.now >= until ? { ended: true, endReason: 'bound' } : { ended: false };
}

function pairState(run: Run): PairState {
  const alive = run.world.hosts.filter(({ isAlive }) => isAlive);
  const vms = alive.filter(({ replica }) => replica.role !== 'halted' && replica.role !== 'spare');
  if (vms.length === 0)
    return alive.some(({ replica }) => replica.haltReason === 'poweredOff') ? 'off' : 'down';
  const solo = vms.filter(({ replica }) => replica.role === 'solo').length;
  if (solo > 0) return solo > 1 ? 'split' : 'solo';
  if (vms.some(({ replica }) => replica.arbitration !== 'none')) return 'failingOver';
  if (vms.some(({ transfer }) => transfer?.purpose === 'clone')) return 'solo';
  return isWhole(run) ? 'protected' : 'suspecting';
}

/** Both halves of the pair run, and hear each other. */
function isWhole(run: Run): boolean {
  const { primary, backup } = pairOf(run);
  const isUp = ({ isAlive, isPaused }: Host): boolean => isAlive && !isPaused;
  if (primary.replica.role !== 'primary' || backup.replica.role !== 'backup') return false;
  const cable = linkOf(run.world, logCable(primary.id, backup.id));
  return isUp(primary) && isUp(backup) && !cable.cut.includes(true);
}

/** How far the backup is behind: in instructions, and in time since the oldest entry was recorded that it has not replayed. */
function lagOf(run: Run): ViewFrame['lag'] {
  const { primary, backup } = pairOf(run);
  if (backup.replica.role !== 'backup' || !backup.isAlive) return null;
  const [oldest] = run.gauges.unreplayed;
  return {
    instructions: Math.max(0, instructionOf(primary) - instructionOf(backup)),
    ns: oldest === undefined ? 0 : run.world.now - oldest,
  };
}
