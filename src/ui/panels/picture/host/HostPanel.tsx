// One host: its role and what it does, its instruction stream, and what becomes of its outputs.
import { PowerOff } from 'lucide-react';
import { useFrame, useTexts } from '../../../app/context.tsx';
import { formatCount } from '../../../widgets/format.ts';
import { Pick } from '../../../widgets/Pick.tsx';
import { isDead, isLive, liveHost, regionKey, sidesOf, stageHosts } from '../../model/hosts.ts';
import { Stream } from '../stream/Stream.tsx';
import { useShownRows } from '../stream/useShownRows.ts';
import { DeadNote } from './DeadNote.tsx';
import { OutputGate, OutputTray } from './Outputs.tsx';
import { Status } from './Status.tsx';
import './host.css';

/** `place`: left (0) or right (1) in the picture. */
export function HostPanel({ place }: { place: 0 | 1 }) {
  const t = useTexts();
  const { id, index, role, side, isOff } = useFrame((frame) => {
    const onStage = stageHosts(frame);
    const { id, role, haltReason } = onStage[place]!;
    const index = frame.hosts.findIndex((host) => host.id === id);
    return { id, index, role, side: sidesOf(onStage)[place]!, isOff: haltReason === 'poweredOff' };
  });
  const isGone = isDead({ role });
  return (
    <section
      className={`host host-${place === 0 ? 'left' : 'right'} role-${role}${isOff ? ' role-off' : ''}`}
      aria-label={t(`host.region.${regionKey({ role }, side)}`, { host: id })}
      data-anchor={id}
    >
      <header className="host-head">
        <h2 className="host-role">
          {isGone && <PowerOff aria-hidden size={14} />}
          {t(isOff && role === 'halted' ? 'role.off' : `role.${role}`)}
        </h2>
        <Pick className="host-name" what={{ kind: 'host', host: id }}>
          {t('host.name', { host: id })}
        </Pick>
        {role !== 'spare' && <InstructionNumber index={index} />}
        <Status index={index} />
      </header>
      <HostStream index={index} id={id} isMeasured={place === 0} />
      <footer className="host-foot">
        {isGone && <DeadNote index={index} />}
        {isLive({ role }) && <OutputGate index={index} />}
        {role === 'backup' && <OutputTray index={index} />}
      </footer>
    </section>
  );
}

function InstructionNumber({ index }: { index: number }) {
  const t = useTexts();
  const instruction = useFrame(({ hosts }) => hosts[index]!.instruction);
  return (
    <span className="host-instruction number" title={t('host.instructionNumber')}>
      {formatCount(instruction)}
    </span>
  );
}

function HostStream({ index, id, isMeasured }: { index: number; id: string; isMeasured: boolean }) {
  const rows = useShownRows();
  const { ruler, barrier, isActing } = useFrame((frame) => {
    const host = frame.hosts[index]!;
    return {
      ruler: host.stream ?? frame.ruler,
      isActing: liveHost(frame)?.id === id,
      barrier: host.role === 'backup' ? (host.barrier ?? null) : null,
    };
  });
  const machine = { host: index, id, isActing, barrier };
  return <Stream ruler={ruler} {...machine} rows={rows} isMeasured={isMeasured} />;
}
