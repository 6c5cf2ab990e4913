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
    rolldownOptions: {
      // V8 has the interpreter's tables as constants only while they are const.
      output: { entryFileNames: 'understudy.js', codeSplitting: false, topLevelVar: false },
    },
  },
});
