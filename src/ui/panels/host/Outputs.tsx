// What a machine has to say to the world: held at the primary's gate, dropped into the backup's tray.
import type { HostView, OutputView } from '../../../worker/frame.ts';
import { useTexts } from '../../app/context.tsx';
import { outputName } from '../../i18n/tell.ts';
import { formatWait } from '../../widgets/format.ts';
import { Pick } from '../../widgets/Pick.tsx';
import { gateOutputs, outputKey, trayOutputs } from './outputs.ts';

const GATE_ROOM = 2;
const TRAY_ROOM = 4;

export function OutputGate({ host, time }: { host: HostView; time: number }) {
  const t = useTexts();
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
            <span>{fate(t, output, time)}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

export function OutputTray({ host }: { host: HostView }) {
  const t = useTexts();
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

function Chip({ host, output }: { host: HostView; output: OutputView }) {
  const t = useTexts();
  const { sequence, instruction } = output;
  return (
    <Pick
      className={`output output-${output.state}`}
      what={{ kind: 'output', host: host.id, sequence, instruction }}
    >
      {outputName(t, output)}
    </Pick>
  );
}

/** What becomes of an output, and how long it has waited or did wait. */
function fate(t: ReturnType<typeof useTexts>, output: OutputView, time: number): string {
  const { sequence, producedAt, endedAt, state } = output;
  const wait = formatWait((endedAt ?? time) - producedAt);
  if (state === 'held') return `${t('output.waits', { sequence })} · ${wait}`;
  return sequence === 0 ? t('output.leftSolo') : `${t('output.left', { sequence })} · ${wait}`;
}
