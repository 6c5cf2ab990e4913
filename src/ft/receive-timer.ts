// The way in for timers: which rule each of them belongs to.

import { askAgain } from './arbitration.ts';
import { epochCopied, epochDue, sendUnacknowledged } from './checkpointing.ts';
import { retryIo } from './disk-io.ts';
import type { Effect, TimerName } from './effects.ts';
import { beat, suspect } from './failure-detection.ts';
import { transferTimedOut } from './ft-vmotion.ts';
import { announceAgain } from './going-live.ts';
import { retransmit } from './logging-channel.ts';
import { own } from './own.ts';
import { pace } from './pacing.ts';
import { type End, type EndConfig, type EndView, isHandedOver, type Moment } from './pair-end.ts';
import { proceed } from './proceed.ts';
import { tellProgress } from './progress.ts';
import { flushDue } from './recording.ts';

/** A timer that an effect has set, with what it was set for. */
export type DueTimer =
  | { timer: TimerName }
  /** No answer about a machine that is on its way. */
  | { timer: 'transfer'; number: number }
  /** No answer to a disk operation. */
  | { timer: 'storage'; request: number; issue: number }
  | { timer: 'epoch' | 'epochCopied' };

/** A timer of the protocol is due. @returns what the host has to do, in order */
export function receiveTimer(view: EndView, config: EndConfig, due: DueTimer, moment: Moment): Effect[] {
  const end = own(view);
  const out: Effect[] = [];
  ring(end, config, due, moment, out);
  proceed(end, config, moment, out);
  return out;
}

function ring(end: End, config: EndConfig, due: DueTimer, moment: Moment, out: Effect[]): void {
  const { now } = moment;
  const { replica } = end;
  const { protocol } = config;
  switch (due.timer) {
    case 'heartbeat':
      beat(end, protocol, out);
      break;
    case 'silence':
      // Of a machine that is handed over: whoever has it next decides whom it suspects.
      if (isHandedOver(end)) out.push({ kind: 'setTimer', timer: 'silence', wait: protocol.silenceTimeout });
      else suspect(replica, protocol, now, out);
      break;
    case 'retransmit':
      if (protocol.mode === 'checkpoint') sendUnacknowledged(replica, protocol, out);
      else retransmit(replica, protocol, out);
      break;
    case 'arbitration':
      askAgain(replica, protocol, out);
      break;
    case 'flush':
      flushDue(replica, protocol, out);
      break;
    case 'announce':
      announceAgain(replica, protocol, out);
      break;
    case 'pacing':
      pace(replica, protocol, now, out);
      break;
    case 'progress':
      tellProgress(end, protocol, moment, out);
      break;
    case 'transfer':
      transferTimedOut(end, config, due.number, out);
      break;
    case 'storage':
      retryIo(replica, due.request, due.issue, out);
      break;
    case 'epoch':
      epochDue(end, out);
      break;
    case 'epochCopied':
      epochCopied(end, out);
      break;
  }
}
