// The decisions of the scripts behind `npm start` and `npm test`.
import { expect, test } from 'vitest';
import { initialScripts, pageFaults, partScripts } from './check-build.mjs';
import { firstStalePackage, nodeComplaint } from './setup.mjs';
import { countPlaywright, countVitest, select } from './test.mjs';

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
