// FT VMotion (§3.1, §3.3) at its target: the pages and at last the rest of a machine arrive, and it goes on here.

import type { BesideRam } from '../machine/beside-ram.ts';
import { type Duration, NO_TIME, type SimTime, scaled } from '../sim/time.ts';
import { acknowledge } from './ack-on-receipt.ts';
import { issueReady } from './disk-io.ts';
import type { Effect } from './effects.ts';
import { startWatching } from './failure-detection.ts';
import { forgetIncoming, tellPeer } from './ft-vmotion.ts';
import { announce } from './going-live.ts';
import type { MachineHandover, TransferMessage } from './messages.ts';
import { type End, type EndConfig, runsByItself } from './pair-end.ts';
import { createReplica, type PendingIo, type Replica } from './replica.ts';

type Message<K extends TransferMessage['kind']> = Extract<TransferMessage, { kind: K }>;

/** Pages of a round. With the first of them this host makes room, if it runs no VM. */
export function receivePages(
  end: End,
  { protocol }: EndConfig,
  from: string,
  message: Message<'pages'>,
  now: SimTime,
  out: Effect[],
): void {
  const { purpose, number, round, before, pages, blocks, endsRound } = message;
  let { incoming } = end;
  if (incoming === null || incoming.number !== number || incoming.from !== from) {
    const { role, generation } = end.replica;
    if (round !== 1 || before !== 0 || (role !== 'spare' && role !== 'halted')) return;
    incoming = { purpose, from, number, pages: 0 };
    forgetIncoming(end);
    end.incoming = incoming;
    end.replica = createReplica('spare', generation, protocol, now);
    out.push({ kind: 'clearMachine', disk: true });
  }
  // A message before this one was lost: the source gets no answer, and gives the transfer up.
  if (before !== 0 && before !== incoming.pages) return;
  incoming.pages = before + pages.length;
  out.push({ kind: 'installPages', pages, blocks });
  expectMore(protocol.silenceTimeout, number, out);
  if (endsRound)
    out.push({ kind: 'sendTransfer', to: from, message: { kind: 'roundReceived', number, round } });
}

function expectMore(silenceTimeout: Duration, number: number, out: Effect[]): void {
  out.push({ kind: 'setTransferTimer', number, wait: scaled(silenceTimeout, 4) });
}

/** What is left of the machine. A clone is a backup from here on; a machine that is moved waits for the word to begin. */
export function receiveState(
  end: End,
  config: EndConfig,
  from: string,
  { number, pages, blocks, state }: Message<'state'>,
  now: SimTime,
  out: Effect[],
): void {
  const { incoming } = end;
  if (incoming?.number !== number || incoming.from !== from) return;
  out.push({ kind: 'installPages', pages, blocks });
  out.push({ kind: 'installMachine', state });
  end.vmPercent = state.vmPercent;
  out.push({ kind: 'sendTransfer', to: from, message: { kind: 'ready', number } });
  if (state.purpose === 'clone') {
    forgetIncoming(end);
    becomeBackup(end, config, from, state, now, out);
    return;
  }
  end.peer = state.peer;
  end.replica = { ...(state.replica as Replica), role: 'spare' };
  end.handover = state;
  expectMore(config.protocol.silenceTimeout, number, out);
}

/** The clone is whole: this host is the backup of the generation that begins here. */
function becomeBackup(
  end: End,
  { protocol }: EndConfig,
  from: string,
  { generation, pendingIo, registers }: MachineHandover,
  now: SimTime,
  out: Effect[],
): void {
  const replica = createReplica('backup', generation, protocol, now);
  replica.pendingIo = pendingIo.map((io) => ({ ...io, issued: false }));
  replica.receiver.barrier = (registers as BesideRam).cpu.instructions;
  end.replica = replica;
  end.peer = from;
  out.push({ kind: 'note', note: { kind: 'paired', generation, primary: from } });
  startWatching(replica, protocol, out);
  acknowledge(replica, out);
  issueReady(replica, protocol, out);
}

/** §3.3: the source has let go. The machine goes on here, and the other half of the pair hears of it. */
export function takeOver(
  end: End,
  { protocol }: EndConfig,
  from: string,
  { number, deferred }: Message<'go'>,
  now: SimTime,
  out: Effect[],
): void {
  const { incoming, handover, replica } = end;
  if (incoming?.number !== number || incoming.from !== from || handover === null) return;
  const { purpose } = incoming;
  const isPrimary = purpose === 'movePrimary';
  forgetIncoming(end);
  if (end.peer === '') end.peer = null;
  replica.role = (handover.replica as Replica).role;
  replica.isQuiescing = false;
  for (const io of replica.pendingIo) if (isCarriedOutAgain(io)) io.issued = false;
  // A generation's flag belongs to the host that has won it: elsewhere a VM that runs alone needs another.
  if (replica.role === 'solo') replica.generation++;
  replica.lastHeard = now;
  for (const arrival of deferred) out.push({ kind: 'enter', arrival });
  greetPeer(end, protocol, isPrimary, out);
  if (runsByItself(end, protocol)) out.push({ kind: 'takeOverClock' });
  if (isPrimary) announce(protocol, out);
  issueReady(replica, protocol, out);
  const machine = isPrimary ? 'primary' : 'backup';
  out.push({ kind: 'note', note: { kind: 'migrationFinished', machine, from, to: end.id } });
  if (replica.role === 'solo') out.push({ kind: 'requestBackup' });
}

/** What a backup was carrying out itself where it came from, it has to carry out here. */
const isCarriedOutAgain = ({ own }: PendingIo): boolean => own === undefined;

/** The other half of the pair hears where the machine is now, and each watches the other. */
function greetPeer(end: End, protocol: EndConfig['protocol'], isPrimary: boolean, out: Effect[]): void {
  const { replica } = end;
  if (end.peer === null) return;
  const { generation } = replica;
  tellPeer(end, { kind: 'moved', generation }, out);
  if (!isPrimary) tellPeer(end, { kind: 'resumeIo', generation }, out);
  startWatching(replica, protocol, out);
  if (isPrimary) resumeSending(replica, out);
  else acknowledge(replica, out);
}

/** What was not acknowledged may have been lost between the two places: it is sent again. */
function resumeSending({ sender }: Replica, out: Effect[]): void {
  sender.nextToSend = sender.ackedThrough + 1;
  sender.inFlight = 0;
  sender.waitingForAck = false;
  sender.isFlushDue = false;
  out.push({ kind: 'setTimer', timer: 'flush', wait: NO_TIME });
}
