// What an observer can tell of log entries and disk operations by looking at them.

import { hashHex } from '../../base/hash.ts';
import type { DeepReadonly } from '../../base/readonly.ts';
import { encodeEntry, entryLength, HEADER_BYTES, type LogEntry } from '../../ft/entry.ts';
import type { Emission } from '../../machine/boundary.ts';
import { hashMachine } from '../../machine/machine.ts';
import type { EntryFacts, IoFacts } from './observation.ts';
import type { Host } from './world.ts';

/** What an observer can tell of an entry that has been recorded or replayed on this host. */
export function entryFacts(host: Host, entry: LogEntry): { host: string } & EntryFacts {
  return {
    host: host.id,
    generation: host.replica.generation,
    sequence: entry.sequence,
    entry: entry.kind,
    ...(entry.kind === 'output' ? { output: entry.output } : {}),
    instruction: entry.instruction,
    bytes: entryLength(entry),
    says: saysOf(entry),
    state: hashMachine(host.machine),
  };
}

/** A short value is shown as it is, a long one by its hash. */
function saysOf(entry: LogEntry): string {
  switch (entry.kind) {
    case 'clock':
    case 'timer':
      return `${entry.time}`;
    case 'entropy':
      return `${entry.bits}`;
    default:
      return hashHex(encodeEntry(entry).subarray(HEADER_BYTES));
  }
}

/** A disk operation of the guest, as an observer sees it. */
export function ioFacts(emission: DeepReadonly<Extract<Emission, { request: number }>>): IoFacts {
  const io = emission.request;
  switch (emission.kind) {
    case 'diskRead':
      return { io, operation: 'read', block: emission.sector, blocks: emission.sectors };
    case 'diskWrite': {
      const { bytes, sector } = emission;
      return { io, operation: 'write', block: sector, blocks: bytes.length / 512, digest: hashHex(bytes) };
    }
    case 'diskFlush':
      return { io, operation: 'flush', block: 0, blocks: 0 };
  }
}
