// Holds the sources to the house of ARCHITECTURE.md, and the check itself to small bad examples.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { layerFaults } from './layers.ts';

const faultsOf = (files: Record<string, string>) => layerFaults(new Map(Object.entries(files)));

/** Every source of the checkout, by its path from the root. */
function sources(): Map<string, string> {
  const files = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter((file) =>
    /\.tsx?$/.test(file),
  );
  return new Map(
    files
      .sort()
      .map((file) => [`src/${file.split(path.sep).join('/')}`, readFileSync(`src/${file}`, 'utf8')]),
  );
}

test('every source keeps to its layer', () => {
  const all = sources();
  expect(all.size).toBeGreaterThan(0);
  expect(layerFaults(all)).toEqual([]);
});

test.each<[string, Record<string, string>, string]>([
  [
    'upwards',
    { 'src/ft/gate.ts': "import { a } from '../world/a.ts';" },
    'src/ft/gate.ts imports world/a.ts: ft may import base, machine, sim.',
  ],
  [
    'upwards for a type',
    { 'src/ft/gate.ts': "import type { A } from '../world/a.ts';" },
    'src/ft/gate.ts imports world/a.ts: ft may import base, machine, sim.',
  ],
  [
    'sideways',
    { 'src/machine/cpu.ts': "export * from '../sim/time.ts';" },
    'src/machine/cpu.ts imports sim/time.ts: machine may import base, isa.',
  ],
  [
    'lazily',
    { 'src/sim/a.ts': "await import('../ft/b.ts');" },
    'src/sim/a.ts imports ft/b.ts: sim may import base.',
  ],
  [
    'by a type expression',
    { 'src/sim/a.ts': "export type B = import('../ft/b.ts').B;" },
    'src/sim/a.ts imports ft/b.ts: sim may import base.',
  ],
  [
    'past a layer at run time',
    { 'src/explore/soak.ts': "import { run } from '../machine/run.ts';" },
    'src/explore/soak.ts imports machine/run.ts: explore may import base, world, scenario, timeline, sim/time.ts.',
  ],
  [
    'a test',
    { 'src/sim/a.ts': "import { b } from './b.test.ts';" },
    'src/sim/a.ts imports the test sim/b.test.ts.',
  ],
  [
    'from no layer',
    { 'src/sim/a.ts': "import { b } from '../../scripts/b.ts';" },
    'src/sim/a.ts imports scripts/b.ts, which is in no layer.',
  ],
  [
    'a package',
    { 'src/ft/a.ts': "import { map } from 'd3';" },
    "src/ft/a.ts imports the package d3: ft is this project's own subject and uses no library.",
  ],
  [
    'Node',
    { 'src/scenario/a.ts': "import fs from 'node:fs';" },
    'src/scenario/a.ts imports node:fs: only cli knows Node.',
  ],
  [
    'the engine from the page',
    { 'src/ui/app/a.tsx': "import { w } from '../../world/w.ts';" },
    'src/ui/app/a.tsx imports world/w.ts: ui may import base, worker/client.ts, worker/protocol.ts, worker/frame.ts, worker/time-views.ts, scenario.',
  ],
  [
    'a layer that is none',
    { 'src/util/a.ts': '' },
    'src/util/a.ts is in "util", which is no layer of the house.',
  ],
  [
    'values in a types file',
    { 'src/worker/frame.ts': 'export const a = 1;' },
    'src/worker/frame.ts holds more than types.',
  ],
  [
    'imports in a types file',
    { 'src/worker/protocol.ts': "import './frame.ts';" },
    'src/worker/protocol.ts holds more than types.',
  ],
])('found: an import of %s', (_, files, fault) => {
  expect(faultsOf(files)).toContain(fault);
});

test.each<[string, string]>([
  ['const x = Math.random();', 'uses Math.random: use a named stream of base/prng.ts, or base/hash.ts.'],
  ['const x = new Date();', 'uses Date: use simulated time, handed in as an argument.'],
  ['const x = performance.now();', 'uses performance: use simulated time, handed in as an argument.'],
  ['setTimeout(() => {}, 1);', 'uses setTimeout: use a pending event: { at, order, kind, … }.'],
  ['const at: Date | undefined = undefined;', 'uses Date: use simulated time, handed in as an argument.'],
  [
    'globalThis.crypto;',
    'uses globalThis: use data handed to the caller: only the worker and the page touch the browser.',
  ],
  [
    'document.title;',
    'uses document: use data handed to the caller: only the worker and the page touch the browser.',
  ],
  [
    'const title = { window };',
    'uses window: use data handed to the caller: only the worker and the page touch the browser.',
  ],
  ['console.log(1);', 'uses console: use a returned value.'],
  [
    'names.sort((a, b) => a.localeCompare(b));',
    'uses localeCompare: use comparison by code unit (<): locales differ.',
  ],
])('found: %s', (source, fault) => {
  expect(faultsOf({ 'src/ft/gate.ts': source })).toEqual([`src/ft/gate.ts ${fault}`]);
  expect(faultsOf({ 'src/ui/gate/gate.ts': source })).toEqual([]);
  expect(faultsOf({ 'src/ft/gate.test.ts': source })).toEqual([]);
});

test.each([
  'import { a } from "../machine/a.ts"; import { b } from "../sim/b.ts"; import { c } from "../base/c.ts";',
  '// Date and Math.random()\nconst quoted = "window"; const pattern = /["\'] performance/; const text = `Date`;',
  'export function parse(document: { window: number }) { return document.window; }',
  'const { location: history, Date: at } = entry; export const seen = [history, at, entry.performance];',
  'export const one = <T>(x: T) => Math.max(1, 2); export interface Event { Date: number }',
])('no fault of the engine: %s', (source) => {
  expect(faultsOf({ 'src/ft/gate.ts': source })).toEqual([]);
});

test('found: a cast to a branded number, but where it is made and in tests', () => {
  const cast = 'export const end = <T>(n: T) => [n as SimTime, n as unknown as Duration, <T>n];';
  const fault = (type: string) => `casts to ${type}: use what sim/time.ts makes it with.`;
  expect(faultsOf({ 'src/ft/pacing.ts': cast })).toEqual([
    `src/ft/pacing.ts ${fault('SimTime')}`,
    `src/ft/pacing.ts ${fault('Duration')}`,
  ]);
  expect(faultsOf({ 'src/machine/run.ts': 'const n = 1 as InstructionCount;' })).toEqual([
    'src/machine/run.ts casts to InstructionCount: use what machine/boundary.ts makes it with.',
  ]);
  const free = ['src/sim/time.ts', 'src/ft/pacing.test.ts', 'src/ft/testing/replicas.ts'];
  expect(faultsOf(Object.fromEntries(free.map((file) => [file, cast])))).toEqual([]);
});

test('no fault: types from any layer below, guests as text and packages in tests', () => {
  const files = {
    'src/timeline/seek.ts': "import type { SimTime } from '../sim/time.ts';",
    'src/machine/run.test.ts':
      "import guest from '../scenario/guests/echo.s?raw'; import fc from 'fast-check'; import 'node:fs';",
    'src/world/testing/guest-host.ts': "import guest from '../scenario/guests/echo.s?raw';",
    'src/world/guests.test.ts': "import { boot } from './testing/guest-host.ts';",
    'src/world/testing/commands.arbitrary.ts': "import fc from 'fast-check';",
    'src/cli/bench-command.ts': "import { measure } from './bench/bench.ts';",
    'src/ui/panels/log/rows.test.ts': "import { answer } from '../../../worker/answer.ts';",
    'src/ui/app/main.tsx': "import { createRoot } from 'react-dom/client'; import './main.css';",
  };
  expect(faultsOf(files)).toEqual([]);
});

test('found: what is for tests only, in what is not', () => {
  const files = {
    'src/world/world.ts': "import { boot } from './testing/guest-host.ts';",
    'src/sim/link.ts': "import { someLink } from './testing/links.ts';",
    'src/ft/workbench.ts': "import guest from '../scenario/guests/echo.s?raw';",
  };
  expect(faultsOf(files)).toEqual([
    'src/world/world.ts imports world/testing/guest-host.ts, which is for tests only.',
    'src/sim/link.ts imports sim/testing/links.ts, which is for tests only.',
    'src/ft/workbench.ts imports scenario/guests/echo.s: ft may import base, machine, sim.',
  ]);
});

test('found: a way from the page into the engine, told where it leaves the page', () => {
  const files = {
    'src/ui/app/main.tsx': "import './open.ts';",
    'src/ui/app/open.ts':
      "import { parse } from '../../scenario/parse.ts'; import { c } from '../../worker/client.ts';",
    'src/scenario/parse.ts': "import { check } from './check.ts';",
    'src/scenario/check.ts':
      "import { world } from '../world/world.ts'; import type { Host } from '../world/host.ts';",
    'src/world/world.ts': '',
    'src/world/host.ts': '',
    'src/worker/client.ts':
      "new Worker(new URL('./server.ts', import.meta.url)); import type { A } from './server.ts';",
    'src/worker/server.ts': "import { world } from '../world/world.ts';",
  };
  expect(faultsOf(files)).toEqual([
    'src/ui/app/open.ts brings the engine into the page: ui/app/open.ts -> scenario/parse.ts -> scenario/check.ts -> world/world.ts.',
  ]);
});

test('found: a value from a room that does not stand below, and a file without a room; types may come from any', () => {
  const files = {
    'src/world/host/effects.ts': "import { decide } from '../vm/cluster.ts';",
    'src/world/net/network.ts': "import type { World } from '../state/world.ts';",
    'src/world/vm/cluster.ts': "import { advance } from '../advance.ts';",
    'src/world/advance.ts': "import { handle } from './strikes/watching.ts';",
    'src/world/attic/a.ts': "import { b } from '../base/b.ts';",
  };
  expect(faultsOf(files)).toEqual([
    'src/world/host/effects.ts imports world/vm/cluster.ts: world/host may import base, language, services, net, state.',
    'src/world/vm/cluster.ts imports world/advance.ts: world/vm may import base, language, services, net, state, host.',
    'src/world/attic/a.ts is in "world/attic", which is no room of world.',
  ]);
});

test('found: a value from the roof, but not from a file that stands below the rooms', () => {
  const files = {
    'src/machine/memory/ram.ts': "import { n } from '../boundary.ts'; import { run } from '../run.ts';",
    'src/machine/boundary.ts': "import { ram } from './memory/ram.ts';",
  };
  expect(faultsOf(files)).toEqual([
    'src/machine/memory/ram.ts imports machine/run.ts: machine/memory may import boundary.ts.',
    'src/machine/boundary.ts imports machine/memory/ram.ts: machine/boundary.ts may import no other room.',
    expect.stringContaining('stands in a circle of values'),
  ]);
});

test('found: what is for one layer alone, in another; a test may have it', () => {
  const files = {
    'src/world/host/a.ts': "import { own } from '../../ft/own.ts';",
    'src/world/host/a.test.ts': "import { own } from '../../ft/own.ts';",
    'src/ft/a.ts': "import { own } from './own.ts';",
  };
  expect(faultsOf(files)).toEqual(['src/world/host/a.ts imports ft/own.ts, which is for ft alone.']);
});

test('found: files that import values from each other in a circle; one of types is none', () => {
  const files = {
    'src/sim/a.ts': "import { b } from './b.ts';",
    'src/sim/b.ts': "export { c } from './c.ts';",
    'src/sim/c.ts': "import { a } from './a.ts';",
    'src/sim/d.ts': "import type { E } from './e.ts';",
    'src/sim/e.ts': "import { d } from './d.ts';",
  };
  expect(faultsOf(files)).toEqual([
    'src/sim/a.ts stands in a circle of values: sim/a.ts -> sim/b.ts -> sim/c.ts -> sim/a.ts.',
  ]);
});

test('found: files and functions that are too long, but for tests and what has a reason', () => {
  const long = `export function all() {\n${'  one();\n'.repeat(79)}}\n`;
  const files = {
    'src/sim/file.ts': '// a line\n'.repeat(401),
    'src/sim/whole.ts': '// a line\n'.repeat(400),
    'src/sim/file.test.ts': '// a line\n'.repeat(401),
    'src/sim/function.ts': long,
    'src/sim/given.ts': long.replace('export function all()', 'export const all = () =>'),
    'src/machine/cpu/interpreter.ts': long.replace('all', 'interpret'),
  };
  expect(faultsOf(files)).toEqual([
    'src/sim/file.ts has 401 lines: 400 at most.',
    'src/sim/function.ts has 81 lines in all: 80 at most.',
    'src/sim/given.ts has 81 lines in all: 80 at most.',
  ]);
});
