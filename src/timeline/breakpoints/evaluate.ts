// The value of a condition at a place in a run.

import type { Cpu } from '../../machine/cpu/cpu.ts';
import type { Machine } from '../../machine/machine.ts';
import { readNumber } from '../../machine/memory/dma.ts';
import type { Computer } from '../../world/state/world.ts';
import { instructionOf } from '../../world/state/world.ts';
import type { Binary, Expression } from './expression.ts';

/** Where a condition is looked at. `time` is in nanoseconds. */
export interface EvaluationContext {
  readonly host: Computer;
  readonly time: number;
}

/** Whether a condition is true. What reads outside RAM or divides by zero has no value, and nothing that needs it is true. */
export function isTrue(expression: Expression, context: EvaluationContext): boolean {
  const value = evaluate(expression, context);
  return value !== 0 && !Number.isNaN(value);
}

/** The value; registers and memory are unsigned. NaN is none. */
export function evaluate(expression: Expression, context: EvaluationContext): number {
  const { machine } = context.host;
  switch (expression.kind) {
    case 'number':
      return expression.value;
    case 'pc':
      return machine.cpu.pc;
    case 'instruction':
      return instructionOf(context.host);
    case 'time':
      return context.time;
    case 'register':
      return machine.cpu.x[expression.number]! >>> 0;
    case 'control':
      return controlRegister(machine.cpu, expression.name) ?? Number.NaN;
    case 'memory':
      return memory(machine, expression.size, evaluate(expression.address, context));
    case 'signed':
      return asWord(evaluate(expression.of, context), (word) => word | 0);
    case 'unary': {
      const value = evaluate(expression.of, context);
      if (Number.isNaN(value)) return value;
      if (expression.operator === '!') return value === 0 ? 1 : 0;
      return expression.operator === '-' ? -value : ~value >>> 0;
    }
    case 'binary':
      return binary(expression.operator, evaluate(expression.left, context), () =>
        evaluate(expression.right, context),
      );
  }
}

/** A control register's value by its name; undefined when an expression knows none of that name. */
export function controlRegister(cpu: Cpu, name: string): number | undefined {
  const value = (cpu as unknown as Readonly<Record<string, unknown>>)[name];
  return typeof value === 'number' ? value >>> 0 : undefined;
}

function memory({ ram }: Machine, size: number, address: number): number {
  return (Number.isNaN(address) ? null : readNumber(ram, address >>> 0, size)) ?? Number.NaN;
}

const asWord = (value: number, change: (word: number) => number): number =>
  Number.isNaN(value) ? value : change(value);

function binary(operator: Binary, left: number, evaluateRight: () => number): number {
  if (operator === '&&' && left === 0) return 0;
  if (operator === '||' && left !== 0 && !Number.isNaN(left)) return 1;
  const right = evaluateRight();
  if (Number.isNaN(left) || Number.isNaN(right)) return operator === '||' && right > 0 ? 1 : Number.NaN;
  switch (operator) {
    case '&&':
    case '||':
      return right === 0 ? 0 : 1;
    case '==':
      return isSame(left, right) ? 1 : 0;
    case '!=':
      return isSame(left, right) ? 0 : 1;
    case '<':
      return left < right ? 1 : 0;
    case '<=':
      return left <= right ? 1 : 0;
    case '>':
      return left > right ? 1 : 0;
    case '>=':
      return left >= right ? 1 : 0;
    default:
      return arithmetic(operator, left, right);
  }
}

/** A register that holds -1 equals -1, although it is read as 0xffffffff. */
const isSame = (left: number, right: number): boolean =>
  left === right || ((left < 0 || right < 0) && left >>> 0 === right >>> 0);

/** Sums and products are exact; what works on bits works on words of 32. */
function arithmetic(operator: Binary, left: number, right: number): number {
  switch (operator) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    case '/':
      return right === 0 ? Number.NaN : Math.trunc(left / right);
    case '%':
      return right === 0 ? Number.NaN : left % right;
    case '&':
      return (left & right) >>> 0;
    case '|':
      return (left | right) >>> 0;
    case '^':
      return (left ^ right) >>> 0;
    case '<<':
      return (left << (right & 31)) >>> 0;
    default: // >>
      return (left >>> 0) >>> (right & 31);
  }
}
