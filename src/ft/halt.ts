// A machine of the pair stops for good on its host, and says why.

import type { Effect, GuestEnd } from './effects.ts';
import type { HaltReason, Replica } from './replica.ts';

export function halt(replica: Replica, reason: HaltReason, out: Effect[], how: GuestEnd = {}): void {
  replica.role = 'halted';
  replica.haltReason = reason;
  replica.ending = null;
  if (reason === 'poweredOff') out.push({ kind: 'note', note: { kind: 'poweredOff' } });
  out.push({ kind: 'note', note: { kind: 'halted', reason, ...how } });
}
