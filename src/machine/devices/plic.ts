// The platform-level interrupt controller with one context, the hart's machine mode (RISC-V PLIC specification 1.0).

export const PLIC_BASE = 0x0c00_0000;
export const PLIC_BYTES = 0x0400_0000;
/** Sources 1 to 31; 0 means none. */
export const PLIC_SOURCES = 32;
const PRIORITY_MAX = 7;
const PENDING = 0x1000;
const ENABLE = 0x2000;
const THRESHOLD = 0x20_0000;
const CLAIM = 0x20_0004;

/** Words with a bit for each source are signed. */
export interface Plic {
  readonly priority: Uint8Array;
  /** The wires from the devices. */
  levels: number;
  pending: number;
  /** Claimed and not completed: the source's gateway forwards nothing until then. */
  inService: number;
  enabled: number;
  threshold: number;
}

/** The state after reset: nothing enabled. */
export function createPlic(): Plic {
  return {
    priority: new Uint8Array(PLIC_SOURCES),
    levels: 0,
    pending: 0,
    inService: 0,
    enabled: 0,
    threshold: 0,
  };
}

/** Sets the wire of a level-triggered source. */
export function setInterruptLevel(plic: Plic, source: number, high: boolean): void {
  if (high) plic.levels |= 1 << source;
  else plic.levels &= ~(1 << source);
  forward(plic);
}

/** The gateways: a high wire becomes a pending request unless one of its source is in service. A request stays when the wire falls. */
function forward(plic: Plic): void {
  plic.pending |= plic.levels & ~plic.inService;
}

/** The source that a claim would give: of the highest priority, and of those the lowest number; 0 when there is none. */
function bestSource(plic: Plic, above: number): number {
  const candidates = plic.pending & plic.enabled;
  let best = 0;
  let bestPriority = above;
  for (let source = 1; candidates !== 0 && source < PLIC_SOURCES; source++) {
    if ((candidates & (1 << source)) === 0 || plic.priority[source]! <= bestPriority) continue;
    best = source;
    bestPriority = plic.priority[source]!;
  }
  return best;
}

/** MEIP: whether an enabled request stands above the threshold. */
export function externalInterruptPending(plic: Plic): boolean {
  return bestSource(plic, plic.threshold) !== 0;
}

/** Claims do not look at the threshold (§1.6). */
function claim(plic: Plic): number {
  const source = bestSource(plic, 0);
  if (source === 0) return 0;
  plic.pending &= ~(1 << source);
  plic.inService |= 1 << source;
  return source;
}

/** A completion for a source that is not enabled is ignored (§1.7). */
function complete(plic: Plic, source: number): void {
  if (source >= PLIC_SOURCES || (plic.enabled & (1 << source)) === 0) return;
  plic.inService &= ~(1 << source);
  forward(plic);
}

/** A load of an aligned word; null when it is not one. Registers of sources and contexts that do not exist read as zero. */
export function readPlic(plic: Plic, offset: number, size: number): number | null {
  if (size !== 4) return null;
  if (offset < 4 * PLIC_SOURCES) return plic.priority[offset >> 2]!;
  if (offset === PENDING) return plic.pending;
  if (offset === ENABLE) return plic.enabled;
  if (offset === THRESHOLD) return plic.threshold;
  if (offset === CLAIM) return claim(plic);
  return 0;
}

/** A store of an aligned word; false when it is not one. */
export function writePlic(plic: Plic, offset: number, size: number, value: number): boolean {
  if (size !== 4) return false;
  if (offset >= 4 && offset < 4 * PLIC_SOURCES) plic.priority[offset >> 2] = value & PRIORITY_MAX;
  else if (offset === ENABLE) plic.enabled = value & ~1;
  else if (offset === THRESHOLD) plic.threshold = value & PRIORITY_MAX;
  else if (offset === CLAIM) complete(plic, value >>> 0);
  return true;
}
