// What a scenario document is when it says little, and what is refused, and how.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ALL_RULES } from '../ft/rules.ts';
import { parseDocument, type ScenarioDocument, withoutDefaults } from './document.ts';
import { someDocument } from './testing/document.arbitrary.ts';

const parsed = (input: unknown): ScenarioDocument => {
  const result = parseDocument(input);
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
};

const refusal = (input: unknown): string => {
  const result = parseDocument(input);
  return result.ok ? 'accepted' : result.error.message;
};

test('an empty document is the whole counter scenario', () => {
  const document = parsed({});
  expect(document.guest).toEqual({ program: 'counter', timerHz: 250 });
  expect(document.hosts.map(({ id }) => id)).toEqual(['A', 'B']);
  expect(document.clients.map(({ startNs }) => startNs)).toEqual([2_000_000, 3_000_000]);
  expect(document.disk.contents).toEqual({ '7': '0a000000' });
  expect(document.rules).toEqual(ALL_RULES);
  expect(document.disk).toMatchObject({ parallel: 1, serviceNoisePpm: 0, shared: true });
});

test('what is left out has its default beside what is not', () => {
  const document = parsed({ links: { log: { latencyNs: 5_000 } }, hosts: [{}, { id: 'C' }], clients: [{}] });
  expect(document.links.log).toEqual({ latencyNs: 5_000, bitsPerSecond: 1_000_000_000 });
  expect(document.links.lan.latencyNs).toBe(50_000);
  expect(document.hosts[1]).toEqual({
    id: 'C',
    speedNoisePpm: 20_000,
    clockOffsetNs: 3_700_000,
    clockDriftPpm: -12,
  });
  expect(document.clients).toHaveLength(1);
});

test('without its defaults a document is the same one', () => {
  expect(withoutDefaults(parsed({}))).toEqual({ version: 1 });
  expect(
    withoutDefaults(parsed({ clients: [{ retryNs: 30_000_000 }, {}], seed: 2, hosts: [{}, { id: 'C' }] })),
  ).toEqual({
    version: 1,
    seed: 2,
    hosts: [{}, { id: 'C' }],
    clients: [{ retryNs: 30_000_000 }, {}],
  });
  fc.assert(
    fc.property(someDocument, (input) => {
      const document = parsed(input);
      expect(parsed(withoutDefaults(document))).toEqual(document);
    }),
  );
});

test('the order in which fields are written makes no difference', () => {
  const one = parsed({
    seed: 3,
    rules: { outputRule: false, arbitration: false },
    disk: { blocks: 9, retryNs: 9_000_000 },
  });
  const other = parsed({
    disk: { retryNs: 9_000_000, blocks: 9 },
    rules: { arbitration: false, outputRule: false },
    seed: 3,
  });
  expect(JSON.stringify(withoutDefaults(one))).toBe(JSON.stringify(withoutDefaults(other)));
});

test.each<[unknown, string]>([
  [null, 'The document is null, but has to be a record of fields.'],
  [[], 'The document is a list, but has to be a record of fields.'],
  ['counter', 'The document is "counter", but has to be a record of fields.'],
  [{ version: 2 }, 'version is 2: this was made by a newer Understudy, and this one reads versions up to 1.'],
  [{ version: '1' }, 'version is "1", but has to be a whole number from 1 to 1.'],
  [{ version: 0.5 }, 'version is 0.5, but has to be a whole number from 1 to 1.'],
  [
    { rules: { outputrule: false } },
    `rules.outputrule is no field of a scenario; there are ${Object.keys(ALL_RULES).join(', ')}.`,
  ],
  [
    { hosts: [{ speed: 1 }, {}] },
    'hosts[0].speed is no field of a scenario; there are id, speedNoisePpm, clockOffsetNs, clockDriftPpm.',
  ],
  [
    JSON.parse('{"machine": {"__proto__": 1}}'),
    'machine.__proto__ is no field of a scenario; there are ramBytes, instructionsPerSecond, harts.',
  ],
  [{ machine: [] }, 'machine is a list, but has to be a record of fields.'],
  [{ machine: null }, 'machine is null, but has to be a record of fields.'],
  [{ clients: [{}, []] }, 'clients[1] is a list, but has to be a record of fields.'],
  [{ clients: [{}, 7] }, 'clients[1] is 7, but has to be a record of fields.'],
  [{ clients: {} }, 'clients is a record, but has to be a list.'],
  [{ clients: Array(9).fill({}) }, 'clients is a list, but has to be a list of at most 8 entries.'],
  [{ hosts: [{}] }, 'hosts[1] is missing.'],
  [{ hosts: [{}, {}, {}] }, 'hosts has too many entries: it has to be a list of two hosts.'],
  [
    { hosts: [{ id: 'A B' }, {}] },
    'hosts[0].id is "A B", but has to be a name of at most 16 letters, digits and hyphens that begins with a letter.',
  ],
  [{ seed: -1 }, 'seed is -1, but has to be a whole number from 0 to 4294967295.'],
  [{ seed: 1.5 }, 'seed is 1.5, but has to be a whole number from 0 to 4294967295.'],
  [{ seed: Number.NaN }, 'seed is NaN, but has to be a whole number from 0 to 4294967295.'],
  [
    { machine: { ramBytes: 100_000 } },
    'machine.ramBytes is 100000, but has to be a whole number of bytes from 65536 to 134217728, a multiple of 4096.',
  ],
  [
    { links: { log: { latencyNs: 999 } } },
    'links.log.latencyNs is 999, but has to be a whole number of nanoseconds from 1000 to 10000000000.',
  ],
  [
    { guest: { program: 'chess' } },
    expect.stringMatching(/^guest\.program is "chess", but has to be "counter".*\.$/),
  ],
  [
    { clients: [{ operation: 'sing' }] },
    expect.stringMatching(/^clients\[0\]\.operation is "sing", but has to be "increment" or .*\.$/),
  ],
  [
    { guest: { program: 'lease' }, clients: [{ operation: 'renew' }, { operation: 'put' }] },
    'clients[1].operation is "put", but the guest "lease" has acquire, renew, release, mix.',
  ],
  [
    { guest: { program: 'shell' } },
    'clients[0].operation is "increment", but the guest "shell" answers no clients.',
  ],
  [
    { clients: [{ operation: 'write' }] },
    'clients[0].operation is "write", but the guest "counter" has increment, read.',
  ],
  [
    { title: 'x'.repeat(201) },
    `title is "${'x'.repeat(58)}…, but has to be a text of at most 200 characters.`,
  ],
  [{ rules: { arbitration: 0 } }, 'rules.arbitration is 0, but has to be true or false.'],
  [
    { disk: { contents: { '07': '00' } } },
    'disk.contents.07 has a name that has to be the number of a block.',
  ],
  [
    { disk: { contents: { '7': '0' } } },
    'disk.contents.7 is "0", but has to be 1 to 512 bytes in lower-case hex.',
  ],
  [{ view: {} }, 'view.cursorNs is missing.'],
  [
    { hosts: [{ id: 'B' }, {}] },
    'hosts[1].id is "B" like that of the other host; hosts need different names.',
  ],
  [{ hosts: [{}, { id: 'client1' }] }, 'hosts[1].id is "client1", which is the name of something else.'],
  [
    { detector: { timeoutNs: 1_000_000 } },
    'detector.timeoutNs is 1000000, but has to be longer than detector.heartbeatNs (1000000), or every silence is a failure.',
  ],
  [{ disk: { blocks: 7 } }, 'disk.contents.7 is outside the disk, whose disk.blocks (7) are counted from 0.'],
  [
    { disk: { retryNs: 1_200_000, serviceNs: 1_000_000 }, links: { storage: { latencyNs: 100_000 } } },
    'disk.retryNs is 1200000, but has to be longer than an operation takes: 1200000 by links.storage.latencyNs, disk.serviceNs and disk.serviceNoisePpm.',
  ],
  [
    { disk: { retryNs: 140_000, serviceNs: 80_000, serviceNoisePpm: 250_000 } },
    'disk.retryNs is 140000, but has to be longer than an operation takes: 140000 by links.storage.latencyNs, disk.serviceNs and disk.serviceNoisePpm.',
  ],
  [
    { log: { retransmitNs: 150_000 }, links: { log: { latencyNs: 75_000 } } },
    'log.retransmitNs is 150000, but has to be longer than an acknowledgement takes: 150000 by links.log.latencyNs.',
  ],
  [
    { replication: { mode: 'checkpoint', backupReads: true } },
    'replication.backupReads is true, but with replication.mode "checkpoint" the backup executes nothing, and so it reads nothing.',
  ],
  [
    { commands: ['crash A @ 1ms', 'crash C @ 2ms'] },
    'commands[1] is wrong: "crash C @ 2ms": there is no host "C"; there are A, B, hosts, client1, client2, disk.',
  ],
  [
    { commands: ['crash A'] },
    'commands[0] is wrong: "crash A" does not say when: add @ and an instant, or @ when and a condition.',
  ],
  [{ disk: { parallel: 17 } }, 'disk.parallel is 17, but has to be a whole number of requests from 1 to 16.'],
  [
    { disk: { serviceNoisePpm: 500_001 } },
    'disk.serviceNoisePpm is 500001, but has to be a whole number of parts per million from 0 to 500000.',
  ],
  [{ disk: { shared: 1 } }, 'disk.shared is 1, but has to be true or false.'],
  [
    { commands: ['cut lan-client3 @ 1s'] },
    expect.stringContaining('there is no link "lan-client3"') as unknown as string,
  ],
  [{ 'evil\n\u001b[2Jname': 1 }, expect.stringMatching(/^evil \[2Jname is no field/) as unknown as string],
])('%j is refused', (input, message) => {
  expect(refusal(input)).toEqual(message);
});

test('a document may name its schema, which is not a part of it', () => {
  expect(parsed({ $schema: 'https://example.org/scenario.schema.json' })).toEqual(parsed({}));
});

test('commands may name every host and link of their own scenario', () => {
  const commands = ['crash Z @ 1ms', 'cut lan-client1 @ 2ms', 'mend storage-Z @ 3ms', 'cut log @ 4ms'];
  expect(refusal({ hosts: [{ id: 'Z' }, {}], clients: [{}], commands })).toBe('accepted');
});

test('a fault knows its field, for who wants to point at it', () => {
  const result = parseDocument({ hosts: [{}, { clockDriftPpm: 5_000 }] });
  expect(result.ok ? [] : result.error.path).toEqual(['hosts', 1, 'clockDriftPpm']);
});

test('nothing that JSON can say makes reading throw, and every fault is one line', () => {
  const fields = fc.constantFrom(...Object.keys(parsed({})), 'view', 'id', 'engine', 'version');
  const anything = fc.oneof(fc.jsonValue(), fc.dictionary(fields, fc.jsonValue()));
  fc.assert(
    fc.property(anything, (input) => {
      const result = parseDocument(input);
      if (!result.ok) expect(result.error.message).toMatch(/^[^\n]+[.!?]$/);
    }),
  );
});

test('nesting without end is refused like anything else', () => {
  const deep = JSON.parse(`${'['.repeat(100_000)}${']'.repeat(100_000)}`);
  expect(refusal({ clients: deep })).toBe('clients[0] is a list, but has to be a record of fields.');
  expect(refusal({ seed: deep })).toBe('seed is a list, but has to be a whole number from 0 to 4294967295.');
});
