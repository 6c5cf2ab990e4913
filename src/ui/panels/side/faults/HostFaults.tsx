// What can happen to the hosts: each of them, and all at once.

import { useState } from 'react';
import { hex } from '../../../../base/hex.ts';
import type { HostView } from '../../../../worker/frame.ts';
import { useFrame, useTexts } from '../../../app/context.tsx';
import { FaultGroup, FaultRow } from './FaultRow.tsx';
import { allHostsFault, flipFault, hostFaults } from './faults.ts';

/** Of a guest without data of its own: somewhere in RAM. */
const SOMEWHERE = 0x80001000;

export function HostFaults() {
  const t = useTexts();
  const hosts = useFrame((frame) => frame.hosts.map((host) => ({ ...host, outputs: [], stream: [] })));
  const all = useFrame(allHostsFault);
  return (
    <section>
      <h3>{t('faults.hosts')}</h3>
      <ul>
        {hosts.map((host) => (
          <HostRow key={host.id} host={host} />
        ))}
        <FaultRow name={t('faults.all')} state={t('faults.allText')} first={all} />
      </ul>
    </section>
  );
}

function HostRow({ host }: { host: HostView }) {
  const t = useTexts();
  const { crash, power, speed } = hostFaults(host);
  const isPaused = host.activity === 'paused';
  const slowed = host.cpuPercent < 100 ? ` · ${t('host.slowed', { percent: host.cpuPercent })}` : '';
  return (
    <FaultRow
      name={t('host.name', { host: host.id })}
      state={`${isPaused ? t('spare.paused') : t(`role.${host.role}`)}${slowed}`}
      isTroubled={isPaused || slowed !== '' || host.role === 'crashed'}
      first={crash}
      isFull
    >
      <FaultGroup name={t('fault.row.power')} faults={power} />
      <FaultGroup name={t('fault.row.speed')} faults={speed} />
      <Flip host={host} />
    </FaultRow>
  );
}

function Flip({ host }: { host: HostView }) {
  const t = useTexts();
  const address = useFrame(({ dataAddress }) => dataAddress ?? SOMEWHERE);
  const [typed, setPlace] = useState<string | null>(null);
  const place = typed ?? `${hex(address)}.0`;
  return (
    <FaultGroup name={t('fault.row.memory')} faults={[flipFault(host, place)]}>
      <input
        className="fault-input"
        aria-label={t('fault.bit', { host: host.id })}
        value={place}
        size={13}
        spellCheck={false}
        onChange={(event) => setPlace(event.target.value.trim())}
      />
    </FaultGroup>
  );
}
