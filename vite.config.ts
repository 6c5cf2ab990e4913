// How the page is built and served, and how the unit tests run.
import { createHash } from 'node:crypto';
import react from '@vitejs/plugin-react';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';
import { ISOLATED, LAYERS, LongFirst } from './scripts/unit-order.ts';

/**
 * The two constant styles that react-aria-components puts into the page by itself: how pressable elements take touches,
 * and on iOS how the page behind a dialog stays where it is. They are allowed by their hashes; when an update changes
 * them, the browser journeys see the refusal.
 */
const LIBRARY_STYLES = [
  '@layer {\n  [data-react-aria-pressable] {\n    touch-action: pan-x pan-y pinch-zoom;\n  }\n}',
  '@layer {\n  * {\n    overscroll-behavior: contain;\n  }\n}',
];

const hashSource = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/** What the published page may load: its own files and nothing else, from nowhere else, and no inline script. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  ["style-src 'self'", ...LIBRARY_STYLES.map(hashSource)].join(' '),
  "font-src 'self'",
  "img-src 'self' data: blob:",
  "connect-src 'self'",
  "worker-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

/** Only in the build: while developing, Vite puts styles and its own script inline. */
function contentSecurityPolicy(): Plugin {
  return {
    name: 'content-security-policy',
    apply: 'build',
    transformIndexHtml: () => [
      {
        tag: 'meta',
        attrs: { 'http-equiv': 'Content-Security-Policy', content: CONTENT_SECURITY_POLICY },
        injectTo: 'head-prepend',
      },
    ],
  };
}

export default defineConfig({
  base: './', // addresses relative to the page, so that it works under any path
  plugins: [react(), contentSecurityPolicy()],
  // V8 has the interpreter's tables as constants only while they are const.
  worker: { format: 'es', rolldownOptions: { output: { topLevelVar: false } } },
  build: {
    target: 'es2023',
    manifest: true, // read by scripts/check-build.mjs
    assetsInlineLimit: 0, // the policy above allows no data: address for fonts and styles
  },
  test: {
    environment: 'node',
    setupFiles: ['scripts/unit-setup.ts'],
    // A bound for a test that hangs. Computers are slow and shared: no test is about how long it takes.
    testTimeout: 600_000,
    hookTimeout: 600_000,
    pool: 'threads',
    maxWorkers: '100%', // by itself Vitest leaves one processor of two idle
    sequence: { sequencer: LongFirst },
    projects: [
      { extends: true, test: { name: 'layers', include: [LAYERS] } },
      { extends: true, test: { name: 'isolated', include: ISOLATED, isolate: true } },
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['src/**/*.test.{ts,tsx}', 'scripts/**/*.test.ts'],
          exclude: [LAYERS, ...ISOLATED],
          isolate: false,
        },
      },
    ],
  },
});
