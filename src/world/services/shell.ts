// Who sits at the shell's console: what appears there is what was typed, in order, with the answer to each line.

import { hexDigits } from '../../base/hex.ts';
import type { Verdict } from '../properties/property.ts';
import type { Observation } from '../state/observation.ts';
import type { Service } from './service.ts';

const LINE_FEED = 10;
const RETURN = 13;
/** As in the guest: what it keeps of a line. */
const LINE_MAX = 63;
/** In an expected answer: some digits. No byte is this character. */
const NUMBER = '\u0100';
/** How far the shell is. */
interface Shell {
  /** Bytes typed that have not appeared yet. */
  typed: number[];
  line: string;
  /** How many lines were answered. */
  lines: number;
  /** What has to appear next. */
  answer: string;
  /** Whether a digit of the number that the answer begins with has appeared. */
  hasDigit: boolean;
}

interface Memory {
  shell: Shell;
  /** Bytes typed, and bytes that the terminal has shown: what comes again after a failover has a number that was there. */
  typed: number;
  shown: number;
}

export const shell: Service<Memory> = {
  name: 'shell',
  operations: {},
  begin: () => ({
    shell: { typed: [], line: '', lines: 0, answer: '', hasDigit: false },
    typed: 0,
    shown: 0,
  }),
  check(memory, fact) {
    switch (fact.kind) {
      case 'typed':
        if (fact.number > memory.typed) {
          memory.typed = fact.number;
          memory.shell.typed.push(fact.byte);
        }
        return undefined;
      case 'outputReleased':
        return fact.output.kind === 'console' ? checkByte(memory, fact.output) : undefined;
      default:
        return undefined;
    }
  },
};

function checkByte(
  memory: Memory,
  { number = 0, digest }: Extract<Observation, { kind: 'outputReleased' }>['output'],
): Verdict {
  if (number <= memory.shown) return undefined;
  memory.shown = number;
  const byte = Number(digest);
  const next = after(memory.shell, byte);
  if (next === undefined) return wrong(byte, expectedOf(memory.shell));
  memory.shell = next;
  return 'holds';
}

const wrong = (byte: number, expected: string): Verdict => ({
  key: 'consoleWrong',
  values: { found: textOf(byte), expected },
});

/** A byte for a reader: as it is, or as an escape. */
const textOf = (byte: number): string =>
  byte > 0x20 && byte < 0x7f ? String.fromCharCode(byte) : `\\x${hexDigits(byte, 2)}`;

function expectedOf({ typed, answer }: Shell): string {
  if (answer !== '') return answer.startsWith(NUMBER) ? '0-9' : textOf(answer.charCodeAt(0));
  return typed[0] === undefined ? '' : textOf(shownFor(typed[0]));
}

const shownFor = (typed: number): number => (typed === RETURN ? LINE_FEED : typed);

/** The shell after a byte has appeared, or undefined if it can't have been that one. */
function after(before: Shell, byte: number): Shell | undefined {
  if (before.answer !== '') return afterAnswer(before, byte);
  const [typed, ...rest] = before.typed;
  if (typed === undefined || shownFor(typed) !== byte) return undefined;
  const shell = { ...before, typed: rest };
  if (byte !== LINE_FEED)
    return shell.line.length < LINE_MAX ? { ...shell, line: shell.line + String.fromCharCode(byte) } : shell;
  if (shell.line === '') return shell;
  const lines = shell.lines + 1;
  return { ...shell, lines, line: '', answer: `${answerTo(shell.line, lines)}\n` };
}

function afterAnswer(before: Shell, byte: number): Shell | undefined {
  const { answer, hasDigit } = before;
  if (answer.startsWith(NUMBER)) {
    if (byte >= 0x30 && byte <= 0x39) return { ...before, hasDigit: true };
    return hasDigit && byte === answer.charCodeAt(1)
      ? { ...before, answer: answer.slice(2), hasDigit: false }
      : undefined;
  }
  return byte === answer.charCodeAt(0) ? { ...before, answer: answer.slice(1) } : undefined;
}

function answerTo(line: string, lines: number): string {
  if (line.startsWith('echo ')) return line.slice('echo '.length);
  if (line === 'count') return `${lines}`;
  return line === 'time' ? NUMBER : '?';
}
