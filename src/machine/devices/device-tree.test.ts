// The device tree: its bytes read back by the specification's rules, that it tells of the board as it is, and where it goes.
import { describe, expect, it } from 'vitest';
import { flatImage } from '../../isa/image.ts';
import { createMachine, readMemory } from '../machine.ts';
import { boot, go, registers } from '../testing/test-machine.ts';
import { boardDeviceTree, deviceTreeAddress } from './device-tree.ts';
import { flattenDeviceTree } from './device-tree-blob.ts';

interface Tree {
  properties: Record<string, Uint8Array>;
  children: Record<string, Tree>;
}

/** Reads a blob, holding it to the alignments and offsets of the format. */
function readTree(blob: Uint8Array<ArrayBuffer>): Tree {
  const view = new DataView(blob.buffer, blob.byteOffset, blob.length);
  const header = (n: number) => view.getUint32(4 * n);
  const [structure, strings, reserved] = [header(2), header(3), header(4)];
  expect([0, 1, 5, 6, 7].map(header)).toEqual([0xd00dfeed, blob.length, 17, 16, 0]);
  expect([reserved % 8, structure % 4]).toEqual([0, 0]);
  expect(blob.subarray(reserved, reserved + 16)).toEqual(new Uint8Array(16));
  expect([reserved + 16, structure + header(9), strings + header(8)]).toEqual([
    structure,
    strings,
    blob.length,
  ]);
  let at = structure;
  const word = () => {
    at += 4;
    return view.getUint32(at - 4);
  };
  const textAt = (from: number) => new TextDecoder().decode(blob.subarray(from, blob.indexOf(0, from)));
  const skip = (bytes: number) => {
    at += (bytes + 3) & ~3;
  };
  const node = (): Tree => {
    const tree: Tree = { properties: {}, children: {} };
    for (let token = word(); token !== 2; token = word()) {
      if (token === 3) {
        const length = word();
        const name = textAt(strings + word());
        expect(tree.properties).not.toHaveProperty([name]);
        tree.properties[name] = blob.slice(at, at + length);
        skip(length);
      } else {
        expect(token).toBe(1);
        const name = textAt(at);
        skip(name.length + 1);
        tree.children[name] = node();
      }
    }
    return tree;
  };
  expect(word()).toBe(1);
  expect(word()).toBe(0);
  const tree = node();
  expect([word(), at]).toEqual([9, strings]);
  return tree;
}

const find = (tree: Tree, ...path: string[]): Record<string, Uint8Array> =>
  path.reduce((node, name) => node.children[name]!, tree).properties;
const cells = (bytes: Uint8Array | undefined): number[] => {
  const view = new DataView(bytes!.slice().buffer);
  return Array.from({ length: view.byteLength / 4 }, (_, n) => view.getUint32(4 * n));
};
const strings = (bytes: Uint8Array | undefined): string[] =>
  new TextDecoder().decode(bytes).replace(/\0$/, '').split('\0');

describe('the format', () => {
  it('keeps names, values of every kind and the order of nodes', () => {
    const leaf = { name: 'b@1', properties: { reg: [1, 0xffff_fff0], here: true }, children: [] } as const;
    const tree = readTree(
      flattenDeviceTree({
        name: '',
        properties: { model: 'Ünïcode', compatible: ['a', 'bc'] },
        children: [leaf, { ...leaf, name: 'a' }],
      }),
    );
    expect(Object.keys(tree.children)).toEqual(['b@1', 'a']);
    expect(strings(tree.properties.model)).toEqual(['Ünïcode']);
    expect(strings(tree.properties.compatible)).toEqual(['a', 'bc']);
    expect(cells(find(tree, 'a').reg)).toEqual([1, 0xffff_fff0]);
    expect(find(tree, 'b@1').here).toEqual(new Uint8Array(0));
  });
});

describe("the board's tree", () => {
  const tree = readTree(boardDeviceTree({ ramBytes: 0x30_0000, bootArguments: 'quiet' }));

  it('tells of memory, the hart and its clock', () => {
    expect(cells(find(tree, 'memory@80000000').reg)).toEqual([0, 0x8000_0000, 0, 0x30_0000]);
    expect(cells(find(tree, 'cpus')['timebase-frequency'])).toEqual([10_000_000]);
    const hart = find(tree, 'cpus', 'cpu@0');
    expect(strings(hart['riscv,isa'])).toEqual(['rv32ima_zicntr_zicsr_zifencei_zkr']);
    expect(strings(hart['mmu-type'])).toEqual(['riscv,none']);
    expect(strings(find(tree, 'chosen').bootargs)).toEqual(['quiet']);
    expect(readTree(boardDeviceTree({ ramBytes: 65536 })).children.chosen!.properties).not.toHaveProperty(
      'bootargs',
    );
  });

  it('tells of both harts, and that interrupts are for the first', () => {
    const two = readTree(boardDeviceTree({ ramBytes: 65536, harts: 2 }));
    const harts = [0, 1].map((id) => cells(find(two, 'cpus', `cpu@${id}`).reg));
    expect([harts, Object.keys(two.children.cpus!.children).length]).toEqual([[[0], [1]], 2]);
    const [first, second] = [0, 1].map(
      (id) => cells(find(two, 'cpus', `cpu@${id}`, 'interrupt-controller').phandle)[0],
    );
    const [plic, clint, finisher] = ['plic@c000000', 'clint@2000000', 'test@100000'].map((name) =>
      find(two, 'soc', name),
    );
    const phandles = [first, second, cells(plic!.phandle)[0], cells(finisher!.phandle)[0]];
    expect(new Set(phandles).size).toBe(4);
    expect(cells(plic!['interrupts-extended'])).toEqual([first, 11]);
    expect(cells(clint!['interrupts-extended'])).toEqual([first, 3, first, 7]);
    expect(Object.keys(tree.children.cpus!.children)).toEqual(['cpu@0']);
  });

  it('refers to nodes that are there', () => {
    const hart = cells(find(tree, 'cpus', 'cpu@0', 'interrupt-controller').phandle)[0];
    const plic = find(tree, 'soc', 'plic@c000000');
    expect(cells(plic['interrupts-extended'])).toEqual([hart, 11]);
    expect(cells(find(tree, 'soc', 'clint@2000000')['interrupts-extended'])).toEqual([hart, 3, hart, 7]);
    const uart = find(tree, 'soc', strings(find(tree, 'chosen')['stdout-path'])[0]!.replace('/soc/', ''));
    expect([cells(uart['interrupt-parent']), cells(uart.interrupts)]).toEqual([cells(plic.phandle), [10]]);
    const finisher = cells(find(tree, 'soc', 'test@100000').phandle);
    expect(cells(find(tree, 'poweroff').regmap)).toEqual(finisher);
    expect(cells(find(tree, 'reboot').value)).toEqual([0x7777]);
  });

  it('names a virtio slot for each of the eight, which answers where it says', () => {
    const slots = Object.entries(tree.children.soc!.children).filter(([name]) =>
      name.startsWith('virtio_mmio@'),
    );
    expect(slots.length).toBe(8);
    for (const [n, [, { properties }]] of slots.entries()) {
      const base = cells(properties.reg)[1]!;
      const machine = boot(`li t0, ${base}; lw a0, 0(t0); lw a1, 8(t0); wfi`);
      go(machine);
      expect(registers(machine, 'a0', 'a1')).toEqual([0x7472_6976, [1, 2][n] ?? 0]);
      expect(cells(properties.interrupts)).toEqual([n + 1]);
    }
  });
});

describe('its place', () => {
  const program = (bytes: number) => flatImage(new Uint8Array(bytes));
  const MIB = 1024 * 1024;

  it.each([
    ['the last 2 MiB boundary, as on QEMU', 128 * MIB, 4, 0x87e0_0000],
    ['the last page with room where that is the program', 4 * MIB, 3 * MIB, 0x803f_e000],
    ['the last page of a small machine', 65536, 4, 0x8000_e000],
    ['right behind the program', 65536, 0xe000, 0x8000_e000],
    ['nowhere', 65536, 0xe001, null],
    ['nowhere in a full RAM', 65536, 65536, null],
  ])('is %s', (_, ramBytes, programBytes, address) => {
    expect(deviceTreeAddress(ramBytes, program(programBytes), 5000)).toBe(address);
  });

  it("counts memory that is only claimed (.bss) as the program's", () => {
    expect(deviceTreeAddress(65536, { ...program(4), end: 0x8000_f000 }, 5000)).toBeNull();
  });

  it('is in a1, with its bytes there; without one a1 is 0', () => {
    const config = { ramBytes: 65536, mac: new Uint8Array(6), diskSectors: 0 };
    const blob = boardDeviceTree(config);
    const machine = createMachine(config, program(4), blob);
    const [address] = registers(machine, 'a1') as [number];
    expect(readMemory(machine, address, blob.length)).toEqual(blob);
    expect(registers(createMachine(config, program(4)), 'a1')).toEqual([0]);
    const [other] = createMachine({ ...config, harts: 2 }, program(4), blob).otherHarts;
    expect(registers({ ...machine, cpu: other! }, 'a0', 'a1')).toEqual([1, address]);
    expect(() => createMachine(config, program(65536), blob)).toThrow(
      `The program leaves no room in RAM for the device tree's ${blob.length} bytes.`,
    );
  });
});
