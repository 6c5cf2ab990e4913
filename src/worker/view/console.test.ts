// The console of any guest: every byte that it has sent, as text, wherever one stands; and what waits to be read.
import { expect, test } from 'vitest';
import { opened } from '../testing/worker.ts';

/** A guest of somebody's own, which knows nothing of ours: it sends these bytes so many times, with a pause before each, and sleeps. */
const sending = (bytes: readonly number[], { times = 1, pause = 1 } = {}) => ({
  guest: {
    source: `_start: li s0, 0x10000000; li s1, ${times}
1: la s2, text; li s3, ${bytes.length}
2: li t1, ${pause}
3: addi t1, t1, -1; bnez t1, 3b
   lbu t0, 0(s2); sb t0, 0(s0); addi s2, s2, 1; addi s3, s3, -1; bnez s3, 2b
   addi s1, s1, -1; bnez s1, 1b
4: wfi; j 4b
text: .byte ${bytes.join(', ')}`,
  },
  clients: [],
  untilNs: 10_000_000_000,
});

const utf8 = (text: string) => [...new TextEncoder().encode(text)];

test('shows text, tabs, and escapes of what is none, of a guest without a symbol of ours', async () => {
  const bytes = [...utf8('é 中\t😀\r\n'), 0xff, 0x1b, ...utf8('[1m\r'), 0xc3];
  const { frame } = await opened(sending(bytes), 20_000_000);
  const { console } = await frame({ kind: 'view' });
  expect(console).toEqual({
    printed: 'é 中\t😀\n\\xff\\x1b[1m\\r\\xc3',
    before: 0,
    waiting: 0,
    isOpen: true,
  });
});

test('is as it was at every instant that one goes back to', async () => {
  const { frame } = await opened(sending(utf8('aé'), { pause: 30_000 }), 0);
  const seen = new Map<number, string | undefined>();
  for (let time = 0; time <= 20_000_000; time += 1_000_000)
    seen.set(time, (await frame({ kind: 'seek', time })).console?.printed);
  expect(new Set(seen.values())).toEqual(new Set(['', 'a', 'a\\xc3', 'aé']));
  for (const [time, printed] of [...seen].reverse())
    expect((await frame({ kind: 'seek', time })).console?.printed).toBe(printed);
});

test('gives the end of a long output, begins it with a whole character, and counts what is before', async () => {
  // Alone: a byte waits for nobody.
  const alone = { replication: { mode: 'none' } };
  const bytes = [0x61, ...utf8('é'.repeat(12))];
  const { frame } = await opened({ ...sending(bytes, { times: 800, pause: 50 }), ...alone }, 400_000_000);
  const { printed = '', before = 0 } = (await frame({ kind: 'view' })).console ?? {};
  expect(printed.endsWith(`a${'é'.repeat(12)}`)).toBe(true);
  expect([printed.includes('\\x'), before + utf8(printed).length]).toEqual([false, 20_000]);
  expect(utf8(printed).length).toBeGreaterThan(16_380);
});

test('is there for a built-in guest only when it is used, and counts what nobody reads', async () => {
  const { frame } = await opened({ clients: [] }, 1_000_000);
  expect((await frame({ kind: 'view' })).console).toBeNull();
  await frame({ kind: 'command', text: 'type vm abc' });
  expect((await frame({ kind: 'seek', time: 30_000_000 })).console).toEqual({
    printed: '',
    before: 0,
    waiting: 2,
    isOpen: true,
  });
});
