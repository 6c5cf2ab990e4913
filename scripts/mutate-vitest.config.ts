// Which unit tests stand against mutants (`npm run mutate`): for the protocol its own, for the world that carries it out its own.
import { defineConfig } from 'vitest/config';

const PROTOCOL = ['src/ft/**/*.test.ts'];
const WORLD = [
  'src/world/{host,vm,net,strikes}/*.test.ts',
  'src/world/events.test.ts',
  // Whole runs, the cheap ones: in the worlds of the tests above the guest sleeps.
  'src/scenario/stories/{golden,states,conditional-commands}.test.ts',
];

export default defineConfig({
  test: {
    environment: 'node',
    // Modules are loaded once, and not again for each file of tests: most of a mutant's time would go there.
    isolate: false,
    // What takes too long is Stryker's to say: it knows how long each test takes without a mutant.
    testTimeout: 60_000,
    setupFiles: ['scripts/unit-setup.ts'],
    include: process.env.MUTATED?.startsWith('src/ft/') ? PROTOCOL : WORLD,
  },
});
