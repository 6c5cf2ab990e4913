// `npm run mutate`: breaks one guard of the protocol after the other (StrykerJS), and tells which of them no test minds.
// `-- PATH…` says which files or folders. What each file came to is kept (coverage/), so that another run goes on where this one
// ended, and tries again what changed.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { root, setUp } from './setup.mjs';

/** The protocol, and what of the world carries it out. */
const FOLDERS = ['src/ft', 'src/world/host', 'src/world/vm', 'src/world/net', 'src/world/strikes'];

/** What stands in no guard: words, values, and what they are made of. */
const EXCLUDED = [
  'StringLiteral',
  'ObjectLiteral',
  'ArrayDeclaration',
  'Regex',
  'ArithmeticOperator',
  'UpdateOperator',
];

const EQUIVALENT = 'scripts/mutate-equivalent.json';

/** What is kept of earlier runs. */
const INCREMENTAL = 'coverage/mutation-incremental.json';

/**
 * A mutant that nobody minded. `line` is the source line on which it begins, without its indentation.
 * @typedef {{ file: string, at: number, line: string, original: string, replacement: string }} Survivor
 * @typedef {Omit<Survivor, 'at'> & { why: string }} Equivalent
 */

/** In one line. @param {string} text */
const flat = (text) => text.replace(/\s+/g, ' ').trim();

/** The mutants of a report of Stryker's that no test has killed. @param {any} report @returns {Survivor[]} */
export function survivorsIn(report) {
  return Object.entries(report.files).flatMap(([file, { source, mutants }]) => {
    const lines = source.split('\n');
    return mutants
      .filter((/** @type {any} */ { status }) => status === 'Survived' || status === 'NoCoverage')
      .map((/** @type {any} */ { location, replacement }) => ({
        file,
        at: location.start.line,
        line: flat(lines[location.start.line - 1]),
        original: flat(partOf(lines, location)),
        replacement: flat(replacement),
      }));
  });
}

/** @param {string[]} lines @param {{ start: { line: number, column: number }, end: { line: number, column: number } }} place */
function partOf(lines, { start, end }) {
  const part = lines.slice(start.line - 1, end.line);
  const last = part.length - 1;
  part[last] = (part[last] ?? '').slice(0, end.column - 1);
  part[0] = (part[0] ?? '').slice(start.column - 1);
  return part.join('\n');
}

/** @param {Omit<Survivor, 'at'>} a @param {Omit<Survivor, 'at'>} b */
const isSame = (a, b) =>
  a.file === b.file && a.line === b.line && a.original === b.original && a.replacement === b.replacement;

/**
 * Survivors that nobody has shown to be equivalent, and shown ones that do not survive (any more) in the files looked at.
 * @param {Survivor[]} survivors @param {Equivalent[]} equivalent @param {string[]} files
 */
export function compare(survivors, equivalent, files) {
  return {
    open: survivors.filter((each) => !equivalent.some((shown) => isSame(each, shown))),
    stale: equivalent.filter(
      (shown) => files.includes(shown.file) && !survivors.some((each) => isSame(each, shown)),
    ),
  };
}

/** @param {string} file */
const options = (file) => ({
  testRunner: 'vitest',
  plugins: ['@stryker-mutator/vitest-runner'],
  vitest: { configFile: 'scripts/mutate-vitest.config.ts', related: false },
  mutate: [file],
  mutator: { excludedMutations: EXCLUDED },
  coverageAnalysis: 'perTest',
  concurrency: 1,
  timeoutMS: 5_000,
  reporters: ['progress-append-only', 'json'],
  jsonReporter: { fileName: 'coverage/mutation.json' },
  incremental: true,
  incrementalFile: INCREMENTAL,
  tempDirName: 'coverage/mutation-sandbox',
  ignorePatterns: ['/dist', '/dist-cli', '/coverage', '/e2e', '/test-results', '/playwright-report'],
  // Stryker would read it by means that the compiler no longer has; the sandbox needs none.
  tsconfigFile: 'none.json',
  allowConsoleColors: false,
});

/** The sources that paths mean, from the root. @param {string[]} paths @returns {string[]} */
export const sourcesOf = (paths) =>
  paths.flatMap((each) =>
    each.endsWith('.ts')
      ? [each]
      : readdirSync(path.join(root, each))
          .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
          .map((name) => path.posix.join(each, name)),
  );

/**
 * What is done as a module loads is no single test's: Stryker would not try such a survivor again when there are new tests.
 * @param {any} report without these survivors, from here on
 */
export function forgetStatic(report) {
  for (const each of /** @type {any[]} */ (Object.values(report.files)))
    each.mutants = each.mutants.filter(
      (/** @type {any} */ mutant) => !(mutant.static && mutant.status === 'Survived'),
    );
}

function forgetKept() {
  const kept = path.join(root, INCREMENTAL);
  if (!existsSync(kept)) return;
  const report = JSON.parse(readFileSync(kept, 'utf8'));
  forgetStatic(report);
  writeFileSync(kept, JSON.stringify(report));
}

/** @param {string} file @param {Equivalent[]} equivalent @returns {Promise<boolean>} whether all is killed or shown */
async function mutate(file, equivalent) {
  const { Stryker } = await import('@stryker-mutator/core');
  // For the tests that stand against it (mutate-vitest.config.ts), in the processes that run them.
  process.env.MUTATED = file;
  forgetKept();
  await new Stryker(/** @type {any} */ (options(file))).runMutationTest();
  const { files } = JSON.parse(readFileSync(path.join(root, 'coverage/mutation.json'), 'utf8'));
  // The report also has what other files came to before.
  const survivors = survivorsIn({ files: files[file] === undefined ? {} : { [file]: files[file] } });
  const { open, stale } = compare(survivors, equivalent, [file]);
  for (const { at, original, replacement } of open)
    console.log(`${file}:${at}: ${original}\n    survives as ${replacement}`);
  for (const { line, original } of stale)
    console.log(`${file}: ${EQUIVALENT} has "${original}" of "${line}", which does not survive`);
  console.log(`${file}: ${open.length} survived, ${survivors.length - open.length} shown to be equivalent`);
  return open.length + stale.length === 0;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  setUp();
  process.chdir(root);
  /** @type {Equivalent[]} */
  const equivalent = JSON.parse(readFileSync(path.join(root, EQUIVALENT), 'utf8'));
  const said = process.argv.slice(2);
  let isWhole = true;
  for (const file of sourcesOf(said.length > 0 ? said : FOLDERS))
    isWhole = (await mutate(file, equivalent)) && isWhole;
  process.exitCode = isWhole ? 0 : 1;
}
