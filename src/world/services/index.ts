// All services, by the name of their guest.

import { assert } from '../../base/assert.ts';
import { counter } from './counter.ts';
import type { Service } from './service.ts';

export const SERVICES = { counter } as unknown as Readonly<Record<string, Service>>;

/** The service of a guest. Throws if there is none of that name: documents are checked for it. */
export function serviceOf(name: string): Service {
  const service = Object.hasOwn(SERVICES, name) ? SERVICES[name] : undefined;
  assert(service !== undefined, `there is no service "${name}"`);
  return service;
}
