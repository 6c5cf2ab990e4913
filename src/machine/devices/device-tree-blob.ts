// Device trees as bytes: the flattened format, version 17 (Devicetree Specification v0.4, chapter 5).

/** Cells are 32-bit words; `true` is a property without a value, which says all by being there. */
export type DeviceProperty = string | readonly string[] | readonly number[] | true;

export interface DeviceNode {
  /** With the unit address: `serial@10000000`. The root's is empty. */
  readonly name: string;
  readonly properties: Readonly<Record<string, DeviceProperty>>;
  readonly children: readonly DeviceNode[];
}

const MAGIC = 0xd00d_feed;
const VERSION = 17;
const COMPATIBLE_VERSION = 16;
const HEADER_BYTES = 40;
/** The memory reservation block: nothing but the entry that ends it. */
const RESERVATION_BYTES = 16;

const BEGIN_NODE = 1;
const END_NODE = 2;
const PROPERTY = 3;
const END = 9;

/** The blob of a tree: header, no reserved memory, structure, strings. The boot hart is 0. */
export function flattenDeviceTree(root: DeviceNode): Uint8Array<ArrayBuffer> {
  const strings: string[] = [];
  const structure = [...nodeBytes(root, strings), ...cells([END])];
  const names = strings.flatMap((name) => [...text(name)]);
  const structureAt = HEADER_BYTES + RESERVATION_BYTES;
  const namesAt = structureAt + structure.length;
  const header = cells([
    MAGIC,
    namesAt + names.length,
    structureAt,
    namesAt,
    HEADER_BYTES,
    VERSION,
    COMPATIBLE_VERSION,
    0,
    names.length,
    structure.length,
  ]);
  return Uint8Array.from([...header, ...new Uint8Array(RESERVATION_BYTES), ...structure, ...names]);
}

/** Adds the names of properties to `strings`, each once. */
function nodeBytes({ name, properties, children }: DeviceNode, strings: string[]): number[] {
  const bytes = [...cells([BEGIN_NODE]), ...padded(text(name))];
  for (const [key, property] of Object.entries(properties)) {
    const value = propertyBytes(property);
    bytes.push(...cells([PROPERTY, value.length, offsetOf(key, strings)]), ...padded(value));
  }
  for (const child of children) bytes.push(...nodeBytes(child, strings));
  return [...bytes, ...cells([END_NODE])];
}

function propertyBytes(property: DeviceProperty): number[] {
  if (property === true) return [];
  if (typeof property === 'string') return text(property);
  return property.flatMap((part) => (typeof part === 'string' ? text(part) : cells([part])));
}

/** Where a name stands among the strings, each of which ends with a zero. */
function offsetOf(name: string, strings: string[]): number {
  if (!strings.includes(name)) strings.push(name);
  const before = strings.slice(0, strings.indexOf(name));
  return before.reduce((offset, string) => offset + text(string).length, 0);
}

/** Numbers in the format are big-endian. */
function cells(words: readonly number[]): number[] {
  return words.flatMap((word) => [24, 16, 8, 0].map((shift) => (word >>> shift) & 0xff));
}

function text(string: string): number[] {
  return [...new TextEncoder().encode(string), 0];
}

function padded(bytes: readonly number[]): number[] {
  return [...bytes, ...new Array<number>(-bytes.length & 3).fill(0)];
}
