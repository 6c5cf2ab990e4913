// Whatever a run has been through, only what will still do something is pending: nothing that was set anew adds up.
import { expect, test } from 'vitest';
import { milliseconds } from '../../sim/time.ts';
import type { World, WorldEvent } from '../../world/state/world.ts';
import { configOf, stage } from '../testing/story.ts';

/** Whose timer an event is; of others nothing. */
function timerOf(event: WorldEvent): string[] {
  switch (event.kind) {
    case 'hostTimer':
      return [`${event.host} ${event.timer}`];
    case 'guestTimer':
    case 'groupDue':
    case 'transferTimeout':
      return [`${event.host} ${event.kind}`];
    default:
      return [];
  }
}

const eventsOf = ({ queue }: World): WorldEvent[] => queue.heap.map(({ event }) => event);

const setTwice = (world: World): string[] => {
  const timers = eventsOf(world).flatMap(timerOf);
  return timers.filter((timer, i) => timers.indexOf(timer) !== i);
};

/** Retries of disk operations beyond those that a host's machine has under way, and one more, which goes with the next. */
const idleRetries = (world: World): string[] =>
  world.hosts
    .filter(
      ({ id, replica }) =>
        eventsOf(world).filter((event) => event.kind === 'storageRetry' && event.host === id).length >
        replica.pendingIo.length + 1,
    )
    .map(({ id }) => id);

test.each([
  {
    guest: { program: 'disk-reader' },
    clients: [
      { operation: 'sum', requests: 40 },
      { operation: 'sum', requests: 40 },
    ],
    network: { groupPackets: 3, groupNs: 40_000_000 },
  },
  { spares: [{ id: 'C' }], clients: [{ requests: 60 }], commands: ['crash A @ 20ms'] },
])('timers that are set again and again are pending once (%#)', (said) => {
  const { world, advanceTo } = stage(configOf(said));
  for (let ms = 1; ms <= 120; ms++) {
    advanceTo(milliseconds(ms));
    expect(setTwice(world)).toEqual([]);
    expect(idleRetries(world)).toEqual([]);
  }
});
