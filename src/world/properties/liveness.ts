// I27, §3.2: while nothing is wrong everything goes on: clients get answers, the disk completes operations, outputs leave.

import type { ClientId, HostId, WorldConfig } from '../base/config.ts';
import type { Observation } from '../state/observation.ts';
import { type Bounds, boundsOf } from './liveness-bounds.ts';
import { type FactReference, type Property, referTo, type Verdict } from './property.ts';
import { repairedBy } from './repaired.ts';

/** How far a request was last seen: sent, taken in by a host, answered by the guest, let out by the host. */
type Stage = 'Sent' | 'Arrived' | 'Held' | 'Released';

interface Asked {
  request: number;
  since: FactReference;
  by: number;
  stage: Stage;
}

/** Something of which several wait: how many, and until when the next has to go on. */
interface Queue {
  waiting: number;
  by: number;
}

interface Memory {
  bounds: Bounds;
  /** How long each client waits before it asks again. */
  retryAfter: Record<ClientId, number>;
  /** What is not as it should be: while there is anything, nothing is claimed. What can't be put right stays. */
  wrong: string[];
  /** By client: its request without an answer. */
  asked: Record<ClientId, Asked>;
  /** Whose VM acts, and by host: operations that its machine has under way. */
  acting: HostId;
  disk: Record<HostId, Queue>;
  gate: Queue;
}

/** A client that has waited long asks again only after as long. */
const LONGEST_RETRY_NS = 60e9;

export const liveness: Property<Memory> = {
  id: 'I27',
  name: 'Liveness',
  section: '§3.2',
  scope: 'always',
  begin: (config) => ({
    bounds: boundsOf(config),
    retryAfter: Object.fromEntries(config.clients.map(({ id, retryAfter }) => [id, retryAfter])),
    wrong: [],
    asked: {},
    acting: actingFirst(config),
    disk: {},
    gate: { waiting: 0, by: 0 },
  }),
  check(memory, fact) {
    const overdue = memory.wrong.length === 0 ? findOverdue(memory, fact.at) : undefined;
    const verdict = note(memory, fact);
    return overdue ?? verdict;
  },
};

const actingFirst = ({ hosts }: WorldConfig): HostId => hosts[0]?.id ?? '';

function findOverdue({ asked, gate, disk, acting, bounds }: Memory, now: number): Verdict {
  for (const client in asked) {
    const { request, since, by, stage } = asked[client] as Asked;
    if (now <= by) continue;
    return {
      key: `unanswered${stage}`,
      values: { client, request, waitedNs: now - since.at, boundNs: Math.round(bounds.request ?? 0) },
      against: since,
    };
  }
  const operations = disk[acting];
  if (operations !== undefined && isStuck(operations, now))
    return {
      key: 'ioStuck',
      values: { host: acting, count: operations.waiting, boundNs: Math.round(bounds.disk) },
    };
  if (isStuck(gate, now))
    return {
      key: 'gateStuck',
      values: { host: acting, count: gate.waiting, boundNs: Math.round(bounds.gate) },
    };
  return undefined;
}

const isStuck = ({ waiting, by }: Queue, now: number): boolean => waiting > 0 && now > by;

function note(memory: Memory, fact: Observation): Verdict {
  switch (fact.kind) {
    case 'requestSent':
      ask(memory, fact);
      return undefined;
    case 'requestArrived':
      reach(memory, fact, 'Arrived');
      return undefined;
    case 'answered':
      delete memory.asked[fact.client];
      return memory.wrong.length === 0 ? 'holds' : undefined;
    case 'outputHeld':
      reach(memory, fact.output, 'Held');
      if (fact.host === memory.acting) join(memory.gate, fact.at + memory.bounds.gate);
      return undefined;
    case 'outputReleased':
      reach(memory, fact.output, 'Released');
      if (fact.host === memory.acting) leave(memory.gate, fact.at + memory.bounds.gate);
      return undefined;
    case 'ioStarted':
      join(diskOf(memory, fact.host), fact.at + memory.bounds.disk);
      return undefined;
    case 'ioCompleted':
      leave(diskOf(memory, fact.host), fact.at + memory.bounds.disk);
      return undefined;
    default:
      noteChange(memory, fact);
      return undefined;
  }
}

function ask({ asked, bounds }: Memory, fact: Extract<Observation, { kind: 'requestSent' }>): void {
  const { client, request, at } = fact;
  if (bounds.request === null || asked[client]?.request === request) return;
  asked[client] = { request, since: referTo(fact), by: at + bounds.request, stage: 'Sent' };
}

/** A request gets further. One that comes again does not go back. */
function reach({ asked }: Memory, of: { client?: ClientId; request?: number }, stage: Stage): void {
  const known = of.client === undefined ? undefined : asked[of.client];
  if (known === undefined || known.request !== of.request) return;
  const order: Stage[] = ['Sent', 'Arrived', 'Held', 'Released'];
  if (order.indexOf(stage) > order.indexOf(known.stage)) known.stage = stage;
}

function diskOf({ disk }: Memory, host: HostId): Queue {
  disk[host] ??= { waiting: 0, by: 0 };
  return disk[host];
}

function join(queue: Queue, by: number): void {
  queue.waiting++;
  if (queue.waiting === 1) queue.by = by;
}

function leave(queue: Queue, by: number): void {
  queue.waiting = Math.max(0, queue.waiting - 1);
  queue.by = by;
}

/** Who is the pair, and what goes wrong or is put right. */
function noteChange(memory: Memory, fact: Observation): void {
  switch (fact.kind) {
    case 'paired':
      memory.acting = fact.primary;
      memory.disk[fact.backup] = { ...diskOf(memory, fact.primary) };
      begin(memory, fact.at);
      return;
    case 'wentLive':
    case 'wentSolo':
      memory.acting = fact.host;
      begin(memory, fact.at);
      return;
    case 'migrationFinished':
      memory.disk[fact.to] = diskOf(memory, fact.from);
      delete memory.disk[fact.from];
      if (fact.machine === 'primary') memory.acting = fact.to;
      calm(memory, 'transfer', fact.at);
      return;
    case 'halted':
      // Only who has lost an arbitration goes on elsewhere.
      if (fact.reason !== 'lostArbitration') memory.wrong.push('halted');
      return;
    // Nobody waits for the answer any more.
    case 'clientCrashed':
      delete memory.asked[fact.client];
      return;
    case 'poweredOff':
    case 'bitFlipped':
    case 'clientPoisoned':
      memory.wrong.push(fact.kind);
      return;
    default:
      noteFault(memory, fact);
  }
}

/** What the gate held is out, or is no more: another VM acts, or with another backup. */
function begin(memory: Memory, at: number): void {
  memory.gate = { waiting: 0, by: at };
  for (const host in memory.disk) (memory.disk[host] as Queue).by = at + memory.bounds.disk;
}

function noteFault(memory: Memory, fact: Observation): void {
  const repaired = repairedBy(fact);
  // Who has lost power stands still no more, but is as slow as it was.
  if (repaired !== undefined)
    for (const what of ['crash', 'pause']) calm(memory, `${what} ${repaired}`, fact.at);
  if (fact.kind === 'hostCrashed') delete memory.disk[fact.host];
  const change = changeOf(fact);
  if (change?.isWrong) disturb(memory, change.what);
  else if (change) calm(memory, change.what, fact.at);
}

interface Change {
  what: string;
  isWrong: boolean;
}

/** What a fact says to be wrong from now on, or right again. */
function changeOf(fact: Observation): Change | undefined {
  switch (fact.kind) {
    case 'hostCrashed':
      return { what: `crash ${fact.host}`, isWrong: true };
    case 'hostPaused':
    case 'hostResumed':
      return { what: `pause ${fact.host}`, isWrong: fact.kind === 'hostPaused' };
    case 'hostSlowed':
      return { what: `speed ${fact.host}`, isWrong: fact.percent < 100 };
    case 'resourcesChanged':
      return { what: 'share', isWrong: fact.percent < 100 };
    case 'linkCut':
    case 'linkImpaired':
    case 'linkMended':
      return { what: fact.link, isWrong: fact.kind !== 'linkMended' };
    case 'diskCrashed':
      return { what: 'crash disk', isWrong: true };
    case 'diskImpaired':
      return { what: 'blocks', isWrong: fact.reads || fact.writes || fact.full };
    case 'cloneStarted':
    case 'migrationStarted':
      return { what: 'transfer', isWrong: true };
    case 'cloneFinished':
    case 'cloneAbandoned':
      return { what: 'transfer', isWrong: false };
    default:
      return undefined;
  }
}

function disturb({ wrong }: Memory, what: string): void {
  if (!wrong.includes(what)) wrong.push(what);
}

/** Once all is well again everything has its time from here on. Who has waited long asks again only after as long. */
function calm(memory: Memory, what: string, at: number): void {
  if (!memory.wrong.includes(what)) return;
  memory.wrong = memory.wrong.filter((other) => other !== what);
  const { asked, bounds, retryAfter, gate } = memory;
  for (const client in asked) {
    const request = asked[client] as Asked;
    const retry = retryAfter[client] ?? 0;
    request.by =
      at + Math.max(retry, Math.min(at - request.since.at + retry, LONGEST_RETRY_NS)) + (bounds.request ?? 0);
  }
  gate.by = at + bounds.gate;
  for (const host in memory.disk) (memory.disk[host] as Queue).by = at + bounds.disk;
}
