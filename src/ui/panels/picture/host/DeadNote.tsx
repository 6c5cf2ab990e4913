// Why a host no longer runs, where its outputs were.
import { useFrame, useSession, useTexts } from '../../../app/context.tsx';

export function DeadNote({ index }: { index: number }) {
  const t = useTexts();
  const host = useFrame(({ hosts }) => hosts[index]!);
  const narration = useSession((state) => state.narration);
  const crash = narration.findLast(({ kind, values }) => kind === 'hostCrashed' && values.host === host.id);
  const reason =
    host.role === 'halted'
      ? t(`host.halt.${host.haltReason ?? 'unknown'}`)
      : crash === undefined
        ? t('host.lostPowerPlain')
        : t('host.lostPower', { at: crash.at });
  return (
    <div className="dead-note">
      <p>{reason}</p>
      <p className="quiet">{t('host.stoppedAfter', { n: host.instruction })}</p>
    </div>
  );
}
