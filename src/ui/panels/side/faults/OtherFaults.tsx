// What can happen to the disk, the VM and the clients.
import { useFrame, useTexts } from '../../../app/context.tsx';
import { clientName } from '../../../i18n/sentences.ts';
import { liveHost } from '../../model/hosts.ts';
import { FaultRow } from './FaultRow.tsx';
import { flipOf } from './Flip.tsx';
import { powerText, serverTroubles, troubleText } from './troubles.ts';

export function OtherFaults() {
  const t = useTexts();
  return (
    <section>
      <h3>{t('faults.others')}</h3>
      <ul>
        <VmRow />
        <DiskRow />
        <ClientRows />
      </ul>
    </section>
  );
}

function VmRow() {
  const t = useTexts();
  const host = useFrame((frame) => liveHost(frame)?.id);
  return (
    <FaultRow
      name={t('faults.vm')}
      state={host === undefined ? t('faults.vmNowhere') : t('faults.vmAt', { host })}
      targets={['vm', 'primary', 'backup']}
    />
  );
}

function DiskRow() {
  const t = useTexts();
  const troubles = useFrame(({ disk }) => serverTroubles(disk).map((each) => troubleText(t, each, disk)));
  return (
    <FaultRow
      name={t('faults.disk')}
      state={troubles.length === 0 ? t('faults.works') : troubles.join(' · ')}
      isTroubled={troubles.length > 0}
      targets={['disk']}
      own={flipOf(t('faults.disk'))}
    />
  );
}

function ClientRows() {
  const t = useTexts();
  const clients = useFrame(({ clients }) =>
    clients.map((client) => ({ id: client.id, state: client.state, trouble: powerText(t, client) })),
  );
  return clients.map(({ id, state, trouble }) => (
    <FaultRow
      key={id}
      name={clientName(t, id)}
      state={trouble ?? t(state === 'done' ? 'clients.done' : 'faults.works')}
      isTroubled={trouble !== null}
      targets={[id]}
      own={flipOf(clientName(t, id))}
    />
  ));
}
