// `npm run journeys:steady`: every journey ten times, two at once, on a processor four times slower: none may fail even once.
// `-- --times N` and `--slower N` say otherwise; what else follows goes to Playwright: a file, `-g WORDS`.
import { spawnSync } from 'node:child_process';
import { pathToFileURL } from 'node:url';
import { ensureChromium } from './chromium.mjs';
import { binary, fail, root, setUp } from './setup.mjs';

const BAD_USAGE = 2;

/** What is asked for. Throws a sentence. @param {string[]} args */
export function readSteadyOrder(args) {
  const order = { times: 10, slower: 4, rest: /** @type {string[]} */ ([]) };
  for (let i = 0; i < args.length; i++) {
    const word = args[i] ?? '';
    if (word === '--times') order.times = readCount(word, args[++i]);
    else if (word === '--slower') order.slower = readCount(word, args[++i]);
    else order.rest.push(word);
  }
  return order;
}

/** @param {string} option @param {string | undefined} text */
function readCount(option, text) {
  if (text !== undefined && /^[1-9]\d{0,3}$/.test(text)) return Number(text);
  throw new Error(
    `npm run journeys:steady: ${option} is ${text ?? 'empty'}, but has to be a whole number above 0.`,
  );
}

/** @param {ReturnType<typeof readSteadyOrder>} order @returns {Promise<number>} the exit status */
async function play({ times, slower, rest }) {
  setUp();
  const env = {
    ...process.env,
    UNDERSTUDY_CHROMIUM: await ensureChromium(),
    UNDERSTUDY_THROTTLE: String(slower),
  };
  /** @param {string[]} command */
  const run = (command) =>
    spawnSync(process.execPath, command, { cwd: root, env, stdio: ['ignore', 'inherit', 'inherit'] })
      .status ?? 1;
  const built = run([binary('vite'), 'build']);
  if (built !== 0) return built;
  const playwright = binary('@playwright/test', 'playwright');
  return run([playwright, 'test', `--repeat-each=${times}`, '--workers=2', ...rest]);
}

async function main() {
  try {
    process.exitCode = await play(readSteadyOrder(process.argv.slice(2)));
  } catch (error) {
    fail(error instanceof Error ? error.message : String(error), BAD_USAGE);
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await main();
