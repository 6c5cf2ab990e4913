// Source, calls, devices and the log beside the machine, each as a list.
import type { LogEntryView, MachineView } from '../../../../worker/time-views.ts';
import { useTexts } from '../../../app/context.tsx';
import { deviceText, fieldName } from '../../../i18n/sentences.ts';
import { formatAddress } from '../../../widgets/format.ts';
import { HexDump } from '../../../widgets/HexDump.tsx';

interface Props {
  machine: MachineView;
}

export function Calls({ machine: { calls } }: Props) {
  const t = useTexts();
  if (calls === undefined) return null;
  return (
    <>
      <ol className="machine-list">
        {calls.frames.map(({ address, name, kind, isGuess }, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a function that calls itself is there more than once
          <li key={i}>
            <span className="quiet">{t(`machine.${kind}`)}</span>
            <span>
              <code>{name ?? formatAddress(address)}</code> {isGuess && <small>{t('machine.guess')}</small>}
            </span>
          </li>
        ))}
      </ol>
      <p className="quiet">{t('machine.since', { since: calls.since })}</p>
    </>
  );
}

export function Devices({ machine: { devices = [] } }: Props) {
  const t = useTexts();
  const names = [...new Set(devices.map(({ device }) => device))];
  return names.map((device) => (
    <div key={device}>
      <h4>{deviceText(t, device)}</h4>
      <ul className="machine-list">
        {devices.map(
          (fact, i) =>
            fact.device === device && (
              // biome-ignore lint/suspicious/noArrayIndexKey: the list has its own order, and names may come twice
              <li key={i}>
                <span className="quiet">{deviceText(t, fact.name)}</span>
                <code>{deviceText(t, fact.value)}</code>
              </li>
            ),
        )}
      </ul>
    </div>
  ));
}

export function Log({ machine: { log = [] } }: Props) {
  const t = useTexts();
  if (log.length === 0) return <p className="quiet">{t('machine.noLog')}</p>;
  return log.map((entry) => <LogEntry key={entry.sequence} entry={entry} />);
}

/** An entry's fields, the layers of its packet, and its bytes. */
function LogEntry({ entry }: { entry: LogEntryView }) {
  const t = useTexts();
  const { sequence, kind, bytes, fields, layers, hex } = entry;
  return (
    <details className="log-entry">
      <summary>
        <span className="number">{sequence}</span> {kind}{' '}
        <small>{t('machine.bytes', { count: bytes })}</small>
      </summary>
      <Fields fields={fields} />
      {layers.map((layer) => (
        <div key={layer.name}>
          <h4>{fieldName(t, layer.name)}</h4>
          <Fields fields={layer.fields} />
        </div>
      ))}
      <HexDump label={t('machine.hexDump', { what: `#${sequence}` })} hex={hex} />
    </details>
  );
}

export function Fields({ fields }: { fields: { name: string; value: string }[] }) {
  const t = useTexts();
  return (
    <ul className="machine-list">
      {fields.map(({ name, value }) => (
        <li key={name}>
          <span className="quiet">{fieldName(t, name)}</span>
          <code>{value}</code>
        </li>
      ))}
    </ul>
  );
}
