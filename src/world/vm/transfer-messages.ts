// Which message of FT VMotion is for whom: the source, the target, or the other half of the pair.

import type { TransferMessage } from '../../ft/messages.ts';
import type { Observer } from '../state/observation.ts';
import { type Host, hostOf, isActing, type World } from '../state/world.ts';
import { receivePages, receiveState, takeOver } from './clone-target.ts';
import { endQuiescing, ready, roundReceived, tellQuiet } from './cloning.ts';

/** A message about a machine that is on its way. */
export function receiveTransfer(
  world: World,
  host: Host,
  fromId: string,
  message: TransferMessage,
  observe: Observer,
): void {
  const from = hostOf(world, fromId);
  const { transfer } = host;
  const isMine = 'number' in message && transfer?.number === message.number && transfer.target === fromId;
  switch (message.kind) {
    case 'pages':
      receivePages(world, host, from, message, observe);
      break;
    case 'roundReceived':
      if (isMine) roundReceived(world, host, transfer, observe);
      break;
    case 'state':
      receiveState(world, host, from, message, observe);
      break;
    case 'ready':
      if (isMine) ready(world, host, transfer, observe);
      break;
    case 'go':
      if (host.incoming?.from === fromId) takeOver(world, host, message, observe);
      break;
    case 'cancel':
      if (host.incoming?.number === message.number && host.incoming.from === fromId) host.incoming = null;
      break;
    case 'moved':
      if (message.generation === host.replica.generation && host.peer !== null) host.peer = fromId;
      break;
    case 'quiesce':
      if (message.generation === host.replica.generation && isActing(host)) {
        host.replica.isQuiescing = true;
        tellQuiet(world, host, observe);
      }
      break;
    case 'resumeIo':
      if (message.generation === host.replica.generation) endQuiescing(world, host, observe);
      break;
  }
}
