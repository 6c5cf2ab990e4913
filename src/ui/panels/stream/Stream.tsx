// One host's instruction stream: the shared ruler's rows, what it has executed, where it stands, and its barrier.
import { type CSSProperties, memo, useEffect, useRef } from 'react';
import type { RulerRow } from '../../../worker/frame.ts';
import { useApp, useTexts } from '../../app/context.tsx';
import type { Selection } from '../../store/view.ts';
import { formatCount } from '../../widgets/format.ts';
import { FoldRow, InjectionRow, InstructionRow } from './rows.tsx';
import { barrierRow, cursorRow, fitting, isFoldDone, labelOf, ROW_HEIGHT, rowKey } from './ruler.ts';
import './stream.css';

interface Props {
  ruler: readonly RulerRow[];
  /** Position of the host among the frame's hosts. */
  host: number;
  rows: number;
  barrier: number | null;
  isMeasured: boolean;
}

export function Stream({ ruler, host, rows, barrier, isMeasured }: Props) {
  const t = useTexts();
  const { view } = useApp();
  const box = useRef<HTMLOListElement>(null);
  useEffect(() => {
    const element = box.current;
    if (!isMeasured || element === null) return;
    const observer = new ResizeObserver(() => {
      const fit = Math.max(4, Math.floor(element.clientHeight / ROW_HEIGHT));
      if (view.getState().rows !== fit) view.setState({ rows: fit });
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [view, isMeasured]);
  useEffect(() => {
    // One listener for all rows: as controls of their own they would be dozens of stops for whoever tabs through.
    const element = box.current;
    const pick = ({ target }: MouseEvent) => {
      const row = target instanceof Element ? target.closest<HTMLElement>('[data-instruction]') : null;
      if (row !== null) view.setState({ selection: pickedRow(row), tab: 'inspect' });
    };
    element?.addEventListener('click', pick);
    return () => element?.removeEventListener('click', pick);
  }, [view]);

  const shown = fitting(ruler, rows);
  const cursor = cursorRow(shown, host);
  const barrierAfter = barrier === null ? null : barrierRow(shown, barrier);
  return (
    <div className="stream">
      <ol
        className="stream-rows"
        ref={box}
        aria-label={t('host.instructions')}
        style={{ '--digits': digits(shown) } as CSSProperties}
      >
        {shown.map((row, i) => (
          <Row
            key={rowKey(row)}
            row={row}
            done={row.kind === 'fold' ? isFoldDone(shown, i, host) : row.done[host] === true}
            current={i === cursor}
            label={labelOf(shown, i)}
          />
        ))}
      </ol>
      {barrierAfter !== null && (
        <p className="barrier" style={{ top: (barrierAfter + 1) * ROW_HEIGHT }}>
          <span>{t('host.mayNotPass', { n: barrier })}</span>
        </p>
      )}
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

function pickedRow({ dataset }: HTMLElement): Selection {
  return { kind: 'row', instruction: Number(dataset.instruction), injected: dataset.injected !== undefined };
}

interface RowProps {
  row: RulerRow;
  done: boolean;
  current: boolean;
  label: string | undefined;
}

/** Frames are new objects each time; a row is drawn again only when something in it changed. */
const Row = memo(
  function Row({ row, done, current, label }: RowProps) {
    if (row.kind === 'fold') return <FoldRow row={row} done={done} />;
    if (row.kind === 'injection') return <InjectionRow row={row} done={done} current={current} />;
    return <InstructionRow row={row} done={done} current={current} label={label} />;
  },
  (before, now) =>
    before.done === now.done &&
    before.current === now.current &&
    before.label === now.label &&
    isSameRow(before.row, now.row),
);

function isSameRow(a: RulerRow, b: RulerRow): boolean {
  if (a.kind === 'fold' || b.kind === 'fold') {
    return a.kind === 'fold' && b.kind === 'fold' && a.from === b.from && a.to === b.to;
  }
  if (a.kind !== b.kind || a.instruction !== b.instruction || a.entry?.sequence !== b.entry?.sequence)
    return false;
  return a.kind === 'injection' || b.kind === 'injection' || (a.pc === b.pc && a.operands === b.operands);
}
