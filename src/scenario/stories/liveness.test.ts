// Worlds that stand still though nothing fails, each for a reason of its own: the report says so, and where it is stuck.
import { describe, expect, test } from 'vitest';
import type { SimTime } from '../../sim/time.ts';
import type { WorldConfig } from '../../world/base/config.ts';
import type { RunReport } from '../../world/report.ts';
import { runScenario } from '../../world/run.ts';
import { assembleSource } from '../guest.ts';
import { GUESTS, kernelFiles } from '../guests/index.ts';
import { configOf } from '../testing/story.ts';

const END = 3_000_000_000 as SimTime;
const CONFIG = configOf({ clients: [{ requests: 3 }] });

const run = (config: WorldConfig): RunReport => runScenario(config, END).report;

/** What Liveness says of a world. */
const stillIn = (config: WorldConfig) =>
  run(config).properties.find(({ name }) => name === 'Liveness')?.violation;

/** A counter with a mistake: what stood in one of its files, and what stands there now. */
function mistaken(file: string, was: string, is: string): WorldConfig {
  const { file: own, source } = GUESTS.counter!;
  const sources: Record<string, string> = { ...kernelFiles(), [own]: source };
  expect(sources[file]).toContain(was);
  sources[file] = `${sources[file]}`.replace(was, is);
  const image = assembleSource(`${sources[own]}`, {
    defsym: { TIMER_HZ: 100 },
    file: own,
    include: (name) => sources[name],
  });
  if (!image.ok) throw new Error(image.error);
  return { ...CONFIG, image: image.value };
}

test('a world that goes on is told to', () => {
  expect(run(CONFIG).properties.filter(({ holds }) => !holds)).toEqual([]);
  expect(run(mistaken('counter.s', '# from here on', '# from here')).properties).toEqual(
    run(CONFIG).properties,
  );
});

describe('a guest', () => {
  test.each([
    [
      'sleeps with a request before it, deaf to its network card',
      'kernel.s',
      'MIE_TIMER | MIE_EXTERNAL',
      'MIE_TIMER',
    ],
    [
      'takes every request in, and answers none',
      'counter.s',
      'service_request:\n',
      'service_request:\n    ret\n',
    ],
    ['waits for a disk that it has not asked', 'counter.s', 'j       disk_read', 'ret'],
  ])('that %s', (_, file, was, is) => {
    expect(stillIn(mistaken(file, was, is))).toMatchObject({
      key: 'unansweredArrived',
      values: { client: 'client1', request: 1 },
      facts: [{ kind: 'requestSent' }, {}],
    });
  });
});

// What a document would be refused for: a world without the part that has to go on.
test('a host whose disk takes requests and serves none asks again and again', () => {
  expect(stillIn({ ...CONFIG, disk: { ...CONFIG.disk, parallel: 0 } })).toMatchObject({
    key: 'ioStuck',
    values: { host: 'A', count: 1 },
  });
});

test('a log whose entries are longer than the backup’s buffer waits for the backup, and never for a timer', () => {
  const uploads = configOf({
    guest: { program: 'bulk-receiver' },
    clients: [
      { operation: 'upload', requests: 4 },
      { operation: 'upload', requests: 4 },
    ],
    log: { receiveBufferBytes: 1000, retransmitNs: 300_000_000 },
  });
  const { clients, properties } = run(uploads);
  const waits = clients.flatMap(({ history }) =>
    history.map(({ sent, answered }) => (answered ?? Number.POSITIVE_INFINITY) - sent),
  );
  expect(waits).toHaveLength(8);
  expect(Math.max(...waits)).toBeLessThan(100_000_000);
  expect(properties.filter(({ holds }) => !holds)).toEqual([]);
});
