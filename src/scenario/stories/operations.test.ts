// §3.3: what an administrator does to the VM is done at the primary, and the backup follows.
import { describe, expect, test } from 'vitest';
import type { SimTime } from '../../sim/time.ts';
import {
  all,
  answers,
  between,
  counted,
  faultsOf,
  instants,
  liesIn,
  MANY_RUNS,
  play,
  type Story,
  unequalStates,
} from '../testing/story.ts';

const END = 120_000_000 as SimTime;
const withCommands = (...commands: string[]): Story => play({ commands }, END);

describe('power-off', () => {
  test.each([
    ['nobody', []],
    ['the primary, right after', ['crash A', 100_000]],
    ['the primary, a little later', ['crash A', 900_000]],
    ['the backup, right after', ['crash B', 50_000]],
    ['the backup, a little later', ['crash B', 1_200_000]],
  ] as [string, [string, number] | []][])(
    'is final, at any of 20 instants, if %s dies',
    { timeout: MANY_RUNS },
    (_, fault) => {
      const wrong: string[] = [];
      for (const at of between(200_000, 22_000_000, 20)) {
        const [crash, wait = 0] = fault;
        const commands = [`poweroff vm @ ${at}ns`, ...(crash ? [`${crash} @ ${at + wait}ns`] : [])];
        const story = withCommands(...commands);
        wrong.push(...liesIn(story).map((lie) => `${commands}: ${lie}`));
        const off = story.facts.findIndex(({ kind }) => kind === 'poweredOff');
        const live = story.facts.findLastIndex(({ kind }) => kind === 'wentLive');
        // A primary that dies before its backup has heard of it died on the way: that is a takeover as any.
        if (off >= 0 && live > off) wrong.push(`${commands}: live after it was off`);
        if (off < 0 && live < 0) wrong.push(`${commands}: neither off nor live`);
        if (crash === undefined) {
          expect(story.report.hosts.map(({ role, live }) => [role, live])).toEqual([
            ['halted', false],
            ['halted', false],
          ]);
          expect(all(story.facts, 'suspected')).toEqual([]);
        }
      }
      expect(wrong).toEqual([]);
    },
  );

  test('waits until its backup can hear of it, however full the buffer is', { timeout: MANY_RUNS }, () => {
    const narrow = {
      links: { log: { bitsPerSecond: 1_000_000 } },
      log: { sendBufferBytes: 1_000, receiveBufferBytes: 1_000, retransmitNs: 40_000_000 },
      detector: { heartbeatNs: 10_000_000, timeoutNs: 100_000_000 },
    };
    for (const at of between(3_000_000, 30_000_000, 16)) {
      const story = play({ ...narrow, commands: [`poweroff vm @ ${at}ns`] }, 400_000_000 as SimTime);
      expect(liesIn(story), `${at}`).toEqual([]);
      expect(
        all(story.facts, 'poweredOff').map(({ host }) => host),
        `${at}`,
      ).toEqual(['A', 'B']);
      expect(all(story.facts, 'suspected'), `${at}`).toEqual([]);
    }
  });

  test('of a VM that runs alone is final too', () => {
    const story = withCommands('crash A @ 5ms', 'poweroff vm @ 25ms');
    expect(all(story.facts, 'poweredOff')).toMatchObject([{ host: 'B' }]);
    expect(liesIn(story)).toEqual([]);
    expect(all(story.facts, 'backupChosen')).toEqual([]);
  });

  test('in the middle of a clone or a move ends both', { timeout: MANY_RUNS }, () => {
    for (const first of ['crash A @ 5ms', 'migrate primary C @ 15ms', 'migrate backup C @ 15ms'])
      for (const at of between(15_700_000, 21_500_000, 12)) {
        const story = play({ spares: [{ id: 'C' }], commands: [first, `poweroff vm @ ${at}ns`] }, END);
        expect(liesIn(story)).toEqual([]);
        // For half a millisecond a VM that moves is on neither host, and can't be switched off.
        if (all(story.facts, 'commanded').at(-1)?.why !== undefined) continue;
        const live = story.facts.findLastIndex(({ kind }) => kind === 'wentLive');
        const off = story.facts.findIndex(({ kind }) => kind === 'poweredOff');
        expect([first, at, live < off && off >= 0 ? 'off' : 'not off']).toEqual([first, at, 'off']);
        expect(story.report.hosts.every(({ live }) => !live)).toBe(true);
      }
  });
});

describe('a change of the VM’s share of a CPU', () => {
  test('slows the primary, and its backup at the same place in the log', () => {
    const story = withCommands('share vm 25% @ 8ms');
    expect(faultsOf(story, ['A'])).toEqual([]);
    expect(unequalStates(story.facts)).toEqual([]);
    expect(all(story.facts, 'resourcesChanged')).toMatchObject([
      { host: 'A', percent: 25 },
      { host: 'B', percent: 25 },
    ]);
    expect(story.world.hosts.map(({ vmPercent }) => vmPercent)).toEqual([25, 25]);
  });

  test('lasts through a failover and a clone', () => {
    const story = play({ spares: [{ id: 'C' }], commands: ['share vm 40% @ 8ms', 'crash A @ 12ms'] });
    expect(faultsOf(story, ['B'])).toEqual([]);
    expect(story.world.hosts.slice(1).map(({ vmPercent }) => vmPercent)).toEqual([40, 40]);
  });
});

describe('typing on the console', () => {
  test.each([
    [[]],
    [['crash A @ 10.4ms']],
    [['crash A @ 10ms', 'crash B @ 60ms']],
    [['migrate primary C @ 9ms']],
  ])('reaches the guest once, in order, and its echo the world, with %j', (faults) => {
    const story = play(
      {
        guest: { program: 'shell' },
        spares: [{ id: 'C' }],
        clients: [],
        commands: ['type vm echo hello\\n @ 10ms', ...faults],
      },
      250_000_000 as SimTime,
    );
    expect(liesIn(story)).toEqual([]);
    const out = all(story.facts, 'outputReleased').flatMap(({ output }) =>
      output.kind === 'console' ? [String.fromCharCode(Number.parseInt(output.digest, 10))] : [],
    );
    if (faults.length === 0) expect(out.join('')).toContain('hello');
    expect(new Set(all(story.facts, 'typed').map(({ number }) => number)).size).toBe(11);
  });
});

test('an answer is given once however often a host is paused and goes on', { timeout: MANY_RUNS }, () => {
  const wrong = instants(24).flatMap((at, i) => {
    const host = i % 2 ? 'A' : 'B';
    const wait = [500_000, 3_000_000, 9_000_000, 15_000_000, 40_000_000][i % 5] as number;
    const commands = [`pause ${host} @ ${at}ns`, `resume ${host} @ ${at + wait}ns`];
    const story = play({ commands });
    return [...faultsOf(story, ['A', 'B']), ...unequalStates(story.facts)].map(
      (fault) => `${commands}: ${fault}`,
    );
  });
  expect(wrong).toEqual([]);
  expect(answers(play({ commands: ['pause A @ 8ms', 'resume A @ 12ms'] }))).toEqual(counted(20));
});
