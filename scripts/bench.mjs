// `npm run bench`: measures the machine's engines in Node and in a worker of Chromium, prints one JSON document on stdout, and behind it
// on stderr what holds. `npm run bench -- --node` measures in Node only, `--quick` runs a tenth, `--long` only time travel, in a history of
// 10^9 instructions and in one of 10^10 (that takes some minutes), and `--land` keeps the figures for later runs to be compared with.
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { figuresOf, thisComputer, verdictOn } from './bench-verdict.mjs';
import { findChromium } from './chromium.mjs';
import { fail, root, setUp } from './setup.mjs';

const OPTIONS = ['--node', '--quick', '--long', '--land'];
const LANDED = path.join(root, 'scripts/bench-landed.json');
const BAD_USAGE = 2;
const BOUND_MISSED = 1;

/** @typedef {'quick' | 'full' | 'long'} Extent */

/** @param {Extent} extent */
function measureInNode(extent) {
  const command = [
    path.join(root, 'scripts/understudy.mjs'),
    'bench',
    ...(extent === 'full' ? [] : [`--${extent}`]),
  ];
  const { status, stdout } = spawnSync(process.execPath, command, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (status !== 0) fail('understudy bench failed.', status ?? 1);
  return JSON.parse(stdout);
}

/** The worker's script, built with the same settings as the page's own worker. @returns {Promise<string>} */
async function buildWorker() {
  const { build } = await import('vite');
  const result = await build({
    configFile: false,
    root,
    logLevel: 'error',
    publicDir: false,
    build: {
      write: false,
      target: 'es2023',
      rolldownOptions: {
        input: path.join(root, 'src/cli/bench/worker.ts'),
        output: { topLevelVar: false },
      },
    },
  });
  const [bundle] = /** @type {{ output: { code: string }[] }[]} */ ([result].flat());
  const [chunk] = bundle?.output ?? [];
  if (chunk === undefined) throw new Error('the worker was built to nothing');
  return chunk.code;
}

/** Serves the worker's script, and an empty page that may start it. @param {string} script */
async function serve(script) {
  const server = createServer(({ url }, response) => {
    const isScript = url === '/worker.js';
    response.setHeader('Content-Type', isScript ? 'text/javascript' : 'text/html');
    response.end(isScript ? script : '<!doctype html><title>Understudy bench</title>');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = /** @type {import('node:net').AddressInfo} */ (server.address());
  return { server, url: `http://127.0.0.1:${address.port}/` };
}

/**
 * @param {Extent} extent @param {string} executablePath
 * @returns {Promise<{ version: string } & import('./bench-verdict.mjs').Part>}
 */
async function measureInChromium(extent, executablePath) {
  const { server, url } = await serve(await buildWorker());
  const { chromium } = await import('@playwright/test');
  const asRoot = process.getuid?.() === 0 ? ['--no-sandbox'] : []; // Chromium refuses its sandbox to root
  const browser = await chromium.launch({ executablePath, args: [...asRoot, '--disable-gpu'] });
  try {
    const page = await browser.newPage();
    await page.goto(url);
    const report = await page.evaluate(
      (order) =>
        new Promise((resolve, reject) => {
          const worker = new Worker('/worker.js', { type: 'module' });
          worker.onmessage = ({ data }) => resolve(data);
          worker.onerror = ({ message }) => reject(new Error(message));
          worker.postMessage(order);
        }),
      { extent },
    );
    return { version: browser.version(), .../** @type {import('./bench-verdict.mjs').Part} */ (report) };
  } finally {
    await browser.close();
    server.close();
  }
}

async function main() {
  const args = process.argv.slice(2);
  const unknown = args.find((arg) => !OPTIONS.includes(arg));
  if (unknown !== undefined)
    fail(`npm run bench: unknown option ${unknown}; there are ${OPTIONS.join(', ')}.`, BAD_USAGE);
  if (args.includes('--land') && args.length > 1)
    fail('npm run bench: --land keeps the figures of a whole run, so it stands alone.', BAD_USAGE);
  setUp();
  const extent = args.includes('--long') ? 'long' : args.includes('--quick') ? 'quick' : 'full';
  const executablePath = args.includes('--node') ? undefined : await findChromium();
  if (executablePath === undefined && !args.includes('--node'))
    fail(
      'npm run bench: no Chromium found; install one, set UNDERSTUDY_CHROMIUM, or measure with --node only.',
    );
  const report = { node: measureInNode(extent) };
  const chromium =
    executablePath === undefined ? {} : { chromium: await measureInChromium(extent, executablePath) };
  const whole = { ...report, ...chromium };
  console.log(JSON.stringify(whole, null, 2));
  const { lines, holds } = verdictOn(whole, extent, readLanded(), thisComputer());
  console.error(`\n${lines.join('\n')}`);
  process.exitCode = holds ? 0 : BOUND_MISSED;
  if (args.includes('--land')) land(whole);
}

/** @returns {import('./bench-verdict.mjs').Landed | undefined} */
function readLanded() {
  return existsSync(LANDED) ? JSON.parse(readFileSync(LANDED, 'utf8')) : undefined;
}

/**
 * Keeps the figures of a full run, which has all parts.
 * @typedef {Parameters<typeof figuresOf>[0]} Measured
 * @param {{ node: Measured, chromium?: Partial<Measured> }} report
 */
function land({ node, chromium }) {
  const figures = {
    computer: thisComputer(),
    node: figuresOf(node),
    ...(chromium ? { chromium: figuresOf(/** @type {Measured} */ (chromium)) } : {}),
  };
  writeFileSync(LANDED, `${JSON.stringify(figures, null, 2)}\n`);
  console.error(`These figures are the landed ones now: ${path.relative(root, LANDED)}`);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await main();
