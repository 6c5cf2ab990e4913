// What can happen to the disk, the VM and the clients.
import { useFrame, useTexts } from '../../../app/context.tsx';
import { clientName } from '../../../i18n/sentences.ts';
import { liveHost } from '../../model/hosts.ts';
import { FaultRow } from './FaultRow.tsx';
import { diskTroubles } from './troubles.ts';

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
  const troubles = useFrame(({ disk }) => diskTroubles(disk));
  return (
    <FaultRow
      name={t('faults.disk')}
      state={
        troubles.length === 0 ? t('faults.works') : troubles.map((each) => t(`disk.${each}`)).join(' · ')
      }
      isTroubled={troubles.length > 0}
      targets={['disk']}
    />
  );
}

function ClientRows() {
  const t = useTexts();
  const clients = useFrame(({ clients }) => clients.map(({ id, state }) => ({ id, state })));
  return clients.map(({ id, state }) => (
    <FaultRow
      key={id}
      name={clientName(t, id)}
      state={t(state === 'done' ? 'clients.done' : 'faults.works')}
      targets={[id]}
    />
  ));
}
