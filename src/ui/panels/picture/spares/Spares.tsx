// The hosts beside the pair, in little, and a VM that is on its way to one.
import { useFrame, useTexts } from '../../../app/context.tsx';
import { formatBytes, formatCount } from '../../../widgets/format.ts';
import { Pick } from '../../../widgets/Pick.tsx';
import { otherHosts } from '../../model/hosts.ts';
import './spares.css';

export function Spares() {
  const t = useTexts();
  const { hosts, transfer, time } = useFrame((frame) => ({
    // One that a VM comes to is told of below.
    hosts: otherHosts(frame)
      .filter(({ id }) => id !== frame.transfer?.to)
      .map(({ id, role, activity, cpuPercent }) => ({
        id,
        role,
        activity,
        cpuPercent,
      })),
    transfer: frame.transfer,
    // The clock matters only while the VM stands still.
    time: frame.transfer?.pausedAt === undefined ? 0 : frame.time,
  }));
  if (hosts.length === 0 && transfer === null) return null;
  return (
    <section className="spares" aria-label={t('spare.name')}>
      {hosts.length > 0 && (
        <ul>
          {hosts.map(({ id, role, activity, cpuPercent }) => (
            <li key={id} className={`spare spare-${role}`}>
              <Pick what={{ kind: 'host', host: id }} className="spare-name">
                {t('host.name', { host: id })}
              </Pick>
              <span className="spare-role">{t(`role.${role}`)}</span>
              <span className="spare-state">
                {activity === 'paused'
                  ? t('spare.paused')
                  : role === 'crashed'
                    ? t('spare.crashed')
                    : cpuPercent < 100
                      ? t('host.slowed', { percent: cpuPercent })
                      : t('spare.idle')}
              </span>
            </li>
          ))}
        </ul>
      )}
      {transfer !== null && (
        <div className="transfer" role="status">
          <p>{t(`transfer.${transfer.purpose}`, { from: transfer.from, to: transfer.to })}</p>
          <progress
            className="transfer-bar"
            max={1}
            value={transfer.progress}
            aria-label={t('transfer.progress')}
          />
          <p className="quiet">{stageText(t, transfer, time)}</p>
        </div>
      )}
    </section>
  );
}

function stageText(
  t: ReturnType<typeof useTexts>,
  { stage, round, pages, bytes, pausedAt }: NonNullable<Parameters<typeof pagesText>[1]>,
  time: number,
): string {
  if (stage === 'quiescing') return t('transfer.quiescing');
  const text = pagesText(t, { stage, round, pages, bytes });
  if (stage === 'paused')
    return t('transfer.paused', { pages: text, for: Math.max(0, time - (pausedAt ?? time)) });
  return t('transfer.copying', { round, pages: text, bytes: formatBytes(bytes) });
}

function pagesText(
  t: ReturnType<typeof useTexts>,
  { pages }: { stage: string; round: number; pages: number; bytes: number; pausedAt?: number },
): string {
  return t('transfer.pages', { count: pages, text: formatCount(pages) });
}
