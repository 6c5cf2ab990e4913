// WebAssembly modules by what they were made from, so that machines that run the same program compile it once.
import { hashHex } from '../../base/hash.ts';
import { emitRegion } from './emit-region.ts';
import { ENDINGS, type Region } from './regions.ts';

/** A compiled region, not yet bound to a machine. */
export interface CompiledModule {
  readonly module: WebAssembly.Module;
  /** Its size in WebAssembly's binary format. */
  readonly bytes: number;
}

const MODULES_MAX = 1024;
const BYTES_MAX = 16 * 1024 * 1024;

/** The one used longest ago stands first. A module missing here is made again: nothing else depends on what is in here. */
const modules = new Map<string, CompiledModule>();
let bytesHeld = 0;

/** A region's module is a function of this. */
function keyOf({ blocks, entries }: Region, ramBytes: number): string {
  const words = [ramBytes, ...entries, -1];
  for (const { address, ending, words: own } of blocks)
    words.push(address, ENDINGS.indexOf(ending), own.length, ...own);
  return hashHex(new Uint8Array(Int32Array.from(words).buffer));
}

/** The module for a region; null where WebAssembly is not allowed or has no room. */
export function moduleFor(region: Region, ramBytes: number): CompiledModule | null {
  const key = keyOf(region, ramBytes);
  const known = modules.get(key);
  const found = known ?? compile(region, ramBytes);
  if (found === null) return null;
  modules.delete(key);
  modules.set(key, found);
  if (known === undefined) bytesHeld += found.bytes;
  for (const [oldest, { bytes }] of modules) {
    if (modules.size <= MODULES_MAX && bytesHeld <= BYTES_MAX) break;
    modules.delete(oldest);
    bytesHeld -= bytes;
  }
  return found;
}

function compile(region: Region, ramBytes: number): CompiledModule | null {
  const bytes = emitRegion(region, ramBytes);
  try {
    return { module: new WebAssembly.Module(bytes), bytes: bytes.length };
  } catch {
    return null;
  }
}
