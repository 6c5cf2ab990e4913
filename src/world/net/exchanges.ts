// What a client's cable has carried: requests, how often each was sent, and the answers. Seen from outside, whatever the client's program is.

import { after, type Duration, milliseconds, nanoseconds, type SimTime } from '../../sim/time.ts';
import type { ClientConfig } from '../base/config.ts';
import { serviceOf } from '../services/index.ts';
import { POISON } from '../services/service.ts';
import type { Fact, Misbehaviour } from '../state/observation.ts';
import { clientEndpoint, decodeReply, decodeRequest, isIpv4, parseUdp, VM_ENDPOINT } from './ethernet.ts';

export interface Exchange {
  request: number;
  /** When it was sent, first and last, and how often in all. */
  sent: SimTime;
  sentLast: SimTime;
  tries: number;
  answered?: SimTime;
  status?: number;
  value?: number;
  /** The client lost power while it waited. */
  isGivenUp?: true;
}

interface Asking {
  /** The operation's name. */
  operation: string;
  words: readonly number[];
}

export interface Exchanges {
  history: Exchange[];
  /** It has lost power since it last asked: it may have given numbers to requests that it never sent. */
  hasRebooted: boolean;
  /** What the request without an answer asks for. */
  asking: Asking | null;
  /** Its next request is to be the one that no guest survives. */
  isPoisoned: boolean;
  /** What of its manners has been told. */
  told: Misbehaviour[];
}

export const createExchanges = (): Exchanges => ({
  history: [],
  hasRebooted: false,
  asking: null,
  isPoisoned: false,
  told: [],
});

/** Whose exchanges they are. */
export interface Asker extends Exchanges {
  config: ClientConfig;
  number: number;
}

/** The request that has no answer yet. */
export function outstanding({ history }: Exchanges): Exchange | undefined {
  const last = history.at(-1);
  return last?.answered === undefined && !last?.isGivenUp ? last : undefined;
}

/** The client is back after a loss of power: what it waited for it will not recognise. */
export function noteBoot(client: Asker): void {
  const waiting = outstanding(client);
  if (waiting) waiting.isGivenUp = true;
  client.asking = null;
  client.isPoisoned = false;
  client.hasRebooted = true;
}

/** The client has put a frame on its cable. @returns what is to be told of it */
export function noteSent(
  client: Asker,
  service: string,
  frame: Uint8Array<ArrayBuffer>,
  now: SimTime,
): Fact[] {
  const datagram = parseUdp(frame);
  const isAsked = datagram?.to.port === VM_ENDPOINT.port && `${datagram.to.ip}` === `${VM_ENDPOINT.ip}`;
  const asked = isAsked ? decodeRequest(datagram.payload) : undefined;
  if (asked === undefined)
    return isAsked || (datagram === undefined && isIpv4(frame)) ? tell(client, 'nonsense') : [];
  const { sequence: request, operation: code, arguments: words = [] } = asked;
  const operation = nameOf(service, code);
  const waiting = outstanding(client);
  const last = client.history.at(-1)?.request ?? 0;
  if (waiting?.request === request) {
    const isSame = client.asking?.operation === operation && `${client.asking.words}` === `${words}`;
    waiting.tries++;
    waiting.sentLast = now;
    return [...(isSame ? [] : tell(client, 'changed')), sentFact(client, waiting, { operation, words })];
  }
  if (request <= last) return tell(client, 'again');
  const exchange: Exchange = { request, sent: now, sentLast: now, tries: 1 };
  client.history.push(exchange);
  client.asking = { operation, words };
  if (operation === POISON.name) client.isPoisoned = false;
  const isSkipped = request > last + 1 && !client.hasRebooted;
  const how = waiting ? 'early' : isSkipped ? 'skipped' : undefined;
  client.hasRebooted = false;
  return [...(how ? tell(client, how) : []), sentFact(client, exchange, client.asking)];
}

const sentFact = ({ config }: Asker, { request, tries }: Exchange, { operation, words }: Asking): Fact => ({
  kind: 'requestSent',
  client: config.id,
  request,
  operation,
  arguments: [...words],
  tries,
});

/** What the service calls an operation; one that it does not know goes by its number. */
function nameOf(service: string, code: number): string {
  if (code === POISON.code) return POISON.name;
  const { operations } = serviceOf(service);
  const known = Object.entries(operations).find(([, operation]) => operation.code === code);
  return known?.[0] ?? `${code}`;
}

/** Each kind once: a program that does it once does it again and again. */
export function tell(client: Asker, how: Misbehaviour): Fact[] {
  if (client.told.includes(how)) return [];
  client.told.push(how);
  return [{ kind: 'misbehaved', host: client.config.id, how }];
}

/** A frame has entered the client's machine. An answer that it has had already is a duplicate, and its program's to recognise. */
export function noteReceived(client: Asker, frame: Uint8Array<ArrayBuffer>, now: SimTime): Fact | undefined {
  const datagram = parseUdp(frame);
  const own = clientEndpoint(client.number);
  if (datagram === undefined || datagram.to.port !== own.port || datagram.to.ip[3] !== own.ip[3])
    return undefined;
  const reply = decodeReply(datagram.payload);
  if (reply === undefined) return undefined;
  const { sequence: request, status, value } = reply;
  const { id } = client.config;
  const exchange = outstanding(client);
  if (exchange?.request !== request) {
    const past = client.history.find((each) => each.request === request);
    if (past?.isGivenUp) return { kind: 'answeredLate', client: id, request, value };
    return past?.answered === undefined ? undefined : { kind: 'answeredAgain', client: id, request, value };
  }
  client.asking = null;
  exchange.answered = now;
  exchange.status = status;
  exchange.value = value;
  // It is over: snapshots share it.
  Object.freeze(exchange);
  return { kind: 'answered', client: id, request, status, value };
}

/** A client waits twice as long each time, but not much longer than a minute: as TCP does (RFC 6298, section 5). */
const LONGEST_WAIT = milliseconds(60_000);

/** How long a client of ours waits for an answer after having sent a request so many times. */
function waitAfter({ retryAfter }: ClientConfig, tries: number): Duration {
  return nanoseconds(Math.max(retryAfter, Math.min(retryAfter * 2 ** (tries - 1), LONGEST_WAIT)));
}

/** When a client of ours sends its outstanding request again, unless the answer comes before; its own clock says when exactly. */
export const retryAt = ({ config }: Asker, { sentLast, tries }: Exchange): SimTime =>
  after(sentLast, waitAfter(config, tries));
