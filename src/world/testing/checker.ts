// For tests of services: facts made by hand, and what a service's checker says of them.

import type { WorldConfig } from '../base/config.ts';
import type { Verdict } from '../properties/property.ts';
import type { Service } from '../services/service.ts';
import type { Fact } from '../state/observation.ts';
import { at, worldConfig } from './worlds.ts';

/** A request is sent for the first time; `sequence` is its number. */
export const asked = (client: number, sequence: number, operation: string, ...words: number[]): Fact => ({
  kind: 'requestSent',
  client: `client${client}`,
  request: sequence,
  operation,
  arguments: words,
  tries: 1,
});

/** The same request is sent again. */
export const askedAgain = (...[client, sequence, operation, ...words]: Parameters<typeof asked>): Fact => ({
  ...(asked(client, sequence, operation, ...words) as Extract<Fact, { kind: 'requestSent' }>),
  tries: 2,
});

/** A client is answered. */
export const told = (client: number, request: number, value: number, status = 0): Fact => ({
  kind: 'answered',
  client: `client${client}`,
  request,
  status,
  value,
});

/** The verdict on each fact, one after the other. */
export function verdicts<M>(
  service: Service<M>,
  facts: Fact[],
  config: WorldConfig = worldConfig(),
): Verdict[] {
  const memory = service.begin(config);
  return facts.map((fact, i) => service.check(memory, { at: at(i), ...fact }));
}

/** The verdict on the last of some facts. */
export const verdict = <M>(service: Service<M>, ...facts: Fact[]): Verdict => verdicts(service, facts).at(-1);
