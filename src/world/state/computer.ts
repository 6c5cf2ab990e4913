// A computer: a machine on a host, with a pace, a clock and a source of entropy of its own. Every participant is one.

import { namedStream, type PrngState } from '../../base/prng.ts';
import type { Stop } from '../../machine/boundary.ts';
import type { Machine } from '../../machine/state.ts';
import type { SimTime } from '../../sim/time.ts';
import type { HostConfig } from '../base/config.ts';
import { createPace, type Pace } from './pace.ts';
import type { WorldEvent } from './world.ts';

export interface Computer {
  readonly id: string;
  config: HostConfig;
  isAlive: boolean;
  /** Its last loss of power; `to` is `NEVER` while it lasts. */
  lastOutage: { from: SimTime; to: SimTime } | null;
  /** How often it was switched on: what an earlier life had under way is void. */
  power: number;
  /** It does nothing at all for a while; what happens to it meanwhile it finds when it goes on. */
  isPaused: boolean;
  stalled: WorldEvent[];
  /** What of its CPU's speed the host has, in percent. */
  cpuPercent: number;
  machine: Machine;
  pace: Pace;
  /** Why the machine has stopped, and when it did; the host has not dealt with it yet. */
  stop: { at: SimTime; stop: Stop } | null;
  /** The guest is in WFI. */
  isIdle: boolean;
  /** Added to this host's clock it gives the guest's, in ticks: the guest's clock goes on across a failover. */
  guestClockOffset: number;
  /** How often the guest's timer was set: an event of an earlier setting is void. */
  guestTimerSet: number;
  entropy: PrngState;
}

/** A computer with power, whose machine has not begun. @param name under which it draws from the run's seed */
export function createComputer(config: HostConfig, machine: Machine, name: string, seed: number): Computer {
  return {
    id: config.id,
    config,
    isAlive: true,
    lastOutage: null,
    power: 0,
    isPaused: false,
    stalled: [],
    cpuPercent: 100,
    machine,
    pace: createPace(config, namedStream(`${name} speed`, seed)),
    stop: null,
    isIdle: false,
    guestClockOffset: 0,
    guestTimerSet: 0,
    entropy: namedStream(`${name} entropy`, seed),
  };
}

/** Whether it has power and is not paused. */
export const isRunning = (computer: Computer): boolean => computer.isAlive && !computer.isPaused;
