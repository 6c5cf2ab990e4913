// Cables belong to what they end at, and only the logging channel's own carries its entries.
import { expect, test } from 'vitest';
import type { ViewFrame } from '../../../../worker/frame.ts';
import { linksAt, trafficOn } from './links.ts';

const link = (id: string, ...ends: string[]) => ({ id, ends });
const frame = {
  links: [
    link('lan-A', 'A', 'switch'),
    link('lan-client1', 'client1', 'switch'),
    link('log-A:B', 'A', 'B'),
    link('log-A:C', 'A', 'C'),
    link('storage-A', 'A', 'disk'),
  ],
  channel: {
    from: 'A',
    to: 'B',
    entries: [
      { generation: 1, sequence: 4, place: 'flying' },
      { generation: 1, sequence: 5, place: 'unsent' },
    ],
    acks: [{ through: 3, progress: 0.5, lost: false }],
    heartbeats: [{ from: 'B', progress: 0.1 }],
  },
  flights: [{ id: 1, link: 'lan-A' }],
} as unknown as ViewFrame;

const ids = (selection: Parameters<typeof linksAt>[0]) => linksAt(selection, frame).map(({ id }) => id);
const kinds = (id: string) =>
  trafficOn(frame.links.find((each) => each.id === id)!, frame).map(({ kind }) => kind);

test('a host, a client, the switch, the disk and the channel have those that end there', () => {
  expect(ids({ kind: 'host', host: 'A' })).toEqual(['lan-A', 'log-A:B', 'log-A:C', 'storage-A']);
  expect(ids({ kind: 'client', client: 'client1' })).toEqual(['lan-client1']);
  expect(ids({ kind: 'switch' })).toEqual(['lan-A', 'lan-client1']);
  expect(ids({ kind: 'block', block: 7 })).toEqual(['storage-A']);
  expect(ids({ kind: 'channel' })).toEqual(['log-A:B']);
  expect(ids({ kind: 'properties' })).toEqual([]);
});

test('what is on a cable: its packets, and on the channel’s what flies there', () => {
  expect(kinds('lan-A')).toEqual(['flight']);
  expect(kinds('log-A:B')).toEqual(['entry', 'ack', 'heartbeat']);
  expect(kinds('log-A:C')).toEqual([]);
});
