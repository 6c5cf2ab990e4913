// Who can still reach what: the flag is on the shared disk, so a host without its storage waits and never decides (§2.3).
import { describe, expect, test } from 'vitest';
import { all, clients, counted, faultsOf, MANY_RUNS, play, type Story } from '../testing/story.ts';

/** So many requests that the run lasts until the last cable is mended. */
const REQUESTS = 40;

const withCommands = (...commands: string[]): Story => play({ clients: clients(REQUESTS), commands });

const winners = (story: Story): string[] => all(story.facts, 'testAndSetWon').map(({ host }) => host);
const losers = (story: Story): string[] => all(story.facts, 'testAndSetLost').map(({ host }) => host);

describe('the logging channel is cut', () => {
  test.each([
    ['A', 'B'],
    ['B', 'A'],
  ])('and the storage of %s too: %s wins, the other waits and loses when it can ask', (cut, other) => {
    const story = withCommands('cut log @ 6ms', `cut storage-${cut} @ 6010us`, `mend storage-${cut} @ 60ms`);
    expect(faultsOf(story, [other], 2 * REQUESTS)).toEqual([]);
    expect(winners(story)).toEqual([other]);
    expect(losers(story)).toEqual([cut]);
    const asked = all(story.facts, 'testAndSetSent').filter(({ host }) => host === cut);
    expect(asked.length).toBeGreaterThan(10);
    expect(all(story.facts, 'testAndSetLost')[0]?.at).toBeGreaterThan(60_000_000);
    const released = all(story.facts, 'outputReleased').filter(({ host, at }) => host === cut && at > 6e6);
    expect(released.every(({ at }) => at < 7_000_000)).toBe(true);
  });

  test('and both storage links: both wait; when they are mended exactly one goes live', () => {
    const story = withCommands(
      'cut log @ 6ms',
      'cut storage-A @ 6010us',
      'cut storage-B @ 6010us',
      'mend storage-A @ 60ms',
      'mend storage-B @ 60ms',
    );
    expect(faultsOf(story, ['A', 'B'], 2 * REQUESTS)).toEqual([]);
    expect(winners(story)).toHaveLength(1);
    expect(losers(story)).toHaveLength(1);
    const silent = all(story.facts, 'answered').filter(({ at }) => at > 9_000_000 && at < 60_000_000);
    expect(silent).toEqual([]);
    const lone = [...all(story.facts, 'wentSolo'), ...all(story.facts, 'wentLive')];
    expect(lone).toHaveLength(1);
    expect(lone[0]?.at).toBeGreaterThan(60_000_000);
  });
});

describe('the logging channel is whole', () => {
  test('a primary without its storage makes its clients wait, but it is no failover', () => {
    const story = withCommands('cut storage-A @ 6ms', 'mend storage-A @ 40ms');
    expect(faultsOf(story, ['A'], 2 * REQUESTS)).toEqual([]);
    expect(all(story.facts, 'suspected')).toEqual([]);
    const silent = all(story.facts, 'answered').filter(({ at }) => at > 9_000_000 && at < 40_000_000);
    expect(silent).toEqual([]);
  });

  test('a backup without its storage makes no difference', () => {
    const story = withCommands('cut storage-B @ 6ms');
    expect(faultsOf(story, ['A'], 2 * REQUESTS)).toEqual([]);
    expect(all(story.facts, 'answered').map(({ value }) => value)).toEqual(counted(2 * REQUESTS));
  });
});

describe('what reaches what, every row', () => {
  // The service's last chance is the mending at 70 ms: until then whoever waits does nothing.
  const rows: [string, string[], string[], boolean][] = [
    ['log', ['log'], ['A', 'B'], true],
    ['log and storage of B', ['log', 'storage-B'], ['A'], true],
    ['log and storage of A', ['log', 'storage-A'], ['B'], true],
    ['log and both storages', ['log', 'storage-A', 'storage-B'], ['A', 'B'], false],
    ['storage of A', ['storage-A'], ['A'], false],
    ['storage of B', ['storage-B'], ['A'], true],
    ['both storages', ['storage-A', 'storage-B'], ['A'], false],
  ];

  test.each(rows)('%s cut', { timeout: MANY_RUNS }, (_, links, live, goesOn) => {
    for (const at of [3_000_000, 8_000_001, 10_700_000, 14_321_000]) {
      const cuts = links.map((link) => `cut ${link} @ ${at}ns`);
      const story = withCommands(...cuts, ...links.map((link) => `mend ${link} @ 70ms`));
      expect(faultsOf(story, live, 2 * REQUESTS), `${at}`).toEqual([]);
      const meanwhile = all(story.facts, 'answered').filter(
        (fact) => fact.at > at + 25_000_000 && fact.at < 70_000_000,
      );
      expect(meanwhile.length > 0, `${at}`).toBe(goesOn);
      if (!links.includes('log')) expect(all(story.facts, 'suspected')).toEqual([]);
      else expect(losers(story).length).toBe(1);
    }
  });
});

describe('the LAN', () => {
  test.each(['lan-A', 'lan-client1', 'lan-client2'])(
    '%s is cut for a while: who is unheard asks again',
    (link) => {
      const story = withCommands(`cut ${link} @ 6ms`, `mend ${link} @ 40ms`);
      expect(faultsOf(story, ['A'], 2 * REQUESTS)).toEqual([]);
      expect(all(story.facts, 'requestSent').some(({ tries }) => tries > 1)).toBe(true);
    },
  );

  test('the new primary is where the frames go, although the old one was the last that was heard', () => {
    const story = withCommands('crash A @ 8ms');
    const live = all(story.facts, 'wentLive')[0]?.at ?? 0;
    const arrivals = all(story.facts, 'requestArrived').filter(({ at }) => at > live);
    expect(arrivals.length).toBeGreaterThan(10);
    expect(arrivals.every(({ host }) => host === 'B')).toBe(true);
  });
});
