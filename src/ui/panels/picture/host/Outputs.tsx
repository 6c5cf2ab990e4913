// What a machine has to say to the world: held at the primary's gate, dropped into the backup's tray.
import type { HostView, OutputView } from '../../../../worker/frame.ts';
import { useFrame, useTexts } from '../../../app/context.tsx';
import { outputName } from '../../../i18n/sentences.ts';
import { formatWait } from '../../../widgets/format.ts';
import { Pick as PickButton } from '../../../widgets/Pick.tsx';
import { gateOutputs, outputKey, trayOutputs } from './outputs.ts';

const GATE_ROOM = 2;
const TRAY_ROOM = 4;

export function OutputGate({ index }: { index: number }) {
  const t = useTexts();
  // The clock matters only while something waits.
  const { host, time } = useFrame((frame) => {
    const gate = outputsOf(frame.hosts[index]!);
    return { host: gate, time: gate.outputsHeld > 0 ? frame.time : 0 };
  });
  const { shown, more } = gateOutputs(host, GATE_ROOM);
  const empty = host.role === 'solo' ? t('output.gateOpen') : t('output.gateEmpty');
  return (
    <section aria-label={t('output.gate')} className="outputs">
      <h3>
        {t('output.gate')}
        <span className="outputs-count">
          {t('output.gateCounts', { held: host.outputsHeld, released: host.outputsReleased })}
          {more > 0 && ` · ${t('output.more', { count: more })}`}
        </span>
      </h3>
      <ul>
        {(shown.length === 0 || (host.role === 'solo' && shown.length < GATE_ROOM)) && (
          <li className="quiet">{empty}</li>
        )}
        {shown.map((output) => (
          <li key={outputKey(output)}>
            <Chip host={host} output={output} />
            <Fate output={output} time={time} />
          </li>
        ))}
      </ul>
    </section>
  );
}

export function OutputTray({ index }: { index: number }) {
  const t = useTexts();
  const host = useFrame(({ hosts }) => outputsOf(hosts[index]!));
  const shown = trayOutputs(host, TRAY_ROOM);
  return (
    <div className="outputs">
      <h3>
        {t('output.tray')}
        <span className="outputs-count">{t('output.trayCount', { dropped: host.outputsDropped })}</span>
      </h3>
      <ul className="tray">
        {shown.length === 0 && <li className="quiet">{t('output.trayEmpty')}</li>}
        {shown.map((output) => (
          <li key={outputKey(output)}>
            <Chip host={host} output={output} />
          </li>
        ))}
      </ul>
    </div>
  );
}

function outputsOf({ id, role, outputs, outputsHeld, outputsReleased, outputsDropped }: HostView) {
  return { id, role, outputs, outputsHeld, outputsReleased, outputsDropped };
}

function Chip({ host, output }: { host: Pick<HostView, 'id'>; output: OutputView }) {
  const t = useTexts();
  const { sequence, instruction } = output;
  return (
    <PickButton
      className={`output output-${output.state}`}
      what={{ kind: 'output', host: host.id, sequence, instruction }}
    >
      {outputName(t, output)}
    </PickButton>
  );
}

/** What becomes of an output, and how long it has waited or did wait; its numbers alone where there is little room. */
function Fate({ output, time }: { output: OutputView; time: number }) {
  const t = useTexts();
  const { sequence, producedAt, endedAt, state } = output;
  if (state !== 'held' && sequence === 0) return <span className="fate">{t('output.leftSolo')}</span>;
  if (state === 'released' && endedAt === producedAt)
    return <span className="fate">{t('output.leftUnwaited')}</span>;
  const wait = formatWait((endedAt ?? time) - producedAt);
  return (
    <span className="fate">
      <span className="fate-words">{t(state === 'held' ? 'output.waits' : 'output.left', { sequence })}</span>
      <span className="fate-short" aria-hidden="true">
        {t('output.waitsShort', { sequence })}
      </span>
      {` · ${wait}`}
    </span>
  );
}
