// One of the channel's two buffers, as a tank with its limit.
import { useFrame, useTexts } from '../../../app/context.tsx';
import { formatBytes } from '../../../widgets/format.ts';

interface Props {
  side: 'send' | 'receive';
  used: number;
  limit: number;
}

export function Tank({ side, used, limit }: Props) {
  const t = useTexts();
  const { primary, backup } = useFrame(({ hosts, channel }) => ({
    primary: hosts.find(({ id }) => id === channel.from)?.activity,
    backup: hosts.find(({ id }) => id === channel.to)?.activity,
  }));
  const share = limit === 0 ? 0 : Math.min(1, used / limit);
  const isFull = side === 'send' && primary === 'stoppedByLog';
  const isEmpty = side === 'receive' && used === 0 && backup === 'waitingForLog';
  return (
    <div className={`tank tank-${side}${isFull ? ' tank-full' : ''}`}>
      <div className="tank-body">
        {/* A few bytes in a big tank are still to be seen. */}
        <div className="tank-level" style={{ height: `${used === 0 ? 0 : Math.max(1.5, share * 100)}%` }} />
      </div>
      <p className="tank-text">
        <span>{t(side === 'send' ? 'channel.toSend' : 'channel.received')}</span>
        <span className="tank-figure">
          {isFull
            ? t('channel.full')
            : isEmpty
              ? t('channel.empty')
              : t('channel.of', { used: formatBytes(used), limit: formatBytes(limit) })}
        </span>
      </p>
    </div>
  );
}
