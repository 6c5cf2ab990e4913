// Blocks of a disk.

export const BLOCK_BYTES = 512;

/** How many blocks so many bytes are. */
export const blocksOf = (bytes: Uint8Array): number => bytes.length / BLOCK_BYTES;

/** What a block says to who looks at its first word, as guests here store their values. */
export function firstWord(bytes: Uint8Array): number {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(0, true);
}
