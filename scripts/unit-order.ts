// In which order the files of unit tests run, and which get a world of modules for themselves.
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** A stage of its own in `npm test`. */
export const LAYERS = 'scripts/layers.test.ts';

/**
 * Files that put something in a module's place, or in a global name's, or count what a module has kept. All others share what they have
 * loaded with those that ran before in the same worker: loading the engine two hundred times took a quarter of the whole time.
 */
export const ISOLATED = ['src/worker/stopping.test.ts', 'src/machine/compiler/*.test.ts'];

/** What takes longest; begun last, one of them would leave the other processors with nothing to do. */
const LONG = [
  'src/explore/soak.test.ts',
  'src/timeline/run/walk.test.ts',
  'src/scenario/stories/',
  'src/timeline/run/',
  'src/scenario/library/',
];

/** Isolated ones first, then long ones. */
export class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return sorted.toSorted((a, b) => rank(a) - rank(b));
  }
}

function rank({ moduleId, project }: Pick<TestSpecification, 'moduleId' | 'project'>): number {
  if (project.config.isolate) return -1;
  const place = LONG.findIndex((name) => moduleId.includes(name));
  return place < 0 ? LONG.length : place;
}
