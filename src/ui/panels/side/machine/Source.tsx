// A file of the program's source: that in which the machine stands, or one that is chosen. Up and down move among its lines; each can have a
// breakpoint.
import { type KeyboardEvent, useEffect, useRef } from 'react';
import type { MachineView } from '../../../../worker/time-views.ts';
import { useApp, useSession, useTexts, useView } from '../../../app/context.tsx';
import { isPlainId } from '../../model/machines.ts';
import { stopAt, stopOnLine, toggleStop } from '../../model/stops.ts';

interface Props {
  machine: MachineView;
  /** What was chosen; '' is wherever the machine stands. */
  file: string;
  onFile: (file: string) => void;
}

export function Source({ machine: { host, source }, file: chosen, onFile }: Props) {
  const t = useTexts();
  const app = useApp();
  const stops = useView((state) => state.stops);
  const hit = useSession(({ stop }) => (stop?.hit.host === host ? stop.hit.source : undefined));
  const list = useRef<HTMLOListElement>(null);
  const here = source?.lines.find(({ isHere }) => isHere)?.number;
  // biome-ignore lint/correctness/useExhaustiveDependencies: where the machine stands comes into sight when it is another line
  useEffect(() => {
    const [box, line] = [list.current, list.current?.querySelector<HTMLElement>('.is-here')];
    if (box && line) box.scrollTop = line.offsetTop - box.offsetTop - box.clientHeight / 2;
  }, [here, source?.file]);
  if (source === undefined) return <p className="quiet">{t('machine.noSource')}</p>;
  const { file, files, lines } = source;
  // Breakpoints of the VM's program are its acting machine's; a plain host has a program of its own.
  const of = isPlainId(host) ? host : null;
  return (
    <section className="machine-source" aria-label={file}>
      <label>
        {t('machine.file')}
        <select value={chosen} onChange={(event) => onFile(event.target.value)}>
          <option value="">{`${t('machine.whereItStands')}${chosen === '' ? ` · ${file}` : ''}`}</option>
          {files.map((each) => (
            <option key={each}>{each}</option>
          ))}
        </select>
      </label>
      {here === undefined && <p className="quiet">{t('machine.notHere')}</p>}
      <ol
        ref={list}
        onKeyDown={moveByArrows}
        aria-label={file}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: one stop for all lines, among which the arrows move
        tabIndex={0}
      >
        {lines.map(({ number, text, isHere, isCode }) => {
          const stop = stopAt(stops, { source: { file, line: number } }, of);
          const isHit = hit?.file === file && hit.line === number;
          return (
            <li
              key={number}
              className={`${isHere ? 'is-here' : ''}${isHit ? ' is-hit' : ''}`}
              aria-current={isHere ? 'step' : undefined}
              tabIndex={-1}
              onFocus={() => app.view.setState({ cursor: { kind: 'line', file, line: number, host: of } })}
            >
              {isCode ? (
                <button
                  type="button"
                  className={`row-stop row-stop-${stop === undefined ? 'none' : stop.isOn ? 'on' : 'off'}`}
                  tabIndex={-1}
                  aria-label={t('stops.onLine', { line: number })}
                  aria-pressed={stop !== undefined}
                  onClick={() => void toggleStop(app, stopOnLine(file, number, of), stop)}
                />
              ) : (
                <i className="row-stop" aria-hidden="true" />
              )}
              <span className="number">{number}</span>
              <code>{text}</code>
            </li>
          );
        })}
      </ol>
    </section>
  );
}

/** From the line at which the machine stands, or the one that has the focus. */
function moveByArrows(event: KeyboardEvent<HTMLElement>): void {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step === undefined) return;
  event.preventDefault();
  const lines = [...event.currentTarget.querySelectorAll<HTMLElement>('li')];
  const at = lines.findIndex((line) => line.contains(document.activeElement));
  const stands = lines.findIndex((line) => line.classList.contains('is-here'));
  const next = at < 0 ? stands : at + step;
  lines[Math.min(lines.length - 1, Math.max(0, next))]?.focus();
}
