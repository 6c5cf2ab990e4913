// The UART's bytes on their way out: lines as they come, no more kept than a report can hold.
import { expect, test } from 'vitest';
import { createUartOutput, flush, isFull, keptText, printLine, typeByte } from './machine-uart.ts';
import { collecting } from './testing/command-line.ts';

const type = (output: ReturnType<typeof createUartOutput>, text: string) => {
  for (const byte of new TextEncoder().encode(text)) typeByte(output, byte);
};

test('a line is printed when it ends, the rest when asked for', () => {
  const { io, printed } = collecting();
  const output = createUartOutput(io, false);
  type(output, 'one\ntw');
  expect(printed.out).toBe('one\n');
  flush(output);
  flush(output);
  expect(printed.out).toBe('one\ntw');
  printLine(output, '= 1');
  printLine(output, '= 2');
  expect(printed.out).toBe('one\ntw\n= 1\n= 2\n');
});

test('a long line is printed in parts, whatever a part cuts through', () => {
  const { io, printed } = collecting();
  const output = createUartOutput(io, false);
  type(output, 'ü'.repeat(5000));
  flush(output);
  expect(printed.out).toBe('ü'.repeat(5000));
});

test('what is kept is text as it was sent, up to 16 MiB', () => {
  const { io, printed } = collecting();
  const output = createUartOutput(io, true);
  type(output, '\uFEFFa\nü');
  typeByte(output, 0xff);
  flush(output);
  expect([printed.out, keptText(output), isFull(output)]).toEqual(['', '\uFEFFa\nü\\xff', false]);
  while (!isFull(output)) typeByte(output, 65);
  typeByte(output, 66);
  expect([output.count, keptText(output).at(-1)]).toEqual([16 * 1024 * 1024, 'A']);
});
