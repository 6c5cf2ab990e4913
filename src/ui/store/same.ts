// Whether two pieces of frame data say the same. Frames are new objects each time, even where nothing has changed.

/** Deep equality of plain data: numbers, strings, booleans, null, typed arrays, arrays and records of these. */
export function isSame(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (ArrayBuffer.isView(a)) return ArrayBuffer.isView(b) && areSameNumbers(a as Uint8Array, b as Uint8Array);
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const keys = Object.keys(a);
  if (keys.length !== Object.keys(b).length) return false;
  const [left, right] = [a as Record<string, unknown>, b as Record<string, unknown>];
  return keys.every((key) => Object.hasOwn(right, key) && isSame(left[key], right[key]));
}

const areSameNumbers = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length && a.every((value, i) => Object.is(value, b[i]));
