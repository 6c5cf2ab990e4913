// What is typed at the terminal enters the machine that acts for the VM, byte by byte, until it has had them all.

import { schedule } from '../../sim/event-queue.ts';
import { after, microseconds } from '../../sim/time.ts';
import { deliver } from '../host/hypervisor.ts';
import { nextTyped } from '../net/terminal.ts';
import type { Observer } from '../state/observation.ts';
import type { Host, World } from '../state/world.ts';
import { actingHost, NO_VM } from './operations.ts';

/** Between two keystrokes. */
const KEYSTROKE = microseconds(100);

/** Somebody types on the VM's console. @returns why not */
export function typeText(world: World, text: string, observe: Observer): string | undefined {
  if (actingHost(world) === undefined) return NO_VM;
  for (const byte of new TextEncoder().encode(text)) world.keyboard.typed.push(byte);
  if (!world.keyboard.isTyping) keystroke(world, observe);
  return undefined;
}

/** One byte; the next follows. While no VM takes it, it waits at the keyboard. */
export function keystroke(world: World, observe: Observer): void {
  const { keyboard } = world;
  const host = actingHost(world);
  const had = host === undefined ? 0 : bytesHad(host);
  const byte = nextTyped(keyboard, had);
  keyboard.isTyping = byte !== undefined;
  if (byte === undefined) return;
  if (host !== undefined) {
    observe({ at: world.now, kind: 'typed', host: host.id, byte, number: had + 1 });
    deliver(world, host, { kind: 'console', byte }, observe);
  }
  schedule(world.queue, after(world.now, KEYSTROKE), { kind: 'keystroke' });
}

/** Bytes that are in the machine, or wait in front of it while it stands still. */
const bytesHad = ({ machine, deferred }: Host): number =>
  machine.uart.bytesReceived + deferred.filter(({ kind }) => kind === 'console').length;
