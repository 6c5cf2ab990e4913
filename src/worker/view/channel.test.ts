// The logging channel on the page: where each entry is, what is on the cable, what the buffers hold.
import { describe, expect, test } from 'vitest';
import type { EntryView, ViewFrame } from '../frame.ts';
import { factOf, opened } from '../testing/worker.ts';

const short = { clients: [{ requests: 4 }, { requests: 4, startNs: 3_000_000 }] };

const places = ({ channel }: ViewFrame): Record<number, EntryView['place']> =>
  Object.fromEntries(channel.entries.map(({ sequence, place }) => [sequence, place]));

describe('an entry', () => {
  test('goes from the send buffer over the cable to the receive buffer and is consumed', async () => {
    const { frame } = await opened(short);
    const seen: string[] = [];
    for (let time = 2_100_000; time < 3_100_000; time += 5_000) {
      const there = await frame({ kind: 'seek', time });
      const place = places(there)[9];
      if (place !== undefined && place !== seen.at(-1)) seen.push(place);
    }
    expect(seen).toEqual(['flying', 'received', 'consumed']);
  });

  test('is nearer the longer it flies, and is acknowledged after it was received', async () => {
    const session = await opened(short, 3_500_000);
    const { frame } = session;
    const { instruction } = factOf(session, 'recorded', ({ sequence }) => sequence === 5);
    const ack = factOf(session, 'acked', ({ through }) => through >= 9).at;
    let progress = -1;
    for (let time = 2_150_000; time < 2_550_000; time += 50_000) {
      const entry = (await frame({ kind: 'seek', time })).channel.entries.find(
        ({ sequence }) => sequence === 5,
      );
      expect(entry).toMatchObject({
        place: 'flying',
        acked: false,
        kind: 'packet',
        bytes: 70,
        instruction,
      });
      expect(entry?.progress).toBeGreaterThan(progress);
      progress = entry?.progress ?? 0;
    }
    expect(progress).toBeLessThan(1);
    const acked = async (time: number) =>
      (await frame({ kind: 'seek', time })).channel.entries.find(({ sequence }) => sequence === 9)?.acked;
    expect([await acked(2_900_000), await acked(ack)]).toEqual([false, true]);
  });

  test('on a cable that is cut under it is lost, until it is sent again', async () => {
    const { frame } = await opened(short, 2_200_000);
    const cut = await frame({ kind: 'command', text: 'cut log' });
    expect(cut.channel.state).toBe('cut');
    expect(Object.values(places(cut))).toContain('lost');
    expect(Object.values(places(cut))).not.toContain('flying');
    await frame({ kind: 'command', text: 'mend log' });
    const mended = await frame({ kind: 'seek', time: 4_200_000 });
    expect(mended.channel.state).toBe('open');
    expect(Object.values(places(mended))).toContain('flying');
    expect(Object.values(places(mended))).not.toContain('lost');
  });

  test('that finds no room on the way is unsent', async () => {
    const { frame } = await opened({
      ...short,
      log: { sendBufferBytes: 1000, receiveBufferBytes: 1000, retransmitNs: 40_000_000 },
      links: { log: { bitsPerSecond: 500_000 } },
      detector: { heartbeatNs: 10_000_000, timeoutNs: 200_000_000 },
    });
    let unsent = 0;
    let stopped = 0;
    for (let time = 2_000_000; time < 60_000_000; time += 1_000_000) {
      const there = await frame({ kind: 'seek', time });
      if (Object.values(places(there)).includes('unsent')) unsent++;
      if (there.hosts[0]?.activity === 'stoppedByLog') {
        stopped++;
        expect(there.channel.sendBufferBytes).toBeGreaterThan(there.channel.sendBufferLimit);
      }
    }
    expect(unsent).toBeGreaterThan(0);
    expect(stopped).toBeGreaterThan(0);
  });
});

describe('the channel', () => {
  test('has its entries in order, once each, and no gap among them', async () => {
    const { frame } = await opened(short);
    for (let time = 200_000; time < 9_000_000; time += 177_777) {
      const { entries, lastSequence, ackedThrough } = (await frame({ kind: 'seek', time })).channel;
      const sequences = entries.map(({ sequence }) => sequence);
      expect(sequences).toEqual(sequences.map((_, i) => (sequences[0] ?? 0) + i));
      if (sequences.length > 0) expect(sequences.at(-1)).toBe(lastSequence);
      for (const { sequence, acked } of entries) expect(acked).toBe(sequence <= ackedThrough);
    }
  });

  test('carries acknowledgements and heartbeats the other way', async () => {
    const { frame } = await opened(short);
    const { acks } = (await frame({ kind: 'seek', time: 2_800_000 })).channel;
    expect(acks.map(({ through }) => through)).toEqual([5, 6, 7, 8, 9]);
    expect(acks.every(({ progress, lost }) => progress > 0 && progress < 1 && !lost)).toBe(true);
    const { heartbeats } = (await frame({ kind: 'seek', time: 5_100_000 })).channel;
    expect(heartbeats.map(({ from }) => from).sort()).toEqual(['A', 'B']);
  });

  test('counts what its buffers hold, and its throughput', async () => {
    const { frame } = await opened(short);
    const { channel } = await frame({ kind: 'seek', time: 2_130_000 });
    const held = channel.entries.filter(({ acked }) => !acked).reduce((sum, { bytes }) => sum + bytes, 0);
    expect(channel.sendBufferBytes).toBe(held);
    expect(channel).toMatchObject({
      sendBufferLimit: 65_536,
      receiveBufferLimit: 65_536,
      receiveBufferBytes: 0,
    });
    const later = await frame({ kind: 'seek', time: 9_000_000 });
    expect(later.channel.bitsPerSecond).toBeGreaterThan(1_000_000);
  });

  test('is closed once nobody logs', async () => {
    const { frame } = await opened(short, 5_000_000);
    expect((await frame({ kind: 'command', text: 'crash B' })).channel.state).toBe('open');
    const alone = await frame({ kind: 'seek', time: 20_000_000 });
    expect(alone.channel).toMatchObject({ state: 'closed', sendBufferBytes: 0 });
    await frame({ kind: 'seek', time: 5_000_000 });
    expect((await frame({ kind: 'command', text: 'crash A' })).channel.state).toBe('closed');
  });
});
