// How the command line is built: one file for Node, everything it needs inside.
import { defineConfig } from 'vite';

export default defineConfig({
  publicDir: false,
  ssr: { noExternal: true },
  build: {
    ssr: 'src/cli/understudy.ts',
    target: 'node20',
    outDir: 'dist-cli',
    minify: false,
    rolldownOptions: { output: { entryFileNames: 'understudy.js', codeSplitting: false } },
  },
});
