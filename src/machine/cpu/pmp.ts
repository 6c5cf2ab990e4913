// Physical memory protection (privileged specification, §3.7): which addresses a mode may read, write and execute.
import { MODE_MACHINE, PMP_ENTRIES, type Pmp } from './cpu.ts';

export const READ = 1;
export const WRITE = 2;
export const EXECUTE = 4;
const LOCKED = 0x80;
const MATCHING = 3 << 3;
const MATCH_TOR = 1;
const MATCH_NA4 = 2;
const ADDRESS_SPACE = 2 ** 34;

/**
 * Whether `mode` may do `access` to all of `length` bytes at `address`. The first entry that matches any of them decides
 * and must match them all; without one, machine mode may and user mode may not.
 */
export function pmpAllows(pmp: Pmp, mode: number, address: number, length: number, access: number): boolean {
  const end = address + length;
  for (let i = 0; i < PMP_ENTRIES; i++) {
    const config = pmp.config[i]!;
    if (((config >> 3) & 3) === 0) continue;
    const from = regionStart(pmp, i);
    const to = regionEnd(pmp, i);
    if (to <= from || end <= from || address >= to) continue;
    if (address < from || end > to) return false;
    return (mode === MODE_MACHINE && (config & LOCKED) === 0) || (config & access) !== 0;
  }
  return mode === MODE_MACHINE;
}

/** Whether no entry matches anything: machine mode may do all, user mode nothing. */
export function isPmpOff({ config: c }: Pmp): boolean {
  let any = 0;
  for (let i = 0; i < PMP_ENTRIES; i++) any |= c[i]!;
  return (any & MATCHING) === 0;
}

function matching(pmp: Pmp, i: number): number {
  return (pmp.config[i]! >> 3) & 3;
}

/** The size in bytes of entry i's naturally aligned region: 8 shifted by the count of trailing ones. */
function napotSize(pmp: Pmp, i: number): number {
  const address = pmp.address[i]!;
  const trailingOnes = address === 0xffff_ffff ? 32 : 31 - Math.clz32(~address & (address + 1));
  return 8 * 2 ** trailingOnes;
}

function regionStart(pmp: Pmp, i: number): number {
  const address = pmp.address[i]! * 4;
  const how = matching(pmp, i);
  if (how === MATCH_TOR) return i === 0 ? 0 : pmp.address[i - 1]! * 4;
  if (how === MATCH_NA4) return address;
  const size = napotSize(pmp, i);
  return size >= ADDRESS_SPACE ? 0 : address - (address % size);
}

function regionEnd(pmp: Pmp, i: number): number {
  const how = matching(pmp, i);
  if (how === MATCH_TOR) return pmp.address[i]! * 4;
  if (how === MATCH_NA4) return pmp.address[i]! * 4 + 4;
  return regionStart(pmp, i) + napotSize(pmp, i);
}

/** A word of four configuration bytes. `word` is 0 to 3. */
export function readPmpConfig(pmp: Pmp, word: number): number {
  const c = pmp.config;
  const i = 4 * word;
  return (c[i]! | (c[i + 1]! << 8) | (c[i + 2]! << 16) | (c[i + 3]! << 24)) >>> 0;
}

/** Sets four configuration bytes. A locked one keeps its value, and so does one that would allow W without R. */
export function writePmpConfig(pmp: Pmp, word: number, value: number): void {
  for (let byte = 0; byte < 4; byte++) {
    const i = 4 * word + byte;
    const config = (value >>> (8 * byte)) & 0x9f;
    const reserved = (config & (READ | WRITE)) === WRITE;
    if ((pmp.config[i]! & LOCKED) === 0 && !reserved) pmp.config[i] = config;
  }
}

/** Sets an address word, unless its entry is locked, or the next one is and has it as its lower bound. */
export function writePmpAddress(pmp: Pmp, i: number, value: number): void {
  const next = pmp.config[i + 1] ?? 0;
  const isLowerBound = (next & LOCKED) !== 0 && ((next >> 3) & 3) === MATCH_TOR;
  if ((pmp.config[i]! & LOCKED) === 0 && !isLowerBound) pmp.address[i] = value;
}
