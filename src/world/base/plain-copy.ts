// Copies of plain data: deep ones, ones that share what is equal with an earlier copy, packed ones, and how much memory these take.

import { fieldOf, isRecord, isSamePlain, setField } from '../../base/plain.ts';
import { isPacked, type Packed, pack, packedBytes, unpack } from './plain-pack.ts';

/**
 * A long list that grows at its end, with elements that are frozen: its first `length` elements are the first of the list `GROWN`,
 * to which copies made later add theirs. Without this a copy of a client's history would cost all of its requests.
 */
interface GrownList {
  readonly [GROWN]: unknown[];
  readonly length: number;
  /** Behind them: what is not frozen yet. */
  readonly rest: unknown[];
}

const GROWN = Symbol('grown');

/** A list is kept that way from so many frozen elements on. */
const LONG = 32;

/**
 * A deep copy of plain data. What is frozen is shared, and so are typed arrays: outside of machines they are frames,
 * blocks and entries, which nothing changes once they are made.
 */
export function copyPlain<T>(value: T): T {
  if (value === null || typeof value !== 'object' || ArrayBuffer.isView(value)) return value;
  if (Object.isFrozen(value)) return value;
  if (Array.isArray(value)) return value.map(copyPlain) as T;
  if (GROWN in value) return listOf(value as unknown as GrownList) as T;
  if (isPacked(value)) return unpack(value, copyPlain) as T;
  const copy: Record<string, unknown> = {};
  for (const key in value) setField(copy, key, copyPlain(value[key]));
  return copy as T;
}

/**
 * A copy that nobody will change, of plain data. Every part that is equal to the same part of `before`, an earlier such copy,
 * is that part itself.
 */
export function copyPlainBeside<T>(value: T, before: unknown): T {
  if (value === null || typeof value !== 'object' || ArrayBuffer.isView(value)) return value;
  if (Object.isFrozen(value)) return value;
  if (Array.isArray(value)) return (grownBeside(value, before) ?? copyListBeside(value, before)) as T;
  return copyRecordBeside(value as Record<string, unknown>, before) as T;
}

/**
 * What `copyPlainBeside` has made, in much fewer bytes; to be put back by `copyPlain`, and no good for comparing. What is large and the
 * same in `beside`, the copy made next, is still shared with it. `like`: a packed copy that lives as long, and costs the less the more alike
 * the two are.
 */
export function packPlain<T>(copy: T, beside: unknown, like?: T): T {
  if (typeof copy === 'object' && copy !== null && isPacked(copy)) return copy;
  const isPart = (value: object, known: unknown): boolean =>
    isGrown(value) || (value === known && Object.keys(value).length >= LONG);
  const model = typeof like === 'object' && like !== null && isPacked(like) ? like : null;
  return pack(copy, beside, isPart, model) as T;
}

function copyListBeside(value: readonly unknown[], before: unknown): readonly unknown[] {
  const known: readonly unknown[] = Array.isArray(before) && !Object.isFrozen(before) ? before : [];
  // Most of it is the same, and is no list of its own until something is not.
  let copy: unknown[] | null = null;
  for (let i = 0; i < value.length; i++) {
    const part = copyPlainBeside(value[i], known[i]);
    if (copy === null && i < known.length && Object.is(part, known[i])) continue;
    copy ??= known.slice(0, i);
    copy.push(part);
  }
  if (copy !== null) return copy;
  return value.length === known.length && known === before ? known : known.slice(0, value.length);
}

/**
 * Equal records have their fields in the same order too: it may matter to who goes through them. What is frozen is what was frozen in use, and
 * stands for nothing that may still change.
 */
function copyRecordBeside(value: Record<string, unknown>, before: unknown): Record<string, unknown> {
  const isKnown = isRecord(before) && !isGrown(before) && !isPacked(before) && !Object.isFrozen(before);
  const known = isKnown ? before : {};
  const names = Object.keys(known);
  let same = 0;
  let copy: Record<string, unknown> | null = null;
  for (const key in value) {
    const earlier = fieldOf(known, key);
    const part = copyPlainBeside(value[key], earlier);
    if (copy === null && names[same] === key && Object.is(part, earlier)) {
      same++;
      continue;
    }
    copy ??= firstFields(known, names, same);
    setField(copy, key, part);
  }
  if (copy !== null) return copy;
  return isKnown && same === names.length ? known : firstFields(known, names, same);
}

function firstFields(record: Record<string, unknown>, names: readonly string[], count: number) {
  const copy: Record<string, unknown> = {};
  for (let i = 0; i < count; i++) {
    const name = names[i] as string;
    setField(copy, name, record[name]);
  }
  return copy;
}

const isGrown = (value: unknown): value is GrownList =>
  typeof value === 'object' && value !== null && GROWN in value;

/**
 * Of a list in use, how many of its first elements are known to be those of a list that copies share; `last` is the last of them.
 * A cache: without it every copy would have to look at all that a client was ever told.
 */
interface Origin {
  readonly all: unknown[];
  readonly length: number;
  readonly last: unknown;
}

const origins = new WeakMap<readonly unknown[], Origin>();

function listOf(list: GrownList): unknown[] {
  const { [GROWN]: all, length, rest } = list;
  const copy = all.slice(0, length);
  origins.set(copy, { all, length, last: all[length - 1] });
  for (const element of rest) copy.push(copyPlain(element));
  return copy;
}

const isSettled = (element: unknown): boolean =>
  typeof element === 'object' && element !== null && Object.isFrozen(element);

/** A copy of a long list that grows, if it is one. Such a list only ever gets more: what is frozen in it stays where it is. */
function grownBeside(value: readonly unknown[], before: unknown): GrownList | undefined {
  if (value.length < LONG || !isSettled(value[LONG - 1])) return undefined;
  const origin = originOf(value);
  let length = origin?.length ?? 0;
  while (length < value.length && isSettled(value[length])) length++;
  if (length < LONG) return undefined;
  const rest = value.slice(length).map((element) => copyPlainBeside(element, undefined));
  const all = sharedList(value, length, origin ?? { all: isGrown(before) ? before[GROWN] : [], length: 0 });
  origins.set(value, { all, length, last: value[length - 1] });
  return { [GROWN]: all, length, rest };
}

function originOf(value: readonly unknown[]): Origin | undefined {
  const origin = origins.get(value);
  return origin !== undefined && value[origin.length - 1] === origin.last ? origin : undefined;
}

/** The list that copies share, with what is new at its end; another one where that has gone on differently. */
function sharedList(
  value: readonly unknown[],
  length: number,
  known: Pick<Origin, 'all' | 'length'>,
): unknown[] {
  const { all } = known;
  const common = Math.min(all.length, length);
  for (let i = known.length; i < common; i++)
    if (!isSamePlain(all[i], value[i])) return value.slice(0, length);
  for (let i = common; i < length; i++) all.push(value[i]);
  return all;
}

/** Estimates, for an engine of 64 bits: of an object, of one of its fields, of a number that is no small integer. */
const OBJECT_BYTES = 32;
const FIELD_BYTES = 8;
const NUMBER_BYTES = 16;
const ARRAY_BYTES = 160;

/** Bytes of the parts of plain data that are not the very same in `before`. Its strings are never made anew by copying. */
export function plainBytesBeyond(value: unknown, before: unknown): number {
  if (Object.is(value, before)) return 0;
  if (typeof value === 'number')
    return Number.isInteger(value) && Math.abs(value) < 2 ** 30 ? 0 : NUMBER_BYTES;
  if (typeof value !== 'object' || value === null) return 0;
  if (ArrayBuffer.isView(value)) return ARRAY_BYTES + value.byteLength;
  if (isGrown(value)) return grownBytesBeyond(value, before);
  if (isPacked(value)) return packedBytesBeyond(value, before);
  const known = (before ?? {}) as Record<string, unknown>;
  let bytes = OBJECT_BYTES;
  for (const key in value)
    bytes += FIELD_BYTES + plainBytesBeyond((value as Record<string, unknown>)[key], known[key]);
  return bytes;
}

function grownBytesBeyond(list: GrownList, before: unknown): number {
  const known = isGrown(before) ? before : undefined;
  const isShared = known !== undefined && known[GROWN] === list[GROWN];
  const own = list[GROWN].slice(isShared ? known.length : 0, list.length);
  return own.reduce(
    (sum: number, element) => sum + FIELD_BYTES + plainBytesBeyond(element, undefined),
    OBJECT_BYTES + ARRAY_BYTES + plainBytesBeyond(list.rest, undefined),
  );
}

/** A part counts where the other has it not; of a list that grows, what was added. */
function packedBytesBeyond(packed: Packed, before: unknown): number {
  const known = typeof before === 'object' && before !== null && isPacked(before) ? before.parts : [];
  const same = new Set(known);
  const lists = known.filter(isGrown);
  let bytes = 2 * (OBJECT_BYTES + ARRAY_BYTES) + packedBytes(packed).byteLength;
  for (const part of packed.parts) {
    bytes += FIELD_BYTES;
    if (same.has(part)) continue;
    const list = isGrown(part) ? lists.find((each) => each[GROWN] === part[GROWN]) : undefined;
    bytes += plainBytesBeyond(part, list);
  }
  return bytes;
}
