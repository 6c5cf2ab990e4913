// What can happen to the disk, the VM and the clients.
import { useFrame, useTexts } from '../../../app/context.tsx';
import { clientName } from '../../../i18n/sentences.ts';
import { FaultGroup, FaultRow } from './FaultRow.tsx';
import { diskFaults, poisonFault, vmFaults } from './faults.ts';
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
  const { power, share, movePrimary, moveBackup } = useFrame(vmFaults);
  const host = useFrame(({ hosts }) => hosts.find(({ role }) => role === 'primary' || role === 'solo')?.id);
  return (
    <FaultRow
      name={t('faults.vm')}
      state={host === undefined ? t('faults.vmNowhere') : t('faults.vmAt', { host })}
      first={power}
    >
      <FaultGroup name={t('fault.row.share')} faults={share} />
      <FaultGroup name={t('fault.row.movePrimary')} faults={movePrimary} />
      <FaultGroup name={t('fault.row.moveBackup')} faults={moveBackup} />
    </FaultRow>
  );
}

function DiskRow() {
  const t = useTexts();
  const { power, errors, mend } = useFrame(diskFaults);
  const troubles = useFrame(({ disk }) => diskTroubles(disk));
  const isOff = power[0]?.why !== undefined;
  return (
    <FaultRow
      name={t('faults.disk')}
      state={
        troubles.length === 0 ? t('faults.works') : troubles.map((each) => t(`disk.${each}`)).join(' · ')
      }
      isTroubled={troubles.length > 0}
      first={power[isOff ? 1 : 0]!}
    >
      <FaultGroup name={t('fault.row.power')} faults={power} />
      <FaultGroup name={t('fault.row.errors')} faults={[...errors, mend]} />
    </FaultRow>
  );
}

function ClientRows() {
  const t = useTexts();
  const faults = useFrame(({ clients }) =>
    clients.map((client) => ({ ...poisonFault(client), id: client.id, state: client.state })),
  );
  return faults.map(({ id, state, ...fault }) => (
    <FaultRow
      key={id}
      name={clientName(t, id)}
      state={t(state === 'done' ? 'clients.done' : 'faults.works')}
      first={fault}
    />
  ));
}
