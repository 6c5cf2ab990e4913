// Stories of failures, told as narration lines `at key host=… value=…`.
import { expect, test } from 'vitest';
import type { FactKind, NarrationLine } from '../../../../worker/frame.ts';
import { failoverStory } from './failover.ts';

function told(text: string): NarrationLine[] {
  const lines = text.trim().split('\n');
  return lines.map((line, index) => {
    const [at, key, ...values] = line.trim().split(/\s+/);
    const pairs = values.map((pair) => pair.split('=') as [string, string]);
    const entries = pairs.map(([name, value]) => [name, /^\d+$/.test(value) ? Number(value) : value]);
    const kind = (key === 'requestRetried' ? 'requestSent' : key) as FactKind;
    return { index, at: Number(at), kind, key: key!, values: Object.fromEntries(entries), weight: 1 };
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

const replyDied = told(`
  1 answered client=client2 value=12
  2 outputDropped kind=packet client=client1 value=13 sequence=9
  5 hostCrashed host=A
  15 suspected host=B of=A silenceNs=10
  17 wentLive host=B afterNs=12
  20 answered client=client2 value=15
  21 answered client=client3 value=14
`);

test('a number skipped in what was told is owed to the client whose reply died with the primary', () => {
  const debt = { value: 13, client: 'client1' };
  expect(failoverStory(replyDied)).toMatchObject({ owed: [debt], died: [debt], answersSince: [14, 15] });
  const paid = [
    ...replyDied,
    ...told('26 requestRetried client=client1\n27 answered client=client1 value=13'),
  ];
  expect(failoverStory(paid)).toMatchObject({ owed: [], died: [debt], isAskedAgain: true });
});

test('a reply that was let out did not die with the primary', () => {
  const out = told('1 outputReleased kind=packet client=client1 value=13 sequence=9');
  expect(failoverStory([...out, ...replyDied])!.died).toEqual([]);
});

test('a channel mended in time, and two hosts that both went on', () => {
  const cut = told('3 linkCut link=log');
  const mended = failoverStory([...cut, ...told('6 linkMended link=log')])!;
  expect(mended).toMatchObject({ mendedAt: 6, survivor: null, isSplit: false });
  expect(failoverStory([...cut, ...told('7 wentLive host=B\n8 wentSolo host=A')])!.isSplit).toBe(true);
});

test('where lines since have been left out nobody says which answer was the first', () => {
  const late = killedPrimary.with(-2, { ...killedPrimary.at(-2)!, isAfterGap: true });
  const story = failoverStory(late)!;
  expect(story.isCut).toBe(true);
  expect(story.lines.map(({ key }) => key)).not.toContain('answered');
  expect(failoverStory(killedPrimary)?.isCut).toBe(false);
});
