// I16, §2.2, as the clients see it: what they are told can come from one server that never failed. What that means is the service's to say.

import type { ClientId } from '../base/config.ts';
import { serviceOf } from '../services/index.ts';
import { DISK_FAILED, POISON } from '../services/service.ts';
import type { Observation } from '../state/observation.ts';
import type { Property } from './property.ts';

interface Memory {
  service: string;
  /** The disk has failed: from then on a guest may say so of a request. */
  hasDiskFailed: boolean;
  /** By client: its request without an answer, if it is for something that the service does not know. */
  unknown: Record<ClientId, number>;
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
    unknown: {},
    memory: serviceOf(config.service).begin(config),
  }),
  check(memory, observation) {
    if (observation.kind === 'diskFailed') memory.hasDiskFailed = true;
    if (isRefused(memory, observation)) return 'holds';
    const verdict = serviceOf(memory.service).check(memory.memory, observation);
    const isHonest =
      memory.hasDiskFailed && observation.kind === 'answered' && observation.status === DISK_FAILED;
    return isHonest ? 'holds' : verdict;
  },
};

/** What asks for the unknown is no affair of the service, but that it is refused. */
function isRefused({ service, unknown }: Memory, fact: Observation): boolean {
  if (fact.kind === 'requestSent') {
    const { client, request, operation } = fact;
    delete unknown[client];
    if (operation !== POISON.name && serviceOf(service).operations[operation] === undefined)
      unknown[client] = request;
  }
  return fact.kind === 'answered' && unknown[fact.client] === fact.request && fact.status !== 0;
}
