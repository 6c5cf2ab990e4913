// The board's device tree: what a guest written for many boards finds at the address in a1.

import { hexDigits } from '../../base/hex.ts';
import { type Image, RAM_BASE } from '../../isa/image.ts';
import { INTERRUPT_EXTERNAL, INTERRUPT_SOFTWARE, INTERRUPT_TIMER } from '../../isa/interrupts.ts';
import { PAGE_BYTES } from '../memory/ram.ts';
import { CLINT_BASE, CLINT_BYTES } from './clint.ts';
import { type DeviceNode, type DeviceProperty, flattenDeviceTree } from './device-tree-blob.ts';
import { FINISHER_BASE, FINISHER_BYTES, FINISHER_PASS, FINISHER_RESET } from './finisher.ts';
import { PLIC_BASE, PLIC_BYTES, PLIC_SOURCES } from './plic.ts';
import { UART_BASE, UART_BYTES, UART_SOURCE } from './uart.ts';
import { VIRTIO_BASE, VIRTIO_SLOT_BYTES, VIRTIO_SLOTS } from './virtio-mmio.ts';

/** The clock that `time` and mtime count, in Hz. */
const TIMEBASE_HZ = 10_000_000;
/** What divides down to the UART's baud rate, in Hz: QEMU's, as nothing depends on it. */
const UART_CLOCK_HZ = 3_686_400;

/** How nodes name each other. */
const HART_INTERRUPTS = 1;
const PLIC = 2;
const FINISHER = 3;
const SECOND_HART_INTERRUPTS = 4;

const UART_PATH = `/soc/serial@${hexDigits(UART_BASE)}`;
const EXTENSIONS = ['i', 'm', 'a', 'zicntr', 'zicsr', 'zifencei', 'zkr'];

/** Where QEMU's `virt` puts its tree: on such a boundary, so that a stack at the top of RAM leaves it alone. */
const QEMU_ALIGNMENT = 2 * 1024 * 1024;

/** What differs from one board to the next. */
export interface BoardOptions {
  readonly ramBytes: number;
  /** 1 unless told. */
  readonly harts?: 1 | 2;
  /** The command line for a kernel, in /chosen. */
  readonly bootArguments?: string | undefined;
}

/** The board's device tree as a blob, with the bindings of Linux and the names of QEMU's `virt`. */
export function boardDeviceTree({
  ramBytes,
  harts = 1,
  bootArguments,
}: BoardOptions): Uint8Array<ArrayBuffer> {
  const chosen = {
    'stdout-path': UART_PATH,
    ...(bootArguments === undefined ? {} : { bootargs: bootArguments }),
  };
  const properties = {
    '#address-cells': [2],
    '#size-cells': [2],
    compatible: ['understudy,board', 'riscv-virtio'],
    model: 'Understudy',
  };
  return flattenDeviceTree({
    name: '',
    properties,
    children: [
      node('chosen', chosen),
      node(at('memory', RAM_BASE), { device_type: 'memory', reg: range(RAM_BASE, ramBytes) }),
      cpus(harts),
      soc(),
      node('poweroff', syscon('syscon-poweroff', FINISHER_PASS)),
      node('reboot', syscon('syscon-reboot', FINISHER_RESET)),
    ],
  });
}

type Properties = Readonly<Record<string, DeviceProperty>>;

const node = (name: string, properties: Properties, children: readonly DeviceNode[] = []): DeviceNode => ({
  name,
  properties,
  children,
});

const at = (name: string, address: number): string => `${name}@${hexDigits(address)}`;

/** Two cells of address, two of size. */
const range = (address: number, bytes: number): number[] => [0, address, 0, bytes];

function cpus(harts: number): DeviceNode {
  const nodes = [HART_INTERRUPTS, SECOND_HART_INTERRUPTS].slice(0, harts).map(hart);
  const properties = { '#address-cells': [1], '#size-cells': [0], 'timebase-frequency': [TIMEBASE_HZ] };
  return node('cpus', properties, nodes);
}

/** A hart, and the controller that takes its interrupts: of the second none is wired to a device. */
function hart(phandle: number, id: number): DeviceNode {
  const interrupts = node('interrupt-controller', {
    compatible: 'riscv,cpu-intc',
    '#interrupt-cells': [1],
    '#address-cells': [0],
    'interrupt-controller': true,
    phandle: [phandle],
  });
  const [base = '', ...more] = EXTENSIONS.filter((name) => name.length === 1);
  const named = EXTENSIONS.filter((name) => name.length > 1);
  return node(
    at('cpu', id),
    {
      device_type: 'cpu',
      reg: [id],
      status: 'okay',
      compatible: 'riscv',
      'riscv,isa': [`rv32${base}${more.join('')}`, ...named].join('_'),
      'riscv,isa-base': `rv32${base}`,
      'riscv,isa-extensions': EXTENSIONS,
      'mmu-type': 'riscv,none',
    },
    [interrupts],
  );
}

function soc(): DeviceNode {
  const slots = Array.from({ length: VIRTIO_SLOTS }, (_, slot) => virtioSlot(slot));
  return node('soc', { '#address-cells': [2], '#size-cells': [2], compatible: 'simple-bus', ranges: true }, [
    finisher(),
    clint(),
    plic(),
    uart(),
    ...slots,
  ]);
}

function finisher(): DeviceNode {
  return node(at('test', FINISHER_BASE), {
    compatible: ['sifive,test1', 'sifive,test0', 'syscon'],
    reg: range(FINISHER_BASE, FINISHER_BYTES),
    phandle: [FINISHER],
  });
}

/** A node that ends the machine by a word stored to the finisher. */
function syscon(compatible: string, value: number): Properties {
  return { compatible, regmap: [FINISHER], offset: [0], value: [value] };
}

function clint(): DeviceNode {
  return node(at('clint', CLINT_BASE), {
    compatible: ['sifive,clint0', 'riscv,clint0'],
    reg: range(CLINT_BASE, CLINT_BYTES),
    'interrupts-extended': [HART_INTERRUPTS, INTERRUPT_SOFTWARE, HART_INTERRUPTS, INTERRUPT_TIMER],
  });
}

function plic(): DeviceNode {
  return node(at('plic', PLIC_BASE), {
    compatible: ['sifive,plic-1.0.0', 'riscv,plic0'],
    reg: range(PLIC_BASE, PLIC_BYTES),
    'interrupts-extended': [HART_INTERRUPTS, INTERRUPT_EXTERNAL],
    'interrupt-controller': true,
    '#interrupt-cells': [1],
    '#address-cells': [0],
    'riscv,ndev': [PLIC_SOURCES - 1],
    phandle: [PLIC],
  });
}

function uart(): DeviceNode {
  return node(at('serial', UART_BASE), {
    compatible: 'ns16550a',
    reg: range(UART_BASE, UART_BYTES),
    'clock-frequency': [UART_CLOCK_HZ],
    ...interruptsBy(UART_SOURCE),
  });
}

/** Slot n interrupts as source n + 1, whether there is a device in it or not. */
function virtioSlot(slot: number): DeviceNode {
  const address = VIRTIO_BASE + slot * VIRTIO_SLOT_BYTES;
  return node(at('virtio_mmio', address), {
    compatible: 'virtio,mmio',
    reg: range(address, VIRTIO_SLOT_BYTES),
    ...interruptsBy(slot + 1),
  });
}

const interruptsBy = (source: number): Properties => ({ interrupts: [source], 'interrupt-parent': [PLIC] });

/**
 * The address for a device tree of `length` bytes in RAM of `ramBytes`: the last boundary of 2 MiB with room behind it, as on
 * QEMU's `virt`; where that is the program's or no RAM, the last page with room. Null when the program leaves none.
 */
export function deviceTreeAddress(ramBytes: number, program: Image, length: number): number | null {
  const programEnd = Math.max(program.end, program.base + program.bytes.length);
  const last = RAM_BASE + ramBytes - length;
  for (const alignment of [QEMU_ALIGNMENT, PAGE_BYTES]) {
    const address = last - (last % alignment);
    if (address >= Math.max(programEnd, RAM_BASE)) return address;
  }
  return null;
}
