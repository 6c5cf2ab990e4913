// The timers of the protocol on a host: which rule each of them belongs to.

import { askAgain } from '../../ft/arbitration.ts';
import type { Effect, TimerName } from '../../ft/effects.ts';
import { beat, suspect } from '../../ft/failure-detection.ts';
import { announceAgain } from '../../ft/going-live.ts';
import { retransmit } from '../../ft/logging-channel.ts';
import { pace } from '../../ft/pacing.ts';
import { flushDue } from '../../ft/recording.ts';
import type { Observer } from '../state/observation.ts';
import { type Host, isHandedOver, type World } from '../state/world.ts';
import { afterChange } from './receiving.ts';

/** A timer of the protocol is due. */
export function onHostTimer(world: World, host: Host, timer: TimerName, observe: Observer): void {
  const { protocol } = world.config;
  const { replica } = host;
  const out: Effect[] = [];
  switch (timer) {
    case 'heartbeat':
      beat(replica, protocol, out);
      break;
    case 'silence':
      // Of a machine that is handed over: whoever has it next decides whom it suspects.
      if (isHandedOver(host)) out.push({ kind: 'setTimer', timer: 'silence', wait: protocol.silenceTimeout });
      else suspect(replica, protocol, world.now, out);
      break;
    case 'retransmit':
      retransmit(replica, protocol, out);
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
      pace(replica, protocol, world.now, out);
      break;
  }
  afterChange(world, host, out, observe);
}
