// The hosts as the page shows them: roles, what they are doing, their outputs.

import { isStopped } from '../../ft/logging-channel.ts';
import { isStill } from '../../ft/pair-end.ts';
import { changesOf } from '../../machine/machine.ts';
import type { Run } from '../../timeline/run/run.ts';
import { roleOf } from '../../world/report.ts';
import { type Host, instructionOf, isRunning } from '../../world/state/world.ts';
import type { Activity, HostView, OutputView, Role } from '../frame.ts';
import { factsNear, type OutputFact } from './outputs.ts';
import { viewOwnDisk } from './outside.ts';

/** Outputs shown of a host: a gate's worth. */
const OUTPUTS = 6;

function activityOf(host: Host): Activity {
  const { replica } = host;
  if (!host.isAlive || replica.role === 'halted') return 'stopped';
  if (host.isPaused) return 'paused';
  if (replica.role === 'spare') return 'empty';
  if (isStill(host)) return 'handingOver';
  if (replica.arbitration === 'asking') return 'arbitrating';
  if (replica.role === 'backup') {
    if (replica.arbitration === 'won') return 'draining';
    return host.pace.isExecuting ? 'running' : 'waitingForLog';
  }
  if (replica.role === 'primary' && isStopped(replica.sender)) return 'stoppedByLog';
  return host.pace.isExecuting ? 'running' : 'idle';
}

/** Held, released and dropped outputs, folded from the facts about them into one line each. */
function outputsOf(run: Run, host: Host): OutputView[] {
  const views = new Map<string, OutputView>();
  for (const fact of factsNear(run, host.id, OUTPUTS)) {
    const key = `${fact.output.kind} ${fact.output.instruction} ${fact.output.sequence}`;
    views.set(key, { ...(views.get(key) ?? outputView(fact)), ...stateOf(fact) });
  }
  return [...views.values()].slice(-OUTPUTS);
}

function outputView({ at, output, ...fact }: OutputFact): OutputView {
  const { sequence, instruction, kind, client, request, value, block } = output;
  return {
    sequence,
    instruction,
    kind,
    ...(client === undefined ? {} : { client }),
    ...(request === undefined ? {} : { request }),
    ...(value === undefined ? {} : { value }),
    ...(block === undefined ? {} : { block }),
    state: 'held',
    producedAt: fact.kind === 'outputReleased' ? at - fact.waited : at,
  };
}

function stateOf(fact: OutputFact): Pick<OutputView, 'state' | 'endedAt'> {
  if (fact.kind === 'outputHeld') return { state: 'held' };
  return { state: fact.kind === 'outputReleased' ? 'released' : 'dropped', endedAt: fact.at };
}

export function viewHost(run: Run, host: Host, silenceTimeout: number): HostView {
  const { replica } = host;
  const isBackup = host.isAlive && replica.role === 'backup';
  const isWatching =
    isRunning(host) && replica.arbitration === 'none' && (isBackup || replica.role === 'primary');
  return {
    id: host.id,
    role: roleOf(host) as Role,
    activity: activityOf(host),
    instruction: instructionOf(host),
    changes: changesOf(host.machine),
    cpuPercent: host.cpuPercent,
    sharePercent: host.vmPercent,
    pacingPercent: replica.pacingPercent,
    ...(isBackup ? { barrier: replica.receiver.barrier } : {}),
    ...(isWatching ? { lastHeardAt: replica.lastHeard, suspectsAt: replica.lastHeard + silenceTimeout } : {}),
    outputs: outputsOf(run, host),
    outputsHeld: replica.gate.length,
    outputsReleased: run.gauges.released[host.id] ?? 0,
    outputsDropped: run.gauges.dropped[host.id] ?? 0,
    ...(host.disk ? { disk: viewOwnDisk(host.disk, host.isAlive) } : {}),
    ...(replica.haltReason ? { haltReason: replica.haltReason } : {}),
  };
}
