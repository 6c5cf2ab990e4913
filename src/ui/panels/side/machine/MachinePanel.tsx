// Inside a host's machine, where the run stands: one part at a time. While the run plays nothing is asked.
import { useState } from 'react';
import { ToggleButton } from 'react-aria-components/ToggleButton';
import { ToggleButtonGroup } from 'react-aria-components/ToggleButtonGroup';
import type { MachinePart } from '../../../../worker/time-views.ts';
import { useFrame, useSession, useTexts, useView } from '../../../app/context.tsx';
import { isLive } from '../../model/hosts.ts';
import { Memory } from './Memory.tsx';
import { Calls, Devices, Log } from './parts.tsx';
import { Registers } from './Registers.tsx';
import { Source } from './Source.tsx';
import { useMachine } from './useMachine.ts';
import './machine.css';

const PARTS: readonly MachinePart[] = ['registers', 'memory', 'source', 'calls', 'devices', 'log'];

export default function MachinePanel() {
  const t = useTexts();
  const [part, setPart] = useState<MachinePart>('registers');
  const hosts = useFrame((frame) => frame.hosts.map(({ id, role }) => ({ id, role })));
  const selected = useView(({ selection }) => (selection?.kind === 'host' ? selection.host : null));
  const [chosen, setChosen] = useState<string | null>(null);
  const live = hosts.find(isLive) ?? hosts[0];
  const host = chosen ?? selected ?? live?.id ?? 'A';
  const playing = useSession((state) => state.playing);
  return (
    <section className="machine" aria-label={t('machine.title', { host })}>
      <div className="machine-head">
        <label>
          {t('machine.host')}
          <select value={host} onChange={(event) => setChosen(event.target.value)}>
            {hosts.map(({ id }) => (
              <option key={id}>{id}</option>
            ))}
          </select>
        </label>
      </div>
      <ToggleButtonGroup
        className="segments machine-parts"
        aria-label={t('machine.part')}
        selectionMode="single"
        disallowEmptySelection
        selectedKeys={[part]}
        onSelectionChange={(keys) => setPart(PARTS.find((each) => keys.has(each)) ?? part)}
      >
        {PARTS.map((each) => (
          <ToggleButton key={each} id={each} className="segment">
            {t(`machine.${each as 'registers'}`)}
          </ToggleButton>
        ))}
      </ToggleButtonGroup>
      {playing ? (
        <p className="quiet">{t('machine.pausedOnly')}</p>
      ) : (
        <Part key={`${host} ${part}`} host={host} part={part} />
      )}
    </section>
  );
}

function Part({ host, part }: { host: string; part: MachinePart }) {
  const t = useTexts();
  const [place, setPlace] = useState('');
  const machine = useMachine(host, part, place);
  if (machine === null) return <p className="quiet">{t('machine.waiting')}</p>;
  const { instruction, pc } = machine;
  return (
    <>
      <p className="quiet">{t('machine.at', { instruction, pc })}</p>
      {part === 'registers' && <Registers machine={machine} />}
      {part === 'memory' && <Memory machine={machine} place={place} onPlace={setPlace} />}
      {part === 'source' && <Source machine={machine} />}
      {part === 'calls' && <Calls machine={machine} />}
      {part === 'devices' && <Devices machine={machine} />}
      {part === 'log' && <Log machine={machine} />}
    </>
  );
}
