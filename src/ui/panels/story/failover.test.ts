// Stories of failures, told as narration lines `at key host=… value=…`.
import { expect, test } from 'vitest';
import type { NarrationLine } from '../../../worker/frame.ts';
import { failoverStory } from './failover.ts';

function told(text: string): NarrationLine[] {
  const lines = text.trim().split('\n');
  return lines.map((line, index) => {
    const [at, key, ...values] = line.trim().split(/\s+/);
    const pairs = values.map((pair) => pair.split('=') as [string, string]);
    const entries = pairs.map(([name, value]) => [name, /^\d+$/.test(value) ? Number(value) : value]);
    return { index, at: Number(at), key: key!, values: Object.fromEntries(entries), weight: 1 };
  });
}

const killedPrimary = told(`
  1 answered client=1 value=11
  2 answered client=2 value=12
  5 hostCrashed host=A
  9 requestRetried client=1
  15 suspected host=B of=A silenceNs=10
  16 testAndSetWon host=B generation=1
  16 draining host=B entries=4
  17 wentLive host=B afterNs=12
  18 macMoved host=B
  19 answered client=1 value=13
  20 answered client=2 value=14
`);

test('the primary dies: who noticed, who won, who answers, what the clients got', () => {
  const story = failoverStory(killedPrimary)!;
  expect(story.lines.map(({ key }) => key)).toEqual([
    'hostCrashed',
    'suspected',
    'testAndSetWon',
    'draining',
    'wentLive',
    'macMoved',
    'answered',
  ]);
  expect(story).toMatchObject({
    at: 5,
    survivor: 'B',
    why: 'crash',
    answerBefore: 12,
    answersSince: [13, 14],
  });
});

test('while it happens the story is as long as what has happened', () => {
  const story = failoverStory(killedPrimary.slice(0, 4))!;
  expect(story.lines.map(({ key }) => key)).toEqual(['hostCrashed']);
  expect(story).toMatchObject({ survivor: null, answersSince: [] });
});

test('the backup dies, or the channel is cut', () => {
  const backup = told('5 hostCrashed host=B\n15 suspected host=A of=B\n16 wentSolo host=A');
  expect(failoverStory(backup)).toMatchObject({ why: 'backup', survivor: 'A' });
  const cut = told(`
    5 linkCut link=log
    15 suspected host=A of=B
    15 suspected host=B of=A
    16 testAndSetWon host=A
    16 testAndSetLost host=B
    17 testAndSetLost host=B
    17 halted host=B reason=lostArbitration
    17 wentSolo host=A
  `);
  const story = failoverStory(cut)!;
  expect(story).toMatchObject({ why: 'cut', survivor: 'A' });
  expect(story.lines.filter(({ key }) => key === 'testAndSetLost')).toHaveLength(1);
});

test('without a fault there is no story', () => {
  expect(failoverStory(told('1 answered client=1 value=11'))).toBeNull();
});
