// I16, §2.2, as the clients see it: what they are told can come from one server that never failed. What that means is the service's to say.

import { serviceOf } from '../services/index.ts';
import { DISK_FAILED, POISON, UNKNOWN_OPERATION } from '../services/service.ts';
import type { Observation } from '../state/observation.ts';
import type { Property } from './property.ts';

interface Memory {
  service: string;
  /** The disk has failed: from then on a guest may say so of a request. */
  hasDiskFailed: boolean;
  /** By client, its request of something that the service does not have: no guest is wrong to refuse it. */
  unknown: Record<string, number>;
  /** The service's own. */
  memory: unknown;
}

/** Whether a request, or the answer to it, is none that the service has to judge. */
function isUnknown({ service, unknown }: Memory, fact: Observation): boolean {
  if (fact.kind === 'requestSent') {
    const { client, request, operation } = fact;
    const isKnown = operation === POISON.name || Object.hasOwn(serviceOf(service).operations, operation);
    if (isKnown) delete unknown[client];
    else unknown[client] = request;
    return !isKnown;
  }
  return (
    fact.kind === 'answered' && fact.status === UNKNOWN_OPERATION && unknown[fact.client] === fact.request
  );
}

export const clientsView: Property<Memory> = {
  id: 'I16',
  name: 'Clients’ view',
  section: '§2.2',
  scope: 'always',
  begin: (config) => ({
    service: config.service,
    hasDiskFailed: false,
    unknown: {},
    memory: serviceOf(config.service).begin(config),
  }),
  check(memory, observation) {
    if (observation.kind === 'diskFailed') memory.hasDiskFailed = true;
    if (isUnknown(memory, observation)) return observation.kind === 'answered' ? 'holds' : undefined;
    const verdict = serviceOf(memory.service).check(memory.memory, observation);
    const isHonest =
      memory.hasDiskFailed && observation.kind === 'answered' && observation.status === DISK_FAILED;
    return isHonest ? 'holds' : verdict;
  },
};
