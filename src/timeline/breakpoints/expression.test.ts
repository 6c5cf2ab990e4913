// Conditions: what they mean, and one sentence with its column for what is none.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { configOf } from '../../scenario/testing/story.ts';
import { createWorld, type Host } from '../../world/state/world.ts';
import { evaluate, isTrue } from './evaluate.ts';
import { parseExpression } from './expression.ts';

const world = createWorld(configOf());
const host = world.hosts[0] as Host;
host.machine.cpu.x[10] = -1;
host.machine.cpu.x[2] = 0x80002000 | 0;
host.machine.ram.bytes.set([1, 2, 3, 0xf4, 5], 0x2000);
const symbols = new Map([['counter', 0x80002000]]);

const resultOf = (text: string): number | string => {
  const parsed = parseExpression(text, symbols);
  return parsed.ok ? evaluate(parsed.value, { host, time: 12_000_000 }) : parsed.error;
};

test.each<[string, number]>([
  ['1 + 2 * 3', 7],
  ['(1 + 2) * 3 - -1', 10],
  ['10 - 3 - 2', 5],
  ['7 / 2 + 7 % 4', 6],
  ['1 << 4 | 0xf0 & ~0x10 ^ 0b1', 0xf1 & 0xff],
  ['a0', 0xffffffff],
  ['a0 == -1 && x10 == 0xffff_ffff', 1],
  ['signed(a0) < 0', 1],
  ['a0 < 0', 0],
  ['[counter] == 0xf4030201', 1],
  ['h[counter + 2]', 0xf403],
  ['b[sp + 4]', 5],
  ['w[sp]', 0xf4030201],
  ['time >= 12ms && time < 0.013s && 1.5us == 1500', 1],
  ['instruction == 0 && pc >= 0x80000000', 1],
  ['!0 + !5', 1],
  ['0 && [0] || 2', 1],
  ['1 || [0]', 1],
  ['mstatus', 0],
])('%s', (text, value) => expect(resultOf(text)).toBe(value));

test('what reads outside RAM or divides by zero is not true, and neither is its contrary', () => {
  for (const text of ['[0] == 0', '!([0] == 0)', '1 / 0 != 1', '[0] || 0', '1 && 5 % 0', 'signed([4]) < 1']) {
    const parsed = parseExpression(text);
    expect(parsed.ok && isTrue(parsed.value, { host, time: 0 }), text).toBe(false);
  }
});

test.each<[string, string]>([
  ['', 'column 1: a number, a register, a label or "[" is missing before the end'],
  ['a0 == ', 'column 7: a number, a register, a label or "[" is missing before the end'],
  ['a0 = 5', 'column 4: "=" means nothing here'],
  ['[sp + 4', 'column 8: "]" is missing before the end'],
  ['(1', 'column 3: ")" is missing before the end'],
  ['1 2', 'column 3: "2" is one too many'],
  [
    'sp + nowhere',
    'column 6: "nowhere" is no register, no label of the guest, and none of pc, instruction, time',
  ],
  ['12q', 'column 1: "12" is no whole number that can be compared exactly'],
  ['1.5', 'column 1: "1.5" is no whole number that can be compared exactly'],
  [`${'('.repeat(80)}1`, 'column 65: the condition is nested too deeply; 64 is the most'],
  ['1+'.repeat(600), 'the condition has 1200 characters; 1000 is the most'],
])('%s is none', (text, error) => expect(resultOf(text)).toBe(error));

test('any text is a condition or a sentence, and any condition has a value', () => {
  const words = fc.constantFrom(
    'a0',
    'pc',
    '[',
    ']',
    '(',
    ')',
    '+',
    '-',
    '*',
    '==',
    '&&',
    '!',
    '5',
    '0x',
    ' ',
    'b',
    'x',
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.array(words).map((all) => all.join(' ')),
      ),
      (text) => {
        expect(['number', 'string']).toContain(typeof resultOf(text));
      },
    ),
  );
});
