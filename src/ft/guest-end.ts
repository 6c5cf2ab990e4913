// A guest that ends itself, or is stuck: its host falls silent, and its replica will do the same, for both run the same program.

import type { Effect, GuestEnd } from './effects.ts';
import type { End } from './end.ts';

export function endGuest(
  { replica }: End,
  reason: 'guestExit' | 'guestStuck',
  how: GuestEnd,
  out: Effect[],
): void {
  replica.role = 'halted';
  replica.haltReason = reason;
  out.push({ kind: 'note', note: { kind: 'halted', reason, ...how } });
}
