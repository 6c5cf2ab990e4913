// Bytes as one reads them: where, in base 16, and as letters. Equal rows one after the other are left out.
import { hexDigits } from '../../base/hex.ts';
import './hex-dump.css';

const ROW = 8;

interface Props {
  label: string;
  /** In base 16, two digits a byte. */
  hex: string;
}

export function HexDump({ label, hex }: Props) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reachable by keyboard
    <section className="hex-dump" aria-label={label} tabIndex={0}>
      <pre>{dumpOf(hex).join('\n')}</pre>
    </section>
  );
}

/** A line for every eight bytes; `*` stands for lines that are as the one before. */
export function dumpOf(hex: string): string[] {
  const bytes = hex.match(/../g) ?? [];
  const lines: string[] = [];
  let last = '';
  for (let at = 0; at < bytes.length; at += ROW) {
    const row = bytes.slice(at, at + ROW);
    const content = row.join(' ');
    const isEnd = at + ROW >= bytes.length;
    if (content !== last || isEnd) {
      const offset = hexDigits(at, 4);
      lines.push(`${offset}  ${content.padEnd(3 * ROW - 1)}  ${row.map(letterOf).join('')}`);
    } else if (lines.at(-1) !== '*') lines.push('*');
    last = content;
  }
  return lines;
}

function letterOf(digits: string): string {
  const code = Number.parseInt(digits, 16);
  return code >= 0x20 && code < 0x7f ? String.fromCharCode(code) : '·';
}
