// I25, §3.2: when one host of a pair fails and the storage can be reached, the other goes on in time: timeout, arbitration, lag.

import type { HostId, WorldConfig } from '../base/config.ts';
import type { Observation } from '../state/observation.ts';
import { firstPair, isLogged, moved, type Pair, pairOf } from './pair.ts';
import type { Property, Verdict } from './property.ts';
import { repairedBy } from './repaired.ts';

interface Memory {
  pair: Pair;
  /** Whether both machines run and nobody suspects anybody. */
  isPaired: boolean;
  /** Links, hosts and disks that are not as they should be: while there are any, nothing is claimed. */
  disturbed: string[];
  /** Where the two machines were at the last entry recorded and replayed: what lies between is still to be executed. */
  recorded: number;
  replayed: number;
  /** Nanoseconds in which who survives goes on, but for the lag; and of an instruction on the slowest host at half its speed. */
  bound: number;
  perInstruction: number;
  due: { failed: HostId; survivor: HostId; at: number; by: number } | null;
}

/** Frames that may stand before a question to the disk, in bytes and in operations. */
const QUEUED_BYTES = 65_536;
const QUEUED_OPERATIONS = 64;
const SLACK_NS = 5_000_000;

export const progress: Property<Memory> = {
  id: 'I25',
  name: 'Progress',
  section: '§3.2',
  scope: 'failing over',
  applies: isLogged,
  begin: (config) => ({
    pair: firstPair(config),
    isPaired: true,
    disturbed: [],
    recorded: 0,
    replayed: 0,
    bound: boundOf(config),
    perInstruction: slowestInstruction(config),
    due: null,
  }),
  check(memory, fact) {
    const { due } = memory;
    if (due !== null && fact.at > due.by) {
      memory.due = null;
      const { failed, survivor, at, by } = due;
      return {
        key: 'noTakeover',
        values: { host: survivor, failed, bound: by - at, since: at },
        against: { at, kind: 'hostCrashed' },
      };
    }
    return note(memory, fact);
  },
};

/** All that a takeover waits for besides the work that is left: each wait at its longest, and a fifth on top. */
function boundOf({ protocol, disk, links, hosts }: WorldConfig): number {
  const question =
    2 * links.storage.latency +
    (2 * QUEUED_BYTES * 8 * 1e9) / links.storage.bitsPerSecond +
    QUEUED_OPERATIONS * disk.serviceTime +
    hosts.length * disk.testAndSetTime;
  const own = protocol.backupReads || !protocol.isDiskShared ? disk.retryAfter + question : 0;
  const waits = protocol.silenceTimeout + protocol.arbitrationRetry + protocol.retransmitTimeout;
  return 1.2 * (waits + links.log.latency + question + own) + SLACK_NS;
}

const slowestInstruction = ({ hosts }: WorldConfig): number =>
  2 * Math.max(...hosts.map((host) => (host.instructionPicoseconds / 1000) * (1 + host.speedNoisePpm / 1e6)));

function note(memory: Memory, fact: Observation): Verdict {
  switch (fact.kind) {
    case 'paired':
      calm(memory, 'migration');
      Object.assign(memory, {
        pair: pairOf(fact),
        isPaired: true,
        recorded: fact.instruction,
        replayed: fact.instruction,
        due: null,
      });
      return undefined;
    case 'recorded':
      if (fact.generation === memory.pair.generation) memory.recorded = fact.instruction;
      return undefined;
    case 'replayed':
      if (fact.generation === memory.pair.generation) memory.replayed = fact.instruction;
      return undefined;
    case 'suspected':
      // A suspicion without a failure is a disturbance, after one it is the way to a takeover.
      if (memory.due === null && isOfPair(memory, fact.host)) memory.isPaired = false;
      return undefined;
    case 'wentLive':
    case 'wentSolo': {
      if (fact.generation !== memory.pair.generation) return undefined;
      const isInTime = memory.due !== null;
      unpair(memory);
      return isInTime ? 'holds' : undefined;
    }
    case 'halted':
      if (isOfPair(memory, fact.host)) unpair(memory);
      return undefined;
    case 'poweredOff':
      unpair(memory);
      return undefined;
    case 'migrationFinished':
      memory.pair = moved(memory.pair, fact);
      calm(memory, 'migration');
      return undefined;
    case 'hostCrashed':
      crash(memory, fact);
      return undefined;
    default:
      noteDisturbance(memory, fact);
      return undefined;
  }
}

const isOfPair = ({ pair }: Memory, host: HostId): boolean => host === pair.primary || host === pair.backup;

function unpair(memory: Memory): void {
  memory.due = null;
  memory.isPaired = false;
}

function crash(memory: Memory, { host, at }: Extract<Observation, { kind: 'hostCrashed' }>): void {
  const { pair, isPaired, disturbed, recorded, replayed, bound, perInstruction, due } = memory;
  if (!isOfPair(memory, host)) return;
  memory.isPaired = false;
  const isSecond = due !== null && due.failed !== host;
  if (isSecond) memory.due = null;
  if (!isPaired || disturbed.length > 0) return;
  const survivor = host === pair.primary ? pair.backup : pair.primary;
  const backlog = Math.max(0, recorded - replayed) * perInstruction * 1.2;
  memory.due = { failed: host, survivor, at, by: at + bound + backlog };
}

/** Anything else that is wrong ends what was claimed, and nothing new is claimed until it is right again. */
function noteDisturbance(memory: Memory, fact: Observation): void {
  const repaired = repairedBy(fact);
  // Who has lost power stands still no more, but is as slow as it was.
  if (repaired !== undefined) calm(memory, `pause ${repaired}`);
  switch (fact.kind) {
    case 'linkCut':
    case 'linkImpaired':
      // Nobody asks anything over the LAN on the way to going live.
      if (!fact.link.startsWith('lan')) disturb(memory, fact.link);
      break;
    case 'linkMended':
      calm(memory, fact.link);
      break;
    case 'hostPaused':
      disturb(memory, `pause ${fact.host}`);
      break;
    case 'hostResumed':
      calm(memory, `pause ${fact.host}`);
      break;
    case 'hostSlowed':
      if (fact.percent < 50) disturb(memory, `speed ${fact.host}`);
      else calm(memory, `speed ${fact.host}`);
      break;
    case 'resourcesChanged':
      if (fact.percent < 50) disturb(memory, 'share');
      else calm(memory, 'share');
      break;
    case 'migrationStarted':
      disturb(memory, 'migration');
      break;
    case 'cloneAbandoned':
      calm(memory, 'migration');
      break;
    case 'diskCrashed':
      disturb(memory, 'disk');
      break;
    case 'diskRepaired':
      calm(memory, 'disk');
      break;
  }
}

function disturb(memory: Memory, what: string): void {
  if (!memory.disturbed.includes(what)) memory.disturbed.push(what);
  memory.due = null;
}

function calm(memory: Memory, what: string): void {
  memory.disturbed = memory.disturbed.filter((other) => other !== what);
}
