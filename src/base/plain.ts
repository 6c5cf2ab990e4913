// Plain data (numbers, texts, typed arrays, lists and records of these): when two pieces are the same, where they are not, and fields by any name.

/** Whether it is an object as a literal makes it: no list, and no class's instance, whose state its fields may not show. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/**
 * Whether two pieces of plain data can't be told apart, but for the order of their fields. 0 is not -0, NaN is NaN, a field that is
 * undefined is not one that is missing, a list is no record, and typed arrays are of one class. What is no plain data is the same as
 * itself alone. Allocates nothing: it is asked for every part of every snapshot, and the answer is mostly yes.
 */
export function isSamePlain(a: unknown, b: unknown): boolean {
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return Object.is(a, b);
  if (a === b) return true;
  const prototype = Object.getPrototypeOf(a);
  if (prototype !== Object.getPrototypeOf(b)) return false;
  if (prototype === Object.prototype || prototype === null)
    return areSameFields(a as Record<string, unknown>, b as Record<string, unknown>);
  if (ArrayBuffer.isView(a))
    return !(a instanceof DataView) && areSameNumbers(a as Uint8Array, b as Uint8Array);
  return Array.isArray(a) && areSameElements(a, b as unknown[]);
}

function areSameNumbers(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (!Object.is(a[i], b[i])) return false;
  return true;
}

function areSameElements(a: readonly unknown[], b: readonly unknown[]): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (!isSamePlain(a[i], b[i])) return false;
  return true;
}

function areSameFields(a: Record<string, unknown>, b: Record<string, unknown>): boolean {
  let fields = 0;
  for (const name in a) {
    const other = b[name];
    if (!isSamePlain(a[name], other)) return false;
    if ((other === undefined || mayBeInherited(name, other)) && !Object.hasOwn(b, name)) return false;
    fields++;
  }
  for (const _ in b) fields--;
  return fields === 0;
}

/** What all objects have is a function, or under this name: to ask of every field whose it is takes most of the time. */
const mayBeInherited = (name: string | number, value: unknown): boolean =>
  typeof value === 'function' || name === '__proto__';

/** A place at which two pieces of plain data are not the same; undefined where a field is missing. */
export interface PlainDifference {
  /** From the root, e.g. `rules.outputRule` or `commands.0`; empty for the whole. */
  path: string;
  one: unknown;
  other: unknown;
}

/** Where two pieces of plain data differ, as deep inside as can be said, in the order of their fields. */
export function plainDifferences(one: unknown, other: unknown, path = ''): PlainDifference[] {
  if (isSamePlain(one, other)) return [];
  const canBeEntered = typeof one === 'object' && one !== null && typeof other === 'object' && other !== null;
  if (!canBeEntered || Object.getPrototypeOf(one) !== Object.getPrototypeOf(other))
    return [{ path, one, other }];
  const names = [...new Set([...Object.keys(one), ...Object.keys(other)])];
  return names.flatMap((name) => {
    const place = path === '' ? name : `${path}.${name}`;
    const [left, right] = [fieldOf(one, name), fieldOf(other, name)];
    const isMissing = Object.hasOwn(one, name) !== Object.hasOwn(other, name);
    return isMissing ? [{ path: place, one: left, other: right }] : plainDifferences(left, right, place);
  });
}

/** A field of its own, never one that all objects have, whatever its name; undefined where there is none. */
export function fieldOf(record: object, name: string | number): unknown {
  const value = (record as Record<string | number, unknown>)[name];
  return mayBeInherited(name, value) && !Object.hasOwn(record, name) ? undefined : value;
}

/** Gives a record a field of any name. One called `__proto__`, set as others are, would be lost. */
export function setField(record: Record<string, unknown>, name: string, value: unknown): void {
  if (name === '__proto__')
    Object.defineProperty(record, name, { value, configurable: true, enumerable: true, writable: true });
  else record[name] = value;
}
