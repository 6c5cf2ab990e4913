// One end of a pair: all that the protocol knows on one host. Only ft changes it, through its doors; others get it to read.

import type { DeepReadonly } from '../base/readonly.ts';
import type { InstructionCount } from '../machine/boundary.ts';
import type { SimTime } from '../sim/time.ts';
import type { Incoming, Transfer, VmotionConfig } from './ft-vmotion.ts';
import type { MachineHandover } from './messages.ts';
import type { ProtocolConfig, Replica } from './replica.ts';

export interface End {
  /** The host's name. */
  readonly id: string;
  /** Where the other half of the pair runs, when there is one. */
  peer: string | null;
  replica: Replica;
  /** The VM stands still while a checkpoint is copied aside. */
  isCopying: boolean;
  /** What the VM may use of its host's CPU (§3.3), in percent. */
  vmPercent: number;
  /** The VM on its way from here to another host, and how many there were. */
  transfer: Transfer | null;
  transfers: number;
  /** A VM on its way here, and what has arrived of one that is moved until its source lets go of it. */
  incoming: Incoming | null;
  handover: MachineHandover | null;
}

/** An end as everybody outside ft sees it. */
export type EndView = DeepReadonly<End>;

/** The settings that the doors of ft look at. */
export interface EndConfig {
  protocol: ProtocolConfig;
  vmotion: VmotionConfig;
}

/** What the host says of the moment at which it comes through a door. */
export interface Moment {
  now: SimTime;
  /** How many instructions the VM's machine has retired. */
  instruction: InstructionCount;
  /** The guest has nothing to do until something enters it. */
  isAsleep: boolean;
  /** A value that a backup's machine stands still for. */
  asks: 'clock' | 'entropy' | null;
  /** How many of the VM's pages and blocks have changed since they were last copied. */
  changes: () => number;
}

/** Whether the VM acts for the world here: it takes inputs and carries out I/O, even if its outputs wait. */
export const isActing = ({ replica: { role } }: EndView): boolean => role === 'primary' || role === 'solo';

/** Whether the VM stands still because it is being handed over, copied, or over. */
export const isStill = ({ transfer, replica, isCopying }: EndView): boolean =>
  transfer?.stage === 'paused' || replica.ending !== null || isCopying;

/** The machine is on its way to another host, with all that is known of its peer here. */
export const isHandedOver = ({ transfer }: EndView): boolean =>
  transfer?.stage === 'paused' && transfer.purpose !== 'clone';

/** Whether the guest's clock, timer and entropy are this host's own: not on a backup that replays, unless it has diverged. */
export const runsByItself = ({ replica }: EndView, { mode }: DeepReadonly<ProtocolConfig>): boolean =>
  replica.role !== 'backup' || mode === 'operations' || replica.hasDiverged === true;
