// The protocol's notes as facts, with what only the host knows: who it is, where its machine is, what its bytes say.

import type { Note } from '../../ft/effects.ts';
import { isActing } from '../../ft/pair-end.ts';
import { hashMachine } from '../../machine/machine.ts';
import { entryFacts, ioFacts } from '../state/entry-facts.ts';
import type { Fact } from '../state/observation.ts';
import { outputFacts } from '../state/output-facts.ts';
import { type Host, hostOf, instructionOf, isRunning, type World } from '../state/world.ts';
import { positionOf } from './running.ts';

export function factOf(world: World, host: Host, note: Note): Fact {
  const { id } = host;
  const { generation } = host.replica;
  switch (note.kind) {
    case 'recorded':
      return { kind: 'recorded', ...entryFacts(host, note.entry) };
    case 'outputHeld':
      return { kind: 'outputHeld', host: id, output: outputFacts(world, note.held) };
    case 'acked':
      return { ...note, host: id, generation };
    case 'received':
      return { ...note, host: id, generation, instruction: positionOf(world, host) };
    case 'suspected':
      return suspectedFact(world, host, note.silence);
    case 'wentSolo':
      return { kind: 'wentSolo', host: id, generation };
    case 'wentLive':
      return wentLive(world, host);
    case 'ioStarted': {
      const role = isActing(host) ? 'acting' : 'backup';
      return { kind: 'ioStarted', host: id, role, ...ioFacts(note.operation) };
    }
    case 'diverged':
      return { ...note, host: id, instruction: instructionOf(host) };
    case 'paired':
      return pairedFact(hostOf(world, note.primary), host, note.generation);
    case 'migrationFinished':
      return note;
    default:
      return { ...note, host: id };
  }
}

/** Silence is all that the host knows; whoever looks from outside knows whether it is a false alarm. */
function suspectedFact(world: World, { id, peer }: Host, silence: number): Fact {
  const suspect = peer === null ? undefined : hostOf(world, peer);
  const isOver = suspect?.replica.role === 'halted' || suspect?.replica.role === 'spare';
  const runs = suspect !== undefined && isRunning(suspect) && !isOver;
  return { kind: 'suspected', host: id, of: peer ?? '', silence, ...(runs ? { runs } : {}) };
}

function wentLive(world: World, host: Host): Fact {
  const { receiver, lastHeard, generation } = host.replica;
  return {
    kind: 'wentLive',
    host: host.id,
    generation,
    instruction: instructionOf(host),
    silence: world.now - lastHeard,
    received: receiver.receivedThrough,
    consumed: receiver.consumedThrough,
  };
}

/** A generation begins with two machines in one state. */
export const pairedFact = (primary: Host, backup: Host, generation: number): Fact => ({
  kind: 'paired',
  generation,
  primary: primary.id,
  backup: backup.id,
  instruction: instructionOf(backup),
  primaryState: hashMachine(primary.machine),
  backupState: hashMachine(backup.machine),
});
