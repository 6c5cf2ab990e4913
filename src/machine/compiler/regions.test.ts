// The region finder on small programs: which blocks, where they end, where they can be entered, and the loops among them.
import { expect, test } from 'vitest';
import { boot } from '../testing/test-machine.ts';
import { findLoops } from './loops.ts';
import { findRegion, REGION_BLOCKS_MAX, REGION_INSTRUCTIONS_MAX } from './regions.ts';

const BASE = 0x8000_0000;

/** A program's region as text, a block a line: `offset+length ending`, with `*` where it can be entered. */
function blocksOf(source: string, seed = 0): string[] {
  const region = findRegion(boot(source).ram, [BASE + seed]);
  return (
    region?.blocks.map(({ address, words, ending }, index) => {
      const mark = region.entries.includes(index) ? '*' : '';
      return `${address - BASE}+${words.length} ${ending}${mark}`;
    }) ?? []
  );
}

/** The loops as `first-last`, with `!` when they are entered elsewhere than at the head. */
function loopsOf(source: string): string[] {
  const region = findRegion(boot(source).ram, [BASE])!;
  return [...findLoops(region).values()]
    .sort((a, b) => a.first - b.first)
    .map(({ first, last, hasSideEntries }) => `${first}-${last}${hasSideEntries ? '!' : ''}`);
}

test('a loop is one block, which a branch in its middle does not end', () => {
  const source = `
    li a0, 5
    1: beqz a1, 2f
      addi a0, a0, -1
      bnez a0, 1b
    2: wfi`;
  expect(blocksOf(source)).toEqual(['0+1 falls*', '4+3 leaves*']);
  expect(loopsOf(source)).toEqual(['1-1']);
});

test('an instruction of the system ends a block, and the one behind it can be entered', () => {
  expect(blocksOf('nop; csrr a0, mcycle; nop; ecall; j .')).toEqual([
    '0+1 leaves*',
    '8+1 leaves*',
    '16+1 jump*',
  ]);
  expect(blocksOf('nop; mret; nop')).toEqual(['0+1 leaves*']);
  expect(blocksOf('nop; .word 0; nop')).toEqual(['0+1 leaves*']);
  expect(blocksOf('wfi')).toEqual([]);
});

test('a call leads on to the function and behind the call', () => {
  const source = `
    call f
    nop
    j .
    f: beqz a0, 1f
      addi a0, a0, 1
    1: ret`;
  const blocks = ['0+2 jump*', '8+1 falls*', '12+1 jump*', '16+2 falls*', '24+1 jump'];
  expect(blocksOf(source)).toEqual(blocks);
  expect(blocksOf(source.replace('call f', 'nop; jal f'))).toEqual(blocks);
  expect(blocksOf(source.replace('call f', 'nop; jalr a5'))).toEqual(blocks.slice(0, 3));
});

test('fences are compiled, jumps to odd halves of words are not', () => {
  expect(blocksOf('fence; fence.i; .word 0x0020006f')).toEqual(['0+2 leaves*']); // j .+2
  expect(blocksOf('nop; .word 0x00000163')).toEqual(['0+1 leaves*']); // beqz zero, .+2
});

test('a block into whose middle is jumped is cut there', () => {
  const source = `
      addi a0, a0, 1
    1: addi a0, a0, 2
      addi a0, a0, 3
      beqz a0, 1b
      j .`;
  expect(blocksOf(source)).toEqual(['0+1 falls*', '4+3 falls*', '16+1 jump*']);
});

test('what is excluded is not compiled', () => {
  const { ram } = boot('nop; nop; nop; nop; j .');
  const region = findRegion(ram, [BASE], [], (address) => address >= BASE + 8);
  expect(region?.blocks.map(({ words, ending }) => [words.length, ending])).toEqual([[2, 'leaves']]);
  expect(findRegion(ram, [BASE], [], () => true)).toBeNull();
});

test('a region ends at its limits, and where RAM does', () => {
  const branches = Array.from({ length: 200 }, (_, n) => `l${n}: beqz a0, l${199 - n}; j l${(n + 1) % 200}`);
  expect(findRegion(boot(branches.join('\n')).ram, [BASE])?.blocks.length).toBe(REGION_BLOCKS_MAX);
  const long = findRegion(boot('nop\n'.repeat(5000)).ram, [BASE])!;
  const instructions = long.blocks.reduce((sum, { words }) => sum + words.length, 0);
  expect(instructions).toBe(REGION_INSTRUCTIONS_MAX);
  const machine = boot('nop');
  machine.ram.words.fill(0x13, (machine.ram.size >> 2) - 3);
  const last = findRegion(machine.ram, [BASE + machine.ram.size - 12]);
  expect(last?.blocks.map(({ words, ending }) => [words.length, ending])).toEqual([[3, 'leaves']]);
});

test('loops are nested; one that is entered in its middle says so', () => {
  const nested = `
    1: addi a0, a0, 1
    2: addi a1, a1, 1
      bnez a1, 2b
      bnez a0, 1b
      j .`;
  expect(loopsOf(nested)).toEqual(['0-1!', '1-1', '2-2']);
  const entered = `
      j 2f
    1: addi a0, a0, 1
    2: addi a1, a1, 1
      bnez a1, 1b
      j .`;
  expect(loopsOf(entered)[0]).toBe('1-2!');
});

test('of two loops that overlap the outer one is made longer', () => {
  const source = `
    1: addi a0, a0, 1
    2: addi a1, a1, 1
      j 4f
    3: addi a2, a2, 1
      bnez a2, 2b
      j .
    4: bnez a1, 1b
      j 3b`;
  // By themselves the loops would be 0-4, 1-2 and 2-4.
  expect(loopsOf(source)).toEqual(['0-4!', '1-4!', '2-4!', '3-3']);
});
