// A session answers every request, and what it refuses changes nothing.

import { describe, expect, test } from 'vitest';
import { ALL_RULES } from '../ft/rules.ts';
import { GOLDEN } from '../scenario/testing/golden.ts';
import { configOf, firstAt, play, stage } from '../scenario/testing/story.ts';
import type { SimTime } from '../sim/time.ts';
import { hashWorld } from '../world/state/state-hash.ts';
import { factOf, opened, testSession, VIEWPORT } from './testing/worker.ts';

const short = {
  clients: [{ requests: 3 }, { requests: 3, startNs: 3_000_000 }],
};

/** When the first request comes to the primary, which slept until then. */
const ARRIVED = firstAt(play(short, 3_000_000 as SimTime), 'requestArrived');

describe('opening', () => {
  test('a built-in scenario stands at its beginning', async () => {
    const frame = await testSession().frame({ kind: 'open', source: { builtin: 'counter' } });
    expect(frame).toMatchObject({
      request: 1,
      scenario: { id: 'counter', title: 'A counter that survives its host' },
      time: 0,
      ended: false,
      pair: 'protected',
      commands: [],
      narrationSince: 0,
      narrationLength: 3,
    });
    expect(frame.hosts.map(({ id, role }) => `${id} ${role}`)).toEqual(['A primary', 'B backup']);
  });

  test('a document may say anything that the schema knows', async () => {
    const frame = await testSession().frame({
      kind: 'open',
      source: {
        document: { ...short, title: 'Mine', hosts: [{ id: 'X' }, { id: 'Y' }], commands: ['crash X @ 5ms'] },
      },
    });
    expect(frame.scenario).toEqual({ id: '', title: 'Mine' });
    expect(frame.commands).toEqual(['crash X @ 5ms']);
    expect(frame.hosts.map(({ id }) => id)).toEqual(['X', 'Y']);
  });

  test.each<[string, Record<string, unknown>, RegExp]>([
    ['an unknown scenario', { builtin: 'abacus' }, /^There is no built-in scenario "abacus"\.$/],
    ['a name from the language itself', { builtin: 'constructor' }, /^There is no built-in scenario/],
    ['a document that is none', { document: 7 }, /./],
    ['a field that is none', { document: { colour: 'red' } }, /colour/],
    ['an unknown command', { document: { commands: ['melt A @ 1ms'] } }, /commands\[0\].*no command "melt"/],
    ['an absurd size', { document: { machine: { ramBytes: 1 } } }, /machine\.ramBytes/],
    ['a link that is none', { link: 'https://example.org/' }, /not a link of Understudy/],
    ['a damaged link', { link: '#u1=AAAA' }, /damaged/],
    ['a link of the future', { link: '#u9=AAAA' }, /newer Understudy/],
  ])('%s is refused in a sentence, and what was open stays', async (_, source, message) => {
    const { ask, frame } = await opened(short, 6_000_000);
    const before = await frame({ kind: 'view' });
    const refused = await ask({ kind: 'open', source } as never);
    expect(refused).toMatchObject({ kind: 'refused' });
    expect(refused.kind === 'refused' && refused.message).toMatch(message);
    const after = await frame({ kind: 'view' });
    expect({ ...after, request: 0 }).toEqual({ ...before, request: 0 });
  });

  test('without anything open every other request is refused', async () => {
    const { ask } = testSession();
    for (const request of [
      { kind: 'view' },
      { kind: 'link' },
      { kind: 'advance', until: 1 },
      { kind: 'rules', rules: {} },
    ] as const)
      expect(await ask(request)).toMatchObject({ kind: 'refused', key: 'refused.nothingOpen' });
  });
});

describe('moving', () => {
  test('advance goes as far as it may, and stops when time is up', async () => {
    const { ask, frame } = await opened(short);
    expect((await frame({ kind: 'advance', until: 5_000_000.7 })).time).toBe(5_000_000);
    let asked = 0;
    const answered = await ask({ kind: 'advance', until: 20_000_000 }, { isTimeUp: () => ++asked > 3 });
    if (answered.kind !== 'frame') throw new Error(JSON.stringify(answered));
    const { time } = answered.frame;
    expect(time).toBeGreaterThan(5_000_000);
    expect(time).toBeLessThan(20_000_000);
    expect((await frame({ kind: 'advance', until: 1_000_000 })).time).toBe(time);
  });

  test('advance ends where the run does: all have their answers', async () => {
    const { frame } = await opened(short);
    const end = await frame({ kind: 'advance', until: 1_000_000_000 });
    expect(end.ended).toBe(true);
    expect(end.clients.map(({ state, answered }) => `${state} ${answered}`)).toEqual(['done 3', 'done 3']);
    expect(end.clients.map(({ lastAnswer }) => lastAnswer?.value).sort()).toEqual([15, 16]);
    expect(end.time).toBeLessThan(30_000_000);
  });

  test('nothing goes beyond the scenario’s own bound', async () => {
    const { frame } = await opened({ untilNs: 7_000_000 });
    expect(await frame({ kind: 'advance', until: 9_000_000 })).toMatchObject({
      time: 7_000_000,
      ended: true,
    });
    expect(await frame({ kind: 'seek', time: 9_000_000 })).toMatchObject({ time: 7_000_000 });
    expect(await frame({ kind: 'seek', time: -5 })).toMatchObject({ time: 0 });
  });

  test('seek brings the same frame, from wherever', async () => {
    const { frame } = await opened(short, 9_123_456);
    const there = await frame({ kind: 'view' });
    await frame({ kind: 'seek', time: 2_000_000 });
    expect({ ...(await frame({ kind: 'seek', time: 9_123_456 })), request: 0 }).toEqual({
      ...there,
      request: 0,
    });
  });

  test('steps go one unit, on and back', async () => {
    const { frame } = await opened(short, ARRIVED + 9_000);
    const before = await frame({ kind: 'view' });
    const on = await frame({ kind: 'step', unit: 'instruction', direction: 1, host: 'A' });
    expect(on.hosts[0]?.instruction).toBe((before.hosts[0]?.instruction ?? 0) + 1);
    const back = await frame({ kind: 'step', unit: 'instruction', direction: -1, host: 'A' });
    expect(back.hosts[0]?.instruction).toBe(before.hosts[0]?.instruction);
    const entry = await frame({ kind: 'step', unit: 'entry', direction: 1 });
    expect(entry.channel.lastSequence).toBeGreaterThan(before.channel.lastSequence);
    const event = await frame({ kind: 'step', unit: 'event', direction: -1 });
    expect(event.time).toBe(ARRIVED);
  });

  test('a frame has a hash when the run stands, and it is the run’s', async () => {
    const { frame } = await opened({ clients: [{ requests: 10 }, { requests: 10, startNs: 3_000_000 }] });
    expect((await frame({ kind: 'advance', until: 6_000_000 })).hash).toBeUndefined();
    const { world, advanceTo } = stage(configOf());
    advanceTo(6_000_000);
    expect((await frame({ kind: 'view' })).hash).toBe(hashWorld(world));
  });
});

describe('commands', () => {
  test('strike now, and are told', async () => {
    const { frame } = await opened(short, 8_200_000);
    const struck = await frame({ kind: 'command', text: 'crash A' });
    expect(struck).toMatchObject({ time: 8_200_000, commands: ['crash A @ 8.2ms'], pair: 'suspecting' });
    expect(struck.hosts[0]).toMatchObject({ role: 'crashed', activity: 'stopped' });
    expect(struck.narration.at(-1)).toMatchObject({ key: 'hostCrashed', values: { host: 'A' } });
    const end = await frame({ kind: 'advance', until: 1_000_000_000 });
    expect(end).toMatchObject({ ended: true, pair: 'solo', vmAt: 'B' });
    expect(end.properties.every(({ holds }) => holds)).toBe(true);
  });

  test('in the past make another future, in the narration too', async () => {
    const { frame } = await opened(short, 8_000_000);
    await frame({ kind: 'command', text: 'crash B' });
    await frame({ kind: 'advance', until: 25_000_000 });
    await frame({ kind: 'seek', time: 6_000_000 });
    const now = await frame({ kind: 'command', text: 'cut log' });
    expect(now.commands).toEqual(['cut log @ 6ms']);
    const later = await frame({ kind: 'seek', time: 9_000_000 });
    const other = await opened({ ...short, commands: ['cut log @ 6ms'] }, 9_000_000);
    const same = { request: 0, flights: [], branches: [] };
    expect({ ...later, ...same }).toEqual({ ...(await other.frame({ kind: 'view' })), ...same });
    expect(later.narration.map(({ key }) => key)).toContain('linkCut');
    const indexes = later.narration.map(({ index }) => index);
    expect(indexes).toEqual([...new Set(indexes)].toSorted((a, b) => a - b));
    const times = later.narration.map(({ at }) => at);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
  });

  test.each([
    ['explode A', /no command "explode"/],
    ['crash C', /no host "C"; there are A, B/],
    ['cut moon', /no link "moon"; there are log, lan, storage, log-A/],
    ['', /no command/],
  ])('"%s" is refused, and nothing has happened', async (text, message) => {
    const { ask, frame } = await opened(short, 6_000_000);
    const before = await frame({ kind: 'view' });
    const refused = await ask({ kind: 'command', text });
    expect(refused.kind === 'refused' && refused.message).toMatch(message);
    expect({ ...(await frame({ kind: 'view' })), request: 0 }).toEqual({ ...before, request: 0 });
  });
});

describe('rules', () => {
  test('are the scenario’s: the run is made again under them, to the same instant, with what was done to it', async () => {
    const { frame, session } = await opened(short, 5_000_000);
    await frame({ kind: 'command', text: 'cut lan-client2' });
    await frame({ kind: 'advance', until: 7_000_000 });
    const changed = await frame({ kind: 'rules', rules: { outputRule: false } });
    expect(changed).toMatchObject({ time: 7_000_000, commands: ['cut lan-client2 @ 5ms'] });
    expect(changed.properties.find(({ name }) => name === 'Output Rule')).toMatchObject({
      holds: false,
      violation: { key: 'outputBeforeAck' },
    });
    expect(session.opened?.run.scenario?.rules).toEqual({ ...ALL_RULES, outputRule: false });
    expect(changed.scenarioRules).toEqual(ALL_RULES);
    const back = await frame({ kind: 'rules', rules: { outputRule: true } });
    expect(back.properties.every(({ holds }) => holds)).toBe(true);
  });

  test('that are none are refused', async () => {
    const { ask, frame } = await opened(short, 5_000_000);
    const refused = await ask({ kind: 'rules', rules: { gravity: false } });
    expect(refused.kind === 'refused' && refused.message).toMatch(/rules\.gravity/);
    expect((await frame({ kind: 'view' })).time).toBe(5_000_000);
  });
});

describe('a link', () => {
  test('brings the same run back, at the same instant, in another session', async () => {
    const one = await opened(short, 8_200_000);
    await one.frame({ kind: 'command', text: 'crash A' });
    const there = await one.frame({ kind: 'seek', time: 21_000_123 });
    const link = await one.ask({ kind: 'link' });
    if (link.kind !== 'link') throw new Error('A link was asked for.');
    expect(link.document).toMatchObject({ commands: ['crash A @ 8.2ms'], view: { cursorNs: 21_000_123 } });
    const two = testSession();
    const answered = await two.ask({ kind: 'open', source: { link: `https://example.org/x/${link.hash}` } });
    if (answered.kind !== 'frame') throw new Error(JSON.stringify(answered));
    expect(answered.differs).toBeUndefined();
    expect({ ...answered.frame, request: 0 }).toEqual({ ...there, request: 0 });
    const again = await two.ask({ kind: 'link' });
    expect(again.kind === 'link' && again.hash).toBe(link.hash);
  });

  test('of a run at its beginning says nothing of where it is', async () => {
    const { ask } = await opened(short);
    const link = await ask({ kind: 'link' });
    expect(link.kind === 'link' && link.document).not.toHaveProperty('view');
  });

  test('whose run comes out differently says so', async () => {
    const wrong = '0123456789abcdef0123456789abcdef';
    const document = { ...short, view: { cursorNs: 5_000_000, hash: wrong } };
    const answered = await testSession().ask({ kind: 'open', source: { document } });
    if (answered.kind !== 'frame') throw new Error(JSON.stringify(answered));
    expect(answered.differs).toEqual({ expected: wrong, found: answered.frame.hash });
    expect(answered.frame.time).toBe(5_000_000);
  });

  test('the built-in counter has its golden hashes here too', async () => {
    for (const { commands, at, hash } of GOLDEN) {
      const { ask, frame } = testSession();
      await frame({ kind: 'open', source: { builtin: 'counter' } });
      for (const command of commands) {
        const [text = '', when = ''] = command.split(' @ ');
        await frame({ kind: 'seek', time: Number.parseFloat(when) * 1e6 });
        await frame({ kind: 'command', text });
      }
      const answered = await ask({ kind: 'seek', time: at });
      expect(answered.kind === 'frame' && answered.frame.hash).toBe(hash);
    }
  });
});

test('the narration begins where the page says, and counts all', async () => {
  const { frame } = await opened(short, 6_000_000);
  const all = await frame({ kind: 'view' });
  expect(all.narrationSince).toBe(0);
  const narrationFrom = (all.narration[4]?.index ?? 0) + 1;
  const rest = await frame({ kind: 'view', viewport: { ...VIEWPORT, narrationFrom } });
  expect(rest.narration).toEqual(all.narration.slice(5));
  expect(rest.narrationSince).toBe(narrationFrom);
  expect(rest.narrationLength).toBe(all.narrationLength);
});

describe('branches', () => {
  test('acting in the past begins one, and the other stays: the same run, to be had back', async () => {
    const { frame, ask } = await opened(short, 12_000_000);
    const before = await frame({ kind: 'view' });
    await frame({ kind: 'seek', time: 6_000_000 });
    const acted = await frame({ kind: 'command', text: 'crash A' });
    expect(acted.branches).toMatchObject([
      { id: 1, name: '', parent: null, reached: 12_000_000, isOn: false },
      { id: 2, name: 'crash A', parent: 1, at: 6_000_000, reached: 6_000_000, isOn: true },
    ]);
    await frame({ kind: 'advance', until: 12_000_000 });
    const back = await frame({ kind: 'branch', id: 1 });
    expect(back.hash).toBe(before.hash);
    const { narration } = await frame({ kind: 'view', inDetail: true });
    expect(narration).toEqual(before.narration);
    const compared = await ask({ kind: 'compareBranches', one: 1, other: 2 });
    expect(compared).toMatchObject({
      kind: 'comparedBranches',
      comparison: { first: { other: { kind: 'hostCrashed', at: 6_000_000 } } },
    });
    const link = await ask({ kind: 'link' });
    expect(link.kind === 'link' && link.document).not.toHaveProperty('commands');
    const played = await ask({ kind: 'playBranches', one: 1, other: 2 });
    expect(played).toMatchObject({ parting: { at: 6_000_000, other: { key: 'hostCrashed' } } });
    expect((await frame({ kind: 'view' })).hash).toBe(before.hash);
  });

  test('are renamed and deleted, but not the one that is on', async () => {
    const { frame, ask } = await opened(short, 6_000_000);
    await frame({ kind: 'seek', time: 3_000_000 });
    await frame({ kind: 'command', text: 'crash B' });
    expect(await ask({ kind: 'deleteBranch', id: 2 })).toMatchObject({ kind: 'refused' });
    const named = await frame({ kind: 'renameBranch', id: 2, name: 'without a backup' });
    expect(named.branches[1]?.name).toBe('without a backup');
    await frame({ kind: 'branch', id: 1 });
    expect((await frame({ kind: 'deleteBranch', id: 2 })).branches).toHaveLength(1);
  });

  test('that were kept come back in another session, the one that was on at its instant', async () => {
    const one = await opened(short, 9_000_000);
    await one.frame({ kind: 'seek', time: 6_000_000 });
    await one.frame({ kind: 'command', text: 'crash A' });
    const there = await one.frame({ kind: 'seek', time: 8_000_000 });
    const kept = await one.ask({ kind: 'keep' });
    if (kept.kind !== 'kept') throw new Error('It was to be kept.');
    const two = testSession();
    const { branches, on, time } = JSON.parse(JSON.stringify(kept));
    const back = await two.frame({ kind: 'open', source: { branches, on, time } });
    expect(back.hash).toBe(there.hash);
    expect(back.branches.map(({ name, parent, at }) => ({ name, parent, at }))).toEqual(
      there.branches.map(({ name, parent, at }) => ({ name, parent, at })),
    );
  });
});

describe('what takes long', () => {
  test('is stopped where it has come, and goes on from there', async () => {
    const { ask, frame } = await opened(short);
    const asked = await ask(
      { kind: 'seek', time: 20_000_000 },
      {
        run: async (task) => {
          task.next('continue');
          return task.next('stop').value as never;
        },
      },
    );
    if (asked.kind !== 'frame') throw new Error(JSON.stringify(asked));
    expect(asked.frame.time).toBeLessThan(20_000_000);
    const there = await frame({ kind: 'seek', time: 20_000_000 });
    expect(there.hash).toBe((await (await opened(short, 20_000_000)).frame({ kind: 'view' })).hash);
  });
});

describe('breakpoints', () => {
  test('are run to and back to, and say what happened there', async () => {
    const { ask, frame } = await opened(short, 2_000_000);
    const run = { kind: 'run' as const, breakpoints: ['output held'] };
    const there = await ask({ ...run, direction: 'forward' });
    if (there.kind !== 'frame' || !there.hit) throw new Error(JSON.stringify(there));
    expect(there.hit).toMatchObject({ breakpoint: 0, at: there.frame.time, line: { key: 'outputHeld' } });
    await frame({ kind: 'seek', time: there.frame.time + 1000 });
    const back = await ask({ ...run, direction: 'backward' });
    expect(back.kind === 'frame' && back.frame.time).toBe(there.frame.time);
  });

  test('that are none are told where', async () => {
    const { ask } = await opened(short);
    expect(await ask({ kind: 'checkBreakpoint', text: 'a0 == 5 )' })).toMatchObject({ error: { column: 9 } });
    expect(await ask({ kind: 'checkBreakpoint', text: 'property' })).toMatchObject({ error: null });
    const refused = await ask({ kind: 'run', breakpoints: ['line 99999'], direction: 'forward' });
    expect(refused.kind === 'refused' && refused.message).toMatch(/line 99999/);
  });
});

describe('questions', () => {
  test('about a machine: every part of it, where the run stands', async () => {
    const { ask } = await opened(short, 6_000_000);
    const part = async (name: 'registers' | 'memory' | 'source' | 'calls' | 'devices' | 'log') => {
      const answered = await ask({ kind: 'machine', query: { host: 'A', part: name } });
      if (answered.kind !== 'machine') throw new Error(JSON.stringify(answered));
      return answered.machine;
    };
    expect((await part('registers')).registers?.find(({ name }) => name === 'mtvec')).toBeDefined();
    expect((await part('memory')).memory?.hex).toHaveLength(512);
    expect((await part('source')).source?.lines.filter(({ isHere }) => isHere)).toHaveLength(1);
    expect((await part('calls')).calls?.frames[0]?.kind).toBe('here');
    expect((await part('devices')).devices?.map(({ device }) => device)).toContain('virtio network');
    expect((await part('log')).log).toBeDefined();
    const wrong = await ask({ kind: 'machine', query: { host: 'A', part: 'memory', place: 'nowhere' } });
    expect(wrong.kind === 'machine' && wrong.machine.error).toMatch(/nowhere/);
  });

  test('why: a client’s answer goes back to what was asked', async () => {
    const made = await opened(short, 9_000_000);
    const { client, request } = factOf(made, 'answered');
    const answered = await made.ask({ kind: 'why', query: { of: 'request', client, request } });
    if (answered.kind !== 'why') throw new Error(JSON.stringify(answered));
    const relations = answered.why.causes.map(({ relation }) => relation);
    expect(relations[0]).toBe('asked');
    expect(relations.at(-1)).toBe('answered');
  });

  test('who wrote a register, and what differs in a pair and between two instants', async () => {
    const { ask } = await opened(short, 6_000_000);
    const wrote = await ask({ kind: 'why', query: { of: 'register', host: 'A', register: 'a0' } });
    expect(wrote).toMatchObject({ kind: 'why', why: { writer: { by: 'instruction' } } });
    const pair = await ask({ kind: 'compare', of: { hosts: ['A', 'B'] } });
    expect(pair).toMatchObject({
      comparison: { parts: [{ difference: { registers: [], memory: [], devices: [] } }] },
    });
    const instants = await ask({ kind: 'compare', of: { from: { at: 1_000_000 }, to: { at: 6_000_000 } } });
    expect(instants.kind === 'compared' && instants.comparison.parts[0]?.difference.bytes).toBeGreaterThan(0);
    expect(await ask({ kind: 'history' })).toMatchObject({ history: { reached: 6_000_000 } });
  });
});
