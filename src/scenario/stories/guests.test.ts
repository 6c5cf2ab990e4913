// What each of the guests is there to show: that it does so with the rules on, and what becomes of it without.
import { expect, test } from 'vitest';
import { builtIn } from '../library/index.ts';
import { all, broken, play, type Story } from '../testing/story.ts';

const UNTIL = 40_000_000;

/** A built-in scenario, for a while, with something else about it. */
const short = (id: string, said: Record<string, unknown> = {}): Story =>
  play({ ...builtIn(id)?.document, ...said }, UNTIL as never);

/** Disk arms that overtake each other. */
const disk = { parallel: 4, serviceNoisePpm: 500_000 };

test('disk-writer: races are serialized, or the last write is not what is left (§3.4)', () => {
  const serialized = short('disk-writer', { disk });
  expect(broken(serialized)).toEqual([]);
  expect(all(serialized.facts, 'ioSerialized').length).toBeGreaterThan(50);
  const racing = short('disk-writer', { disk, rules: { serializedRaces: false } });
  expect(broken(racing)).toContain('Clients’ view');
  const view = racing.report.properties.find(({ name }) => name === 'Clients’ view');
  expect(view?.violation?.key).toBe('answerWrong');
});

test('disk-reader: its reads do not race, and each is in the log once (§3.4)', () => {
  const story = short('disk-reader', { disk: { parallel: 4 } });
  expect(broken(story)).toEqual([]);
  expect(all(story.facts, 'ioSerialized')).toEqual([]);
  const completed = all(story.facts, 'recorded').filter(({ entry }) => entry === 'diskCompletion');
  expect(completed.length).toBeGreaterThan(500);
  expect(completed.length).toBe(all(story.facts, 'ioCompleted').filter(({ host }) => host === 'A').length);
});

test('dma-poller: both machines find a packet at the same look, or differ without bounce buffers (§3.4)', () => {
  expect(broken(short('dma-poller'))).toEqual([]);
  const bare = short('dma-poller', { rules: { bounceBuffers: false } });
  expect(broken(bare)).toEqual(['Equal states', 'Memory at rest']);
  expect(all(bare.facts, 'diverged')).not.toEqual([]);
});

test('racer: one processor can be followed, two cannot (§1)', () => {
  expect(broken(short('racer', { machine: {} }))).toEqual([]);
  const two = short('racer');
  expect(broken(two)).toEqual(['Equal states']);
  expect(all(two.facts, 'diverged')).not.toEqual([]);
});

/** Bytes of the log for each byte that came in: packets that arrived, blocks that were read. */
function logPerByteIn({ facts }: Story, bytesIn: number): number {
  return all(facts, 'recorded').reduce((sum, { bytes }) => sum + bytes, 0) / bytesIn;
}

const arrived = ({ facts }: Story): number => all(facts, 'requestArrived').length;

test('what comes in goes through the log, and little else: 1.0 to 1.3 times as much (§5)', () => {
  const uploads = short('bulk-receiver');
  expect(broken(uploads)).toEqual([]);
  const ofUploads = logPerByteIn(uploads, arrived(uploads) * (14 + 20 + 8 + 8 + 1400));
  const reads = short('disk-reader');
  const ofReads = logPerByteIn(reads, all(reads.facts, 'diskRead').length * 512);
  for (const ratio of [ofUploads, ofReads]) expect(Math.abs(ratio - 1.15)).toBeLessThan(0.15);
});

test('what goes out does not go through the log (§5.2)', () => {
  const downloads = short('bulk-sender');
  expect(broken(downloads)).toEqual([]);
  expect(logPerByteIn(downloads, arrived(downloads) * 1454)).toBeLessThan(0.4);
});
