// `npm test`: sets up whatever is missing, then runs every check in order and stops at the first that fails.
// `npm test -- --only unit,types` runs some; what follows a single one goes to its tool: `npm test -- --only unit src/base`.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { binary, root, setUp } from './setup.mjs';

/** @typedef {{ passed: number, failed: number }} Tally */
/**
 * One check: its Node commands in order, what it needs before it, and how its tool reports what it ran (a file that the
 * tool writes, and how to count it).
 * @typedef {{ name: string, title: string, needs?: string[], commands: () => string[][], report?: { file: string,
 *   count: (report: any) => Tally } }} Stage
 */

/** @param {any} report as Vitest's JSON reporter writes it @returns {Tally} */
export function countVitest(report) {
  return { passed: report.numPassedTests, failed: report.numFailedTests };
}

/** @param {any} report as Playwright's JSON reporter writes it @returns {Tally} */
export function countPlaywright(report) {
  return { passed: report.stats.expected, failed: report.stats.unexpected + report.stats.flaky };
}

/** @param {string} reports a folder for the tools' reports @returns {Stage[]} in the order in which they run */
function stages(reports) {
  /** @param {string} name @param {string[]} args */
  const vitest = (name, ...args) => [
    [
      binary('vitest'),
      'run',
      '--reporter=default',
      '--reporter=json',
      `--outputFile=${reports}/${name}.json`,
      ...args,
    ],
  ];
  /** @param {string} name @param {(report: any) => Tally} count */
  const report = (name, count) => ({ file: `${reports}/${name}.json`, count });
  // Where no terminal is, Biome would colour every single letter.
  const plain = process.stdout.isTTY ? [] : ['--colors=off'];
  const vite = binary('vite');
  const tsc = binary('typescript', 'tsc');
  return [
    {
      name: 'format',
      title: 'Format and lint',
      commands: () => [[binary('@biomejs/biome', 'biome'), 'ci', '--error-on-warnings', ...plain]],
    },
    {
      name: 'types',
      title: 'Types',
      commands: () => ['tsconfig.json', 'tsconfig.engine.json'].map((project) => [tsc, '-p', project]),
    },
    {
      name: 'layers',
      title: 'Layers',
      commands: () => vitest('layers', '--project=layers'),
      report: report('layers', countVitest),
    },
    {
      name: 'unit',
      title: 'Unit and property tests',
      commands: () => vitest('unit', '--project=isolated', '--project=unit'),
      report: report('unit', countVitest),
    },
    {
      name: 'build',
      title: 'Build',
      commands: () => [
        [vite, 'build'],
        [vite, 'build', '--config', 'vite.cli.config.ts'],
      ],
    },
    {
      name: 'size',
      title: 'Size and policy of the built page',
      needs: ['build'],
      commands: () => [['scripts/check-build.mjs']],
    },
    {
      name: 'journeys',
      title: 'Journeys in a browser',
      needs: ['build'],
      commands: () => [[binary('@playwright/test', 'playwright'), 'test']],
      report: report('journeys', countPlaywright),
    },
  ];
}

/**
 * The stages to run, each with the words left over for its tool, from what stands behind `npm test --`. Throws a sentence.
 * @param {string[]} args @param {Stage[]} all @returns {{ stage: Stage, rest: string[] }[]}
 */
export function select(args, all) {
  const at = args.indexOf('--only');
  if (at < 0 && args.length > 0)
    throw new Error(`npm test: unknown option ${args[0]}; there is --only STAGE[,STAGE…].`);
  if (at < 0) return all.map((stage) => ({ stage, rest: [] }));
  const names = (args[at + 1] ?? '').split(',');
  const unknown = names.find((name) => !all.some((stage) => stage.name === name));
  if (unknown !== undefined) {
    throw new Error(
      `npm test: there is no stage "${unknown}"; there are ${all.map((stage) => stage.name).join(', ')}.`,
    );
  }
  const rest = args.toSpliced(at, 2);
  if (rest.length > 0 && names.length > 1)
    throw new Error(`npm test: ${rest[0]} could be meant for any of ${names.join(', ')}.`);
  const needed = all.filter((stage) => names.includes(stage.name)).flatMap((stage) => stage.needs ?? []);
  return all
    .filter((stage) => names.includes(stage.name) || needed.includes(stage.name))
    .map((stage) => ({ stage, rest: names.includes(stage.name) ? rest : [] }));
}

/** Runs one stage; its tally counts tests, and a failure that is no test's as one. @param {Stage} stage @param {string[]} rest @returns {Tally} */
function run(stage, rest) {
  for (const command of stage.commands()) {
    const env = { ...process.env, UNDERSTUDY_JOURNEY_REPORT: stage.report?.file };
    const { status } = spawnSync(process.execPath, [...command, ...rest], {
      cwd: root,
      env,
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    if (status === 0) continue;
    const tally = countReport(stage);
    return { passed: tally.passed, failed: Math.max(tally.failed, 1) };
  }
  const tally = countReport(stage);
  if (!stage.report || tally.failed > 0 || tally.passed > 0) return tally;
  console.error(`${stage.title}: no test ran, and that is a failure.`);
  return { passed: 0, failed: 1 };
}

/** @param {Stage} stage @returns {Tally} */
function countReport({ report }) {
  if (!report || !existsSync(report.file)) return { passed: 0, failed: 0 };
  return report.count(JSON.parse(readFileSync(report.file, 'utf8')));
}

const seconds = (/** @type {number} */ since) => `${((performance.now() - since) / 1000).toFixed(1)} s`;

/** Runs the stages until one fails. @param {{ stage: Stage, rest: string[] }[]} chosen @returns {Tally} */
function runAll(chosen) {
  const total = { passed: 0, failed: 0 };
  for (const { stage, rest } of chosen) {
    console.log(`\n=== ${stage.title} (${stage.name})`);
    const started = performance.now();
    const tally = run(stage, rest);
    total.passed += tally.passed;
    total.failed += tally.failed;
    console.log(`=== ${stage.title}: ${tally.failed > 0 ? 'FAILED' : 'ok'}, ${seconds(started)}`);
    if (tally.failed > 0) break;
  }
  return total;
}

async function main() {
  setUp();
  const started = performance.now();
  const reports = mkdtempSync(path.join(tmpdir(), 'understudy-test-'));
  try {
    const chosen = select(process.argv.slice(2), stages(reports));
    if (chosen.some(({ stage }) => stage.name === 'journeys')) {
      const { ensureChromium } = await import('./chromium.mjs');
      process.env.UNDERSTUDY_CHROMIUM = await ensureChromium();
      console.log(`Chromium: ${process.env.UNDERSTUDY_CHROMIUM}`);
    }
    const { passed, failed } = runAll(chosen);
    console.log(`\n${failed > 0 ? 'Understudy is not well' : 'All is well'}, ${seconds(started)}`);
    console.log(`${passed} passed, ${failed} failed`);
    process.exitCode = failed > 0 ? 1 : 0;
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 2;
  } finally {
    rmSync(reports, { recursive: true, force: true });
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await main();
