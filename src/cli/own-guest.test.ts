// A scenario that carries its guest, on the command line: run, shown, and packed into a link.
import { expect, test } from 'vitest';
import { GUESTS } from '../scenario/guests/index.ts';
import { understudy } from './testing/command-line.ts';

const counter = GUESTS.counter!.source;
const byTwo = counter.replace(/1( +# from here on, this is the number)/, '2$1');

const scenario = (source: string) => ({
  'mine.json': JSON.stringify({ guest: { source }, clients: [{ requests: 3 }], untilNs: 60_000_000 }),
});

test('run: the source of the scenario is what answers', async () => {
  const { out, error } = await understudy(['run', 'mine.json', '--json'], scenario(byTwo));
  expect(error).toBe('');
  const [{ history }] = JSON.parse(out).clients;
  expect(history.map(({ reply }: { reply: number }) => reply)).toEqual([12, 14, 16]);
});

test('run: a mistake in it is named by its line', async () => {
  const { status, error } = await understudy(['run', 'mine.json'], scenario('nop\n  addd a0, a0, a1\n'));
  expect(status).toBe(2);
  expect(error).toMatch(/guest\.source:2:3: .*did you mean addi\?/);
});

test('link and show: the source goes there and back', async () => {
  const link = await understudy(['link', 'mine.json'], scenario(byTwo));
  expect(link.error).toBe('');
  const shown = await understudy(['show', link.out.trim()]);
  expect(JSON.parse(shown.out).guest).toEqual({ program: 'counter', timerHz: 250, source: byTwo });
});
