// The one list of actions: every key leads to one enabled action, and every action has its words.
import { expect, test } from 'vitest';
import type { Role, ViewFrame } from '../../worker/frame.ts';
import page from '../i18n/en/page.json';
import { createPreferences } from '../store/preferences.ts';
import { createSession } from '../store/session.ts';
import { createView } from '../store/view.ts';
import { ACTIONS, action, allActions } from './actions.ts';
import type { App } from './context.tsx';
import { actionFor, keyOf } from './shortcuts.ts';

function appWith(roles: Role[], isLogCut: boolean, playing: boolean) {
  const asked: string[] = [];
  const session = createSession({
    connect: () => ({
      ask: (request) => {
        const what = request.kind === 'step' ? `${request.unit} of ${request.host}` : request.kind;
        asked.push(request.kind === 'command' ? request.text : what);
        return new Promise(() => {});
      },
      stop: () => {},
      close: () => {},
    }),
    viewport: () => ({ rows: 1, timeline: { from: 0, to: 1, parts: 1 } }),
    now: () => 0,
    isStill: () => false,
  });
  const frame = {
    time: 5,
    ended: false,
    hosts: roles.map((role, i) => ({ id: 'AB'[i]!, role })),
    transfer: null,
    channel: { from: 'A', to: 'B' },
    links: [
      { id: 'log-A:B', ends: ['A', 'B'], cut: [isLogCut, isLogCut] },
      { id: 'lan-A', ends: ['A', 'switch'], cut: [false, false] },
    ],
  } as unknown as ViewFrame;
  session.store.setState({ phase: 'ready', frame, playing, latest: 9 });
  const app: App = { session, view: createView(), preferences: createPreferences(null), embedded: false };
  return { app, asked };
}

test('every action has a name, a group, and an id of its own', () => {
  for (const { label, group } of ACTIONS) {
    expect(page.action).toHaveProperty(label);
    expect(page.group).toHaveProperty(group);
  }
  expect(new Set(ACTIONS.map(({ id }) => id)).size).toBe(ACTIONS.length);
});

test.each([
  { roles: ['primary', 'backup'], isLogCut: false, playing: true },
  { roles: ['primary', 'backup'], isLogCut: true, playing: false },
  { roles: ['crashed', 'solo'], isLogCut: false, playing: false },
] as const)('no key means two things at once: %j', ({ roles, isLogCut, playing }) => {
  const { app } = appWith([...roles], isLogCut, playing);
  const keys = allActions(app)
    .filter((each) => each.isEnabled(app))
    .flatMap(({ shortcuts }) => shortcuts);
  expect(new Set(keys).size).toBe(keys.length);
});

test('the number keys are the faults, of whoever has the role now', () => {
  const press = (roles: Role[], key: string, isLogCut = false) => {
    const { app, asked } = appWith(roles, isLogCut, false);
    actionFor(allActions(app), key, app)?.perform(app);
    return asked;
  };
  expect(press(['primary', 'backup'], '1')).toEqual(['crash A']);
  expect(press(['primary', 'backup'], '2')).toEqual(['crash B']);
  expect(press(['crashed', 'solo'], '1')).toEqual(['crash B']);
  expect(press(['crashed', 'solo'], '2')).toEqual([]);
  expect(press(['primary', 'backup'], '3')).toEqual(['cut log']);
  expect(press(['primary', 'backup'], '3', true)).toEqual(['mend log']);
  expect(press(['primary', 'backup'], '4')).toEqual(['cut lan-A']);
});

test('Space plays what rests and rests what plays', () => {
  for (const playing of [true, false]) {
    const { app } = appWith(['primary', 'backup'], false, playing);
    actionFor(allActions(app), 'Space', app)?.perform(app);
    expect(app.session.store.getState().playing).toBe(!playing);
  }
});

test('keys are named as shortcuts are written', () => {
  const press = { key: '', code: '', ctrlKey: false, metaKey: false, shiftKey: false, altKey: false };
  expect(keyOf({ ...press, key: ' ' })).toBe('Space');
  expect(keyOf({ ...press, key: 'ArrowRight', shiftKey: true })).toBe('Shift+ArrowRight');
  expect(keyOf({ ...press, key: '?', shiftKey: true })).toBe('?');
  expect(keyOf({ ...press, key: 'K', metaKey: true })).toBe('Mod+k');
  expect(keyOf({ ...press, key: '1', altKey: true })).toBe('');
});

test('F8 goes on as debuggers do: to the next breakpoint that counts, without one it plays, and rests what plays', () => {
  const press = (stops: { text: string; isOn: boolean }[], playing: boolean) => {
    const { app, asked } = appWith(['primary', 'backup'], false, playing);
    app.view.setState({ stops });
    actionFor(allActions(app), 'F8', app)?.perform(app);
    return [...asked, app.session.store.getState().playing];
  };
  expect(press([{ text: 'output held', isOn: true }], false)).toEqual(['run', false]);
  expect(press([{ text: 'output held', isOn: false }], false)).toEqual([true]);
  expect(press([], true)).toEqual([false]);
});

test('steps by instruction are those of the client or disk that is open, unless a host is looked at', () => {
  const { app, asked } = appWith(['primary', 'backup'], false, false);
  action('stepForward').perform(app);
  expect(asked).toEqual(['instruction of A']);
  const { frame } = app.session.store.getState();
  const opened = { id: 'disk', instruction: 1, changes: 0, state: 'asleep' as const, stream: [] };
  const next = appWith(['primary', 'backup'], false, false);
  next.app.session.store.setState({ frame: { ...(frame as ViewFrame), opened } });
  action('stepForward').perform(next.app);
  expect(next.asked).toEqual(['instruction of disk']);
  const other = appWith(['primary', 'backup'], false, false);
  other.app.session.store.setState({ frame: { ...(frame as ViewFrame), opened } });
  other.app.view.setState({ selection: { kind: 'host', host: 'B' } });
  action('stepForward').perform(other.app);
  expect(other.asked).toEqual(['instruction of B']);
});
