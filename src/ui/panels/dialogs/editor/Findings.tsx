// What the assembler says: every mistake with its place, or how large the program is.
import { Check, CircleAlert, TriangleAlert } from 'lucide-react';
import type { Assembled, ProgramText } from '../../../../worker/protocol.ts';
import { useTexts } from '../../../app/context.tsx';
import { formatCount } from '../../../widgets/format.ts';
import { findingText } from './findings.ts';

interface Props {
  assembled: Assembled | null;
  program: ProgramText;
  onGoTo: (file: string, line: number, column: number) => void;
}

export function Findings({ assembled, program, onGoTo }: Props) {
  const t = useTexts();
  if (assembled === null) return <div className="editor-findings" />;
  const { isWhole, findings, bytes } = assembled;
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  return (
    <div className="editor-findings">
      <p role="status" className={isWhole ? 'editor-verdict' : 'editor-verdict editor-verdict-bad'}>
        {isWhole ? <Check aria-hidden size={15} /> : <CircleAlert aria-hidden size={15} />}
        {isWhole
          ? t('editor.whole', { text: formatCount(bytes), count: bytes })
          : t('editor.errors', { text: formatCount(errors), count: errors })}
      </p>
      {findings.length > 0 && (
        <ul aria-label={t('editor.findings')}>
          {findings.map((finding, index) => {
            const { file, line, column, severity } = finding;
            const place = `${file === program.name ? program.file : file}:${line}:${column}`;
            return (
              // biome-ignore lint/suspicious/noArrayIndexKey: a macro may make the same mistake twice, and the list is made anew
              <li key={index}>
                <button type="button" onClick={() => onGoTo(file, line, column)}>
                  {severity === 'warning' && <TriangleAlert aria-label={t('editor.warning')} size={13} />}
                  <span className="number">{place}</span>
                  <span>{findingText(finding)}</span>
                </button>
              </li>
            );
          })}
        </ul>
      )}
    </div>
  );
}
