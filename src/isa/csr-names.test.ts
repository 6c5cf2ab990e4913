// The names and numbers of the CSRs against the specifications' tables.
import { expect, it } from 'vitest';
import { CSR_NAMES, CSR_NUMBERS } from './csr-names.ts';

it.each([
  ['cycle', 0xc00],
  ['timeh', 0xc81],
  ['hpmcounter31', 0xc1f],
  ['hpmcounter3h', 0xc83],
  ['seed', 0x015],
  ['mstatus', 0x300],
  ['mtvec', 0x305],
  ['mcountinhibit', 0x320],
  ['mhpmevent31', 0x33f],
  ['mip', 0x344],
  ['pmpcfg3', 0x3a3],
  ['pmpaddr63', 0x3ef],
  ['tdata1', 0x7a1],
  ['minstreth', 0xb82],
  ['mhartid', 0xf14],
])('%s is %i', (name, number) => {
  expect(CSR_NUMBERS.get(name)).toBe(number);
  expect(CSR_NAMES.get(number)).toBe(name);
});

it('takes older names, and writes the present ones', () => {
  expect(CSR_NUMBERS.get('mbadaddr')).toBe(CSR_NUMBERS.get('mtval'));
  for (const [number, name] of CSR_NAMES) expect(CSR_NUMBERS.get(name)).toBe(number);
});
