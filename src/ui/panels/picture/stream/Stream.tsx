// One host's instruction stream: the shared ruler's rows, what it has executed, where it stands, and its barrier.
import { type CSSProperties, memo, useEffect, useRef } from 'react';
import type { RulerRow } from '../../../../worker/frame.ts';
import { useApp, useSession, useTexts, useView } from '../../../app/context.tsx';
import { toggleStopHere } from '../../../app/cursor.ts';
import type { RowSelection, WrittenStop } from '../../../store/view.ts';
import { formatCount } from '../../../widgets/format.ts';
import {
  barrierRow,
  cursorRow,
  fitting,
  hitRow,
  isFoldDone,
  labelOf,
  ROW_HEIGHT,
  rowKey,
} from '../../model/ruler.ts';
import { type CodeLocation, stopAt } from '../../model/stops.ts';
import { FoldRow, InjectionRow, InstructionRow, NextRow, TrapRow } from './rows.tsx';
import './stream.css';

interface Props {
  ruler: readonly RulerRow[];
  /** Position of the host among the frame's hosts, and its name. */
  host: number;
  id: string;
  /** Of the list of its instructions. */
  name?: string;
  /** It answers the world: breakpoints that name no host are its. */
  isActing: boolean;
  rows: number;
  barrier: number | null;
  isMeasured: boolean;
}

export function Stream({ ruler, host, id, name, isActing, rows, barrier, isMeasured }: Props) {
  const t = useTexts();
  const app = useApp();
  const { view } = app;
  const stops = useView((state) => state.stops);
  const hit = useSession(({ stop }) => (stop?.hit.host === id ? stop.hit : null));
  const box = useRef<HTMLOListElement>(null);
  useEffect(() => {
    const element = box.current;
    if (!isMeasured || element === null) return;
    const observer = new ResizeObserver(() => {
      // One that is put away has no height to go by.
      if (element.clientHeight === 0) return;
      const fit = Math.max(4, Math.floor(element.clientHeight / ROW_HEIGHT));
      if (view.getState().rows !== fit) view.setState({ rows: fit });
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [view, isMeasured]);
  useEffect(() => {
    // One listener for all rows: as controls of their own they would be dozens of stops for whoever tabs through.
    const element = box.current;
    const rowOf = ({ target }: Event) =>
      target instanceof Element ? target.closest<HTMLElement>('[data-instruction]') : null;
    const pick = (event: Event) => {
      const row = rowOf(event);
      if (row === null) return;
      const selection = pickedRow(row, id);
      const isGutter = event.target instanceof Element && event.target.closest('.row-stop') !== null;
      if (!isGutter) {
        view.setState({ selection, tab: 'inspect' });
        return;
      }
      view.setState({ cursor: selection });
      void toggleStopHere(app);
    };
    const focus = (event: Event) => {
      const row = rowOf(event);
      if (row !== null) view.setState({ cursor: pickedRow(row, id) });
    };
    const listeners = new AbortController();
    const { signal } = listeners;
    element?.addEventListener('click', pick, { signal });
    element?.addEventListener('focusin', focus, { signal });
    element?.addEventListener('keydown', (event) => onRowKey(event, element, pick), { signal });
    return () => listeners.abort();
  }, [app, view, id]);

  const shown = fitting(ruler, rows);
  const cursor = cursorRow(shown, host);
  const hitAt = hit === null ? -1 : hitRow(shown, hit);
  const barrierAfter = barrier === null ? null : barrierRow(shown, barrier);
  return (
    <div className={cursor < 0 ? 'stream stream-blank' : 'stream'}>
      <ol
        className="stream-rows"
        ref={box}
        aria-label={name ?? t('host.instructions')}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: one stop for all rows, among which the arrows move
        tabIndex={0}
        style={{ '--digits': digits(shown) } as CSSProperties}
      >
        {shown.map((row, i) => (
          <Row
            key={rowKey(row)}
            row={row}
            done={row.kind === 'fold' ? isFoldDone(shown, i, host) : row.done[host] === true}
            current={i === cursor}
            stop={row.kind === 'instruction' ? markOf(stops, row, isActing ? null : id) : 'none'}
            isHit={i === hitAt}
            label={labelOf(shown, i)}
            limit={barrierAfter !== null && i === barrierAfter + 1 ? barrier : null}
          />
        ))}
        {hit?.text !== undefined && hitAt < 0 && <NextRow hit={hit} />}
      </ol>
      {barrierAfter !== null && <div className="barrier" style={{ top: (barrierAfter + 1) * ROW_HEIGHT }} />}
    </div>
  );
}

/** Places that the largest instruction number takes. */
function digits(rows: readonly RulerRow[]): number {
  const last = rows.at(-1);
  return last === undefined
    ? 6
    : Math.max(6, formatCount(last.kind === 'fold' ? last.to : last.instruction).length);
}

const STEPS: Readonly<Record<string, 1 | -1>> = { ArrowDown: 1, ArrowUp: -1 };

/** Up and down move among the rows, from the one where the machine stands; Enter and Space look at one. */
function onRowKey(event: KeyboardEvent, list: HTMLElement, pick: (event: Event) => void): void {
  const rows = [...list.querySelectorAll<HTMLElement>('[data-instruction]')];
  const at = rows.indexOf(document.activeElement as HTMLElement);
  const step = STEPS[event.key];
  if (step === undefined && (at < 0 || (event.key !== 'Enter' && event.key !== ' '))) return;
  event.preventDefault();
  if (step === undefined) {
    pick(event);
    return;
  }
  const stands = rows.findIndex((row) => row.classList.contains('row-current'));
  const next = at < 0 ? Math.max(0, stands) : at + step;
  rows[Math.min(rows.length - 1, Math.max(0, next))]?.focus();
}

function pickedRow({ dataset }: HTMLElement, host: string): RowSelection {
  const { instruction, injected, changes } = dataset;
  const row = {
    kind: 'row',
    host,
    instruction: Number(instruction),
    injected: injected !== undefined,
  } as const;
  return changes === undefined ? row : { ...row, changes: Number(changes) };
}

export type StopMark = 'none' | 'on' | 'off';

function markOf(stops: readonly WrittenStop[], row: CodeLocation, host: string | null): StopMark {
  const stop = stopAt(stops, row, host);
  return stop === undefined ? 'none' : stop.isOn ? 'on' : 'off';
}

interface RowProps {
  row: RulerRow;
  done: boolean;
  current: boolean;
  stop: StopMark;
  isHit: boolean;
  label: string | undefined;
  /** The instruction number that may not be passed, on the first row beyond it. */
  limit: number | null;
}

/** Frames are new objects each time; a row is drawn again only when something in it changed. */
const Row = memo(
  function Row({ row, done, current, stop, isHit, label, limit }: RowProps) {
    if (row.kind === 'fold') return <FoldRow row={row} done={done} limit={limit} />;
    if (row.kind === 'injection')
      return <InjectionRow row={row} done={done} current={current} limit={limit} />;
    if (row.kind === 'trap')
      return <TrapRow row={row} done={done} current={current} isHit={isHit} limit={limit} />;
    const state = { done, current, stop, isHit, label, limit };
    return <InstructionRow row={row} {...state} />;
  },
  (before, now) =>
    before.done === now.done &&
    before.current === now.current &&
    before.stop === now.stop &&
    before.isHit === now.isHit &&
    before.label === now.label &&
    before.limit === now.limit &&
    isSameRow(before.row, now.row),
);

function isSameRow(a: RulerRow, b: RulerRow): boolean {
  if (a.kind === 'fold' || b.kind === 'fold') {
    return a.kind === 'fold' && b.kind === 'fold' && a.from === b.from && a.to === b.to;
  }
  if (a.instruction !== b.instruction) return false;
  if (a.kind === 'trap' || b.kind === 'trap')
    return (
      a.kind === 'trap' &&
      b.kind === 'trap' &&
      a.changes === b.changes &&
      a.cause === b.cause &&
      a.pc === b.pc
    );
  if (a.kind !== b.kind) return false;
  if (a.entry?.sequence !== b.entry?.sequence || a.entry?.generation !== b.entry?.generation) return false;
  return a.kind === 'injection' || b.kind === 'injection' || (a.pc === b.pc && a.operands === b.operands);
}
