// What the engine says in keys and values, as sentences.
import i18next from 'i18next';
import { beforeAll, expect, test } from 'vitest';
import type { FactKind } from '../../worker/frame.ts';
import { prepareTexts } from './index.ts';
import {
  clientName,
  deviceText,
  endName,
  lineSentence,
  linkName,
  outputName,
  propertyName,
  storySentence,
  type Translate,
  violationSentence,
} from './sentences.ts';
import pageZh from './zh-CN/page.json';

let t: Translate;

beforeAll(async () => {
  const instance = i18next.createInstance();
  await prepareTexts(instance);
  t = instance.t as unknown as Translate;
});

async function chineseTexts(): Promise<Translate> {
  const instance = i18next.createInstance();
  await prepareTexts(instance);
  instance.addResourceBundle('zh-CN', 'page', pageZh);
  await instance.changeLanguage('zh-CN');
  return instance.t as unknown as Translate;
}

type Values = Record<string, string | number>;
const plain = (text: string) => text.replaceAll('\u00a0', ' ');
const line = (key: string, values: Values) => plain(lineSentence(t, { key, values }));

test.each<[string, Values, string]>([
  ['answered', { client: 'client1', request: 3, value: 13 }, 'Client 1 gets 13.'],
  ['hostCrashed', { host: 'A' }, 'Host A loses power.'],
  ['linkCut', { link: 'log' }, 'The logging channel is cut.'],
  ['frameLost', { link: 'lan-client2' }, 'A packet is lost on the network cable of client 2.'],
  ['draining', { host: 'B', entries: 1 }, 'Host B works off the last 1 entry of the log.'],
  ['draining', { host: 'B', entries: 12 }, 'Host B works off the last 12 entries of the log.'],
  [
    'outputHeld',
    { kind: 'packet', client: 'client2', value: 12, sequence: 815 },
    'The reply 12 to client 2 is held until entry 815 is acknowledged.',
  ],
  [
    'outputReleased',
    { kind: 'diskWrite', block: 7, sequence: 12345, waitedNs: 901_000 },
    'The write of block 7 leaves the primary, having waited 901 µs for ack 12,345.',
  ],
  [
    'outputReleasedSolo',
    { kind: 'diskWrite', block: 7, sequence: 0, waitedNs: 0 },
    'The write of block 7 leaves at once.',
  ],
  ['halted', { host: 'B', reason: 'lostArbitration' }, 'Host B halts: the other one has the flag.'],
  [
    'suspected',
    { host: 'B', of: 'A', silenceNs: 10_000_000 },
    'Host B has heard nothing of host A for 10 ms and suspects it is dead.',
  ],
  [
    'suspectedThoughItRuns',
    { host: 'B', of: 'A', silenceNs: 10_000_000 },
    'Host B has heard nothing of host A for 10 ms and suspects it is dead. A false alarm: it runs, but its word is late or lost.',
  ],
  [
    'recorded',
    { sequence: 5, entry: 'clock', instruction: 12345 },
    'The primary records entry 5, clock read, at instruction 12,345.',
  ],
  [
    'recorded',
    { sequence: 6, entry: 'output', output: 'diskWrite', instruction: 12346 },
    'The primary records entry 6, output: write, at instruction 12,346.',
  ],
  [
    'guestTrapped',
    { host: 'B', address: 0, cause: 1, trappedAt: 0x40000000 },
    'The guest on host B is stuck: there is no memory to execute at 0x4000_0000, and the trap handler at 0x0000_0000 can’t run (mtvec).',
  ],
  ['guestStuck', { host: 'A', address: 0x80000010 }, 'The guest on host A is stuck at 0x8000_0010.'],
  ['violated', { property: 'Clients’ view', section: '§2.2' }, 'Broken: Clients’ view (§2.2).'],
])('%s %j', (key, values, sentence) => {
  expect(line(key, values)).toBe(sentence);
});

test('a key without a text hides nothing', () => {
  expect(line('somethingNew', { host: 'B', count: 3 })).toBe('somethingNew: host B, count 3');
  const violation = { at: 1_500_000, key: 'somethingNew', values: { host: 'B' } };
  expect(plain(violationSentence(t, violation))).toBe('Broke at 1.500 ms: host B');
});

test('the story has words of its own, and the narration’s where it has none', () => {
  const told = (key: string, values: Values) =>
    storySentence(t, { index: 0, at: 0, weight: 1, kind: key as FactKind, key, values });
  expect(told('draining', { host: 'B', entries: 0 })).toBe('It had replayed all it had received.');
  expect(told('hostCrashed', { host: 'A' })).toBe('Host A lost power.');
  expect(told('macAnnounced', { host: 'B' })).toContain('announces');
});

test('things have the names that people use', () => {
  for (const id of ['1', 'client1', 'client-1', 'c1']) expect(clientName(t, id)).toBe('client 1');
  expect(clientName(t, 'alice')).toBe('alice');
  expect(linkName(t, 'storage-B')).toBe('the storage cable of host B');
  expect(linkName(t, 'lan-A')).toBe('the network cable of host A');
  expect(outputName(t, { kind: 'packet', client: 'client2', value: 12 })).toBe('reply 12 → client 2');
  expect(propertyName(t, 'One live machine')).toBe('One live machine');
});

test('what a device says is in the page’s words, and numbers, addresses and what has no word stay', async () => {
  const chinese = await chineseTexts();
  expect(deviceText(t, '16 · 10 offered · 2 given back')).toBe('16 · 10 offered · 2 given back');
  expect(deviceText(chinese, '16 · 10 offered · 2 given back')).toBe('16 · 10 已提供 · 2 已归还');
  expect(deviceText(chinese, 'on, WFI')).toBe('开, WFI');
  expect(deviceText(chinese, 'receive: waiting')).toBe('接收队列: 等待中');
  expect(deviceText(chinese, '2: 0x80002ded+2046 w')).toBe('2: 0x80002ded+2046 w');
});

test('in Chinese a space stands beside a number or a Latin word, and between Chinese characters there is none', async () => {
  const chinese = await chineseTexts();
  const open = (id: string) => chinese('machine.open', { name: endName(chinese, id) });
  expect(open('client1')).toBe('打开客户端 1 的机器');
  expect(open('disk')).toBe('打开磁盘的机器');
});
