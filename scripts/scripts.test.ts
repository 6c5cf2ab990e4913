// The decisions of the scripts behind `npm start` and `npm test`.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { initialScripts, pageFaults, partScripts } from './check-build.mjs';
import { failuresIn, readOrder, tellFailure } from './fuzz.mjs';
import { readSteadyOrder } from './journeys-steady.mjs';
import { readSeed, seedFrom, USUAL_SEED } from './seed.mjs';
import { firstStalePackage, nodeComplaint, root } from './setup.mjs';
import { countPlaywright, countVitest, select } from './test.mjs';
import { ISOLATED } from './unit-order.ts';

test.each(['v20.19.0', 'v20.20.2', 'v22.0.0', 'v100.1.0'])('Node %s is new enough', (version) => {
  expect(nodeComplaint(version)).toBeUndefined();
});

test.each(['v20.18.3', 'v18.99.0', 'v0.12.18'])('Node %s is too old, and the message says so', (version) => {
  expect(nodeComplaint(version)).toContain(`needs Node 20.19 or newer, and this is ${version}`);
});

test('installed packages are stale when one differs, lacks or is too many', () => {
  const locked = {
    '': { version: '0.1.0' },
    'node_modules/a': { version: '1.0.0' },
    'node_modules/other-platform': { version: '1.0.0', optional: true },
  };
  expect(firstStalePackage(locked, { 'node_modules/a': { version: '1.0.0' } })).toBeUndefined();
  expect(firstStalePackage(locked, { 'node_modules/a': { version: '1.0.1' } })).toBe('node_modules/a');
  expect(firstStalePackage(locked, {})).toBe('node_modules/a');
  const more = { 'node_modules/a': { version: '1.0.0' }, 'node_modules/b': { version: '1.0.0' } };
  expect(firstStalePackage(locked, more)).toBe('node_modules/b');
});

test('the first load is the entries and what they import, not what they load later', () => {
  const manifest = {
    'index.html': {
      file: 'assets/index.js',
      isEntry: true,
      imports: ['_shared.js'],
      dynamicImports: ['lazy.ts'],
    },
    '_shared.js': { file: 'assets/shared.js', imports: ['_deep.js'] },
    '_deep.js': { file: 'assets/deep.js', imports: ['_shared.js'] },
    'lazy.ts': { file: 'assets/lazy.js' },
    'style.css': { file: 'assets/style.css', isEntry: true },
  };
  expect(initialScripts(manifest)).toEqual(['assets/index.js', 'assets/shared.js', 'assets/deep.js']);
});

test('a part that is loaded later needs what it imports, but for what is there already', () => {
  const manifest = {
    'index.html': { file: 'assets/index.js', isEntry: true, imports: ['_shared.js'] },
    '_shared.js': { file: 'assets/shared.js' },
    'editor.tsx': { file: 'assets/editor.js', isDynamicEntry: true, imports: ['_shared.js', '_code.js'] },
    '_code.js': { file: 'assets/code.js' },
  };
  expect(partScripts(manifest)).toEqual([
    { part: 'editor.tsx', files: ['assets/editor.js', 'assets/code.js'] },
  ]);
});

const POLICY = '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'">';

test.each([
  [`${POLICY}<script type="module" src="./a.js"></script><link href="./a.css">`, undefined],
  ['<script src="./a.js"></script>', 'index.html has no Content-Security-Policy.'],
  [
    `<script src="./a.js"></script>${POLICY}`,
    'index.html loads something before its Content-Security-Policy.',
  ],
  [
    `${POLICY}<script>go()</script>`,
    'index.html holds inline script or style, which its Content-Security-Policy forbids.',
  ],
  [
    `${POLICY}<p style="color: red">`,
    'index.html holds inline script or style, which its Content-Security-Policy forbids.',
  ],
  [
    `${POLICY}<script src="/a.js"></script>`,
    'index.html refers to "/a.js", which is not relative to the page.',
  ],
  [
    `${POLICY}<link href="https://a.example/a.css">`,
    'index.html refers to "https://a.example/a.css", which is not relative to the page.',
  ],
  [`${POLICY}<script src="./b.js"></script>`, 'index.html refers to "./b.js", which is not in the build.'],
])('faults of a built page %#', (html, fault) => {
  const faults = pageFaults(html, (file) => file.startsWith('./a.'));
  expect(faults).toEqual(fault === undefined ? [] : [fault]);
});

const STAGES = [
  { name: 'unit', title: '', commands: () => [] },
  { name: 'build', title: '', commands: () => [] },
  { name: 'journeys', title: '', needs: ['build'], commands: () => [] },
];

const selected = (...args: string[]) => select(args, STAGES).map(({ stage, rest }) => [stage.name, ...rest]);

test('npm test runs all stages, or those asked for with what they need', () => {
  expect(selected()).toEqual([['unit'], ['build'], ['journeys']]);
  expect(selected('--only', 'unit')).toEqual([['unit']]);
  expect(selected('--only', 'journeys,unit')).toEqual([['unit'], ['build'], ['journeys']]);
  expect(selected('--only', 'journeys', 'e2e/page.test.ts')).toEqual([
    ['build'],
    ['journeys', 'e2e/page.test.ts'],
  ]);
});

test('npm test names a wrong option', () => {
  expect(() => selected('--fast')).toThrow('unknown option --fast');
  expect(() => selected('--only', 'unit,speed')).toThrow(
    'there is no stage "speed"; there are unit, build, journeys.',
  );
  expect(() => selected('--only')).toThrow('there is no stage ""');
  expect(() => selected('--only', 'unit,build', 'src/base')).toThrow(
    'src/base could be meant for any of unit, build.',
  );
});

test('reports are counted; a flaky journey is a failed one', () => {
  expect(countVitest({ numPassedTests: 4, numFailedTests: 1 })).toEqual({ passed: 4, failed: 1 });
  expect(countPlaywright({ stats: { expected: 3, unexpected: 1, flaky: 1, skipped: 2 } })).toEqual({
    passed: 3,
    failed: 2,
  });
});

test('property tests draw the same values each time, unless told which others', () => {
  expect(fc.readConfigureGlobal().seed).toBe(seedFrom(process.env));
  expect(fc.sample(fc.integer(), 9)).toEqual(fc.sample(fc.integer(), 9));
  expect([seedFrom({}), seedFrom({ UNDERSTUDY_SEED: '7' })]).toEqual([USUAL_SEED, 7]);
  for (const wrong of ['', '-1', '1.5', 'x', String(2 ** 31)])
    expect(() => seedFrom({ UNDERSTUDY_SEED: wrong })).toThrow('UNDERSTUDY_SEED is');
  expect(() => readSeed(undefined, '--seed')).toThrow('--seed is empty');
});

test('the fuzz is asked for minutes, a seed and files', () => {
  expect(readOrder([])).toEqual({ minutes: 10, seed: undefined, files: [] });
  expect(readOrder(['--minutes', '0.5', '--seed', '3', 'src/a.test.ts', 'src/b.test.ts'])).toEqual({
    minutes: 0.5,
    seed: 3,
    files: ['src/a.test.ts', 'src/b.test.ts'],
  });
  for (const wrong of [['--minutes'], ['--minutes', '0'], ['--minutes', 'x'], ['--seed'], ['--seeds', '1']])
    expect(() => readOrder(wrong)).toThrow('npm run fuzz: ');
});

test('a failure of the fuzz is told with its shrunk case and how to have it again', () => {
  const message = 'Error: Property failed after 6 tests\nCounterexample: [[],{}]\n    at here (file.ts:1:1)';
  const results = [
    { status: 'passed', fullName: 'one', failureMessages: [] },
    { status: 'failed', fullName: 'other', failureMessages: [message] },
  ];
  const failures = failuresIn({
    testResults: [
      { name: `${root}/src/a.test.ts`, status: 'failed', message: '', assertionResults: results },
      {
        name: `${root}/src/b.test.ts`,
        status: 'failed',
        message: 'no such module',
        assertionResults: [],
      },
      {
        name: `${root}/src/c.test.ts`,
        status: 'passed',
        message: '',
        assertionResults: results.slice(0, 1),
      },
    ],
  });
  expect(failures).toEqual([
    { file: 'src/a.test.ts', test: 'other', message },
    { file: 'src/b.test.ts', test: 'the file', message: 'no such module' },
  ]);
  const told = tellFailure(failures[0]!, 42);
  expect(told).toContain('Counterexample: [[],{}]');
  expect(told).toContain('npm run fuzz -- --seed 42 src/a.test.ts');
  expect(told).not.toContain('at here');
});

test('no journey reads once what it claims, and each can be slowed down', () => {
  const folder = path.join(root, 'e2e');
  for (const name of readdirSync(folder)) {
    const text = readFileSync(path.join(folder, name), 'utf8');
    expect(text.match(/expect\(\s*await .*/)?.[0], `${name}: expect.poll, or an assertion of a locator`).toBe(
      undefined,
    );
    if (name.endsWith('.test.ts'))
      expect(text, `${name} has its test from e2e/test.ts`).not.toContain("'@playwright/test'");
  }
});

test('the steady journeys are asked for times, slowness, and which', () => {
  expect(readSteadyOrder([])).toEqual({ times: 10, slower: 4, rest: [] });
  expect(readSteadyOrder(['--times', '3', 'e2e/find.test.ts', '--slower', '2', '-g', 'found'])).toEqual({
    times: 3,
    slower: 2,
    rest: ['e2e/find.test.ts', '-g', 'found'],
  });
  for (const wrong of [['--times'], ['--times', '0'], ['--slower', 'x']])
    expect(() => readSteadyOrder(wrong)).toThrow('npm run journeys:steady: ');
});

test('whatever test puts something in the place of a module or a global name is isolated', () => {
  const names = readdirSync(path.join(root, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.test\.tsx?$/.test(name))
    .map((name) => path.posix.join('src', ...name.split(path.sep)));
  const replacing = names.filter((name) =>
    /\bvi\.(mock|doMock|stub|useFake|resetModules|setSystemTime)/.test(
      readFileSync(path.join(root, name), 'utf8'),
    ),
  );
  expect(replacing.length).toBeGreaterThan(1);
  const isolated = ISOLATED.map(
    (pattern) => new RegExp(`^${pattern.replaceAll('.', '\\.').replaceAll('*', '[^/]*')}$`),
  );
  for (const name of replacing)
    expect(
      isolated.some((pattern) => pattern.test(name)),
      name,
    ).toBe(true);
});
