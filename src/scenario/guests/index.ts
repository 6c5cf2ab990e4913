// The guest programs that come with Understudy, as source texts, and the kernel that every guest may include.
import bulkReceiver from './bulk-receiver.s?raw';
import bulkSender from './bulk-sender.s?raw';
import compute from './compute.s?raw';
import console from './console.s?raw';
import counter from './counter.s?raw';
import disk from './disk.s?raw';
import diskReader from './disk-reader.s?raw';
import diskWriter from './disk-writer.s?raw';
import dmaPoller from './dma-poller.s?raw';
import kernel from './kernel.s?raw';
import keyValue from './key-value.s?raw';
import lease from './lease.s?raw';
import network from './network.s?raw';
import packet from './packet.s?raw';
import racer from './racer.s?raw';
import random from './random.s?raw';
import requests from './requests.s?raw';
import shell from './shell.s?raw';
import virtio from './virtio.s?raw';

/** The interrupts a second that `TIMER_HZ` stands for when a guest is assembled without it. */
export const TIMER_HZ_DEFAULT = 100;

const KERNEL_FILES: ReadonlyMap<string, string> = new Map([
  ['kernel.s', kernel],
  ['virtio.s', virtio],
  ['disk.s', disk],
  ['network.s', network],
  ['packet.s', packet],
  ['requests.s', requests],
  ['console.s', console],
]);

/** What `.include "NAME"` brings in, for a built-in guest and for one that somebody wrote; undefined if there is no such file. */
export function includeKernel(name: string): string | undefined {
  return KERNEL_FILES.get(name);
}

/** The kernel's files by name, the one that includes the others first. */
export function kernelFiles(): Record<string, string> {
  return Object.fromEntries(KERNEL_FILES);
}

/** A program for the machine. To be assembled with `TIMER_HZ` defined beforehand. */
export interface Guest {
  readonly id: string;
  /** Its file's name, for errors and for the line table. */
  readonly file: string;
  readonly source: string;
  readonly include: (name: string) => string | undefined;
}

const builtIn = (id: string, source: string): Guest => ({
  id,
  file: `${id}.s`,
  source,
  include: includeKernel,
});

/** Every built-in guest, by its id, in the order in which they are offered. */
export const GUESTS: Readonly<Record<string, Guest>> = Object.fromEntries(
  [
    builtIn('counter', counter),
    builtIn('key-value', keyValue),
    builtIn('lease', lease),
    builtIn('random', random),
    builtIn('compute', compute),
    builtIn('shell', shell),
    builtIn('disk-reader', diskReader),
    builtIn('disk-writer', diskWriter),
    builtIn('bulk-receiver', bulkReceiver),
    builtIn('bulk-sender', bulkSender),
    builtIn('dma-poller', dmaPoller),
    builtIn('racer', racer),
  ].map((guest) => [guest.id, guest]),
);
