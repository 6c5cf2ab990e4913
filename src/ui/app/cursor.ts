// What "here" means to a key: the row or line where the focus was last, else what is selected; and how the run gets there.
import type { RulerRow, ViewFrame } from '../../worker/frame.ts';
import type { Destination } from '../../worker/protocol.ts';
import { liveHost } from '../panels/model/hosts.ts';
import { isRowOf } from '../panels/model/ruler.ts';
import { type CodeLocation, stopAt, stopBefore, stopOnLine, toggleStop } from '../panels/model/stops.ts';
import type { Cursor, RowSelection, Selection } from '../store/view.ts';
import type { App } from './context.tsx';

/** How the run gets somewhere: to a place, to an instant, or to where a breakpoint is met. */
export type Way = { place: Destination } | { time: number } | { stop: string };

/** The way to what is picked, at this frame's instant; null where it has none. */
export function wayTo(what: Cursor | Selection, frame: ViewFrame): Way | null {
  switch (what.kind) {
    case 'line':
      return { stop: stopOnLine(what.file, what.line, what.host) };
    case 'row':
      return wayToRow(what, frame);
    case 'entry': {
      const { generation, sequence } = what;
      return { place: { generation, sequence } };
    }
    case 'output': {
      const { outputs = [] } = frame.hosts.find(({ id }) => id === what.host) ?? {};
      const output = outputs.find(
        ({ sequence, instruction }) => sequence === what.sequence && instruction === what.instruction,
      );
      return output === undefined ? null : { time: output.producedAt };
    }
    case 'client': {
      const client = frame.clients.find(({ id }) => id === what.client);
      const time = client?.request?.sentAt ?? client?.lastAnswer?.at;
      return time === undefined ? null : { time };
    }
    case 'block': {
      const time = frame.disk.used.find(({ block }) => block === what.block)?.writtenAt;
      return time === undefined ? null : { time };
    }
    default:
      return null;
  }
}

function wayToRow(row: RowSelection, frame: ViewFrame): Way {
  const { host, instruction, changes } = row;
  if (changes !== undefined) return { place: { host, instruction, changes } };
  const found = rowOf(row, frame);
  if (!row.injected || found?.kind !== 'injection') return { place: { host, instruction } };
  const { generation, sequence } = found.entry;
  return { place: { generation, sequence, host } };
}

/** The rows of a machine: the opened one's, a host's own stream, or the ruler. */
export function rowsOf(host: string, { hosts, ruler, opened }: ViewFrame): readonly RulerRow[] {
  if (opened?.id === host) return opened.stream;
  return hosts.find(({ id }) => id === host)?.stream ?? ruler;
}

/** The row as the frame has it: of the host's own stream, or of the ruler. */
export function rowOf(
  { host, instruction, injected, changes }: RowSelection,
  frame: ViewFrame,
): RulerRow | undefined {
  const rows = rowsOf(host, frame);
  return rows.find((each) => isRowOf(each, { instruction, injected, changes }));
}

const pickedIn = ({ view }: App): Cursor | Selection | null =>
  view.getState().cursor ?? view.getState().selection;

/** The way to "here"; null where there is none. */
export function wayHere(app: App): Way | null {
  const { frame } = app.session.store.getState();
  const picked = pickedIn(app);
  return frame === null || picked === null ? null : wayTo(picked, frame);
}

export function runHere(app: App): void {
  const way = wayHere(app);
  if (way === null) return;
  if ('place' in way) void app.session.goTo(way.place);
  else if ('time' in way) void app.session.seek(way.time);
  else void app.session.runToOrBack(way.stop);
}

/** Where a breakpoint can stand: a line, or an instruction's address; null where none can. */
export function codeHere(app: App): { place: CodeLocation; host: string | null; text: string } | null {
  const { frame } = app.session.store.getState();
  const picked = pickedIn(app);
  if (frame === null || picked === null) return null;
  if (picked.kind === 'line') {
    const { file, line, host } = picked;
    return { place: { source: { file, line } }, host, text: stopOnLine(file, line, host) };
  }
  if (picked.kind !== 'row') return null;
  const row = rowOf(picked, frame);
  if (row?.kind !== 'instruction') return null;
  const host = picked.host === liveHost(frame)?.id ? null : picked.host;
  return { place: row, host, text: stopBefore(row.pc, host) };
}

export async function toggleStopHere(app: App): Promise<void> {
  const code = codeHere(app);
  if (code === null) return;
  const there = stopAt(app.view.getState().stops, code.place, code.host);
  const message = await toggleStop(app, code.text, there);
  if (message !== null) app.session.store.setState({ notice: { message } });
}
