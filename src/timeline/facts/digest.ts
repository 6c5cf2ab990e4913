// A digest of 32 bits of a text: for telling two facts apart, not for secrets.

/** FNV-1a (Fowler, Noll, Vo), of the text's UTF-16 units. */
export function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}
