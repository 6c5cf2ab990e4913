// Facts are those of the frame, and what is gone says so.
import { expect, test } from 'vitest';
import type { ViewFrame } from '../../../../worker/frame.ts';
import type { Translate } from '../../../i18n/sentences.ts';
import { factsOf, titleOf } from './facts.ts';

/** Keys with their values stand for the texts. */
const t = ((key: string, values?: object) =>
  values ? `${key} ${JSON.stringify(values)}` : key) as unknown as Translate;

const frame = {
  hosts: [
    {
      id: 'A',
      role: 'primary',
      activity: 'running',
      instruction: 12345,
      cpuPercent: 99.6,
      outputs: [],
      outputsHeld: 1,
      outputsReleased: 2,
      outputsDropped: 0,
    },
  ],
  ruler: [
    {
      kind: 'instruction',
      instruction: 7,
      pc: 0x80000010,
      mnemonic: 'rdtime',
      operands: 't0',
      entry: { generation: 1, sequence: 3, kind: 'clock' },
      done: [true],
    },
  ],
  channel: {
    entries: [
      {
        generation: 1,
        sequence: 3,
        kind: 'clock',
        instruction: 7,
        bytes: 30,
        place: 'flying',
        progress: 0.5,
        acked: false,
      },
    ],
  },
  disk: { used: [{ block: 7, value: 11, hex: '0b00' }], flag: { generation: 1 } },
  clients: [],
  vmAt: 'A',
} as unknown as ViewFrame;

test('a host’s facts leave out what it has not got', () => {
  const facts = Object.fromEntries(factsOf({ kind: 'host', host: 'A' }, frame, t)!);
  expect(facts).toMatchObject({ instruction: '12,345', cpu: '100 %', activity: 'host.activity.recording' });
  expect(facts).not.toHaveProperty('barrier');
});

test.each(['share', 'pacing'] as const)(
  'a host’s %s is told when less than all, and not otherwise',
  (name) => {
    const at = (percent: number) => {
      const [host] = frame.hosts;
      const hosts = [{ ...host!, sharePercent: 100, pacingPercent: 100, [`${name}Percent`]: percent }];
      return Object.fromEntries(factsOf({ kind: 'host', host: 'A' }, { ...frame, hosts }, t)!);
    };
    expect(at(99)[name]).toBe('99 %');
    expect(at(100)).not.toHaveProperty('share');
    expect(at(100)).not.toHaveProperty('pacing');
  },
);

test('a row tells its address, its entry and who executed it', () => {
  const facts = Object.fromEntries(
    factsOf({ kind: 'row', host: 'A', instruction: 7, injected: false }, frame, t)!,
  );
  expect(facts).toMatchObject({ text: 'rdtime t0', pc: '0x8000_0010', entry: '#3 · entry.clock' });
  expect(facts.doneBy).toContain('"A"');
});

test('what is not on screen has no facts', () => {
  expect(factsOf({ kind: 'entry', generation: 1, sequence: 99 }, frame, t)).toBeNull();
  expect(factsOf({ kind: 'client', client: 'nobody' }, frame, t)).toBeNull();
});

test('an entry says where it is, a block what it holds, the flag who has it', () => {
  expect(factsOf({ kind: 'entry', generation: 1, sequence: 3 }, frame, t)).toContainEqual([
    'place',
    'inspect.place.flying',
  ]);
  expect(factsOf({ kind: 'block', block: 7 }, frame, t)).toContainEqual(['value', '11']);
  expect(factsOf({ kind: 'flag' }, frame, t)).toContainEqual(['winner', 'inspect.nobody']);
});

test('every kind has a title', () => {
  expect(titleOf({ kind: 'entry', generation: 1, sequence: 3 }, t)).toContain('3');
  expect(titleOf({ kind: 'channel' }, t)).toBe('inspect.title.channel');
});
