// Bytes of a serial line as text: valid UTF-8 as it is, every other byte visibly.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { byteText, printedText, visibleText } from './printed-text.ts';

test.each<[string, number[], string]>([
  ['ASCII with controls', [0x41, 9, 10, 13, 0x1b, 0], 'A\t\n\r\x1b\0'],
  ['two, three and four bytes', [0xc3, 0xa9, 0xe4, 0xb8, 0xad, 0xf0, 0x9f, 0x98, 0x80], 'é中😀'],
  ['a mark of byte order', [0xef, 0xbb, 0xbf, 0x61], '\ufeffa'],
  ['bytes that begin nothing', [0x61, 0xff, 0x80, 0x62], 'a\\xff\\x80b'],
  ['a character cut off at the end', [0xe4, 0xb8], '\\xe4\\xb8'],
  ['a character cut off by another', [0xe4, 0xb8, 0xc3, 0xa9], '\\xe4\\xb8é'],
  ['an overlong form', [0xc0, 0xaf], '\\xc0\\xaf'],
  ['a surrogate', [0xed, 0xa0, 0x80], '\\xed\\xa0\\x80'],
  ['beyond Unicode', [0xf5, 0x80, 0x80, 0x80], '\\xf5\\x80\\x80\\x80'],
])('%s', (_, bytes, text) => {
  expect(printedText(Uint8Array.from(bytes))).toBe(text);
});

test('text comes back as it was, whatever is between', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), (one, other) => {
      const [a, b] = [one, other].map((text) => [...new TextEncoder().encode(text)]);
      expect(printedText(Uint8Array.from([...(a ?? []), 0xff, ...(b ?? [])]))).toBe(`${one}\\xff${other}`);
    }),
  );
});

test('on a screen no control character hides', () => {
  expect(visibleText('one\r\ntwo\ttabbed\n')).toBe('one\ntwo\ttabbed\n');
  expect(visibleText('50%\r60%')).toBe('50%\\r60%');
  expect(visibleText('\x1b[31m\0\x07\x7f\u0085é')).toBe('\\x1b[31m\\x00\\x07\\x7f\\xc2\\x85é');
  expect([65, 10, 9, 13, 27, 0x80, 255].map(byteText)).toEqual([
    'A',
    '\\n',
    '\\t',
    '\\r',
    '\\x1b',
    '\\x80',
    '\\xff',
  ]);
});
