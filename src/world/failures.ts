// What a fault does to the world.

import { cutLink, mendLink } from '../sim/link.ts';
import type { Fault } from './faults.ts';
import type { Observer } from './observation.ts';
import { hostOf, linkOf, type World } from './world.ts';

/** The fault happens now. Killing the dead and cutting the cut changes nothing. */
export function strike(world: World, fault: Fault, observe: Observer): void {
  switch (fault.verb) {
    case 'crash': {
      const host = hostOf(world, fault.target);
      if (!host.isAlive) return;
      host.isAlive = false;
      host.diedAt = world.now;
      host.pace.isExecuting = false;
      observe({ at: world.now, kind: 'hostCrashed', host: host.id });
      break;
    }
    case 'cut': {
      const link = linkOf(world, fault.target);
      if (link.cut) return;
      cutLink(link, world.now);
      observe({ at: world.now, kind: 'linkCut', link: link.id });
      break;
    }
    case 'mend': {
      const link = linkOf(world, fault.target);
      if (!link.cut) return;
      mendLink(link);
      observe({ at: world.now, kind: 'linkMended', link: link.id });
      break;
    }
  }
}
