// Breakpoints as the page has them: one list of texts, run to from anywhere, set and taken away where they stand.
import { hex } from '../../../base/hex.ts';
import type { App } from '../../app/context.tsx';
import type { WrittenStop } from '../../store/view.ts';

/** The texts of the breakpoints that count. */
export const countingStops = ({ view }: Pick<App, 'view'>): string[] =>
  view.getState().stops.flatMap(({ text, isOn }) => (isOn ? [text] : []));

/** To the next breakpoint that counts, or back to the last. */
export function runToStops(app: Pick<App, 'view' | 'session'>, direction: 'forward' | 'backward'): void {
  const texts = countingStops(app);
  if (texts.length > 0) void app.session.runTo(texts, direction);
}

/** An instruction, as rows and lines know it. */
export interface CodeLocation {
  pc?: number;
  /** Label and distance, `idle + 4`. */
  symbol?: string | undefined;
  source?: { file: string; line: number } | undefined;
}

/** The breakpoint that stands there, for a machine: the acting one's have no host behind them. */
export function stopAt(
  stops: readonly WrittenStop[],
  place: CodeLocation,
  host: string | null = null,
): WrittenStop | undefined {
  return stops.find(({ text }) => {
    const stop = readStop(text);
    if (stop === undefined || stop.host !== host) return false;
    return stop.kind === 'at' ? isAddress(stop.place, place) : isLine(stop.place, place);
  });
}

/** A breakpoint that stands somewhere in a program, read from its text; the acting machine's have no host. */
export function readStop(
  text: string,
): { kind: 'at' | 'line'; place: string; host: string | null } | undefined {
  const [, kind, place = '', of = null] = /^\s*(at|line)\s+(.*?)(?:\s+on\s+(\S+))?\s*$/.exec(text) ?? [];
  if (kind !== 'at' && kind !== 'line') return undefined;
  return { kind, place, host: of === 'acting' ? null : of };
}

function isAddress(body: string, { pc, symbol }: CodeLocation): boolean {
  if (/^(0x[\da-f_]+|\d+)$/i.test(body)) return Number(body.replaceAll('_', '')) === pc;
  return symbol !== undefined && plain(body) === plain(symbol);
}

const plain = (sum: string): string => sum.replace(/\s/g, '').replace(/\+0$/, '');

function isLine(body: string, { source }: CodeLocation): boolean {
  const [, file, line] = /^(?:(.+):)?(\d+)$/.exec(body) ?? [];
  if (source === undefined || Number(line) !== source.line) return false;
  return file === undefined || file === source.file || source.file.endsWith(`/${file}`);
}

/** A breakpoint before an instruction, on a line; of another machine than the acting one with its host. */
export const stopBefore = (pc: number, host: string | null): string => `at ${hex(pc)}${on(host)}`;
export const stopOnLine = (file: string, line: number, host: string | null = null): string =>
  `line ${file}:${line}${on(host)}`;

const on = (host: string | null): string => (host === null ? '' : ` on ${host}`);

/**
 * Takes a breakpoint away, or sets it; what is none is not set.
 * @param there the one that stands there, if there is one
 * @returns the sentence that says why it is none
 */
export async function toggleStop(
  { view, session }: Pick<App, 'view' | 'session'>,
  text: string,
  there: WrittenStop | undefined,
): Promise<string | null> {
  if (there !== undefined) {
    view.setState(({ stops }) => ({ stops: stops.filter((each) => each.text !== there.text) }));
    return null;
  }
  const answer = await session.ask({ kind: 'checkBreakpoint', text }, 'checkBreakpoint');
  if (answer?.kind !== 'checkedBreakpoint') return null;
  if (answer.error === null) view.setState(({ stops }) => ({ stops: withStop(stops, text) }));
  return answer.error?.message ?? null;
}

/** The list with a breakpoint that counts, at its end. */
export const withStop = (stops: readonly WrittenStop[], text: string): WrittenStop[] => [
  ...stops.filter((each) => each.text !== text),
  { text, isOn: true },
];
