// The three kinds of rows of an instruction stream.
import { Flag } from 'lucide-react';
import type { RulerRow } from '../../../worker/frame.ts';
import { useTexts } from '../../app/context.tsx';
import { entryName } from '../../i18n/tell.ts';
import { formatCount } from '../../widgets/format.ts';

type RowOf<Kind extends RulerRow['kind']> = Extract<RulerRow, { kind: Kind }>;

interface Props<Kind extends RulerRow['kind']> {
  row: RowOf<Kind>;
  done: boolean;
  current: boolean;
}

function rowClass(done: boolean, current: boolean, extra = ''): string {
  return `row${done ? '' : ' row-ahead'}${current ? ' row-current' : ''}${extra}`;
}

export function InstructionRow({
  row,
  done,
  current,
  label,
}: Props<'instruction'> & { label: string | undefined }) {
  const t = useTexts();
  const { entry } = row;
  const colour = entry === undefined ? '' : entry.kind === 'output' ? ' row-output' : ' row-entry';
  return (
    <li className={rowClass(done, current, colour)} data-instruction={row.instruction}>
      <span className="row-number">{formatCount(row.instruction)}</span>
      <span className="row-flag">
        {entry !== undefined && <Flag aria-hidden size={11} fill="currentColor" />}
      </span>
      <span className="row-mnemonic">{row.mnemonic}</span>
      <span className="row-operands">{row.operands}</span>
      <span className="row-note">{entry === undefined ? label : noteOf(t, entry)}</span>
    </li>
  );
}

export function InjectionRow({ row, done, current }: Props<'injection'>) {
  const t = useTexts();
  return (
    <li className={rowClass(done, current, ' row-entry')} data-instruction={row.instruction} data-injected>
      <span className="row-number">{formatCount(row.instruction)}</span>
      <span className="row-flag">
        <Flag aria-hidden size={11} fill="currentColor" />
      </span>
      <span className="row-injection">
        {t('entry.interrupt', { kind: t(`entry.${injected(row.entry.kind)}`) })}
      </span>
      <span className="row-note">{`#${formatCount(row.entry.sequence)}`}</span>
    </li>
  );
}

export function FoldRow({ row, done }: Pick<Props<'fold'>, 'row' | 'done'>) {
  const t = useTexts();
  const count = row.to - row.from + 1;
  return (
    <li className={`row row-fold${done ? '' : ' row-ahead'}`}>
      <span>{t('host.fold', { count, text: formatCount(count) })}</span>
    </li>
  );
}

function noteOf(t: ReturnType<typeof useTexts>, entry: NonNullable<RowOf<'instruction'>['entry']>): string {
  const name = entry.kind === 'output' ? entryName(t, entry) : t(`entry.short.${entry.kind}`);
  // The number first: what there is no room for is cut off the words.
  return `#${formatCount(entry.sequence)} ${name}`;
}

function injected(
  kind: RowOf<'injection'>['entry']['kind'],
): 'timer' | 'packet' | 'disk' | 'console' | 'clock' | 'entropy' {
  return kind === 'output' ? 'console' : kind;
}
