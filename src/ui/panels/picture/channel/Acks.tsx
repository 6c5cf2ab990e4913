// What comes back: acknowledgements, and the heartbeats of both hosts, on one line.
import type { AckView, ChannelView } from '../../../../worker/frame.ts';
import { useTexts } from '../../../app/context.tsx';
import { formatCount } from '../../../widgets/format.ts';

interface Props {
  channel: ChannelView;
  mirrored: boolean;
}

/** Where something stands on the line, in per cent from the left. */
function place(progress: number, isBack: boolean, mirrored: boolean): string {
  return `${100 * (isBack !== mirrored ? 1 - progress : progress)}%`;
}

/** An ack's width, as a share of the line. */
const ACK_SHARE = 0.16;

/** Acks that would lie upon each other: the newer says all that the older does. */
function apart(acks: readonly AckView[]): AckView[] {
  return acks.filter((ack, i) => {
    const next = acks[i + 1];
    return next === undefined || Math.abs(next.progress - ack.progress) >= ACK_SHARE;
  });
}

export function Acks({ channel, mirrored }: Props) {
  const t = useTexts();
  const { heartbeats, ackedThrough } = channel;
  const acks = apart(channel.acks);
  return (
    <div className="acks">
      <div className="acks-line" aria-hidden="true">
        {heartbeats.map(({ from, progress }) => (
          <i
            key={`${from}:${progress}`}
            className={from === channel.from ? 'heartbeat' : 'heartbeat heartbeat-back'}
            style={{ left: place(progress, from !== channel.from, mirrored) }}
          />
        ))}
        {acks.map(({ through, progress, lost }) => (
          <span
            key={through}
            className={lost ? 'ack ack-lost' : 'ack'}
            style={{ left: place(progress, true, mirrored) }}
          >
            {formatCount(through)}
          </span>
        ))}
      </div>
      <p>{ackedThrough === 0 ? t('channel.noAcks') : t('channel.acks', { sequence: ackedThrough })}</p>
    </div>
  );
}
