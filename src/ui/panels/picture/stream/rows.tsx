// The kinds of rows of an instruction stream.
import { Flag } from 'lucide-react';
import type { RulerRow } from '../../../../worker/frame.ts';
import type { HitView } from '../../../../worker/time-views.ts';
import { useTexts } from '../../../app/context.tsx';
import { formatCount } from '../../../widgets/format.ts';
import { isInterrupt, nameOfCause } from '../../model/causes.ts';
import type { StopMark } from './Stream.tsx';

type RowOf<Kind extends RulerRow['kind']> = Extract<RulerRow, { kind: Kind }>;

interface Props<Kind extends RulerRow['kind']> {
  row: RowOf<Kind>;
  done: boolean;
  current: boolean;
  /** What may not be passed: written at the row's end instead of its tag. */
  limit: number | null;
}

function rowClass(done: boolean, current: boolean, extra = ''): string {
  return `row${done ? '' : ' row-ahead'}${current ? ' row-current' : ''}${extra}`;
}

export function InstructionRow({
  row,
  done,
  current,
  stop,
  isHit,
  label,
  limit,
}: Props<'instruction'> & { label: string | undefined; stop: StopMark; isHit: boolean }) {
  const t = useTexts();
  const { entry } = row;
  const colour = entry === undefined ? '' : entry.kind === 'output' ? ' row-output' : ' row-entry';
  return (
    <li
      className={rowClass(done, current, `${colour}${isHit ? ' row-hit' : ''}`)}
      data-instruction={row.instruction}
      tabIndex={-1}
    >
      <button
        type="button"
        className={`row-stop row-stop-${stop}`}
        tabIndex={-1}
        aria-label={t('stops.atAddress', { pc: row.pc })}
        aria-pressed={stop !== 'none'}
      />
      <span className="row-number">{formatCount(row.instruction)}</span>
      <span className="row-flag">
        {entry !== undefined && <Flag aria-hidden size={11} fill="currentColor" />}
      </span>
      <span className="row-mnemonic">{row.mnemonic}</span>
      <span className="row-operands">{row.operands}</span>
      {limit !== null ? (
        <Limit n={limit} isTight={row.operands.length > ROOMY_OPERANDS} />
      ) : entry === undefined ? (
        <span className="row-note row-label">{label}</span>
      ) : (
        <Note sequence={entry.sequence} word={wordOf(t, entry)} />
      )}
    </li>
  );
}

export function InjectionRow({ row, done, current, limit }: Props<'injection'>) {
  const t = useTexts();
  return (
    <li
      className={rowClass(done, current, ' row-entry')}
      data-instruction={row.instruction}
      data-injected
      tabIndex={-1}
    >
      <span className="row-number">{formatCount(row.instruction)}</span>
      <span className="row-flag">
        <Flag aria-hidden size={11} fill="currentColor" />
      </span>
      <span className="row-injection">
        {row.entry.kind === 'control'
          ? t('entry.control')
          : t('entry.interrupt', { kind: t(`entry.${injected(row.entry.kind)}`) })}
      </span>
      {limit === null ? <Note sequence={row.entry.sequence} /> : <Limit n={limit} isTight />}
    </li>
  );
}

/** An interrupt or exception that the machines took: nothing retires by it. */
export function TrapRow({ row, done, current, isHit, limit }: Props<'trap'> & { isHit: boolean }) {
  const t = useTexts();
  return (
    <li
      className={rowClass(done, current, ` row-trap${isHit ? ' row-hit' : ''}`)}
      data-instruction={row.instruction}
      data-changes={row.changes}
      tabIndex={-1}
    >
      <span className="row-number">{formatCount(row.instruction)}</span>
      <span className="row-flag" />
      <span className="row-injection">{nameOfCause(t, row.cause)}</span>
      {limit === null ? (
        <span className="row-note row-label">
          {t(isInterrupt(row.cause) ? 'cause.before' : 'cause.at', { mnemonic: row.mnemonic })}
        </span>
      ) : (
        <Limit n={limit} isTight />
      )}
    </li>
  );
}

/** Before which instruction the machine stands, at a breakpoint: it is on no row before it has retired. */
export function NextRow({ hit: { instruction = 0, text, place } }: { hit: HitView }) {
  const t = useTexts();
  return (
    <li className="row row-hit row-next" aria-label={t('stops.before', { n: instruction + 1 })}>
      <i className="row-stop row-stop-on" aria-hidden="true" />
      <span className="row-number">{formatCount(instruction + 1)}</span>
      <span className="row-flag" />
      <span className="row-mnemonic">{text?.mnemonic}</span>
      <span className="row-operands">{text?.operands}</span>
      <span className="row-note row-label">{place}</span>
    </li>
  );
}

export function FoldRow({ row, done, limit }: Omit<Props<'fold'>, 'current'>) {
  const t = useTexts();
  const count = row.to - row.from + 1;
  return (
    <li className={`row row-fold${done ? '' : ' row-ahead'}`}>
      <span>{t('host.fold', { count, text: formatCount(count) })}</span>
      {limit !== null && <Limit n={limit} isTight={false} />}
    </li>
  );
}

/** Operands longer than this leave no room for the limit in words. */
const ROOMY_OPERANDS = 10;

function Limit({ n, isTight }: { n: number; isTight: boolean }) {
  const t = useTexts();
  return (
    <span className={isTight ? 'row-note row-limit row-limit-tight' : 'row-note row-limit'}>
      <span className="row-limit-words">{t('host.mayNotPass', { n })}</span>
      <span className="row-limit-sign" title={t('host.mayNotPass', { n })}>{`≤ ${formatCount(n)}`}</span>
    </span>
  );
}

/** An entry's number and what it is; a word for which there is no room goes, the number stays. */
function Note({ sequence, word }: { sequence: number; word?: string }) {
  return (
    <span className="row-note row-tag">
      <span>{`#${formatCount(sequence)}`}</span>
      {word !== undefined && <span>{word}</span>}
    </span>
  );
}

function wordOf(
  t: ReturnType<typeof useTexts>,
  { kind, output }: NonNullable<RowOf<'instruction'>['entry']>,
) {
  if (kind !== 'output') return t(`entry.short.${kind}`);
  return t(`entry.short.${output === 'packet' ? 'reply' : (output ?? 'output')}`);
}

function injected(
  kind: RowOf<'injection'>['entry']['kind'],
): Exclude<RowOf<'injection'>['entry']['kind'], 'output'> {
  return kind === 'output' ? 'console' : kind;
}
