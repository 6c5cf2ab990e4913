// The line under a host's name: what it is doing, how far behind it is, how long it has heard nothing.
import type { ViewFrame } from '../../../../worker/frame.ts';
import { useFrame, useTexts } from '../../../app/context.tsx';
import { formatCount, formatDuration } from '../../../widgets/format.ts';
import { activityKey, silenceShare, slownessOf } from '../../model/hosts.ts';

/** Silence shorter than this share of what it takes to suspect is the pause between two heartbeats. */
const WORTH_SAYING = 0.3;

function statusOf({ hosts, lag, time }: ViewFrame, index: number) {
  const host = hosts[index]!;
  const share = silenceShare(host, time);
  const isSilent = share !== null && share > WORTH_SAYING;
  return {
    activity: activityKey(host),
    silence: isSilent ? { share, ns: time - (host.lastHeardAt ?? 0) } : null,
    slow: slownessOf(host),
    lag: host.role === 'backup' && lag !== null && lag.instructions > 0 && !isSilent ? lag : null,
  };
}

export function Status({ index }: { index: number }) {
  const t = useTexts();
  const { activity, silence, slow, lag } = useFrame((frame) => statusOf(frame, index));
  return (
    <p className="host-status">
      {t(`host.activity.${activity}`)}
      {lag !== null && ` · ${behind(t, lag)}`}
      {slow.map(({ key, percent }) => (
        <span key={key} className="host-slow">
          {t(`host.${key}`, { percent })}
        </span>
      ))}
      {silence !== null && (
        <span className="silence">
          {t('host.silence', { silenceNs: silence.ns })}
          <meter className="silence-bar" min={0} max={1} value={silence.share} aria-hidden="true" />
        </span>
      )}
    </p>
  );
}

function behind(t: ReturnType<typeof useTexts>, { instructions, ns }: NonNullable<ViewFrame['lag']>): string {
  const number = formatCount(instructions);
  return t('host.behind', {
    count: instructions,
    text: ns === 0 ? number : `${number} (${formatDuration(ns)})`,
  });
}
