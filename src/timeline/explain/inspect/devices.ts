// The state of a machine's interrupt controllers, UART and devices, in words and numbers.

import { pendingInterrupts } from '../../../machine/cpu/trap.ts';
import { timerComparand } from '../../../machine/devices/clint.ts';
import type { Machine } from '../../../machine/machine.ts';

const SOURCES: Readonly<Record<number, string>> = { 1: 'network', 2: 'disk', 10: 'uart' };

export interface SourceView {
  source: number;
  device: string;
  priority: number;
  isEnabled: boolean;
  isPending: boolean;
  /** Claimed by the driver and not completed yet. */
  isInService: boolean;
  /** The device's wire is high. */
  isRaised: boolean;
}

export interface TransportView {
  device: 'network' | 'disk';
  /** What the driver has said, in the order of setting up (VIRTIO 1.2, §2.1). */
  status: string[];
  /** It has interrupted, and the driver has not acknowledged. */
  isInterrupting: boolean;
}

export interface DevicesView {
  plic: { threshold: number; sources: SourceView[] };
  clint: {
    /** When the timer is due, in ticks of the guest's clock; null when it never is. */
    deadline: number | null;
    isTimerPending: boolean;
    isSoftwarePending: boolean;
  };
  uart: { received: number[]; hasOverrun: boolean; interruptsOnReceive: boolean };
  transports: TransportView[];
  /** Disk requests that were handed out and not completed. */
  requests: { request: number; head: number }[];
  /** By name: enabled in mie, and pending in mip. */
  interrupts: { name: string; isEnabled: boolean; isPending: boolean }[];
  /** Whether interrupts are taken at all: mstatus.MIE, or user mode. */
  areInterruptsOn: boolean;
  isWaiting: boolean;
}

const STATUS: readonly (readonly [bit: number, name: string])[] = [
  [1, 'acknowledge'],
  [2, 'driver'],
  [8, 'features ok'],
  [4, 'driver ok'],
  [64, 'needs reset'],
  [128, 'failed'],
];

const INTERRUPTS: readonly (readonly [bit: number, name: string])[] = [
  [3, 'software'],
  [7, 'timer'],
  [11, 'external'],
];

const MIE = 1 << 3;

export function devicesOf(machine: Machine): DevicesView {
  const { plic, clint, uart, net, disk, cpu } = machine;
  const has = (word: number, bit: number): boolean => (word & (1 << bit)) !== 0;
  const deadline = timerComparand(clint);
  const pending = pendingInterrupts(machine);
  return {
    plic: {
      threshold: plic.threshold,
      sources: Object.entries(SOURCES).map(([number, device]) => {
        const source = Number(number);
        return {
          source,
          device,
          priority: plic.priority[source] ?? 0,
          isEnabled: has(plic.enabled, source),
          isPending: has(plic.pending, source),
          isInService: has(plic.inService, source),
          isRaised: has(plic.levels, source),
        };
      }),
    },
    clint: {
      deadline: Number.isFinite(deadline) ? deadline : null,
      isTimerPending: clint.timerPending,
      isSoftwarePending: clint.msip !== 0,
    },
    uart: {
      received: [...uart.received],
      hasOverrun: uart.overrun,
      interruptsOnReceive: (uart.ier & 1) !== 0,
    },
    transports: [
      { device: 'network', ...transportView(net.transport) },
      { device: 'disk', ...transportView(disk.transport) },
    ],
    requests: disk.outstanding.map(({ request, head }) => ({ request, head })),
    interrupts: INTERRUPTS.map(([bit, name]) => ({
      name,
      isEnabled: has(cpu.mie, bit),
      isPending: has(pending, bit),
    })),
    areInterruptsOn: cpu.mode === 0 || (cpu.mstatus & MIE) !== 0,
    isWaiting: cpu.waiting,
  };
}

const transportView = ({ status, interruptStatus }: { status: number; interruptStatus: number }) => ({
  status: STATUS.filter(([bit]) => (status & bit) !== 0).map(([, name]) => name),
  isInterrupting: (interruptStatus & 3) !== 0,
});
