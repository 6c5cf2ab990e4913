// Inside a computer's machine, where the run stands: one part at a time. While the run plays nothing is asked.
import { Code, X } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { ToggleButton } from 'react-aria-components/ToggleButton';
import { ToggleButtonGroup } from 'react-aria-components/ToggleButtonGroup';
import type { MachinePart } from '../../../../worker/time-views.ts';
import { useApp, useFrame, useSession, useTexts, useView } from '../../../app/context.tsx';
import { endName } from '../../../i18n/sentences.ts';
import { IconButton } from '../../../widgets/IconButton.tsx';
import { isLive } from '../../model/hosts.ts';
import { editProgram, isPlainId, machineOf, ownerName, plainIds, showMachine } from '../../model/machines.ts';
import { Memory } from './Memory.tsx';
import { OpenedStream } from './OpenedStream.tsx';
import { Calls, Devices, Log } from './parts.tsx';
import { Registers } from './Registers.tsx';
import { Source } from './Source.tsx';
import { useMachine } from './useMachine.ts';
import './machine.css';

const PARTS: readonly MachinePart[] = ['registers', 'memory', 'source', 'calls', 'devices', 'log'];

/** What a host has that runs no VM. */
const PLAIN_PARTS = PARTS.filter((part) => part !== 'log');

export default function MachinePanel() {
  const t = useTexts();
  const app = useApp();
  const { view } = app;
  const [chosen, setPart] = useState<MachinePart>('registers');
  const host = useShownHost();
  const isPlain = isPlainId(host);
  const parts = isPlain ? PLAIN_PARTS : PARTS;
  const part = parts.includes(chosen) ? chosen : 'registers';
  const name = endName(t, host);
  const playing = useSession((state) => state.playing);
  const panel = useRef<HTMLElement>(null);
  // In a narrow window the side panel is below the picture.
  useEffect(() => {
    if (isPlain) panel.current?.scrollIntoView({ block: 'nearest' });
  }, [isPlain]);
  return (
    <section ref={panel} className="machine" aria-label={t('machine.title', { name })}>
      <div className="machine-head">
        <ChooseHost host={host} />
        <IconButton
          icon={Code}
          label={t('action.editProgram', { name: ownerName(t, host) })}
          onPress={() => editProgram(app, host)}
        />
        {isPlain && (
          <IconButton
            icon={X}
            label={t('machine.close', { name })}
            onPress={() => view.setState({ opened: null })}
          />
        )}
      </div>
      {isPlain && <OpenedStream host={host} />}
      <ToggleButtonGroup
        className="segments machine-parts"
        aria-label={t('machine.part')}
        selectionMode="single"
        disallowEmptySelection
        selectedKeys={[part]}
        onSelectionChange={(keys) => setPart(parts.find((each) => keys.has(each)) ?? part)}
      >
        {parts.map((each) => (
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

/** What is selected, else what is open, else the machine that answers the world. */
function useShownHost(): string {
  const hosts = useFrame((frame) => frame.hosts.map(({ id, role }) => ({ id, role })));
  const selected = useView(({ selection }) => machineOf(selection));
  const opened = useView((state) => state.opened);
  const isThere = useFrame((frame) => opened !== null && plainIds(frame).includes(opened));
  if (selected !== null && hosts.some(({ id }) => id === selected)) return selected;
  if (opened !== null && isThere) return opened;
  return (hosts.find(isLive) ?? hosts[0])?.id ?? 'A';
}

function ChooseHost({ host }: { host: string }) {
  const t = useTexts();
  const app = useApp();
  const ids = useFrame((frame) => [...frame.hosts.map(({ id }) => id), ...plainIds(frame)]);
  return (
    <label>
      {t('machine.host')}
      <select value={host} onChange={(event) => showMachine(app, event.target.value)}>
        {ids.map((id) => (
          <option key={id} value={id}>
            {isPlainId(id) ? endName(t, id) : id}
          </option>
        ))}
      </select>
    </label>
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
      {part === 'source' && <Source machine={machine} file={place} onFile={setPlace} />}
      {part === 'calls' && <Calls machine={machine} />}
      {part === 'devices' && <Devices machine={machine} />}
      {part === 'log' && <Log machine={machine} />}
    </>
  );
}
