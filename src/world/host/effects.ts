// Carries out what the protocol has its host do.

import { below } from '../../base/prng.ts';
import type { Effect, TimerName } from '../../ft/effects.ts';
import { checkpointTaken } from '../../ft/machine-events.ts';
import { messageLength, type PairMessage } from '../../ft/messages.ts';
import type { Injection } from '../../machine/boundary.ts';
import { inject } from '../../machine/machine.ts';
import { dropOne, schedule } from '../../sim/event-queue.ts';
import { after, FOREVER, type SimTime } from '../../sim/time.ts';
import { logCable } from '../base/cables.ts';
import { type HostId, VM_MAC } from '../base/config.ts';
import { announcement } from '../net/ethernet.ts';
import { send } from '../net/network.ts';
import { forgetCopied, install, takeChanges } from '../state/changed-pages.ts';
import { entryFacts } from '../state/entry-facts.ts';
import type { Observer } from '../state/observation.ts';
import { outputFacts } from '../state/output-facts.ts';
import { type Host, instructionOf, type World } from '../state/world.ts';
import { requestBackup } from './backup-request.ts';
import { armGuestTimer, followGuestClock, guestTicks } from './host-clock.ts';
import { factOf } from './note-facts.ts';
import { changePace, positionOf } from './running.ts';
import { allSentToDisk, askForFlag, issueIo } from './storage.ts';
import {
  allSentTo,
  clearMachine,
  copyRound,
  installCheckpoint,
  installMachine,
  sendCheckpoint,
  sendGo,
  sendState,
  sendTransfer,
  takeCheckpoint,
} from './vm-copies.ts';

type EffectOf<K extends Effect['kind']> = Extract<Effect, { kind: K }>;

/** How each effect is carried out. */
const CARRIED_OUT: {
  readonly [K in Effect['kind']]: (world: World, host: Host, effect: EffectOf<K>, observe: Observer) => void;
} = {
  send: (world, host, { message, unlessSendingFor }, observe) => {
    if (host.peer === null) return;
    const isSendingFor = allSentTo(world, host, host.peer) - world.now;
    if (isSendingFor < (unlessSendingFor ?? FOREVER)) sendToPeer(world, host, host.peer, message, observe);
  },
  setTimer,
  releaseOutput: release,
  dropOutput: (world, host, { held }, observe) =>
    observe({ at: world.now, kind: 'outputDropped', host: host.id, output: outputFacts(world, held) }),
  testAndSet: (world, host, { generation }, observe) => {
    askForFlag(world, host, generation, observe);
    observe({ at: world.now, kind: 'testAndSetSent', host: host.id, generation });
  },
  issueIo: (world, host, { io, again }, observe) => issueIo(world, host, io, again, observe),
  enter: (_, host, { arrival }) => {
    host.deferred.push(arrival);
  },
  replay,
  awaitValue: (_, host, { value }) => {
    host.isReading = value;
  },
  followClock: (world, host, { ticks }) => followGuestClock(world, host, ticks),
  announceMac: (world, host, _, observe) => announceMac(world, host, observe),
  takeOverClock: (world, host, _, observe) => takeOverClock(world, host, observe),
  takeOverKeyboard: (world) => typeAgain(world),
  requestBackup: (world, host, _, observe) => requestBackup(world, host, observe),
  changePace,
  sendTransfer: (world, host, { to, message }, observe) => sendTransfer(world, host, to, message, observe),
  copyRound,
  sendState,
  sendGo,
  forgetCopied: (_, host) => forgetCopied(host),
  clearMachine,
  installPages: (_, host, { pages, blocks }) => install(host, pages, blocks),
  installMachine: (world, host, { state }) => installMachine(world, host, state),
  setTransferTimer,
  markCopied: (_, host) => {
    takeChanges(host);
  },
  setEpochTimer,
  takeCheckpoint: carryOutCheckpoint,
  installCheckpoint,
  sendCheckpoint: (world, host, { message }, observe) => sendCheckpoint(world, host, message, observe),
  note: (world, host, { note }, observe) => observe({ at: world.now, ...factOf(world, host, note) }),
};

/** Carries the effects out, one after the other. */
export function carryOut(world: World, host: Host, effects: readonly Effect[], observe: Observer): void {
  for (const effect of effects) carryOutOne(world, host, effect, observe);
}

function carryOutOne<K extends Effect['kind']>(
  world: World,
  host: Host,
  effect: EffectOf<K>,
  observe: Observer,
): void {
  CARRIED_OUT[effect.kind as K](world, host, effect, observe);
}

/** Another machine acts for the VM: what the one before was given and this one has not had follows as if it were typed now. */
function typeAgain({ keyboard, queue, now }: World): void {
  if (keyboard.isTyping || keyboard.typed.length === 0) return;
  keyboard.isTyping = true;
  schedule(queue, now, { kind: 'keystroke' });
}

function setTimer(world: World, host: Host, { timer, wait, onceSent }: EffectOf<'setTimer'>): void {
  const set = ++host.timersSet[timer];
  // Set anew with every message that comes: what it was set to before would add up.
  dropOne(
    world.queue,
    (event) => event.kind === 'hostTimer' && event.host === host.id && event.timer === timer,
  );
  const from = onceSent ? allSent(world, host, timer) : world.now;
  schedule(world.queue, after(from, wait), { kind: 'hostTimer', host: host.id, timer, set });
}

/** When what is sent again once the timer is due has left its cable. */
function allSent(world: World, host: Host, timer: TimerName): SimTime {
  if (timer === 'arbitration') return allSentToDisk(world, host);
  return host.peer === null ? world.now : allSentTo(world, host, host.peer);
}

function setTransferTimer(
  world: World,
  host: Host,
  { number, wait, onceSentTo }: EffectOf<'setTransferTimer'>,
): void {
  const set = ++host.transferSet;
  dropOne(world.queue, (event) => event.kind === 'transferTimeout' && event.host === host.id);
  const from = onceSentTo === undefined ? world.now : allSentTo(world, host, onceSentTo);
  schedule(world.queue, after(from, wait), { kind: 'transferTimeout', host: host.id, number, set });
}

function setEpochTimer(world: World, host: Host): void {
  const set = ++host.epochSet;
  const at = after(world.now, world.config.replication.epoch);
  schedule(world.queue, at, { kind: 'epoch', host: host.id, set });
}

function carryOutCheckpoint(
  world: World,
  host: Host,
  effect: EffectOf<'takeCheckpoint'>,
  observe: Observer,
): void {
  const { checkpoint, copiedAt } = takeCheckpoint(world, host, effect, observe);
  carryOut(world, host, checkpointTaken(host, world.config, checkpoint), observe);
  schedule(world.queue, copiedAt, { kind: 'epochCopied', host: host.id, set: host.epochSet });
}

/** An output leaves the host. */
function release(
  world: World,
  host: Host,
  { held, acked, isProtected }: EffectOf<'releaseOutput'>,
  observe: Observer,
): void {
  const { output } = held;
  observe({
    at: world.now,
    kind: 'outputReleased',
    host: host.id,
    output: outputFacts(world, held),
    waited: world.now - held.producedAt,
    acked,
    isProtected,
  });
  if (output.kind === 'packet') {
    send(world, `lan-${host.id}`, host.id, { kind: 'ethernet', bytes: output.bytes }, observe);
  }
}

/** A message of the protocol goes to the other half of the pair. */
function sendToPeer(world: World, host: Host, peer: HostId, message: PairMessage, observe: Observer): void {
  const { generation } = message;
  const bytes = messageLength(message);
  const range =
    message.kind === 'entries'
      ? { first: message.first, last: message.last }
      : message.kind === 'ack'
        ? { last: message.through }
        : {};
  observe({
    at: world.now,
    kind: 'sent',
    host: host.id,
    message: message.kind,
    bytes,
    generation,
    ...range,
  });
  send(world, logCable(host.id, peer), host.id, { kind: 'channel', message }, observe);
}

/** §2.3: switches learn where the VM is from a frame that bears its MAC. */
export function announceMac(world: World, host: Host, observe: Observer): void {
  send(world, `lan-${host.id}`, host.id, { kind: 'ethernet', bytes: announcement(VM_MAC) }, observe);
  observe({ at: world.now, kind: 'macAnnounced', host: host.id });
}

/** A backup's machine takes an entry, or gets the value that it has asked for, and an observer can compare the machines. */
function replay(
  world: World,
  host: Host,
  { entry, injection, ownValue: isOwn }: EffectOf<'replay'>,
  observe: Observer,
): void {
  const isRead = entry.kind === 'clock' || entry.kind === 'entropy';
  const taken = isRead && isOwn ? ownValue(world, host, entry.kind) : injection;
  if (taken !== undefined) inject(host.machine, taken);
  if (isRead) host.isReading = null;
  else if (taken !== undefined) host.isIdle = false;
  const primary = world.hosts.find(({ id }) => id === host.peer);
  const ahead =
    primary?.isAlive && primary.replica.role === 'primary' ? { ahead: positionOf(world, primary) } : {};
  const facts = entryFacts(host, isRead && isOwn ? ({ ...entry, ...taken } as typeof entry) : entry);
  // Where the machine is, and not where the log says that it should be.
  observe({ at: world.now, kind: 'replayed', ...facts, instruction: instructionOf(host), ...ahead });
}

/** What this host's own clock or source of entropy says. */
export const ownValue = (
  world: World,
  host: Host,
  kind: 'clock' | 'entropy',
): Extract<Injection, { kind: 'clock' | 'entropy' }> =>
  kind === 'clock' ? { kind, time: guestTicks(world, host) } : { kind, bits: below(host.entropy, 0x1_0000) };

/** The machine leaves replay: a value that it waits for is the host's. With checkpoints, what the primary did since the last is undone. */
function takeOverClock(world: World, host: Host, observe: Observer): void {
  if (host.isReading !== null) inject(host.machine, ownValue(world, host, host.isReading));
  host.isReading = null;
  if (world.config.replication.mode === 'checkpoint') {
    const { epoch } = host.replica;
    const instruction = instructionOf(host);
    observe({ at: world.now, kind: 'rolledBack', host: host.id, epoch, instruction });
  }
  armGuestTimer(world, host);
}
