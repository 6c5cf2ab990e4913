// One request out at a time, in order, the newest of a lane.
import { expect, test } from 'vitest';
import type { Answer, Request } from '../../worker/protocol.ts';
import { createRequester } from './requester.ts';

function desk() {
  const asked: Request[] = [];
  const answers: ((answer: Answer) => void)[] = [];
  let time = 0;
  const requester = createRequester(
    (request) => {
      asked.push(request);
      return new Promise((resolve) => answers.push(resolve));
    },
    () => time,
  );
  return {
    asked,
    requester,
    pass: (ms: number) => {
      time += ms;
    },
    reply: async () => {
      answers.shift()?.({ kind: 'link', hash: '#', document: null });
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
}

const link = (): Request => ({ kind: 'link' });
const command = (text: string) => (): Request => ({
  kind: 'command',
  text,
  viewport: { rows: 1, timeline: { from: 0, to: 1, parts: 1 }, narrationFrom: 0 },
});

test('a second request waits for the first one’s answer', async () => {
  const { asked, requester, reply } = desk();
  void requester.submit(link);
  void requester.submit(command('crash A'));
  expect(asked).toHaveLength(1);
  expect(requester.isIdle()).toBe(false);
  await reply();
  expect(asked.map((each) => each.kind)).toEqual(['link', 'command']);
  await reply();
  expect(requester.isIdle()).toBe(true);
});

test('of waiting requests in one lane only the newest is asked', async () => {
  const { asked, requester, reply } = desk();
  void requester.submit(link);
  const older = requester.submit(command('older'), 'seek');
  void requester.submit(command('kept'));
  void requester.submit(command('newer'), 'seek');
  expect(await older).toBeNull();
  await reply();
  await reply();
  expect(asked.slice(1)).toMatchObject([{ text: 'kept' }, { text: 'newer' }]);
});

test('it tells how long an answer has been awaited', async () => {
  const { requester, pass, reply } = desk();
  void requester.submit(link);
  pass(1500);
  expect(requester.waitedMs(2000)).toBe(2000);
  await reply();
  expect(requester.waitedMs(2000)).toBe(0);
});
