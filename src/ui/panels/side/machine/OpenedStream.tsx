// The instructions of the client or disk that is open, as those of the pair stand in the picture.
import { useFrame, useSession, useTexts } from '../../../app/context.tsx';
import { endName } from '../../../i18n/sentences.ts';
import { OPENED_ROWS } from '../../../store/view.ts';
import { formatCount } from '../../../widgets/format.ts';
import { hitRow } from '../../model/ruler.ts';
import { Stream } from '../../picture/stream/Stream.tsx';

/** @param host of which a frame may know nothing yet */
export function OpenedStream({ host }: { host: string }) {
  const t = useTexts();
  const opened = useFrame((frame) => (frame.opened?.id === host ? frame.opened : null));
  // A machine that stands before an instruction that is on none of its rows needs a row for it too.
  const isBefore = useSession(({ stop, frame }) => {
    if (stop?.hit.text === undefined || stop.hit.host !== frame?.opened?.id) return false;
    return hitRow(frame?.opened?.stream ?? [], stop.hit) < 0;
  });
  if (opened === null) return <div className="opened-stream" />;
  const { id, state, instruction, stream } = opened;
  return (
    <div className={`opened-stream opened-${state}`}>
      <p className="opened-head">
        <span>{t(`machine.state.${state}`)}</span>
        <span title={t('machine.stepsAreIts')}>{t('machine.stepKeys')}</span>
        <span className="number">{formatCount(instruction)}</span>
      </p>
      {instruction === 0 && <p className="quiet">{t('machine.streamEmpty')}</p>}
      <Stream
        ruler={stream}
        host={0}
        id={id}
        name={t('machine.stream', { name: endName(t, id) })}
        isActing={false}
        rows={OPENED_ROWS - (isBefore ? 1 : 0)}
        barrier={null}
        isMeasured={false}
      />
    </div>
  );
}
