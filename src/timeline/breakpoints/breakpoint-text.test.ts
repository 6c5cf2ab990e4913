// What stands behind --break, and one sentence for what does not.
import { expect, test } from 'vitest';
import { configOf } from '../../scenario/testing/story.ts';
import { plainPrograms } from '../../world/base/config.ts';
import { parseBreakpoint, parseRange } from './breakpoint-text.ts';
import type { Breakpoint } from './breakpoints.ts';
import { lineOf } from './lines.ts';

const config = configOf();
const { image } = config;
const known = { hosts: ['A', 'B'], clients: ['client1'], image, plain: plainPrograms(config) };
const idle = [...image.symbols].find(([, at]) => at === image.entry)!;

test.each<[string, Breakpoint]>([
  ['entry', { kind: 'entry' }],
  ['entry packet replayed on B', { kind: 'entry', entry: 'packet', moment: 'replayed', host: 'B' }],
  ['output released', { kind: 'output', moment: 'released' }],
  ['output write held on A', { kind: 'output', output: 'diskWrite', moment: 'held', host: 'A' }],
  ['packet client1 3', { kind: 'packet', client: 'client1', request: 3 }],
  ['packet bytes 12 0800', { kind: 'packet', offset: 12, bytes: [8, 0] }],
  ['property output rule', { kind: 'property', property: 'Output Rule' }],
  ['property', { kind: 'property' }],
  ['fact wentLive', { kind: 'fact', fact: 'wentLive' }],
  [`at ${idle[0]} + 4`, { kind: 'address', of: 'acting', addresses: [image.entry + 4] }],
  ['write 0x80001000+16 on B', { kind: 'memory', of: 'B', access: 'write', address: 0x80001000, length: 16 }],
  ['register a0 = 7 on A', { kind: 'register', of: 'A', register: 10, equals: 7 }],
  ['register pc', { kind: 'register', of: 'acting', register: 'pc' }],
])('%s', (text, breakpoint) => expect(parseBreakpoint(text, known)).toEqual({ ok: true, value: breakpoint }));

test('a line stands for the addresses of its instructions', () => {
  const file = image.lines.files.find((name) => name.endsWith('counter.s'))!;
  const at = [...image.lines.lines].findIndex(
    (line, i) => line > 0 && image.lines.files[image.lines.fileIndexes[i]!] === file,
  );
  const line = image.lines.lines[at]!;
  const parsed = parseBreakpoint(`line counter.s:${line} on B`, known);
  expect(parsed).toMatchObject({ ok: true, value: { kind: 'address', of: 'B' } });
  expect(parsed.ok && (parsed.value as Extract<Breakpoint, { kind: 'address' }>).addresses).toContain(
    image.lines.addresses[at],
  );
});

test.each<[string, RegExp]>([
  ['', /^a breakpoint is line FILE:N/],
  ['entry paket', /^"paket" says nothing of an entry here; there are timer, clock/],
  ['entry packet clock', /^"clock" says nothing of an entry here/],
  ['output on C', /^there is no host "C"; there are A, B, client1, client2, disk$/],
  ['packet client9', /^there is no client "client9"; there are client1$/],
  ['packet bytes 12 8', /^write bytes OFFSET HEX/],
  ['property Nothing', /^there is no property "Nothing"; there are Output Rule/],
  ['fact wentHome', /^there is no fact "wentHome"/],
  ['line counter.s:99999', /^nothing of the program stands on line counter.s:99999; its files are /],
  ['write a0', /^"a0" is no address: it is not the same all the time$/],
  ['register q5', /^there is no register "q5"/],
  ['a0 =', /^column 4: "=" means nothing here$/],
])('%s is none', (text, error) => {
  const parsed = parseBreakpoint(text, known);
  expect(parsed.ok ? '' : parsed.error).toMatch(error);
});

test('ranges and places', () => {
  expect(parseRange('0x80000000+0x10', known)).toEqual({
    ok: true,
    value: { address: 0x80000000, length: 16 },
  });
  expect(parseRange('0x80000000+0', known).ok).toBe(false);
  expect(lineOf(image, image.entry)).toMatch(/^\S+\.s:\d+$/);
  expect(lineOf(image, 0)).toBeUndefined();
});
