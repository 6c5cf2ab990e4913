// Journeys through the built page in a real Chromium.
import { defineConfig } from '@playwright/test';
import { findChromium } from './scripts/chromium.mjs';

const executablePath = await findChromium();
if (!executablePath)
  throw new Error('No Chromium found: `npm test` installs one, or set UNDERSTUDY_CHROMIUM.');

// Playwright's workers read this file again, and must see the same port: it travels in the environment. Two runs at once
// get different ones, below the range that systems hand out by themselves.
process.env.UNDERSTUDY_PORT ??= String(20_000 + (process.pid % 10_000));
const port = process.env.UNDERSTUDY_PORT;

const asRoot = process.getuid?.() === 0 ? ['--no-sandbox'] : []; // Chromium refuses its sandbox to root

export default defineConfig({
  testDir: 'e2e',
  outputDir: 'test-results',
  forbidOnly: Boolean(process.env.CI),
  fullyParallel: true,
  retries: 0,
  // Bounds for what hangs; on a slow and shared computer nothing is judged by how long it takes.
  timeout: 600_000,
  expect: { timeout: 120_000 },
  workers: 2,
  reporter: [['list'], ...jsonReport()],
  use: {
    baseURL: `http://127.0.0.1:${port}`,
    viewport: { width: 1440, height: 900 },
    launchOptions: {
      executablePath,
      args: [
        ...asRoot,
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
  webServer: {
    command: `node node_modules/vite/bin/vite.js preview --host 127.0.0.1 --port ${port} --strictPort`,
    url: `http://127.0.0.1:${port}/`,
    reuseExistingServer: false,
  },
});

/** The machine-readable report, where `npm test` asks for it. */
function jsonReport(): [['json', { outputFile: string }]] | [] {
  const outputFile = process.env.UNDERSTUDY_JOURNEY_REPORT;
  return outputFile ? [['json', { outputFile }]] : [];
}
