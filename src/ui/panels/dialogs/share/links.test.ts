// Addresses work under any path and keep nothing of the embedded form.
import { expect, test } from 'vitest';
import { embedLink, embedSnippet, isEmbedded, pageLink } from './links.ts';

const place = { origin: 'https://example.org', pathname: '/a/understudy/', search: '?embed' };

test('a link from an embedded page opens in full', () => {
  expect(pageLink(place, '#u1=abc')).toBe('https://example.org/a/understudy/#u1=abc');
  expect(embedLink(place, '#u1=abc')).toBe('https://example.org/a/understudy/?embed#u1=abc');
});

test('a title cannot leave its attribute', () => {
  expect(embedSnippet('https://x/?embed#u1=a', 'a "b" & c')).toContain('title="a &quot;b&quot; &amp; c"');
});

test('embedding is asked for in the address', () => {
  expect(isEmbedded('?embed')).toBe(true);
  expect(isEmbedded('?embed=1&x=2')).toBe(true);
  expect(isEmbedded('')).toBe(false);
});
