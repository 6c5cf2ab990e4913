// When a host's machine executes: how far it may run, its share of the CPU, and where it is at an instant.

import { runLimit } from '../../ft/run-limit.ts';
import { type InstructionCount, UNBOUNDED } from '../../machine/boundary.ts';
import { beginExecuting, instructionAt } from '../state/pace.ts';
import { isHeld, isPlain } from '../state/plain-host.ts';
import { type Computer, instructionOf, isHost, isRunning, type World } from '../state/world.ts';

/** How far the host's machine may run now; nothing when it may not run at all. */
export function runLimitOf(world: World, computer: Computer): InstructionCount | undefined {
  if (!isRunning(computer) || computer.machine.ending.kind !== 'running') return undefined;
  if (!isHost(computer)) return isPlain(computer) && isHeld(computer, world.now) ? undefined : UNBOUNDED;
  return runLimit(computer, world.config.protocol, computer.isReading !== null);
}

/** What the machine has of its host's CPU, in percent: of its host, of its owner (§3.3), for its backup's sake (§3.2). */
const percentOf = (computer: Computer): number =>
  isHost(computer)
    ? (computer.cpuPercent * computer.vmPercent * computer.replica.pacingPercent) / 1e4
    : computer.cpuPercent;

/** After anything that may have changed what the machine can do: it begins to execute, or no longer does. */
export function settle(world: World, host: Computer): void {
  const limit = runLimitOf(world, host);
  const can = limit !== undefined && !host.isIdle && host.stop === null && instructionOf(host) < limit;
  if (can && !host.pace.isExecuting) begin(world, host);
  else if (!can) host.pace.isExecuting = false;
}

function begin(world: World, host: Computer): void {
  beginExecuting(host.pace, host.config, percentOf(host), world.now, instructionOf(host));
}

/** The machine's share of the CPU is another one from now on. */
export function changePace(world: World, host: Computer): void {
  if (host.pace.isExecuting && host.stop === null) begin(world, host);
}

/** Where the machine is at this instant: its state may already be ahead of it (advance.ts). */
export function positionOf(world: World, host: Computer): InstructionCount {
  const now = instructionOf(host);
  if (!host.isAlive) return now;
  const reached = instructionAt(host.pace, world.now);
  return reached < now ? reached : now;
}
