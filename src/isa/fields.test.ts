// The fields against words that GNU as made.
import { expect, it } from 'vitest';
import {
  csrOf,
  immediateB,
  immediateI,
  immediateJ,
  immediateS,
  immediateU,
  orderingOf,
  rdOf,
  rs1Of,
  rs2Of,
  shiftAmountOf,
} from './fields.ts';

it('reads registers and ordering', () => {
  const amoadd = 0x060424af; // amoadd.w.aqrl s1, zero, (s0)
  expect([rdOf(amoadd), rs1Of(amoadd), rs2Of(amoadd), orderingOf(amoadd)]).toEqual([9, 8, 0, 3]);
  expect(rs2Of(0x41f30eb3)).toBe(31); // sub t4, t1, t6
  expect(shiftAmountOf(0x41f55513)).toBe(31); // srai a0, a0, 31
  expect(csrOf(0xf1402573 | 0)).toBe(0xf14); // csrr a0, mhartid
});

it('reads the immediates of every format, with their sign', () => {
  expect(immediateI(0x80050513 | 0)).toBe(-2048); // addi a0, a0, -2048
  expect(immediateI(0x7ff50513)).toBe(2047);
  expect(immediateS(0xfea5afa3 | 0)).toBe(-1); // sw a0, -1(a1)
  expect(immediateS(0x7ea5afa3)).toBe(2047);
  expect(immediateB(0x80b50063 | 0)).toBe(-4096); // beq a0, a1, . - 4096
  expect(immediateB(0x7eb50fe3)).toBe(4094);
  expect(immediateU(0xfffff537 | 0)).toBe(-4096); // lui a0, 0xfffff
  expect(immediateJ(0x800000ef | 0)).toBe(-1048576); // jal . - 1048576
  expect(immediateJ(0x7ffff0ef)).toBe(1048574);
});
