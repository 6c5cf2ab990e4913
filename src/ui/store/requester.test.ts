// One request out at a time, the newest of a lane, and what gives way to what.
import { describe, expect, test } from 'vitest';
import type { Answer, Request, RequestKind } from '../../worker/protocol.ts';
import { createRequester, type Progress } from './requester.ts';

function desk() {
  const asked: Request[] = [];
  const answers: ((answer: Answer) => void)[] = [];
  let time = 0;
  let stops = 0;
  let share: ((share: number) => void) | undefined;
  const shown: (Progress | null)[] = [];
  const requester = createRequester({
    ask: (request, onShare) => {
      asked.push(request);
      share = onShare;
      return new Promise((resolve) => answers.push((answer) => resolve(answer as never)));
    },
    stop: () => void stops++,
    now: () => time,
    onProgress: (progress) => shown.push(progress),
  });
  const viewport = { rows: 1, timeline: { from: 0, to: 1, parts: 1 }, narrationFrom: 0 };
  /** A request of a kind, whatever else it says. */
  const submit = (kind: RequestKind, more: object = {}, lane?: string): Promise<Answer | null> =>
    requester.submit<Request>(kind, () => ({ kind, viewport, ...more }) as Request, lane);
  return {
    asked,
    kinds: () => asked.map(({ kind }) => kind),
    requester,
    submit,
    shown,
    stops: () => stops,
    pass: (ms: number) => {
      time += ms;
    },
    /** The worker says how far it is. */
    say: (done: number) => share?.(done),
    reply: async (answer: Answer = { kind: 'link', hash: '#', document: null }) => {
      answers.shift()?.(answer);
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
}

test('a second request waits for the first one’s answer', async () => {
  const { kinds, submit, requester, reply } = desk();
  void submit('command');
  void submit('command');
  expect(kinds()).toHaveLength(1);
  expect(requester.isIdle()).toBe(false);
  await reply();
  expect(kinds()).toEqual(['command', 'command']);
  await reply();
  expect(requester.isIdle()).toBe(true);
});

test('of waiting requests in one lane only the newest is asked', async () => {
  const { asked, submit, reply } = desk();
  void submit('link');
  const older = submit('machine', { query: 'older' }, 'machine');
  void submit('detail', { query: 'kept' });
  void submit('machine', { query: 'newer' }, 'machine');
  expect(await older).toBeNull();
  await reply();
  await reply();
  expect(asked.slice(1)).toMatchObject([{ query: 'kept' }, { query: 'newer' }]);
});

test('it tells how long an answer has been awaited', async () => {
  const { requester, submit, pass, reply } = desk();
  void submit('link');
  pass(1500);
  expect(requester.waitedMs(2000)).toBe(2000);
  await reply();
  expect(requester.waitedMs(2000)).toBe(0);
});

describe('what a person does', () => {
  test.each(['compare', 'why', 'playBranches', 'view', 'machine', 'advance'] as const)(
    'stops %s at once, and goes before all that waits with it',
    async (aside) => {
      const { kinds, submit, stops, reply } = desk();
      void submit(aside);
      void submit('link');
      void submit('history');
      void submit('command');
      expect(stops()).toBe(1);
      await reply();
      expect(kinds()).toEqual([aside, 'command']);
      await reply();
      await reply();
      expect(kinds()).toEqual([aside, 'command', 'link', 'history']);
    },
  );

  test.each(['seek', 'run', 'find', 'step', 'goTo', 'end', 'open'] as const)(
    'that says where to go stops %s at once, and moves that wait are not asked any more',
    async (move) => {
      const { kinds, submit, stops, reply } = desk();
      void submit(move);
      const waits = submit('step');
      void submit('seek');
      expect(stops()).toBe(1);
      expect(await waits).toBeNull();
      await reply();
      expect(kinds()).toEqual([move, 'seek']);
    },
  );

  test('that goes on from there waits for a quick move, and stops a slow one as soon as it is known to be slow', async () => {
    for (const next of ['step', 'run', 'find', 'command'] as const) {
      const { kinds, submit, stops, say, reply } = desk();
      void submit('seek');
      void submit(next);
      expect(stops()).toBe(0);
      say(0.1);
      say(0.2);
      expect(stops()).toBe(1);
      await reply();
      expect(kinds()).toEqual(['seek', next]);
    }
  });

  test('stops at once what shows already that it is slow', () => {
    const { submit, stops, say } = desk();
    void submit('run');
    say(0.5);
    void submit('step');
    expect(stops()).toBe(1);
  });

  test('is not undone by doing more: two commands in a row are both given, however long the first takes', async () => {
    const { kinds, submit, stops, say, reply } = desk();
    void submit('command');
    void submit('command');
    say(0.1);
    expect(stops()).toBe(0);
    await reply();
    expect(kinds()).toEqual(['command', 'command']);
  });
});

test('what the page shows is asked again when it had to give way; what the person asked or stopped is not', async () => {
  const { kinds, submit, reply } = desk();
  const detail = submit('detail');
  void submit('step');
  await reply({ kind: 'stopped' });
  await reply();
  expect(kinds()).toEqual(['detail', 'step', 'detail']);
  await reply({ kind: 'stopped' });
  expect(await detail).toEqual({ kind: 'stopped' });

  const why = submit('why');
  void submit('step');
  await reply({ kind: 'stopped' });
  expect(await why).toEqual({ kind: 'stopped' });
});

test('how far it is is shown while it is long, and no more when it is answered', async () => {
  const { submit, shown, say, pass, reply } = desk();
  pass(7);
  void submit('compare');
  say(0.25);
  await reply();
  expect(shown).toEqual([{ kind: 'compare', share: 0.25, since: 7 }, null]);
});
