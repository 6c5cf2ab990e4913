// What can happen to the hosts: each of them, and all at once.

import type { HostView } from '../../../../worker/frame.ts';
import { useFrame, useTexts } from '../../../app/context.tsx';
import { FaultRow } from './FaultRow.tsx';
import { flipOf } from './Flip.tsx';

export function HostFaults() {
  const t = useTexts();
  const hosts = useFrame((frame) => frame.hosts.map((host) => ({ ...host, outputs: [], stream: [] })));
  return (
    <section>
      <h3>{t('faults.hosts')}</h3>
      <ul>
        {hosts.map((host) => (
          <HostRow key={host.id} host={host} />
        ))}
        <FaultRow name={t('faults.all')} state={t('faults.allText')} targets={['hosts']} />
      </ul>
    </section>
  );
}

function HostRow({ host }: { host: HostView }) {
  const t = useTexts();
  const isPaused = host.activity === 'paused';
  const slowed = host.cpuPercent < 100 ? ` · ${t('host.slowed', { percent: host.cpuPercent })}` : '';
  return (
    <FaultRow
      name={t('host.name', { host: host.id })}
      state={`${isPaused ? t('spare.paused') : t(`role.${host.role}`)}${slowed}`}
      isTroubled={isPaused || slowed !== '' || host.role === 'crashed'}
      targets={[host.id]}
      isFull
      own={flipOf(t('host.name', { host: host.id }))}
    />
  );
}
