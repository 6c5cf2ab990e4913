// Breakpoints: to add with a word about what is wrong and where, to switch on and off, to run to and back to.
import { SkipBack, SkipForward, X } from 'lucide-react';
import { useState } from 'react';
import { Button } from 'react-aria-components/Button';
import { Checkbox } from 'react-aria-components/Checkbox';
import { useApp, useSession, useTexts, useView } from '../../../app/context.tsx';
import { endName, lineSentence } from '../../../i18n/sentences.ts';
import { formatMoment } from '../../../widgets/format.ts';
import { IconButton } from '../../../widgets/IconButton.tsx';
import { runToStops, withStop } from '../../model/stops.ts';

const FORMS = {
  output: 'output held',
  entry: 'entry packet replayed',
  write: 'write 0x80001000+4',
  read: 'read 0x80001000+4',
  register: 'register a0',
  at: 'at 0x80000000',
  line: 'line 20',
  packet: 'packet client1',
  property: 'property',
  condition: 'a0 == 5 && time > 2ms',
} as const;
type Form = keyof typeof FORMS;

export function Stops() {
  const t = useTexts();
  const app = useApp();
  const stops = useView((state) => state.stops);
  const isAnyOn = stops.some(({ isOn }) => isOn);
  return (
    <section aria-label={t('stops.title')}>
      <h3>{t('stops.title')}</h3>
      <AddStop />
      {stops.length === 0 && <p className="quiet">{t('stops.empty')}</p>}
      <ul className="stop-list">
        {stops.map(({ text, isOn }) => (
          <li key={text}>
            <Checkbox
              className="stop-check"
              isSelected={isOn}
              aria-label={t('stops.on', { text })}
              onChange={(now) =>
                app.view.setState({
                  stops: stops.map((each) => (each.text === text ? { text, isOn: now } : each)),
                })
              }
            >
              <span className="stop-box" aria-hidden />
              <code>{text}</code>
            </Checkbox>
            <IconButton
              icon={X}
              label={t('stops.remove', { text })}
              onPress={() => app.view.setState({ stops: stops.filter((each) => each.text !== text) })}
            />
          </li>
        ))}
      </ul>
      <div className="stop-runs">
        <Button className="button" isDisabled={!isAnyOn} onPress={() => runToStops(app, 'backward')}>
          <SkipBack aria-hidden size={14} /> {t('stops.backward')} <kbd>p</kbd>
        </Button>
        <Button className="button" isDisabled={!isAnyOn} onPress={() => runToStops(app, 'forward')}>
          <SkipForward aria-hidden size={14} /> {t('stops.forward')} <kbd>n</kbd>
        </Button>
      </div>
      <Stopped />
    </section>
  );
}

function AddStop() {
  const t = useTexts();
  const { session, view } = useApp();
  const [text, setText] = useState('');
  const [error, setError] = useState<{ message: string; column: number | null } | null>(null);
  async function add(): Promise<void> {
    const wanted = text.trim();
    const answer = await session.ask({ kind: 'checkBreakpoint', text: wanted }, 'checkBreakpoint');
    if (answer?.kind !== 'checkedBreakpoint') return;
    setError(answer.error);
    if (answer.error !== null) return;
    setText('');
    view.setState(({ stops }) => ({ stops: withStop(stops, wanted) }));
  }
  return (
    <>
      <form
        className="line-form"
        onSubmit={(event) => {
          event.preventDefault();
          void add();
        }}
      >
        <input
          aria-label={t('stops.field')}
          aria-invalid={error !== null}
          aria-describedby={error === null ? undefined : 'stop-error'}
          placeholder={t('stops.placeholder')}
          spellCheck={false}
          autoComplete="off"
          value={text}
          maxLength={300}
          onChange={(event) => {
            setText(event.target.value);
            setError(null);
          }}
        />
        <select
          aria-label={t('stops.forms')}
          value=""
          onChange={(event) => {
            setText(FORMS[event.target.value as Form]);
            setError(null);
          }}
        >
          <option value="" disabled>
            {t('stops.forms')}
          </option>
          {(Object.keys(FORMS) as Form[]).map((form) => (
            <option key={form} value={form}>
              {t(`stops.form.${form}`)}
            </option>
          ))}
        </select>
        <Button type="submit" className="button" isDisabled={text.trim() === ''}>
          {t('stops.add')}
        </Button>
      </form>
      {error !== null && (
        <p id="stop-error" className="stop-error" role="alert">
          {error.column !== null && (
            <code aria-hidden className="stop-caret">
              {text}
              {'\n'}
              {' '.repeat(error.column - 1)}^
            </code>
          )}
          {error.column === null
            ? error.message
            : t('stops.column', { column: error.column, message: error.message })}
        </p>
      )}
    </>
  );
}

/** Where the run stands, and why. */
function Stopped() {
  const t = useTexts();
  const stop = useSession((state) => state.stop);
  if (stop === null) return null;
  const { hit, text } = stop;
  return (
    <div className="stop-hit" role="status">
      <strong>{t('stops.at', { text })}</strong>
      <span className="number">{formatMoment(hit.at)}</span>
      {hit.host !== undefined && hit.instruction !== undefined && (
        <span>{t('stops.where', { hostName: endName(t, hit.host), instruction: hit.instruction })}</span>
      )}
      {hit.place !== undefined && <code>{hit.place}</code>}
      {hit.line !== undefined && <span>{lineSentence(t, hit.line)}</span>}
    </div>
  );
}
