// The line under a host's name: what it is doing, how far behind it is, how long it has heard nothing.
import type { Frame, HostView } from '../../../worker/frame.ts';
import { useTexts } from '../../app/context.tsx';
import { formatCount, formatDuration } from '../../widgets/format.ts';
import { activityKey, silenceShare } from './hosts.ts';

/** Silence shorter than this share of what it takes to suspect is the pause between two heartbeats. */
const WORTH_SAYING = 0.3;

export function Status({ host, frame }: { host: HostView; frame: Frame }) {
  const t = useTexts();
  const { lag, time } = frame;
  const silence = silenceShare(host, time);
  const parts = [t(`host.activity.${activityKey(host)}`)];
  const isSilent = silence !== null && silence > WORTH_SAYING;
  if (host.role === 'backup' && lag !== null && lag.instructions > 0 && !isSilent) {
    const instructions = formatCount(lag.instructions);
    const text = lag.ns === 0 ? instructions : `${instructions} (${formatDuration(lag.ns)})`;
    parts.push(t('host.behind', { count: lag.instructions, text }));
  }
  return (
    <p className="host-status">
      {parts.join(' · ')}
      {isSilent && (
        <span className="silence">
          {t('host.silence', { silenceNs: time - (host.lastHeardAt ?? 0) })}
          <meter className="silence-bar" min={0} max={1} value={silence} aria-hidden="true" />
        </span>
      )}
    </p>
  );
}
