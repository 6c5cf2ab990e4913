// A page of RAM as it was: whole, or as the lines in which it differs from an earlier whole one, for most of what runs touches few.
import { squeeze, unsqueeze } from '../../base/squeeze.ts';
import { countBits, FEW_LINES, isZeroPage, LINES_IN_PAGE, PAGE_BYTES, type Ram } from './ram.ts';

const WORDS_IN_PAGE = PAGE_BYTES / 4;
const WORDS_IN_LINE = WORDS_IN_PAGE / LINES_IN_PAGE;
/** A page that differs in more lines is kept whole, and is what the next copies of it differ from. */
const LINES_MAX = 16;
/** Pages share arrays for their lines, for one array a page costs more than the lines; one is no larger than a page. */
const GROUP_WORDS = WORDS_IN_PAGE;

/** Words that nothing changes; null while they are kept in fewer bytes, until somebody wants them again. */
interface KeptWords {
  words: Int32Array<ArrayBuffer> | null;
  squeezed: Uint8Array<ArrayBuffer> | null;
  readonly length: number;
}

/**
 * Never changed. The whole page it differs from lives as long as it, and so does the array with its lines and others': at worst a
 * snapshot whose neighbours are gone holds twice its pages, and never anything of another snapshot's that can grow.
 */
export interface SavedPage {
  readonly whole: KeptWords;
  /** A bit for each line that differs: 0 to 31, and 32 to 63. */
  readonly low: number;
  readonly high: number;
  /** These lines stand in `words` from number `at`, in their order. */
  readonly lines: KeptWords;
  readonly at: number;
}

const kept = (words: Int32Array<ArrayBuffer>): KeptWords => ({ words, squeezed: null, length: words.length });

const ZEROS = kept(new Int32Array(WORDS_IN_PAGE));
const NO_WORDS = new Int32Array(0);
const NO_LINES = kept(NO_WORDS);

/** The last that were wanted again: several pages have their lines in common. */
let expanded: { of: KeptWords; words: Int32Array<ArrayBuffer> } = { of: NO_LINES, words: NO_WORDS };

function wordsOf(kept: KeptWords): Int32Array<ArrayBuffer> {
  if (kept.words !== null) return kept.words;
  if (expanded.of !== kept)
    expanded = { of: kept, words: new Int32Array(unsqueeze(kept.squeezed as Uint8Array).buffer) };
  return expanded.words;
}

function squeezeWords(kept: KeptWords): void {
  if (kept.words === null || kept === ZEROS || kept === NO_LINES) return;
  const { buffer, byteOffset, byteLength } = kept.words;
  const squeezed = squeeze(new Uint8Array(buffer, byteOffset, byteLength));
  if (squeezed.length >= byteLength) return;
  kept.squeezed = squeezed;
  kept.words = null;
}

/** Has a page take less memory that is seldom wanted again. `next`, what is kept of it at present, stays as it is. */
export function squeezePage(saved: SavedPage, next: SavedPage | null): void {
  if (saved.whole !== next?.whole) squeezeWords(saved.whole);
  squeezeWords(saved.lines);
}

/** Of a page of zeros that was stored to: null is one to which nothing ever was. */
export const ZERO_PAGE: SavedPage = { whole: ZEROS, low: 0, high: 0, lines: NO_LINES, at: 0 };

/** The lines of the group being saved. Kept between calls so that only what is needed is allocated; no call sees another's. */
const gathered = new Int32Array(GROUP_WORDS);

/** Hands to `keep` these pages of RAM, each with what is to be kept of it. `before` gives what was kept last. */
export function savePages(
  ram: Ram,
  pages: Int32Array,
  before: (page: number) => SavedPage | null,
  keep: (page: number, saved: SavedPage) => void,
): void {
  let group: { -readonly [K in keyof KeptWords]: KeptWords[K] } = kept(NO_WORDS);
  let at = 0;
  const endGroup = () => {
    if (at > 0) Object.assign(group, kept(gathered.slice(0, at)));
    group = kept(NO_WORDS);
    at = 0;
  };
  for (const page of pages) {
    if (at + LINES_MAX * WORDS_IN_LINE > GROUP_WORDS) endGroup();
    const saved = savePage(ram, page, before(page), group, at);
    if (saved.lines === group) at += WORDS_IN_LINE * (countBits(saved.low) + countBits(saved.high));
    keep(page, saved);
  }
  endGroup();
}

function savePage(
  ram: Ram,
  page: number,
  before: SavedPage | null,
  lines: SavedPage['lines'],
  at: number,
): SavedPage {
  const { words, dirtyLines } = ram;
  const whole = before?.whole ?? ZEROS;
  const first = page * WORDS_IN_PAGE;
  let low = dirtyLines[2 * page]!;
  let high = dirtyLines[2 * page + 1]!;
  if (countBits(low) + countBits(high) > FEW_LINES) {
    const known = wordsOf(whole);
    low = linesThatDiffer(words, first, known, 0);
    // Enough is enough: the rest is not looked at.
    high = countBits(low) > LINES_MAX ? 0 : linesThatDiffer(words, first, known, WORDS_IN_PAGE / 2);
  } else if (before !== null) {
    low |= before.low;
    high |= before.high;
  }
  if (countBits(low) + countBits(high) > LINES_MAX)
    return isZeroPage(ram, page) ? ZERO_PAGE : copyWhole(ram, page);
  const middle = gather(words, first, low, at);
  const end = gather(words, first + WORDS_IN_PAGE / 2, high, middle);
  if (isZero(gathered, at, end) && isZeroPage(ram, page)) return ZERO_PAGE;
  return { whole, low, high, lines, at };
}

function copyWhole(ram: Ram, page: number): SavedPage {
  const { words } = ram;
  const first = page * WORDS_IN_PAGE;
  const whole = kept(words.slice(first, first + WORDS_IN_PAGE) as Int32Array<ArrayBuffer>);
  return { whole, low: 0, high: 0, lines: NO_LINES, at: 0 };
}

function isZero(words: Int32Array, from: number, end: number): boolean {
  for (let at = from; at < end; at++) if (words[at] !== 0) return false;
  return true;
}

/** A bit for each of 32 lines of RAM, from the page's word `start` on, that is not as in `whole`. `first` is the page's first word in RAM. */
function linesThatDiffer(words: Int32Array, first: number, whole: Int32Array, start: number): number {
  let bits = 0;
  for (let at = start; at < start + WORDS_IN_PAGE / 2; at += 4) {
    const here = first + at;
    // Four words at once: this loop is most of what saving costs.
    const difference =
      (words[here]! ^ whole[at]!) |
      (words[here + 1]! ^ whole[at + 1]!) |
      (words[here + 2]! ^ whole[at + 2]!) |
      (words[here + 3]! ^ whole[at + 3]!);
    if (difference === 0) continue;
    bits |= 1 << ((at - start) / WORDS_IN_LINE);
    at |= WORDS_IN_LINE - 4; // to the line's last four: the next are the next line's
  }
  return bits;
}

/** Copies the lines behind word number `first` of RAM that have a bit to `gathered`. @returns where the next goes */
function gather(words: Int32Array, first: number, bits: number, at: number): number {
  let to = at;
  for (let left = bits; left !== 0; left &= left - 1) {
    const from = first + lowestBit(left) * WORDS_IN_LINE;
    for (let n = 0; n < WORDS_IN_LINE; n++) gathered[to++] = words[from + n]!;
  }
  return to;
}

/** A record of what is kept, and an array that a page has to itself. */
const SAVED_BYTES = 72;
const ARRAY_BYTES = 160;

/** Bytes of memory that it takes to keep a page, where `before` is kept anyway. */
export function savedPageBytes(saved: SavedPage, before: SavedPage | null): number {
  const { whole, lines } = saved;
  const ofWhole = whole === ZEROS || whole === before?.whole ? 0 : bytesOf(whole) + ARRAY_BYTES;
  const words = (countBits(saved.low) + countBits(saved.high)) * WORDS_IN_LINE;
  return SAVED_BYTES + ofWhole + (words === 0 ? 0 : Math.ceil((bytesOf(lines) * words) / lines.length));
}

const bytesOf = ({ squeezed, length }: KeptWords): number => squeezed?.byteLength ?? 4 * length;

/** Puts a page's words into `words` from number `first` on. */
export function putSavedPage(words: Int32Array, first: number, saved: SavedPage | null): void {
  if (saved === null) {
    words.fill(0, first, first + WORDS_IN_PAGE);
    return;
  }
  words.set(wordsOf(saved.whole), first);
  const lines = wordsOf(saved.lines);
  const middle = scatter(words, first, saved.low, lines, saved.at);
  scatter(words, first + WORDS_IN_PAGE / 2, saved.high, lines, middle);
}

/** The reverse of `gather`, from `lines`. */
function scatter(words: Int32Array, first: number, bits: number, lines: Int32Array, at: number): number {
  let from = at;
  for (let left = bits; left !== 0; left &= left - 1) {
    const to = first + lowestBit(left) * WORDS_IN_LINE;
    for (let n = 0; n < WORDS_IN_LINE; n++) words[to + n] = lines[from++]!;
  }
  return from;
}

/** A page's 4096 bytes: shared where they are kept whole, and never to be written to. */
export function bytesOfSaved(saved: SavedPage | null): Uint8Array<ArrayBuffer> {
  if (saved === null) return new Uint8Array(wordsOf(ZEROS).buffer);
  if ((saved.low | saved.high) === 0) return new Uint8Array(wordsOf(saved.whole).buffer);
  const words = new Int32Array(WORDS_IN_PAGE);
  putSavedPage(words, 0, saved);
  return new Uint8Array(words.buffer);
}

function lowestBit(bits: number): number {
  return 31 - Math.clz32(bits & -bits);
}
