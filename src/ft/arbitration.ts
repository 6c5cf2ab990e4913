// §2.3: one atomic test-and-set on the shared disk decides who may go on alone, so that never both do.

import { issueReady } from './disk-io.ts';
import type { Effect } from './effects.ts';
import { announce, beginGoingLive } from './going-live.ts';
import { halt } from './halt.ts';
import { openGate } from './output-rule.ts';
import { restoreSpeed } from './pacing.ts';
import type { ProtocolConfig, Replica } from './replica.ts';

/** Asks for this generation's flag. From now on a backup acknowledges nothing: it may be about to go live. */
export function askForFlag(replica: Replica, config: ProtocolConfig, out: Effect[]): void {
  replica.arbitration = 'asking';
  if (!config.rules.arbitration) {
    won(replica, config, out);
    return;
  }
  out.push({ kind: 'testAndSet', generation: replica.generation });
  out.push({ kind: 'setTimer', timer: 'arbitration', wait: config.arbitrationRetry, onceSent: true });
}

/** The arbitration timer: the storage can't be reached. Waiting costs nothing, for the VM's disks are there too (§2.3). */
export function askAgain(replica: Replica, config: ProtocolConfig, out: Effect[]): void {
  if (replica.arbitration === 'asking' && replica.role !== 'halted') askForFlag(replica, config, out);
}

/** The disk server's answer. Answers to repeated questions change nothing, nor do those that come to somebody who has halted. */
export function arbitrated(
  replica: Replica,
  config: ProtocolConfig,
  generation: number,
  isWinner: boolean,
  out: Effect[],
): void {
  const isOver = replica.arbitration !== 'asking' || replica.role === 'halted';
  if (isOver || generation !== replica.generation) return;
  if (isWinner) {
    out.push({ kind: 'note', note: { kind: 'testAndSetWon', generation } });
    won(replica, config, out);
  } else {
    out.push({ kind: 'note', note: { kind: 'testAndSetLost', generation } });
    halt(replica, 'lostArbitration', out);
  }
}

function won(replica: Replica, config: ProtocolConfig, out: Effect[]): void {
  replica.arbitration = 'won';
  if (replica.role === 'backup') beginGoingLive(replica, config, out);
  else goSolo(replica, config, out);
}

/** §2.3: a primary without a backup leaves recording, sends no more entries, and holds nothing back. */
function goSolo(replica: Replica, config: ProtocolConfig, out: Effect[]): void {
  replica.role = 'solo';
  out.push({ kind: 'note', note: { kind: 'wentSolo' } });
  stopLogging(replica);
  delete replica.checkpoint;
  replica.unreadByBackup = [];
  openGate(replica, config, out);
  issueReady(replica, config, out);
  restoreSpeed(replica, out);
  announce(config, out);
  out.push({ kind: 'requestBackup' });
}

function stopLogging(replica: Replica): void {
  const { sender } = replica;
  sender.entries = [];
  sender.held = 0;
  sender.inFlight = 0;
  sender.unexecuted = [];
}
