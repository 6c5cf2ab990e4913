// Turns the engine's keys and values into sentences: narration lines, violations, names of things.
import type { TFunction } from 'i18next';
import { byteText } from '../../base/printed-text.ts';
import type {
  EntryKind,
  FaultView,
  FlightView,
  NarrationLine,
  OutputView,
  Refusal,
  TimelineView,
  ViolationView,
} from '../../worker/frame.ts';
import { formatPercent } from '../widgets/format.ts';

/** Looks up keys that come from the engine, and so are not known when the page is built. */
export type Translate = TFunction<['page', 'narration']>;

type Values = Record<string, string | number>;

/** A key that only exists at run time. */
function lookUp(t: Translate, key: string, values: Values = {}): string {
  return t(key as never, values as never) as unknown as string;
}

/** The text of a run-time key, or null where there is none. */
export function textOf(t: Translate, key: string, values: Values = {}): string | null {
  const missing = '\u0000';
  const text = t(key as never, { ...values, defaultValue: missing } as never) as unknown as string;
  return text === missing ? null : text;
}

/** `client 1` for the ids that clients have: `1`, `client1`, `client-1`. */
export function clientName(t: Translate, id: string): string {
  const number = /^(?:client|c)?[ -]?(\d+)$/i.exec(id)?.[1];
  return number === undefined ? id : t('clients.client', { id: number });
}

/** What a link is called in a sentence: `log`, `lan-A`, `lan-client1`, `storage-A`. */
export function linkName(t: Translate, id: string): string {
  if (id === 'log') return t('link.log');
  if (id === 'lan') return t('link.allLan');
  if (id === 'storage') return t('link.allStorage');
  const [, kind, end] = /^(lan|storage|log)-(.+)$/.exec(id) ?? [];
  if (end === undefined) return t('link.other', { id });
  if (kind === 'log') {
    const [a = end, b] = end.split(':');
    return b === undefined ? t('link.logHost', { host: a }) : t('link.logPair', { a, b });
  }
  if (kind === 'storage') return t('link.storage', { host: end });
  const client = clientName(t, end);
  return t('link.lan', { end: client === end ? t('host.name', { host: end }) : client });
}

/** A field of an entry, a packet or a device: `time to live`; as the engine calls it where there is no word for it. */
export function fieldName(t: Translate, name: string): string {
  const [, words = name, number] = /^(.*?)( \d+)?$/.exec(name) ?? [];
  const text = textOf(t, `field.${camelCase(words)}`);
  return text === null ? name : `${text}${number ?? ''}`;
}

/** What a device calls a thing, or says of it, with the engine's words in the page's: `16 · 10 offered`. */
export const deviceText = (t: Translate, text: string): string =>
  text.replace(/[a-z][a-z ]*[a-z]/g, (words) => textOf(t, `device.${camelCase(words)}`) ?? words);

/** A link's name as a title. */
export const linkTitle = (t: Translate, id: string): string => capitalised(linkName(t, id));

/** One end of a link: a host, a client, the switch, the disk. */
export function endName(t: Translate, end: string): string {
  if (end === 'switch' || end === 'disk') return t(`packet.end.${end}`);
  const client = clientName(t, end);
  return client === end ? t('host.name', { host: end }) : client;
}

type Flying = Pick<FlightView, 'kind' | 'client' | 'request' | 'block'>;

/** What is on its way: `request 4 of client 1`. */
export function flightName(t: Translate, { kind, client, request, block }: Flying): string {
  const values: Values = { client: client === undefined ? '' : clientName(t, client) };
  if (request !== undefined) values.request = request;
  if (block !== undefined) values.block = block;
  return lookUp(t, `packet.what.${kind}`, values);
}

/** What an entry is, in a word or two. */
export function entryName(t: Translate, entry: { kind: EntryKind; output?: string | undefined }): string {
  if (entry.kind !== 'output') return t(`entry.${entry.kind}`);
  return lookUp(t, `entry.output.${entry.output ?? 'other'}`);
}

type Output = Pick<OutputView, 'kind'> & { client?: string | number; value?: number; block?: number };

/** What leaves the machine: `reply 12 → client 2`, `write block 7`. */
export function outputName(t: Translate, output: Output): string {
  const { kind, client, value, block } = output;
  const name = client === undefined ? '' : clientName(t, String(client));
  if (kind === 'diskWrite') return t('output.diskWrite', { block: block ?? '?' });
  if (kind === 'console') return t('output.console');
  if (client === undefined) return t('output.packetPlain');
  return value === undefined
    ? t('output.packet', { client: name })
    : t('output.reply', { client: name, value });
}

/** A narration line as a sentence. A key without text is shown with its values, so that nothing is hidden. */
export function lineSentence(t: Translate, line: Pick<NarrationLine, 'key' | 'values'>): string {
  const values = spokenValues(t, line.key, line.values);
  const sentence = textOf(t, `narration:${line.key}`, values);
  if (sentence !== null) return capitalised(sentence);
  return t('narration:unknown', { key: line.key, facts: plainFacts(line.values) });
}

/** What a chain of causes says of a fact: also of those that the narration leaves out. */
export function causeSentence(t: Translate, cause: Pick<NarrationLine, 'key' | 'values'>): string {
  return (
    textOf(t, `why.untold.${cause.key}`, spokenValues(t, cause.key, cause.values)) ?? lineSentence(t, cause)
  );
}

/** A turning point in the few words that a mark on the timeline has room for. */
export function markText(t: Translate, { kind, key, values }: TimelineView['marks'][number]): string {
  const spoken = spokenValues(t, key, values);
  return textOf(t, `mark.${key}`, spoken) ?? textOf(t, `mark.${kind}`, spoken) ?? key;
}

/** The first sentence of a violation, with its values where there is no text for its key yet. */
export function violationSentence(t: Translate, violation: ViolationView): string {
  const values = spokenValues(t, violation.key, violation.values);
  return (
    textOf(t, `violation.${violation.key}`, values) ??
    t('violation.unknown', { at: violation.at, facts: plainFacts(violation.values) })
  );
}

/** A property's name in the page's language, else as the engine calls it. */
export function propertyName(t: Translate, name: string): string {
  return textOf(t, `property.${propertyKey(name)}`) ?? name;
}

/** `Clients’ view` as `clientsView`: properties are known to the locale files by their names. */
export function propertyKey(name: string): string {
  return camelCase(name);
}

/** The title of a built-in scenario; null for one that is none of them. */
export const scenarioTitle = (t: Translate, id: string): string | null =>
  textOf(t, `scenario.${camelCase(id)}`);

/** The values with the words that the sentences need: names of outputs, entries, clients, links, reasons. */
function spokenValues(t: Translate, key: string, values: Values): Values {
  const spoken: Values = { ...values };
  if (values.client !== undefined) spoken.clientName = clientName(t, String(values.client));
  if (values.host !== undefined) spoken.hostName = endName(t, String(values.host));
  if (values.otherClient !== undefined) spoken.otherClientName = clientName(t, String(values.otherClient));
  if (values.link !== undefined) {
    spoken.linkNameInside = linkName(t, String(values.link));
    spoken.linkName = capitalised(spoken.linkNameInside);
  }
  if (values.operation !== undefined)
    spoken.operationName = known(t, 'narration:operation', values.operation);
  if (values.entry !== undefined) {
    spoken.entryName = entryName(t, {
      kind: String(values.entry) as EntryKind,
      output: values.output?.toString(),
    });
  }
  if (key.startsWith('output') && values.kind !== undefined) nameOutput(t, values, spoken);
  if (values.shownKind !== undefined) spoken.shownName = contradicted(t, values, 'shown');
  if (values.foundKind !== undefined) spoken.foundName = contradicted(t, values, 'found');
  if (key === 'halted') spoken.reasonName = known(t, 'narration:reason', values.reason ?? '');
  if (values.cause !== undefined) spoken.causeName = known(t, 'narration:cause', values.cause);
  if (key === 'diskFailed') spoken.whyName = known(t, 'narration:why', values.why ?? '');
  if (values.device !== undefined) spoken.deviceName = known(t, 'narration:device', values.device);
  if (values.machine !== undefined) spoken.machineName = known(t, 'narration:machine', values.machine);
  if (key === 'linkImpaired') spoken.stateName = impairments(t, values);
  if (key === 'diskImpaired') spoken.stateName = diskStates(t, values);
  if (key === 'typed') spoken.character = `"${byteText(Number(values.byte))}"`;
  if (values.property !== undefined) spoken.propertyName = propertyName(t, String(values.property));
  for (const counted of [values.entries, values.count])
    if (typeof counted === 'number') spoken.count = counted;
  if (values.refusal !== undefined) spoken.why = lookUp(t, `narration:refusal.${values.refusal}`, spoken);
  return spoken;
}

/** What a link does to its traffic: `1 % lost, 2 ms later`. */
function impairments(t: Translate, values: Values): string {
  const parts = (['loss', 'duplication', 'reordering'] as const)
    .filter((each) => Number(values[each]) > 0)
    .map((each) => t(`narration:impaired.${each}`, { percent: formatPercent(Number(values[each])) }));
  const delayNs = Number(values.delayNs);
  if (delayNs > 0) parts.push(t('narration:impaired.delay', { delayNs }));
  return parts.length === 0 ? t('narration:impaired.none') : parts.join(', ');
}

function diskStates(t: Translate, values: Values): string {
  const parts = (['reads', 'writes', 'full'] as const)
    .filter((each) => Number(values[each]) > 0)
    .map((each) => t(`narration:diskState.${each}`));
  return parts.length === 0 ? t('narration:diskState.none') : parts.join(', ');
}

function nameOutput(t: Translate, values: Values, spoken: Values): void {
  const form =
    values.kind !== 'packet'
      ? String(values.kind)
      : values.client === undefined
        ? 'packetPlain'
        : values.value === undefined
          ? 'packet'
          : 'reply';
  spoken.outputName = textOf(t, `narration:output.${form}`, spoken) ?? form;
  spoken.outputNameInside = textOf(t, `narration:outputInside.${form}`, spoken) ?? form;
}

/** One side of a contradiction in words: `the reply 13 to client 1`, `the write of block 7`. */
function contradicted(t: Translate, values: Values, side: 'shown' | 'found'): string {
  const kind = String(values[`${side}Kind`]);
  const to = values[`${side}To`];
  const facts: Values = { kind };
  if (kind === 'packet' && to !== undefined) facts.client = to;
  const value = values[`${side}Value`];
  if (value !== undefined && value !== '') facts[kind === 'packet' ? 'value' : 'block'] = value;
  if (facts.client !== undefined) facts.clientName = clientName(t, String(facts.client));
  const named: Values = { ...facts };
  nameOutput(t, facts, named);
  return String(named.outputNameInside);
}

/** A fault in a word for its row, or in full. */
export function faultName(
  t: Translate,
  { name, values }: Pick<FaultView, 'name' | 'values'>,
  form: 'short' | 'full',
): string {
  const spoken: Values = { ...values };
  if (values.link !== undefined) spoken.linkName = linkName(t, String(values.link));
  if (values.client !== undefined) spoken.clientName = clientName(t, String(values.client));
  const computer = values.host ?? values.client;
  if (computer !== undefined) spoken.hostName = endName(t, String(computer));
  return lookUp(t, `fault.${form}.${name}`, spoken);
}

/** Why a fault would change nothing. */
export const refusalSentence = (t: Translate, { reason, values }: Refusal): string =>
  lookUp(t, `narration:refusal.${reason}`, spokenValues(t, reason, values));

/** The name of a service's operation. */
export const operationName = (t: Translate, operation: string): string =>
  known(t, 'narration:operation', operation);

function known(t: Translate, group: string, value: string | number): string {
  return textOf(t, `${group}.${value}`) ?? String(value);
}

function plainFacts(values: Values): string {
  return Object.entries(values)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ');
}

function camelCase(name: string): string {
  const words = name.split(/[^A-Za-z0-9]+/).filter((word) => word !== '');
  return words
    .map((word, i) => (i === 0 ? word[0]!.toLowerCase() : word[0]!.toUpperCase()) + word.slice(1))
    .join('');
}

function capitalised(sentence: string): string {
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}

/** A narration line in the story's fuller words; the narration's own where the story has none. */
export function storySentence(t: Translate, line: NarrationLine): string {
  const key = line.key === 'draining' && line.values.entries === 0 ? 'drainingNone' : line.key;
  const sentence = textOf(t, `story.${key}`, spokenValues(t, line.key, line.values));
  return sentence === null ? lineSentence(t, line) : capitalised(sentence);
}
