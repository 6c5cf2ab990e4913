// What can be asked of a thing in the picture: which "why" there is, and in which words.
import type { ViewFrame } from '../../../../worker/frame.ts';
import type { WhyQuery } from '../../../../worker/time-views.ts';
import { rowOf } from '../../../app/cursor.ts';
import type { RowSelection, Selection } from '../../../store/view.ts';

export interface WhyQuestion {
  query: WhyQuery;
  /** Of the question's text. */
  key: 'request' | 'packet' | 'held' | 'halted' | 'live' | 'stopped' | 'divergence' | 'entry' | 'block';
}

/** The questions that there are about a selection at this frame's instant. */
export function questionsOf(selection: Selection, frame: ViewFrame): WhyQuestion[] {
  switch (selection.kind) {
    case 'host':
      return hostQuestions(selection.host, frame);
    case 'client': {
      const client = frame.clients.find(({ id }) => id === selection.client);
      const request = client?.lastAnswer?.sequence ?? client?.request?.sequence;
      if (client === undefined || request === undefined) return [];
      return [{ key: 'request', query: { of: 'request', client: client.id, request } }];
    }
    case 'entry':
      return entryQuestions(selection, frame);
    case 'row':
      return rowQuestions(selection, frame);
    case 'block':
      return frame.disk.used.some(({ block }) => block === selection.block)
        ? [{ key: 'block', query: { of: 'block', block: selection.block } }]
        : [];
    case 'disk':
    case 'flag': {
      const { winner } = frame.disk.flag;
      return winner === undefined ? [] : [{ key: 'live', query: { of: 'live', host: winner } }];
    }
    case 'channel': {
      const { from } = frame.channel;
      return hostQuestions(from, frame).filter(({ key }) => key === 'stopped');
    }
    case 'output':
      return outputQuestions(selection, frame);
    case 'properties':
      return frame.properties.every(({ holds }) => holds)
        ? []
        : [{ key: 'divergence', query: { of: 'divergence' } }];
    default:
      return [];
  }
}

function hostQuestions(id: string, frame: ViewFrame): WhyQuestion[] {
  const host = frame.hosts.find((each) => each.id === id);
  if (host === undefined) return [];
  if (host.haltReason === 'diverged') return [{ key: 'divergence', query: { of: 'divergence' } }];
  if (host.role === 'halted') return [{ key: 'halted', query: { of: 'halted', host: id } }];
  if (host.role === 'solo') return [{ key: 'live', query: { of: 'live', host: id } }];
  if (host.activity === 'stoppedByLog') return [{ key: 'stopped', query: { of: 'stopped', host: id } }];
  return [];
}

/** Of an instruction that made an entry, or of what was put in behind one. */
function rowQuestions(row: RowSelection, frame: ViewFrame): WhyQuestion[] {
  const found = rowOf(row, frame);
  const entry = found === undefined || found.kind === 'fold' ? undefined : found.entry;
  return entry === undefined ? [] : entryQuestions(entry, frame);
}

/** What became of it; and of one behind which an output is held, what that waits for. */
function entryQuestions(
  { generation, sequence }: { generation: number; sequence: number },
  { hosts }: ViewFrame,
): WhyQuestion[] {
  const way: WhyQuestion = { key: 'entry', query: { of: 'entry', generation, sequence } };
  const host = hosts.find(({ outputs }) =>
    outputs.some((each) => each.state === 'held' && each.sequence === sequence),
  );
  if (host === undefined) return [way];
  return [{ key: 'held', query: { of: 'held', host: host.id, sequence } }, way];
}

function outputQuestions(
  { host, sequence, instruction }: Extract<Selection, { kind: 'output' }>,
  frame: ViewFrame,
): WhyQuestion[] {
  const outputs = frame.hosts.find(({ id }) => id === host)?.outputs ?? [];
  const output = outputs.find((each) => each.sequence === sequence && each.instruction === instruction);
  if (output === undefined) return [];
  const { state, client, request } = output;
  const held: WhyQuestion[] =
    state === 'held' ? [{ key: 'held', query: { of: 'held', host, sequence } }] : [];
  if (client === undefined || request === undefined) return held;
  return [...held, { key: 'request', query: { of: 'request', client, request } }];
}
