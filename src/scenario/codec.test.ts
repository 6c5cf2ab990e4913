// Links: there and back, the same text for the same document, and what happens to them on the way.
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { toBase64url } from '../base/bytes.ts';
import { decodeLink, encodeLink, isLink } from './codec.ts';
import { deflate, inflate } from './deflate.ts';
import { parseDocument, type ScenarioDocument } from './document.ts';
import { someDocument } from './testing/document.arbitrary.ts';
import { ENGINE_VERSION } from './version.ts';

const parsed = (input: unknown): ScenarioDocument => {
  const result = parseDocument(input);
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
};

const linkOf = async (text: string) => `#u1=${toBase64url(await deflate(new TextEncoder().encode(text)))}`;

const refusal = async (link: string) => {
  const result = await decodeLink(link);
  return result.ok ? 'accepted' : result.error.message;
};

test('every document comes back from its link', async () => {
  await fc.assert(
    fc.asyncProperty(someDocument, async (input) => {
      const document = parsed(input);
      const link = await encodeLink(document);
      expect(link).toMatch(/^#u1=[A-Za-z0-9_-]+$/);
      expect(isLink(link)).toBe(true);
      expect(await decodeLink(link)).toEqual({ ok: true, value: { ...document, engine: ENGINE_VERSION } });
      expect(await encodeLink(parsed(input))).toBe(link);
    }),
  );
});

test('the plain scenario has a link of a few characters', async () => {
  expect((await encodeLink(parsed({}))).length).toBeLessThan(60);
});

test('a link says which Understudy made it', async () => {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
  const result = await decodeLink(await encodeLink(parsed({ engine: 'another' })));
  expect(result.ok && result.value.engine).toBe(version);
});

test('a link is read from a whole address, and with white space around it', async () => {
  const document = parsed({ seed: 9, commands: ['crash A @ 12ms'] });
  const link = await encodeLink(document);
  for (const text of [`https://example.org/understudy/?a=1${link}`, ` ${link}\n`])
    expect(await decodeLink(text)).toEqual({ ok: true, value: { ...document, engine: ENGINE_VERSION } });
});

test.each<[string, string]>([
  ['', 'This is not a link of Understudy: there is no #u1=… in it.'],
  ['https://example.org/#section', 'This is not a link of Understudy: there is no #u1=… in it.'],
  ['#u2=abcd', 'This link was made by a newer Understudy (version 2); this one reads 1.'],
  ['#u0=abcd', 'There are no links of version 0.'],
  ['#u1=ab%20cd', 'This link is damaged. Character 3 of the base64url text, "%", is not one of its digits.'],
  ['#u1=', 'This link is damaged: a part of it is missing or was changed.'],
  ['#u1=AAAA', 'This link is damaged: a part of it is missing or was changed.'],
  [
    `#u1=${'A'.repeat(2 * 1024 * 1024)}`,
    'This link is too long: 2097156 characters, and at most 2097152 are read.',
  ],
])('%.40s is refused', async (link, message) => {
  expect(await refusal(link)).toBe(message);
});

test('what is inside may be anything', async () => {
  expect(await refusal(await linkOf('{"seed": 1'))).toBe('This link is damaged: what it holds is not JSON.');
  expect(await refusal(await linkOf('{"seed": -1}'))).toBe(
    "This link can't be used: seed is -1, but has to be a whole number from 0 to 4294967295.",
  );
  expect(await refusal(await linkOf('{"version": 7}'))).toBe(
    "This link can't be used: version is 7: this was made by a newer Understudy, and this one reads versions up to 1.",
  );
  const notText = `#u1=${toBase64url(await deflate(Uint8Array.of(0x22, 0xff, 0x22)))}`;
  expect(await refusal(notText)).toBe('This link is damaged: what it holds is not JSON.');
});

test('a small link that would become huge is stopped on the way', async () => {
  const bomb = await linkOf(' '.repeat(100 * 1024 * 1024));
  expect(bomb.length).toBeLessThan(300_000);
  expect(await refusal(bomb)).toBe(
    'This link holds more than 4194304 bytes, which is more than any scenario takes.',
  );
});

test('a link cut off anywhere is refused', async () => {
  const link = await encodeLink(parsed({ seed: 5, title: 'A run', commands: ['crash A @ 12ms'] }));
  for (let length = 0; length < link.length; length++)
    expect(await refusal(link.slice(0, length))).toMatch(/damaged|not a link/);
});

test('damage never throws, and what still reads is a valid document', async () => {
  const link = await encodeLink(
    parsed({ seed: 5, title: 'Über', commands: ['crash A @ 12ms', 'cut log @ 2s'] }),
  );
  const change = fc.record({
    at: fc.nat(link.length - 1),
    to: fc.oneof(fc.string({ maxLength: 3 }), fc.constantFrom('A', '_', '-', 'z')),
    length: fc.nat(3),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 4 }), async (changes) => {
      let text = link;
      for (const { at, to, length } of changes) text = text.slice(0, at) + to + text.slice(at + length);
      const result = await decodeLink(text);
      if (result.ok) expect(parseDocument(result.value).ok).toBe(true);
      else expect(result.error.message).toMatch(/^[^\n]+\.$/);
    }),
    { numRuns: 500 },
  );
});

test('bytes that are no deflate stream never throw', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 60 }), async (bytes) => {
      const result = await inflate(Uint8Array.from(bytes), 1_000);
      if (result.ok) expect(result.value.length).toBeLessThanOrEqual(1_000);
    }),
    { numRuns: 500 },
  );
});
