// The guest programs that come with Understudy, as source texts, and the kernel that every guest may include.
import console from './console.s?raw';
import counter from './counter.s?raw';
import disk from './disk.s?raw';
import kernel from './kernel.s?raw';
import network from './network.s?raw';
import packet from './packet.s?raw';
import requests from './requests.s?raw';
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

/** A program for the machine. To be assembled with `TIMER_HZ` defined beforehand. */
export interface Guest {
  readonly id: string;
  /** Its file's name, for errors and for the line table. */
  readonly file: string;
  readonly source: string;
  readonly include: (name: string) => string | undefined;
}

/** Every built-in guest, by its id. */
export const GUESTS: Readonly<Record<string, Guest>> = {
  counter: { id: 'counter', file: 'counter.s', source: counter, include: includeKernel },
};

/** The texts that a built-in guest is assembled from, by file name: what a line table's files stand for. */
export function guestSources(id: string): Readonly<Record<string, string>> {
  const guest = GUESTS[id];
  return { ...Object.fromEntries(KERNEL_FILES), ...(guest ? { [guest.file]: guest.source } : {}) };
}
