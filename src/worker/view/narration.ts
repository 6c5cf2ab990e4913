// The run told in words: which facts are worth a line, under which key the page finds its sentence, and how much each matters.

import type { Observation, OutputFacts } from '../../world/state/observation.ts';
import type { NarrationLine } from '../frame.ts';
import { entryKind } from './entries.ts';

export type Line = Pick<NarrationLine, 'key' | 'values' | 'weight'>;

function outputValues({ kind, client, value, block, sequence }: OutputFacts): Line['values'] {
  return {
    kind,
    sequence,
    ...(client === undefined ? {} : { client }),
    ...(value === undefined ? {} : { value }),
    ...(block === undefined ? {} : { block }),
  };
}

/** The line for a fact; most facts of the wire have none. */
export function narrate(fact: Observation, guest: string): Line | undefined {
  return (
    tellClients(fact, guest) ??
    tellLog(fact) ??
    tellStorage(fact) ??
    tellFault(fact) ??
    tellTakeover(fact) ??
    tellOperation(fact)
  );
}

function tellClients(fact: Observation, guest: string): Line | undefined {
  switch (fact.kind) {
    case 'started':
      return { key: 'started', values: { guest }, weight: 1 };
    case 'requestSent': {
      const { client, request, operation, tries } = fact;
      return tries === 1
        ? { key: 'requestSent', values: { client, request, operation }, weight: 2 }
        : { key: 'requestRetried', values: { client, request, tries }, weight: 2 };
    }
    case 'requestArrived':
      return line(fact, 2, { client: fact.client, request: fact.request, host: fact.host });
    case 'answered':
      return line(fact, 2, { client: fact.client, request: fact.request, value: fact.value });
    case 'clientPoisoned':
      return line(fact, 1, { client: fact.client });
    default:
      return undefined;
  }
}

function tellLog(fact: Observation): Line | undefined {
  switch (fact.kind) {
    // The first pair is there from the start.
    case 'paired': {
      const { generation, primary, backup } = fact;
      return generation === 1 ? undefined : line(fact, 1, { generation, primary, backup });
    }
    case 'recorded': {
      const { sequence, instruction, output } = fact;
      const entry = entryKind(fact.entry);
      return line(fact, 3, { sequence, entry, ...(output === undefined ? {} : { output }), instruction });
    }
    case 'acked':
      return line(fact, 3, { through: fact.through });
    case 'outputHeld':
      return line(fact, 2, outputValues(fact.output));
    case 'outputReleased':
      return line(fact, 2, { ...outputValues(fact.output), waitedNs: fact.waited });
    case 'outputDropped':
      return line(fact, 2, { ...outputValues(fact.output), host: fact.host });
    case 'sendBufferFull':
    case 'sendBufferDrained':
      return line(fact, 1, { host: fact.host });
    case 'paced':
      return line(fact, 2, { host: fact.host, percent: fact.percent, lagNs: fact.lag });
    case 'diverged':
      return line(fact, 1, { host: fact.host, sequence: fact.sequence, instruction: fact.instruction });
    case 'violated':
      return line(fact, 1, { property: fact.property, section: fact.section });
    default:
      return undefined;
  }
}

function tellStorage(fact: Observation): Line | undefined {
  switch (fact.kind) {
    case 'diskWritten':
      return line(fact, 2, { block: fact.block, value: fact.value, host: fact.host });
    case 'diskRead':
    case 'diskFenced':
      return line(fact, 2, { block: fact.block, host: fact.host });
    case 'diskFailed':
      return line(fact, 2, { block: fact.block, host: fact.host, why: fact.reason });
    case 'ioSerialized':
      return line(fact, 2, { host: fact.host, io: fact.io, behind: fact.behind });
    case 'ioReissued':
      return line(fact, 1, { host: fact.host, count: fact.count });
    case 'memoryChanged':
      return line(fact, 2, { host: fact.host, device: fact.device, instruction: fact.instruction });
    case 'diskCrashed':
    case 'diskRepaired':
      return line(fact, 1, {});
    case 'diskImpaired': {
      const { reads, writes, full } = fact;
      return line(fact, 1, { reads: Number(reads), writes: Number(writes), full: Number(full) });
    }
    default:
      return undefined;
  }
}

function tellFault(fact: Observation): Line | undefined {
  switch (fact.kind) {
    case 'hostCrashed':
    case 'hostRepaired':
    case 'hostPaused':
    case 'hostResumed':
      return line(fact, 1, { host: fact.host });
    case 'hostSlowed':
      return line(fact, 1, { host: fact.host, percent: fact.percent });
    case 'bitFlipped':
      return line(fact, 1, { host: fact.host, address: fact.address, bit: fact.bit });
    case 'linkCut':
      return line(fact, 1, { link: fact.link, ...(fact.way ? { way: fact.way } : {}) });
    case 'linkMended':
      return line(fact, 1, { link: fact.link });
    case 'linkImpaired': {
      const { link, loss, duplication, reordering, delay } = fact;
      return line(fact, 1, { link, loss, duplication, reordering, delayNs: delay });
    }
    case 'frameLost':
      return line(fact, fact.link.startsWith('log') ? 3 : 2, { link: fact.link });
    case 'frameDuplicated':
    case 'frameReordered':
      return line(fact, 3, { link: fact.link });
    // What worked is told by what it did.
    case 'commanded':
      return fact.why === undefined
        ? undefined
        : { key: 'commandedInVain', values: { command: fact.command, why: fact.why }, weight: 1 };
    default:
      return undefined;
  }
}

function tellTakeover(fact: Observation): Line | undefined {
  switch (fact.kind) {
    case 'wentSolo':
    case 'macAnnounced':
      return line(fact, 1, { host: fact.host });
    case 'macMoved':
      return line(fact, 1, { host: fact.port });
    case 'suspected':
      return line(fact, 1, { host: fact.host, of: fact.of, silenceNs: fact.silence });
    case 'testAndSetSent':
    case 'testAndSetWon':
    case 'testAndSetLost':
      return line(fact, 1, { host: fact.host, generation: fact.generation });
    case 'draining':
      return line(fact, 1, { host: fact.host, entries: fact.entries });
    case 'wentLive':
      return line(fact, 1, { host: fact.host, instruction: fact.instruction, afterNs: fact.silence });
    case 'halted':
      return haltLine(fact);
    default:
      return undefined;
  }
}

/** §3.1, §3.3: what the cluster service and the administrator do, and the epochs of checkpointing. */
function tellOperation(fact: Observation): Line | undefined {
  switch (fact.kind) {
    case 'backupRequested':
    case 'noHostFits':
    case 'clonePaused':
    case 'poweredOff':
      return line(fact, 1, { host: fact.host });
    case 'ioQuiesced':
      return line(fact, 2, { host: fact.host });
    case 'backupChosen':
    case 'cloneAbandoned':
      return line(fact, 1, { host: fact.host, target: fact.target });
    case 'cloneStarted':
      return line(fact, 1, { host: fact.host, target: fact.target, generation: fact.generation });
    case 'cloneRound': {
      const { host, target, round, pages, bytes } = fact;
      return line(fact, 2, { host, target, round, pages, bytes });
    }
    case 'cloneFinished':
      return line(fact, 1, { host: fact.host, target: fact.target, pauseNs: fact.pause });
    case 'migrationStarted':
    case 'migrationFinished':
      return line(fact, 1, { machine: fact.machine, from: fact.from, to: fact.to });
    case 'resourcesChanged':
      return line(fact, 1, { host: fact.host, percent: fact.percent });
    case 'typed':
      return line(fact, 3, { host: fact.host, byte: fact.byte });
    case 'checkpointTaken': {
      const { host, epoch, pages, bytes } = fact;
      return line(fact, 2, { host, epoch, pages, bytes, pauseNs: fact.pause });
    }
    case 'checkpointReceived':
      return line(fact, 3, { host: fact.host, epoch: fact.epoch });
    case 'rolledBack':
      return line(fact, 1, { host: fact.host, epoch: fact.epoch, instruction: fact.instruction });
    default:
      return undefined;
  }
}

function line(fact: Observation, weight: 1 | 2 | 3, values: Line['values']): Line {
  return { key: fact.kind, values, weight };
}

function haltLine(fact: Extract<Observation, { kind: 'halted' }>): Line {
  const { host } = fact;
  if (fact.reason === 'guestExit')
    return { key: 'guestExited', values: { host, code: fact.code ?? 0 }, weight: 1 };
  if (fact.reason === 'guestStuck') {
    const { address = 0, cause, trappedAt = 0 } = fact;
    return cause === undefined
      ? { key: 'guestStuck', values: { host, address }, weight: 1 }
      : { key: 'guestTrapped', values: { host, address, cause, trappedAt }, weight: 1 };
  }
  return { key: 'halted', values: { host, reason: fact.reason }, weight: 1 };
}
