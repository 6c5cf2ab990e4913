// I16, §2.2, as the clients see it: what they are told can come from one server that never failed. What that means is the service's to say.

import { serviceOf } from '../services/index.ts';
import { DISK_FAILED } from '../services/service.ts';
import type { Property } from './property.ts';

interface Memory {
  service: string;
  /** The disk has failed: from then on a guest may say so of a request. */
  hasDiskFailed: boolean;
  /** The service's own. */
  memory: unknown;
}

export const clientsView: Property<Memory> = {
  id: 'I16',
  name: 'Clients’ view',
  section: '§2.2',
  scope: 'always',
  begin: (config) => ({
    service: config.service,
    hasDiskFailed: false,
    memory: serviceOf(config.service).begin(config),
  }),
  check(memory, observation) {
    if (observation.kind === 'diskFailed') memory.hasDiskFailed = true;
    const verdict = serviceOf(memory.service).check(memory.memory, observation);
    const isHonest =
      memory.hasDiskFailed && observation.kind === 'answered' && observation.status === DISK_FAILED;
    return isHonest ? 'holds' : verdict;
  },
};
