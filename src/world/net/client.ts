// A client on the LAN: asks, waits, asks again if no answer comes, and remembers what it was told.

import { assert } from '../../base/assert.ts';
import { below, namedStream, type PrngState } from '../../base/prng.ts';
import { after, type Duration, milliseconds, nanoseconds, type SimTime, START } from '../../sim/time.ts';
import type { ClientConfig } from '../base/config.ts';
import { serviceOf } from '../services/index.ts';
import { POISON } from '../services/service.ts';
import type { Fact } from '../state/observation.ts';
import {
  clientEndpoint,
  decodeReply,
  type Endpoint,
  encodeRequest,
  parseUdp,
  udpFrame,
  VM_ENDPOINT,
} from './ethernet.ts';

export interface Exchange {
  request: number;
  /** When it was first sent, and how often in all. */
  sent: SimTime;
  tries: number;
  answered?: SimTime;
  status?: number;
  value?: number;
}

export interface Client {
  config: ClientConfig;
  /** The name of what it talks to. */
  service: string;
  /** Counts from 1, as in its addresses. */
  number: number;
  history: Exchange[];
  /** How often its timer was set: an event of an earlier setting is void. */
  timerSet: number;
  noise: PrngState;
  /** What the request without an answer asks for, to be sent again word for word. */
  asking: Asking | null;
  /** Its next request is the one that no guest survives. */
  isPoisoned: boolean;
}

interface Asking {
  /** The operation's name, and its code on the wire. */
  operation: string;
  code: number;
  arguments: readonly number[];
}

export function createClient(config: ClientConfig, index: number, seed: number, service: string): Client {
  const noise = namedStream(`client ${config.id}`, seed);
  const number = index + 1;
  return {
    config,
    service,
    number,
    history: [],
    timerSet: 0,
    noise,
    asking: null,
    isPoisoned: false,
  };
}

const endpointOf = (client: Client): Endpoint => clientEndpoint(client.number);

/** The request that has no answer yet. */
export function outstanding(client: Client): Exchange | undefined {
  const last = client.history.at(-1);
  return last?.answered === undefined ? last : undefined;
}

/** Whether the client has all the answers it wanted. */
export const isDone = (client: Client): boolean =>
  client.history.length >= client.config.requests && outstanding(client) === undefined;

/** What a client wants done: a frame sent, and its timer set. */
export interface ClientStep {
  frame?: Uint8Array<ArrayBuffer>;
  timerAt?: SimTime;
  fact?: Fact;
}

export const firstStep = (client: Client): ClientStep =>
  client.config.requests > 0 ? { timerAt: after(START, client.config.startAfter) } : {};

/** The client's timer: time for the next request, or for the same one again. */
export function onTimer(client: Client, now: SimTime): ClientStep {
  let exchange = outstanding(client);
  if (exchange === undefined) {
    exchange = { request: client.history.length + 1, sent: now, tries: 0 };
    client.history.push(exchange);
  }
  client.asking ??= nextAsking(client, exchange.request);
  exchange.tries++;
  const { request, tries } = exchange;
  const { operation, code, arguments: words } = client.asking;
  const payload = encodeRequest({ sequence: request, operation: code, arguments: words });
  return {
    frame: udpFrame(endpointOf(client), VM_ENDPOINT, payload),
    timerAt: after(now, waitAfter(client, tries)),
    fact: { kind: 'requestSent', client: client.config.id, request, operation, arguments: [...words], tries },
  };
}

/** A client waits twice as long each time, but not much longer than a minute: as TCP does (RFC 6298, section 5). */
const LONGEST_WAIT = milliseconds(60_000);

/** How long a client waits for an answer after having sent a request so many times. */
function waitAfter({ config: { retryAfter } }: Client, tries: number): Duration {
  return nanoseconds(Math.max(retryAfter, Math.min(retryAfter * 2 ** (tries - 1), LONGEST_WAIT)));
}

/** When the client sends its outstanding request again, unless the answer comes before. */
export function retryAt(client: Client, { sent, tries }: Exchange): SimTime {
  let at = sent;
  for (let sending = 1; sending <= tries; sending++) at = after(at, waitAfter(client, sending));
  return at;
}

function nextAsking(client: Client, request: number): Asking {
  if (client.isPoisoned) {
    client.isPoisoned = false;
    return { operation: POISON.name, code: POISON.code, arguments: POISON.arguments };
  }
  const { operation: name } = client.config;
  const operation = serviceOf(client.service).operations[name];
  assert(operation !== undefined, `the service "${client.service}" has no operation "${name}"`);
  const words = operation.arguments(request, client.number, client.noise);
  return { operation: name, code: operation.code, arguments: words };
}

/** A frame reaches the client. What doesn't answer its outstanding request is a duplicate, and is ignored. */
export function onFrame(client: Client, frame: Uint8Array<ArrayBuffer>, now: SimTime): ClientStep {
  const datagram = parseUdp(frame);
  const own = endpointOf(client);
  if (datagram === undefined || datagram.to.port !== own.port || datagram.to.ip[3] !== own.ip[3]) return {};
  const reply = decodeReply(datagram.payload);
  const exchange = outstanding(client);
  if (reply === undefined || exchange === undefined || reply.sequence !== exchange.request) return {};
  client.asking = null;
  exchange.answered = now;
  exchange.status = reply.status;
  exchange.value = reply.value;
  // It is over: snapshots share it.
  Object.freeze(exchange);
  return {
    ...(client.history.length < client.config.requests ? { timerAt: after(now, pause(client)) } : {}),
    fact: {
      kind: 'answered',
      client: client.config.id,
      request: reply.sequence,
      status: reply.status,
      value: reply.value,
    },
  };
}

/** From half to one and a half of the mean. */
function pause(client: Client): Duration {
  const mean = client.config.thinkTime;
  return nanoseconds(Math.floor(mean / 2) + below(client.noise, mean + 1));
}
