// All services, by the name of their guest.

import { assert } from '../../base/assert.ts';
import { bulkReceiver } from './bulk-receiver.ts';
import { bulkSender } from './bulk-sender.ts';
import { compute } from './compute.ts';
import { counter } from './counter.ts';
import { diskReader } from './disk-reader.ts';
import { diskWriter } from './disk-writer.ts';
import { dmaPoller } from './dma-poller.ts';
import { keyValue } from './key-value.ts';
import { lease } from './lease.ts';
import { racer } from './racer.ts';
import { random } from './random.ts';
import type { Service } from './service.ts';
import { shell } from './shell.ts';

const ALL = [
  counter,
  keyValue,
  lease,
  random,
  compute,
  shell,
  diskReader,
  diskWriter,
  bulkReceiver,
  bulkSender,
  dmaPoller,
  racer,
];

export const SERVICES = Object.fromEntries(
  ALL.map((service) => [service.name, service]),
) as unknown as Readonly<Record<string, Service>>;

/** The service of a guest. Throws if there is none of that name: documents are checked for it. */
export function serviceOf(name: string): Service {
  const service = Object.hasOwn(SERVICES, name) ? SERVICES[name] : undefined;
  assert(service !== undefined, `there is no service "${name}"`);
  return service;
}
