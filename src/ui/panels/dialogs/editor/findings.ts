// The assembler's findings in the text that is open: each has a place there, also when it came out in an included file.
import type { Finding } from '../../../../worker/protocol.ts';
import { wordAt } from './symbols.ts';

export interface Mark {
  from: number;
  to: number;
  severity: Finding['severity'];
  message: string;
}

/** As one line: the sentence, what may have been meant, and where it really is when that is not here. */
export function findingText({ message, suggestion, within }: Finding, elsewhere = ''): string {
  const hint = suggestion === undefined ? '' : `; did you mean ${suggestion}?`;
  const macro = within[0] === undefined ? '' : ` (in macro ${within[0].macro})`;
  return `${elsewhere}${message}${hint}${macro}`;
}

/** The findings as marks on the text of `file`, which calls itself `name` in them. */
export function marksOn(text: string, findings: readonly Finding[], name: string): Mark[] {
  const lines = text.split('\n');
  const starts: number[] = [];
  let at = 0;
  for (const line of lines) {
    starts.push(at);
    at += line.length + 1;
  }
  return findings.map((finding) => {
    const here = finding.file === name;
    const use = here ? undefined : finding.within.find(({ file }) => file === name);
    const index = Math.min(lines.length, here ? finding.line : (use?.line ?? includeLine(lines))) - 1;
    const line = lines[index] ?? '';
    const column = Math.min(here ? finding.column - 1 : line.search(/\S|$/), line.length);
    const word = wordAt(line, column);
    const start = (starts[index] ?? 0) + column;
    const rest = here && word !== undefined ? word.from + word.text.length : line.trimEnd().length;
    const elsewhere = here ? '' : `${finding.file}:${finding.line}: `;
    return {
      from: start,
      to: Math.max(start, (starts[index] ?? 0) + rest),
      severity: finding.severity,
      message: findingText(finding, elsewhere),
    };
  });
}

/** The first line that includes another file, from 1. */
function includeLine(lines: readonly string[]): number {
  return (
    Math.max(
      0,
      lines.findIndex((line) => /^\s*\.include\b/.test(line)),
    ) + 1
  );
}
