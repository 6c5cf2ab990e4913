// What there is to say about a thing in the picture: a title, and facts as pairs of key and text.
import type { OutputView, ViewFrame } from '../../../../worker/frame.ts';
import { rowsOf } from '../../../app/cursor.ts';
import type page from '../../../i18n/en/page.json';
import {
  clientName,
  endName,
  entryName,
  flightName,
  linkTitle,
  operationName,
  outputName,
  type Translate,
} from '../../../i18n/sentences.ts';
import type { Selection } from '../../../store/view.ts';
import {
  formatAddress,
  formatBytes,
  formatCount,
  formatDuration,
  formatInstant,
  formatPercent,
  formatRate,
} from '../../../widgets/format.ts';
import { nameOfCause } from '../../model/causes.ts';
import { activityKey } from '../../model/hosts.ts';
import { isRowOf } from '../../model/ruler.ts';
import { powerText, serverTroubles, troubleText } from '../faults/troubles.ts';

export type FactKey = keyof typeof page.inspect.fact;
export type Fact = readonly [FactKey, string];

/** Facts of the selection at this frame's instant; null when it is not on screen at this instant. */
export function factsOf(selection: Selection, frame: ViewFrame, t: Translate): Fact[] | null {
  const facts = allFacts(selection, frame, t);
  return facts?.filter((fact): fact is Fact => fact[1] !== undefined) ?? null;
}

type MaybeFact = readonly [FactKey, string | undefined];

const count = (value?: number) => (value === undefined ? undefined : formatCount(value));
const instant = (value?: number) => (value === undefined ? undefined : formatInstant(value));

function allFacts(selection: Selection, frame: ViewFrame, t: Translate): MaybeFact[] | null {
  switch (selection.kind) {
    case 'host':
      return hostFacts(selection.host, frame, t);
    case 'row':
      return rowFacts(selection, frame, t);
    case 'entry':
      return entryFacts(selection, frame, t);
    case 'output':
      return outputFacts(selection, frame, t);
    case 'client':
      return clientFacts(selection.client, frame, t);
    case 'block':
      return blockFacts(selection.block, frame, t);
    case 'disk':
      return diskFacts(frame, t);
    case 'flag': {
      const { generation, winner } = frame.disk.flag;
      const host = winner === undefined ? t('inspect.nobody') : t('host.name', { host: winner });
      return [
        ['generation', count(generation)],
        ['winner', host],
      ];
    }
    case 'channel':
      return channelFacts(frame, t);
    case 'switch': {
      const { vmAt } = frame;
      return [['mac', vmAt === null ? t('inspect.unknown') : t('inspect.behindHost', { host: vmAt })]];
    }
    case 'link':
      return linkFacts(selection.link, frame, t);
    case 'flight':
      return flightFacts(selection.id, frame, t);
    case 'properties':
      return [];
  }
}

function hostFacts(id: string, frame: ViewFrame, t: Translate): MaybeFact[] | null {
  const host = frame.hosts.find((each) => each.id === id);
  if (host === undefined) return null;
  const dead = host.role === 'halted' ? t(`host.halt.${host.haltReason ?? 'unknown'}`) : undefined;
  return [
    ['role', t(`role.${host.role}`)],
    ['activity', t(`host.activity.${activityKey(host)}`)],
    ['halted', dead],
    ['instruction', count(host.instruction)],
    ['cpu', `${Math.round(host.cpuPercent)} %`],
    ['share', host.sharePercent < 100 ? `${host.sharePercent} %` : undefined],
    ['pacing', host.pacingPercent < 100 ? `${host.pacingPercent} %` : undefined],
    ['barrier', count(host.barrier)],
    ['lastHeard', instant(host.lastHeardAt)],
    ['suspects', instant(host.suspectsAt)],
    ['held', count(host.outputsHeld)],
    ['released', count(host.outputsReleased)],
    ['dropped', count(host.outputsDropped)],
  ];
}

function rowFacts(
  selection: Extract<Selection, { kind: 'row' }>,
  frame: ViewFrame,
  t: Translate,
): MaybeFact[] | null {
  const { host, instruction, injected, changes } = selection;
  const isPlain = frame.opened?.id === host;
  // A row that is not on the ruler is one of a host's own.
  const rows = isPlain
    ? rowsOf(host, frame)
    : [...frame.ruler, ...frame.hosts.flatMap(({ stream }) => stream ?? [])];
  const row = rows.find((each) => isRowOf(each, { instruction, injected, changes }));
  if (row === undefined || row.kind === 'fold') return null;
  const doers = isPlain ? [host] : frame.hosts.map(({ id }) => id);
  const doneBy = doers.filter((_, i) => row.done[i] === true).map((id) => endName(t, id));
  const entry =
    row.entry === undefined ? undefined : `#${formatCount(row.entry.sequence)} · ${entryName(t, row.entry)}`;
  const done: MaybeFact = ['doneBy', doneBy.length === 0 ? t('inspect.nobody') : doneBy.join(', ')];
  if (row.kind === 'injection') return [['entry', entry], done];
  if (row.kind === 'trap')
    return [
      ['cause', nameOfCause(t, row.cause)],
      ['text', `${row.mnemonic} ${row.operands}`.trim()],
      ['pc', formatAddress(row.pc)],
      ['symbol', row.symbol],
      done,
    ];
  const { source } = row;
  return [
    ['text', `${row.mnemonic} ${row.operands}`.trim()],
    ['pc', formatAddress(row.pc)],
    ['symbol', row.symbol],
    ['source', source && `${source.file}:${source.line}  ${source.text.trim()}`],
    ['entry', entry],
    done,
  ];
}

function entryFacts(
  { generation, sequence }: Extract<Selection, { kind: 'entry' }>,
  frame: ViewFrame,
  t: Translate,
): MaybeFact[] | null {
  const entry = frame.channel.entries.find(
    (each) => each.sequence === sequence && each.generation === generation,
  );
  if (entry === undefined) return null;
  return [
    ['generation', count(generation)],
    ['kind', entryName(t, entry)],
    ['instruction', count(entry.instruction)],
    ['bytes', formatBytes(entry.bytes)],
    ['place', t(`inspect.place.${entry.place}`)],
    ['acked', t(entry.acked ? 'inspect.yes' : 'inspect.no')],
  ];
}

type OutputSelection = Extract<Selection, { kind: 'output' }>;

function outputFacts(
  { host, sequence, instruction }: OutputSelection,
  frame: ViewFrame,
  t: Translate,
): MaybeFact[] | null {
  const outputs: OutputView[] = frame.hosts.find(({ id }) => id === host)?.outputs ?? [];
  const output = outputs.find((each) => each.sequence === sequence && each.instruction === instruction);
  if (output === undefined) return null;
  const isDropped = output.state === 'dropped';
  return [
    ['kind', outputName(t, output)],
    ['state', t(`inspect.outputState.${output.state}`)],
    ['sequence', sequence === 0 ? undefined : count(sequence)],
    ['instruction', count(instruction)],
    ['producedAt', instant(output.producedAt)],
    [isDropped ? 'droppedAt' : 'endedAt', instant(output.endedAt)],
  ];
}

function clientFacts(id: string, frame: ViewFrame, t: Translate): MaybeFact[] | null {
  const client = frame.clients.find((each) => each.id === id);
  if (client === undefined) return null;
  const { request, lastAnswer, answered } = client;
  return [
    ['activity', powerText(t, client) ?? undefined],
    ['request', request && `#${request.sequence} · ${operationName(t, request.operation)}`],
    ['sentAt', instant(request?.sentAt)],
    ['tries', count(request?.tries)],
    ['lastAnswer', lastAnswer && `${lastAnswer.value} · ${formatInstant(lastAnswer.at)}`],
    ['answered', count(answered)],
  ];
}

function diskFacts({ disk }: ViewFrame, t: Translate): MaybeFact[] {
  const troubles = serverTroubles(disk).map((each) => troubleText(t, each, disk));
  const { generation, winner } = disk.flag;
  return [
    ['activity', troubles.length === 0 ? undefined : troubles.join(' · ')],
    ['generation', count(generation)],
    ['winner', winner === undefined ? t('inspect.nobody') : t('host.name', { host: winner })],
  ];
}

function blockFacts(block: number, frame: ViewFrame, t: Translate): MaybeFact[] {
  const used = frame.disk.used.find((each) => each.block === block);
  if (used === undefined) return [['value', t('disk.empty')]];
  return [
    ['value', count(used.value)],
    ['writtenAt', instant(used.writtenAt)],
    ['writtenBy', used.by === undefined ? undefined : t('host.name', { host: used.by })],
  ];
}

function linkFacts(id: string, { links }: ViewFrame, t: Translate): MaybeFact[] | null {
  const link = links.find((each) => each.id === id);
  if (link === undefined) return null;
  const { ends, cut, latencyNs, bitsPerSecond, loss, duplication, reordering, delayNs } = link;
  const way = (from: number, isCut: boolean) =>
    `${endName(t, ends[from]!)} → ${endName(t, ends[1 - from]!)}: ${t(isCut ? 'inspect.cutWay' : 'inspect.well')}`;
  const share = (ppm: number) => (ppm > 0 ? formatPercent(ppm) : undefined);
  return [
    ['wayThere', way(0, cut[0])],
    ['wayBack', way(1, cut[1])],
    ['latency', formatDuration(latencyNs)],
    ['bandwidth', formatRate(bitsPerSecond)],
    ['loss', share(loss)],
    ['duplication', share(duplication)],
    ['reordering', share(reordering)],
    ['delay', delayNs > 0 ? formatDuration(delayNs) : undefined],
  ];
}

function flightFacts(id: number, { flights }: ViewFrame, t: Translate): MaybeFact[] | null {
  const flight = flights.find((each) => each.id === id);
  if (flight === undefined) return null;
  return [
    ['kind', flightName(t, flight)],
    ['value', count(flight.value)],
    ['link', linkTitle(t, flight.link)],
  ];
}

function channelFacts({ channel }: ViewFrame, t: Translate): MaybeFact[] {
  const of = (used: number, limit: number) =>
    t('channel.of', { used: formatBytes(used), limit: formatBytes(limit) });
  return [
    ['rate', formatRate(channel.bitsPerSecond)],
    ['sendBuffer', of(channel.sendBufferBytes, channel.sendBufferLimit)],
    ['receiveBuffer', of(channel.receiveBufferBytes, channel.receiveBufferLimit)],
    ['lastSequence', count(channel.lastSequence)],
    ['ackedThrough', count(channel.ackedThrough)],
  ];
}

/** What a selection is called. */
export function titleOf(selection: Selection, t: Translate): string {
  switch (selection.kind) {
    case 'host':
      return t('inspect.title.host', { host: selection.host });
    case 'row':
      return t(selection.injected ? 'inspect.title.injected' : 'inspect.title.row', {
        n: selection.instruction,
      });
    case 'entry':
      return t('inspect.title.entry', { sequence: selection.sequence });
    case 'output':
      return t('inspect.title.output', { host: selection.host });
    case 'client':
      return t('inspect.title.client', { client: clientName(t, selection.client) });
    case 'block':
      return t('inspect.title.block', { block: selection.block });
    case 'link':
      return linkTitle(t, selection.link);
    default:
      return t(`inspect.title.${selection.kind}`);
  }
}
