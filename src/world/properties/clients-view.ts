// I16, §2.2, as the clients see it: what they are told can come from one server that never failed. What that means is the service's to say.

import { serviceOf } from '../services/index.ts';
import type { Property } from './property.ts';

interface Memory {
  service: string;
  /** The service's own. */
  memory: unknown;
}

export const clientsView: Property<Memory> = {
  id: 'I16',
  name: 'Clients’ view',
  section: '§2.2',
  scope: 'always',
  begin: (config) => ({ service: config.service, memory: serviceOf(config.service).begin(config) }),
  check: ({ service, memory }, observation) => serviceOf(service).check(memory, observation),
};
