// Which unit tests stand against mutants (`npm run mutate`): those of the protocol and of the world that carries it.
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    environment: 'node',
    // What takes too long is Stryker's to say: it knows how long each test takes without a mutant.
    testTimeout: 60_000,
    setupFiles: ['scripts/unit-setup.ts'],
    include: ['src/ft/**/*.test.ts', 'src/world/{host,vm,net,strikes}/*.test.ts', 'src/world/events.test.ts'],
  },
});
