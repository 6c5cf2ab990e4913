// I10, §2: until it goes live nothing of a backup reaches the world: no packet, no announcement, no write to the shared disk.

import type { HostId, WorldConfig } from '../base/config.ts';
import type { Observation } from '../state/observation.ts';
import { firstPair, pairOf } from './pair.ts';
import { type FactReference, type Property, referTo, type Verdict } from './property.ts';

interface Memory {
  /** Disk writes of a backup are seen by nobody where each machine has a disk of its own (§4.1). */
  isDiskShared: boolean;
  /** Hosts that are backups, and since when. */
  silent: Record<HostId, FactReference>;
}

export const silentBackup: Property<Memory> = {
  id: 'I10',
  name: 'Silent backup',
  section: '§2',
  scope: 'protected',
  begin: (config) => ({ isDiskShared: config.protocol.isDiskShared, silent: firstSilent(config) }),
  check(memory, fact) {
    const { silent } = memory;
    switch (fact.kind) {
      case 'paired': {
        const { primary, backup } = pairOf(fact);
        delete silent[primary];
        silent[backup] = referTo(fact);
        return undefined;
      }
      case 'wentLive':
      case 'hostCrashed':
      case 'hostRepaired':
      case 'halted':
        delete silent[fact.host];
        return undefined;
      case 'migrationFinished':
        delete silent[fact.from];
        if (fact.machine === 'backup') silent[fact.to] = referTo(fact);
        return undefined;
      case 'outputReleased':
      case 'outputDropped':
      case 'macAnnounced':
      case 'diskWritten':
        return judge(memory, fact);
      default:
        return undefined;
    }
  },
};

function firstSilent(config: WorldConfig): Memory['silent'] {
  if (config.replication.mode === 'none') return {};
  return { [firstPair(config).backup]: { at: 0, kind: 'started' } };
}

type Heard = Extract<
  Observation,
  { kind: 'outputReleased' | 'outputDropped' | 'macAnnounced' | 'diskWritten' }
>;

function judge({ isDiskShared, silent }: Memory, fact: Heard): Verdict {
  const against = silent[fact.host];
  if (against === undefined) return undefined;
  const { host } = fact;
  switch (fact.kind) {
    case 'outputDropped':
      return 'holds';
    case 'macAnnounced':
      return { key: 'backupAnnounced', values: { host }, against };
    case 'diskWritten':
      if (!isDiskShared) return undefined;
      return { key: 'backupWrote', values: { host, block: fact.block }, against };
    case 'outputReleased': {
      const { kind, instruction } = fact.output;
      if (kind === 'diskWrite' && !isDiskShared) return undefined;
      const values = { host, output: kind, instruction };
      return { key: 'backupSpoke', values, against, outputs: [fact.output] };
    }
  }
}
