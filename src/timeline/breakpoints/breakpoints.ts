// Where a run is to stop: plain data, so that it can be kept, sent and shown.

import type { EntryKind, OutputKind } from '../../ft/entry.ts';
import type { ClientId, HostId } from '../../world/base/config.ts';
import type { Fact } from '../../world/state/observation.ts';
import type { Expression } from './expression.ts';

/** Which machine: a host's, or that of whichever host acts for the VM at that moment. */
export type Whose = HostId | 'acting';

export type MemoryAccess = 'read' | 'write' | 'access';

/** Something that is true of a machine; the rest of the kinds is about what an observer sees. */
export type MachineBreakpoint =
  /** Before the instruction at one of these addresses. */
  | { kind: 'address'; of: Whose; addresses: readonly number[] }
  /** After the instruction that makes a register another one, or, with `equals`, equal to that. `pc` is one too. */
  | { kind: 'register'; of: Whose; register: number | 'pc'; equals?: number }
  /** After the instruction, device or fault that reads or stores, even the same value. Fetches and a device's reads do not count. */
  | { kind: 'memory'; of: Whose; address: number; length: number; access: MemoryAccess }
  /** As soon as it has become true. */
  | { kind: 'condition'; of: Whose; condition: Expression };

export type WorldBreakpoint =
  | { kind: 'entry'; entry?: EntryKind; moment?: 'recorded' | 'replayed'; host?: HostId }
  | { kind: 'output'; output?: OutputKind; moment?: 'held' | 'released' | 'dropped'; host?: HostId }
  /** A frame is put on a cable by a client (`to` the VM) or a host; `bytes` stand in it at `offset`. */
  | { kind: 'packet'; client?: ClientId; request?: number; offset?: number; bytes?: readonly number[] }
  | { kind: 'property'; property?: string }
  | { kind: 'fact'; fact: Fact['kind']; host?: HostId };

export type Breakpoint = MachineBreakpoint | WorldBreakpoint;

/** Where a run came to a breakpoint. */
export interface Hit {
  /** Its number in the list. */
  breakpoint: number;
  /** The position that the run stands at there: an instant in nanoseconds, and its steps where more of it are to come. */
  at: number;
  step?: number;
  /** Of a machine: whose, how many instructions it has retired there, and how often it was changed since, if it was. */
  host?: HostId;
  instruction?: number;
  changes?: number;
  /** The instruction that the breakpoint is about: at which it stands, or which has just changed, read or stored. */
  pc?: number;
  /** Who stored, if no instruction did. */
  by?: string;
  fact?: Fact;
}

export const isOfMachine = (breakpoint: Breakpoint): breakpoint is MachineBreakpoint =>
  breakpoint.kind === 'address' ||
  breakpoint.kind === 'register' ||
  breakpoint.kind === 'memory' ||
  breakpoint.kind === 'condition';

/** Whether a fact is one that the breakpoint waits for. Frames are no facts. */
export function isAbout(breakpoint: WorldBreakpoint, fact: Fact): boolean {
  switch (breakpoint.kind) {
    case 'entry': {
      if (fact.kind !== 'recorded' && fact.kind !== 'replayed') return false;
      const { entry, moment, host } = breakpoint;
      return isOr(entry, fact.entry) && isOr(moment, fact.kind) && isOr(host, fact.host);
    }
    case 'output': {
      const moment = OUTPUT_MOMENTS[fact.kind];
      if (moment === undefined || !('output' in fact) || typeof fact.output !== 'object') return false;
      const { output, host } = breakpoint;
      return isOr(breakpoint.moment, moment) && isOr(output, fact.output.kind) && isOr(host, fact.host);
    }
    case 'property':
      return fact.kind === 'violated' && isOr(breakpoint.property, fact.property);
    case 'fact':
      return fact.kind === breakpoint.fact && isOr(breakpoint.host, 'host' in fact ? fact.host : undefined);
    case 'packet':
      return false;
  }
}

const isOr = <T>(wanted: T | undefined, found: T | undefined): boolean =>
  wanted === undefined || wanted === found;

const OUTPUT_MOMENTS: Readonly<Partial<Record<Fact['kind'], 'held' | 'released' | 'dropped'>>> = {
  outputHeld: 'held',
  outputReleased: 'released',
  outputDropped: 'dropped',
};
