// What is typed at the terminal enters the machine that acts for the VM, byte by byte, until it has had them all.

import { roomForBytes } from '../../machine/devices/uart.ts';
import { schedule } from '../../sim/event-queue.ts';
import { after, microseconds } from '../../sim/time.ts';
import { deliver } from '../host/inputs.ts';
import { nextTyped } from '../net/terminal.ts';
import type { Observer } from '../state/observation.ts';
import type { Host, World } from '../state/world.ts';
import { actingHost } from './operations.ts';

/** Between two keystrokes, and until one is tried again that nobody took. */
const KEYSTROKE = microseconds(100);
const RETRY = microseconds(1000);

/** Somebody types on the VM's console. */
export function typeText(world: World, text: string, observe: Observer): void {
  for (const byte of new TextEncoder().encode(text)) world.keyboard.typed.push(byte);
  if (!world.keyboard.isTyping) keystroke(world, observe);
}

/**
 * One byte; the next follows. While no VM is there, or its UART has no room, it waits at the keyboard: the line has flow control, as
 * QEMU's has, and loses nothing.
 */
export function keystroke(world: World, observe: Observer): void {
  const { keyboard } = world;
  const host = actingHost(world);
  const had = host === undefined ? 0 : bytesHad(host);
  const byte = nextTyped(keyboard, had);
  keyboard.isTyping = byte !== undefined;
  if (byte === undefined) return;
  const isTaken = host !== undefined && hasRoom(host);
  if (isTaken) {
    observe({ at: world.now, kind: 'typed', host: host.id, byte, number: had + 1 });
    deliver(world, host, { kind: 'console', byte }, observe);
  }
  schedule(world.queue, after(world.now, isTaken ? KEYSTROKE : RETRY), { kind: 'keystroke' });
}

/** Bytes that wait in front of the machine while it stands still. */
const bytesBefore = ({ deferred }: Host): number => deferred.filter(({ kind }) => kind === 'console').length;

const bytesHad = (host: Host): number => host.machine.uart.bytesReceived + bytesBefore(host);

/** Whether there is room for one more, also when those enter that wait. */
const hasRoom = (host: Host): boolean => roomForBytes(host.machine.uart) > bytesBefore(host);

/** How many bytes were typed that the machine which acts has not had; all of them when none does. */
export function bytesAtKeyboard(world: World): number {
  const host = actingHost(world);
  return world.keyboard.typed.length - (host === undefined ? 0 : bytesHad(host));
}
