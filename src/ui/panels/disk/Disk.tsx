// The shared disk: its blocks, what they hold, and the flag that decides who may go on.
import { Flag } from 'lucide-react';
import { useFrame, useTexts } from '../../app/context.tsx';
import { Pick } from '../../widgets/Pick.tsx';
import { shownBlocks } from './blocks.ts';
import './disk.css';

const ROOM = 12;
const TOLD = 2;

export function Disk() {
  const t = useTexts();
  const { disk, winnerRole } = useFrame(({ disk, hosts }) => ({
    disk,
    winnerRole: hosts.find(({ id }) => id === disk.flag.winner)?.role ?? 'none',
  }));
  const { flag, used, busy } = disk;
  const now = busy[0];
  const told = [...used].sort((a, b) => (b.writtenAt ?? -1) - (a.writtenAt ?? -1)).slice(0, TOLD);
  return (
    <section className="disk" aria-label={t('disk.name')} data-anchor="disk">
      <h2>{t('disk.name')}</h2>
      <p className="disk-flag-name">{t('disk.flag', { generation: flag.generation })}</p>
      <ul className="disk-blocks">
        {shownBlocks(disk, ROOM).map((block) => {
          const isUsed = used.some((each) => each.block === block);
          const isBusy = busy.some((each) => each.block === block);
          return (
            <li key={block}>
              <Pick
                className={`disk-block${isUsed ? ' disk-used' : ''}${isBusy ? ' disk-busy' : ''}`}
                what={{ kind: 'block', block }}
                label={t('disk.block', { block })}
              >
                {''}
              </Pick>
            </li>
          );
        })}
      </ul>
      <Pick className={`disk-flag role-${winnerRole}`} what={{ kind: 'flag' }}>
        {flag.winner !== undefined && <Flag aria-hidden size={12} fill="currentColor" />}
        {flag.winner === undefined ? t('disk.free') : t('disk.taken', { host: flag.winner })}
      </Pick>
      <p className="disk-text">
        {told.length === 0
          ? t('disk.empty')
          : told.map(({ block, value }) => t('disk.holds', { block, value })).join(' · ')}
        {now !== undefined && (
          <span className="disk-now">
            {t(now.kind === 'read' ? 'disk.reading' : 'disk.writing', { host: now.host, block: now.block })}
          </span>
        )}
      </p>
    </section>
  );
}
