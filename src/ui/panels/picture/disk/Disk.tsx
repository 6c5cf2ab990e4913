// The shared disk: its blocks, what they hold, and the flag that decides who may go on.
import { Flag } from 'lucide-react';
import { useFrame, useTexts } from '../../../app/context.tsx';
import { Pick } from '../../../widgets/Pick.tsx';
import { diskTroubles, serverTroubles, troubleText } from '../../side/faults/troubles.ts';
import { OpenMachine } from '../machine/OpenMachine.tsx';
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
  const own = useFrame(({ hosts }) =>
    hosts.flatMap(({ id, disk }) =>
      disk === undefined ? [] : [{ id, used: disk.used, troubles: diskTroubles(disk) }],
    ),
  );
  const { flag, used, busy, isShared } = disk;
  const troubles = serverTroubles(disk);
  const name = t(isShared ? 'disk.name' : 'disk.server');
  const now = busy[0];
  const told = [...used].sort((a, b) => (b.writtenAt ?? -1) - (a.writtenAt ?? -1)).slice(0, TOLD);
  return (
    <section className={`disk${disk.isUp ? '' : ' disk-off'}`} aria-label={name} data-anchor="disk">
      <h2>
        <Pick what={{ kind: 'disk' }}>{name}</Pick>
        {troubles.map((each) => (
          <em key={each} className="disk-trouble">
            {troubleText(t, each, disk)}
          </em>
        ))}
      </h2>
      <OpenMachine id="disk" />
      <p className="disk-flag-name">{t('disk.flag', { generation: flag.generation })}</p>
      {!isShared && <p className="disk-note">{t('disk.serverNote')}</p>}
      <ul className="disk-blocks" hidden={!isShared}>
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
        {!isShared
          ? own.map(({ id, used, troubles }) => (
              <span key={id} className={troubles.length > 0 ? 'cut' : ''}>
                {`${id} · ${ownText(t, used[0])}`}
                {troubles.map((each) => ` · ${t(`disk.${each}`)}`)}
              </span>
            ))
          : told.length === 0
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

/** What a host's own disk holds, in short. */
function ownText(t: ReturnType<typeof useTexts>, used?: { block: number; value: number }): string {
  return used === undefined ? t('host.ownDiskEmpty') : t('host.ownDiskHolds', used);
}
