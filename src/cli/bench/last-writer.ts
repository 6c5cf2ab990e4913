// How long it takes to find who wrote a byte or a register last, in a pair that has computed without pause for a hundred million instructions.
import { parseDocument } from '../../scenario/document.ts';
import { builtIn } from '../../scenario/library/index.ts';
import { toWorldConfig } from '../../scenario/to-world.ts';
import { instantAt } from '../../sim/time.ts';
import { lastWriter, type Written } from '../../timeline/explain/last-writer.ts';
import { createRun, seekRun } from '../../timeline/run/run.ts';
import { instructionOf } from '../../world/state/world.ts';
import type { Now } from './speed.ts';

export interface LastWriterCosts {
  /** Of the primary's machine, in which is looked. */
  readonly instructions: number;
  /** By what was asked, and who it was. */
  readonly milliseconds: Record<string, number>;
  readonly writers: Record<string, string>;
}

const END = instantAt(5_000_000_000);
const END_QUICK = instantAt(100_000_000);

/** Asks for what was written just now, long ago, and never. */
export function measureLastWriter(quick: boolean, now: Now): LastWriterCosts {
  const document = parseDocument(builtIn('compute')?.document);
  const config = document.ok ? toWorldConfig(document.value) : document;
  if (!config.ok) throw new Error('the bench has its own scenario');
  const { image, ramBytes } = config.value;
  const run = createRun(config.value);
  const end = quick ? END_QUICK : END;
  seekRun(run, end);
  const word = (label: string): Written => ({ address: image.symbols.get(label) ?? 0, length: 4 });
  const questions: Record<string, Written> = {
    'a word written in every round': word('numbers'),
    'a result': word('results'),
    'the stack pointer': { register: 2 },
    'a temporary register': { register: 5 },
    'a constant': word('work'),
    'zeros beside what is written': {
      address: (((image.symbols.get('rounds') ?? 0) | 0xfff) - 3) >>> 0,
      length: 4,
    },
    // Cleared at the start, and never stored to again, on a page that every round stores to.
    'a word written once, long ago': {
      address: ((image.symbols.get('rounds') ?? 0) & ~0xfff) >>> 0,
      length: 4,
    },
    'a word of the program': { address: image.entry, length: 4 },
    'a word that nobody has written': { address: image.base + ramBytes - 4096, length: 4 },
  };
  const costs: Record<string, number> = {};
  const writers: Record<string, string> = {};
  for (const [question, what] of Object.entries(questions)) {
    const began = now();
    const writer = lastWriter(run, 'A', what);
    costs[question] = Math.round(now() - began);
    writers[question] = 'instruction' in writer ? `${writer.by} ${writer.instruction}` : writer.by;
  }
  const [primary] = run.world.hosts;
  return { instructions: primary ? instructionOf(primary) : 0, milliseconds: costs, writers };
}
