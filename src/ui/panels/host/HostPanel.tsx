// One host: its role and what it does, its instruction stream, and what becomes of its outputs.
import { PowerOff } from 'lucide-react';
import { useFrame, useTexts, useView } from '../../app/context.tsx';
import { formatCount } from '../../widgets/format.ts';
import { Pick } from '../../widgets/Pick.tsx';
import { Stream } from '../stream/Stream.tsx';
import { DeadNote } from './DeadNote.tsx';
import { isDead, regionKey, sidesOf } from './hosts.ts';
import { OutputGate, OutputTray } from './Outputs.tsx';
import { Status } from './Status.tsx';
import './host.css';

/** `index`: the host's position among the frame's hosts, which is its place in the picture. */
export function HostPanel({ index }: { index: number }) {
  const t = useTexts();
  const frame = useFrame();
  const rows = useView((state) => state.rows);
  const host = frame.hosts[index];
  if (host === undefined) return null;
  const side = sidesOf(frame.hosts)[index]!;
  const dead = isDead(host);
  const barrier = host.role === 'backup' ? (host.barrier ?? null) : null;
  return (
    <section
      className={`host host-${index === 0 ? 'left' : 'right'} role-${host.role}`}
      aria-label={t(`host.region.${regionKey(host, side)}`, { host: host.id })}
      data-anchor={host.id}
    >
      <header className="host-head">
        <h2 className="host-role">
          {dead && <PowerOff aria-hidden size={14} />}
          {t(`role.${host.role}`)}
        </h2>
        <Pick className="host-name" what={{ kind: 'host', host: host.id }}>
          {t('host.name', { host: host.id })}
        </Pick>
        <span className="host-instruction number" title={t('host.instructionNumber')}>
          {formatCount(host.instruction)}
        </span>
        <Status host={host} frame={frame} />
      </header>
      <Stream ruler={frame.ruler} host={index} rows={rows} barrier={barrier} isMeasured={index === 0} />
      <footer className="host-foot">
        {dead && <DeadNote host={host} />}
        {!dead && side === 'primary' && <OutputGate host={host} time={frame.time} />}
        {!dead && side === 'backup' && <OutputTray host={host} />}
      </footer>
    </section>
  );
}
