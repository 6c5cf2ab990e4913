// What can happen to the hosts: each of them, and all at once.

import { useState } from 'react';
import { hex } from '../../../../base/hex.ts';
import type { FaultView, HostView } from '../../../../worker/frame.ts';
import { useFrame, useTexts } from '../../../app/context.tsx';
import { FaultButton } from './FaultButton.tsx';
import { FaultGroup, FaultRow, groupName } from './FaultRow.tsx';
import { BIT, flipAt } from './faults.ts';

/** Of a guest without data of its own: somewhere in RAM. */
const SOMEWHERE = 0x80001000;

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
      own={{ memory: ({ group, faults: [flip] }) => flip && <Flip key={group} group={group} flip={flip} /> }}
    />
  );
}

function Flip({ group, flip }: { group: string; flip: FaultView }) {
  const t = useTexts();
  const address = useFrame(({ dataAddresses }) => dataAddresses?.[flip.target] ?? SOMEWHERE);
  const [typed, setPlace] = useState<string | null>(null);
  const place = typed ?? `${hex(address)}.0`;
  return (
    <FaultGroup name={groupName(t, group)}>
      <input
        className="fault-input"
        aria-label={t('fault.bit', { host: flip.target })}
        value={place}
        size={13}
        spellCheck={false}
        onChange={(event) => setPlace(event.target.value.trim())}
      />
      <FaultButton fault={flipAt(flip, place)} mistake={BIT.test(place) ? undefined : t('fault.notABit')} />
    </FaultGroup>
  );
}
