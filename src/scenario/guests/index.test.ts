// The guests are complete texts: whatever they include is there, and the page has room for their lines.
import { expect, it } from 'vitest';
import { SERVICES } from '../../world/services/index.ts';
import { ARGUMENTS_MAX, POISON } from '../../world/services/service.ts';
import { wordsOf } from '../../world/testing/words.ts';
import { GUESTS, includeKernel, TIMER_HZ_DEFAULT } from './index.ts';

/** A guest's own text and all that it includes, in the order in which it is read. */
function textsOf(source: string): string[] {
  const names = [...source.matchAll(/^\s*\.include "(.+)"/gm)].map((match) => match[1]!);
  return [
    source,
    ...names.flatMap((name) => {
      const text = includeKernel(name);
      if (text === undefined) throw new Error(`There is no ${name}.`);
      return textsOf(text);
    }),
  ];
}

it.each(Object.entries(GUESTS))('%s includes only what there is, once', (id, guest) => {
  expect(guest.id).toBe(id);
  const texts = textsOf(guest.source);
  expect(texts.length).toBeGreaterThan(1);
  expect(new Set(texts).size).toBe(texts.length);
});

it.each(Object.entries(GUESTS))('%s has lines that fit beside an instruction', (_, guest) => {
  for (const text of textsOf(guest.source)) {
    expect(text.split('\n').filter((line) => line.length >= 100 || /\t| $/.test(line))).toEqual([]);
  }
});

it('knows each guest as a service, and no other', () => {
  expect(Object.keys(SERVICES).sort()).toEqual(Object.keys(GUESTS).sort());
});

it.each(Object.entries(SERVICES))('%s names its operations by codes of their own', (name, service) => {
  expect(service.name).toBe(name);
  const operations = Object.values(service.operations);
  expect(new Set([POISON.code, ...operations.map(({ code }) => code)]).size).toBe(operations.length + 1);
  for (const operation of operations) {
    const words = wordsOf(operation.words, 1, 1, [1, 2, 3, 4]);
    expect(words.length).toBeLessThanOrEqual(ARGUMENTS_MAX);
    expect(words.filter((word) => word >>> 0 !== word)).toEqual([]);
  }
});

it('has the timer rate that the kernel falls back to', () => {
  expect(includeKernel('kernel.s')).toMatch(new RegExp(`\\.equ TIMER_HZ, ${TIMER_HZ_DEFAULT}\\b`));
});

it('knows no other files', () => {
  expect(includeKernel('toString')).toBeUndefined();
  expect(includeKernel('counter.s')).toBeUndefined();
});
