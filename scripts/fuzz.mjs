// `npm run fuzz`: the property tests with new seeds, one after the other, until the time is over or one fails.
// `-- --minutes N` says how long, `--seed S` repeats one seed, and paths behind that say which files.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { newSeed, readSeed } from './seed.mjs';
import { binary, root, setUp } from './setup.mjs';

const MINUTES = 10;
const BAD_USAGE = 2;

/** @typedef {{ minutes: number, seed: number | undefined, files: string[] }} Order */
/** @typedef {{ file: string, test: string, message: string }} Failure */

/** What is asked for. Throws a sentence. @param {string[]} args @returns {Order} */
export function readOrder(args) {
  /** @type {Order} */
  const order = { minutes: MINUTES, seed: undefined, files: [] };
  for (let i = 0; i < args.length; i++) {
    const word = args[i] ?? '';
    if (word === '--seed') order.seed = readSeed(args[++i], 'npm run fuzz: --seed');
    else if (word === '--minutes') order.minutes = readMinutes(args[++i]);
    else if (word.startsWith('-'))
      throw new Error(`npm run fuzz: unknown option ${word}; there are --minutes and --seed.`);
    else order.files.push(word);
  }
  return order;
}

/** @param {string | undefined} text */
function readMinutes(text) {
  const minutes = Number(text);
  if (text !== undefined && text !== '' && minutes > 0) return minutes;
  throw new Error(`npm run fuzz: --minutes is ${text ?? 'empty'}, but has to be a number above 0.`);
}

/** The tests that draw values, from the root. @returns {string[]} */
function propertyTests() {
  return readdirSync(path.join(root, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.test\.tsx?$/.test(name))
    .map((name) => path.posix.join('src', ...name.split(path.sep)))
    .filter((name) => /fast-check|\.arbitrary\.ts/.test(readFileSync(path.join(root, name), 'utf8')));
}

/** What failed, from the report of Vitest's JSON reporter. @param {any} report @returns {Failure[]} */
export function failuresIn(report) {
  return report.testResults.flatMap((/** @type {any} */ { name, message, status, assertionResults }) => {
    const file = path.relative(root, name);
    const failed = assertionResults
      .filter((/** @type {any} */ each) => each.status === 'failed')
      .map((/** @type {any} */ { fullName, failureMessages }) => ({
        file,
        test: fullName,
        message: failureMessages[0] ?? '',
      }));
    return status === 'failed' && failed.length === 0 ? [{ file, test: 'the file', message }] : failed;
  });
}

/** What a person needs: the shrunk case, and how to have it again. @param {Failure} failure @param {number} seed */
export function tellFailure({ file, test, message }, seed) {
  const said = message
    .split('\n')
    .filter((line) => !/^\s+at /.test(line))
    .join('\n    ');
  return `${file}: ${test}\n    ${said.trimEnd()}\n  Again: npm run fuzz -- --seed ${seed} ${file}\n`;
}

/**
 * One seed through the files.
 * @param {number} seed @param {string[]} files @param {string} reportFile @param {number} untilMs on the process's clock
 * @returns {Promise<Failure[] | undefined>} undefined when the time was over before
 */
async function playRound(seed, files, reportFile, untilMs) {
  const child = spawn(
    process.execPath,
    [binary('vitest'), 'run', '--reporter=json', `--outputFile=${reportFile}`, ...files],
    {
      cwd: root,
      env: { ...process.env, UNDERSTUDY_SEED: String(seed) },
      stdio: ['ignore', 'ignore', 'inherit'],
    },
  );
  let isOver = false;
  const end = () => {
    isOver = true;
    child.kill();
  };
  const clock = Number.isFinite(untilMs) ? setTimeout(end, untilMs - performance.now()) : undefined;
  const status = await new Promise((resolve) => child.on('close', resolve));
  clearTimeout(clock);
  if (isOver) return undefined;
  if (!existsSync(reportFile)) throw new Error(`npm run fuzz: Vitest ended with ${status} and told nothing.`);
  return failuresIn(JSON.parse(readFileSync(reportFile, 'utf8')));
}

/** @param {Order} order @param {string} folder for reports @returns {Promise<boolean>} whether all held */
async function fuzz({ minutes, seed: said, files: chosen }, folder) {
  const files = chosen.length > 0 ? chosen : propertyTests();
  const untilMs = said === undefined ? performance.now() + 60_000 * minutes : Number.POSITIVE_INFINITY;
  for (let round = 0; ; round++) {
    const seed = said ?? newSeed();
    const started = performance.now();
    const failures = await playRound(seed, files, path.join(folder, `${round}.json`), untilMs);
    if (failures === undefined) {
      console.log(`The time is over. Seeds played: ${round}; none failed.`);
      return true;
    }
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    console.log(
      `seed ${seed}: ${failures.length === 0 ? 'all hold' : `${failures.length} failed`}, ${seconds} s`,
    );
    for (const failure of failures) console.log(`\n${tellFailure(failure, seed)}`);
    if (failures.length > 0 || said !== undefined) return failures.length === 0;
  }
}

async function main() {
  const folder = mkdtempSync(path.join(tmpdir(), 'understudy-fuzz-'));
  try {
    const order = readOrder(process.argv.slice(2));
    setUp();
    process.exitCode = (await fuzz(order, folder)) ? 0 : 1;
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = BAD_USAGE;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await main();
