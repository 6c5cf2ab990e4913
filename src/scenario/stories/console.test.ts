// The console through failures: whatever dies at whatever instant, the terminal shows what one machine would have sent.
import { describe, expect, test } from 'vitest';
import type { Observation } from '../../world/state/observation.ts';
import { between, broken, configOf, MANY_RUNS, play, type Story, stage } from '../testing/story.ts';

/** What a terminal shows of these facts: each byte by its number, those that come again once. */
function shown(facts: readonly Observation[]): string {
  const bytes: number[] = [];
  for (const fact of facts)
    if (fact.kind === 'outputReleased' && fact.output.kind === 'console')
      bytes[(fact.output.number ?? 0) - 1] = Number(fact.output.digest);
  return String.fromCharCode(...bytes);
}

/** A guest of its own that prints numbers, one line after the other, with work in between and the clock read now and then. */
const printer = (work: number): string => `
        .globl _start
_start: li   s0, 0x10000000
        li   s1, 0
line:   rdtime t0
        addi s1, s1, 1
        li   t1, 10
        rem  t2, s1, t1
        addi t2, t2, '0'
        sb   t2, 0(s0)
        li   t3, '\\n'
        sb   t3, 0(s0)
        li   t4, ${work}
work:   addi t4, t4, -1
        bnez t4, work
        li   t5, 40
        blt  s1, t5, line
halt:   wfi
        j    halt
`;
const LINES = Array.from({ length: 40 }, (_, i) => `${(i + 1) % 10}\n`).join('');

function printed(said: Record<string, unknown>, work = 2000): { text: string; broken: string[] } {
  const scene = stage(configOf({ guest: { source: printer(work) }, clients: [], ...said }));
  scene.advanceTo(work * 40_000);
  const wrong = scene.properties.filter(({ violation }) => violation).map(({ name }) => name);
  return { text: shown(scene.facts), broken: wrong };
}

describe('a guest that prints', () => {
  test.each([
    {},
    { replication: { mode: 'checkpoint' } },
    { replication: { mode: 'operations' }, disk: { shared: false } },
  ])(
    'loses no byte and doubles none, whenever its host dies: %o',
    (said) => {
      expect(printed(said)).toEqual({ text: LINES, broken: [] });
      const wrong = between(100_000, 15_000_000, 60).flatMap((at) => {
        const { text, broken } = printed({ ...said, commands: [`crash A @ ${at}ns`] });
        return text === LINES && broken.length === 0 ? [] : [{ at, text, broken }];
      });
      expect(wrong).toEqual([]);
    },
    MANY_RUNS,
  );

  test.each([
    [
      'two hosts die one after the other',
      (at: number) => [`crash A @ ${at}ns`, `crash B @ ${at + 30_000_000}ns`],
    ],
    ['the cable is cut', (at: number) => [`cut log @ ${at}ns`]],
    [
      'the primary stands still, is replaced, and wakes',
      (at: number) => [`pause A @ ${at}ns`, `resume A @ ${at + 25_000_000}ns`],
    ],
    [
      'the primary moves and its new host dies',
      (at: number) => [`migrate primary C @ ${at}ns`, `crash C @ ${at + 9_000_000}ns`],
    ],
    ['the VM’s backup dies', (at: number) => [`crash B @ ${at}ns`]],
  ])(
    'loses none and doubles none when %s',
    (_, faults) => {
      const wrong = between(100_000, 40_000_000, 15).flatMap((at) => {
        const found = printed({ spares: [{ id: 'C' }], commands: faults(at) }, 6000);
        return found.text === LINES && found.broken.length === 0 ? [] : [{ at, ...found }];
      });
      expect(wrong).toEqual([]);
    },
    MANY_RUNS,
  );
});

describe('a guest that echoes', () => {
  const TYPED = 'echo one\\ncount\\necho two\\ncount\\n';
  const ECHOED = 'echo one\none\ncount\n2\necho two\ntwo\ncount\n4\n';
  const echoed = (...commands: string[]): { text: string; broken: string[] } => {
    const story: Story = play({
      guest: { program: 'shell' },
      clients: [],
      commands: [`type vm ${TYPED} @ 5ms`, ...commands],
    });
    return { text: shown(story.facts), broken: broken(story) };
  };

  test(
    'has had everything that was typed, once, whenever its host dies',
    () => {
      expect(echoed()).toEqual({ text: ECHOED, broken: [] });
      const wrong = between(5_000_000, 11_000_000, 60).flatMap((at) => {
        const found = echoed(`crash A @ ${at}ns`);
        return found.text === ECHOED && found.broken.length === 0 ? [] : [{ at, ...found }];
      });
      expect(wrong).toEqual([]);
    },
    MANY_RUNS,
  );
});
