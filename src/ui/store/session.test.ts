// The session against a worker that answers as it is told: what it asks, what it keeps, what it says when refused.
import { expect, test } from 'vitest';
import type { NarrationLine, ViewFrame } from '../../worker/frame.ts';
import type { Answer, Request } from '../../worker/protocol.ts';
import { createSession } from './session.ts';

const line = (index: number): NarrationLine => ({
  index,
  at: index,
  kind: 'acked',
  key: 'acked',
  values: {},
  weight: 2,
});

function frame(time: number, more: Partial<ViewFrame> = {}): Answer {
  const told = { narration: [], narrationLength: 0 };
  return {
    kind: 'frame',
    frame: { time, ended: false, hosts: [], ...told, ...more } as unknown as ViewFrame,
  };
}

/** A session whose requests are noted and answered by `reply`. */
function sessionWith(reply: (request: Request) => Answer) {
  const asked: Request[] = [];
  let crash: (reason: string) => void = () => {};
  let isClosed = false;
  const session = createSession({
    connect: (onCrash) => {
      crash = onCrash;
      return {
        ask: (request) => {
          asked.push(request);
          return Promise.resolve(reply(request) as never);
        },
        stop: () => {},
        close: () => {
          isClosed = true;
        },
      };
    },
    viewport: (time) => ({ rows: 10, timeline: { from: time, to: time + 1, parts: 2 } }),
    now: () => 0,
    isStill: () => false,
  });
  return {
    session,
    asked,
    state: session.store.getState,
    crash: (r: string) => crash(r),
    isClosed: () => isClosed,
  };
}

test('opening a run plays it or not, and asks for its narration from the start', async () => {
  const { session, asked, state } = sessionWith(() => frame(5));
  expect(await session.open({ builtin: 'counter' }, true)).toBe(true);
  expect(state()).toMatchObject({ phase: 'ready', playing: true });
  expect(asked[0]).toMatchObject({ kind: 'open', viewport: { narrationFrom: 0 } });
});

test('what is refused changes nothing but stops, and says why', async () => {
  const { session, state } = sessionWith((request) =>
    request.kind === 'open' && 'link' in request.source
      ? { kind: 'refused', message: 'This link is damaged.' }
      : frame(5, { narration: [line(0)], narrationLength: 1 }),
  );
  await session.open({ builtin: 'counter' }, true);
  const before = state().frame;
  expect(await session.open({ link: '#u1=x' }, false)).toBe(false);
  expect(state()).toMatchObject({ playing: false, notice: { message: 'This link is damaged.' } });
  expect(state().frame).toBe(before);
  expect(state().narration).toEqual([line(0)]);
});

test('seeking and stepping pause; the narration is asked for from where it ends', async () => {
  const { session, asked, state } = sessionWith(() => frame(5, { narration: [line(0)], narrationLength: 1 }));
  await session.open({ builtin: 'counter' }, true);
  await session.step('entry', 1);
  expect(asked.at(-1)).toMatchObject({ kind: 'step', unit: 'entry', viewport: { narrationFrom: 1 } });
  expect(state().playing).toBe(false);
  await session.seek(-7);
  expect(asked.at(-1)).toMatchObject({ kind: 'seek', time: 0 });
});

test('instructions are stepped by on the machine that answers the world', async () => {
  const hosts = [
    { id: 'A', role: 'crashed' },
    { id: 'B', role: 'solo' },
  ] as ViewFrame['hosts'];
  const { session, asked } = sessionWith(() => frame(5, { hosts }));
  await session.open({ builtin: 'counter' }, false);
  await session.step('instruction', 1);
  expect(asked.at(-1)).toMatchObject({ host: 'B' });
});

test('the latest instant is the branch’s', async () => {
  let shown = frame(50, { reached: 50 });
  const { session, state } = sessionWith(() => shown);
  await session.open({ builtin: 'counter' }, false);
  shown = frame(20, { reached: 50 });
  await session.seek(20);
  expect(state().latest).toBe(50);
  shown = frame(20, { reached: 20 });
  await session.command('crash A');
  expect(state().latest).toBe(20);
});

test('the end of the run stops it', async () => {
  const { session, state } = sessionWith((request) => frame(9, { ended: request.kind === 'advance' }));
  await session.open({ builtin: 'counter' }, true);
  await session.advance(10);
  expect(state().playing).toBe(false);
});

test('a link is current until the run goes on', async () => {
  const { session, state } = sessionWith((request) =>
    request.kind === 'link' ? { kind: 'link', hash: '#u1=a', document: {} } : frame(1),
  );
  await session.open({ builtin: 'counter' }, false);
  await session.refreshLink();
  expect(state()).toMatchObject({ link: { hash: '#u1=a' }, linkIsCurrent: true });
  await session.refreshFrame();
  expect(state().linkIsCurrent).toBe(true);
  await session.advance(2);
  expect(state().linkIsCurrent).toBe(false);
});

test('after a crash the run can be had back, paused where its last link stood', async () => {
  const { session, asked, state, crash, isClosed } = sessionWith((request) =>
    request.kind === 'link' ? { kind: 'link', hash: '#u1=a', document: {} } : frame(1),
  );
  await session.open({ builtin: 'counter' }, true);
  await session.refreshLink();
  crash('out of memory');
  expect(state()).toMatchObject({ phase: 'crashed', playing: false, notice: { key: 'worker.crashed' } });
  await session.restart();
  expect(isClosed()).toBe(true);
  expect(asked.at(-1)).toMatchObject({ kind: 'open', source: { link: '#u1=a' } });
  expect(state()).toMatchObject({ phase: 'ready', playing: false, notice: null });
});

test('it is remembered from where the run came: not from a frame while it played, not from another branch', async () => {
  let time = 5;
  const on = { branches: [{ id: 1, isOn: true }] };
  let more: object = on;
  const { session, state } = sessionWith(() => frame(time, more as never));
  await session.open({ builtin: 'counter' }, false);
  expect(state().stoodAt).toBeNull();
  time = 9;
  await session.seek(9);
  expect(state().stoodAt).toEqual({ at: 5 });
  session.play();
  for (time of [10, 11, 12]) await session.advance(time);
  session.pause();
  time = 13;
  await session.advance(13);
  expect(state().stoodAt).toEqual({ at: 9 });
  await session.refreshFrame();
  expect(state().stoodAt).toEqual({ at: 9 });
  time = 11;
  await session.step('instruction', -1);
  expect(state().stoodAt).toEqual({ at: 13 });
  more = { branches: [{ id: 2, isOn: true }] };
  await session.command('crash A');
  expect(state().stoodAt).toBeNull();
});

test('a line that is not met any more is gone back to; what was stopped is left alone', async () => {
  let hits: (object | null)[] = [null, { breakpoint: 0, at: 3 }];
  let isStopped = false;
  const { session, asked, state } = sessionWith((request) =>
    request.kind === 'run'
      ? ({ ...frame(3), hit: hits.shift() ?? null, ...(isStopped && { isStopped }) } as Answer)
      : frame(5),
  );
  await session.open({ builtin: 'counter' }, false);
  const directions = () => asked.flatMap((each) => (each.kind === 'run' ? [each.direction] : []));
  await session.runToOrBack('line kernel.s:96');
  expect(directions()).toEqual(['forward', 'backward']);
  expect(state().stop?.text).toBe('line kernel.s:96');
  hits = [null, null];
  await session.runToOrBack('line kernel.s:96');
  expect(state().notice?.key).toBe('stops.none.backward');
  isStopped = true;
  hits = [null, null];
  await session.runToOrBack('line kernel.s:96');
  expect(directions()).toHaveLength(5);
});
