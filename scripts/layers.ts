// The house of ARCHITECTURE.md as a check: which layer and which room may import which, how long a file may be, and what the engine may not touch.
import { valueCircles } from './circles.ts';
import {
  castTypes,
  exportsValues,
  longFunctions,
  referencedNames,
  type SourceImport,
  sourceImports,
} from './source.ts';

const ENGINE = [
  'base',
  'isa',
  'assembler',
  'machine',
  'sim',
  'ft',
  'world',
  'scenario',
  'timeline',
  'explore',
];

/** What each layer may import, besides itself and `base`: a layer, or one file of it. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  base: [],
  isa: [],
  assembler: ['isa'],
  machine: ['isa'],
  sim: [],
  ft: ['machine', 'sim'],
  world: ['ft', 'machine', 'sim'],
  scenario: ['world', 'sim/time.ts', 'assembler', 'isa/image.ts'],
  timeline: [
    'world',
    'scenario',
    'sim/time.ts',
    'machine',
    'isa',
    'assembler/disassembler.ts',
    'ft/entry.ts',
    'ft/pair-end.ts',
  ],
  explore: ['world', 'scenario', 'timeline', 'sim/time.ts'],
  worker: ENGINE,
  cli: ENGINE,
  ui: ['worker/client.ts', 'worker/protocol.ts', 'worker/frame.ts', 'worker/time-views.ts', 'scenario'],
};

/**
 * The rooms of a layer from the ground up: which of the others each may take values from. A file may be a room. Files that stand in
 * no room are the roof: they may import from all, and nobody from them. A type may come from any room, since it is gone at run time.
 */
const ROOMS: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  machine: {
    'boundary.ts': [],
    memory: ['boundary.ts'],
    devices: ['boundary.ts', 'memory'],
    cpu: ['boundary.ts', 'memory', 'devices'],
    compiler: ['boundary.ts', 'memory', 'devices', 'cpu'],
  },
  timeline: {
    facts: [],
    run: ['facts'],
    breakpoints: ['facts', 'run'],
    explain: ['facts', 'run', 'breakpoints'],
  },
  world: {
    base: [],
    language: ['base'],
    services: ['base'],
    properties: ['base', 'services'],
    net: ['base', 'language', 'services'],
    state: ['base', 'language', 'services', 'net'],
    host: ['base', 'language', 'services', 'net', 'state'],
    vm: ['base', 'language', 'services', 'net', 'state', 'host'],
    strikes: ['base', 'language', 'services', 'net', 'state', 'host', 'vm'],
  },
};

/** Files that nobody outside their layer may import, be it for a type; tests may. */
const INSIDE = ['ft/own.ts'];

/** Lines of a file and of a function, at most. Tests are as long as they need to be. */
const FILE_LINES = 400;
const FUNCTION_LINES = 80;

/** Files that are still longer: a list to be emptied, not to grow. */
const STILL_LONG: readonly string[] = [];

/** Functions that are longer, by file and name, and why. */
const LONG_FUNCTIONS: Readonly<Record<string, string>> = {
  'machine/cpu/interpreter.ts interpret':
    'one switch over all instructions: calls between its cases would halve its speed',
};

/** What tests may import besides: the page is tested with frames from the real engine and against its names, documents with every rule. */
const TESTS_MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  machine: ['assembler'],
  world: ['isa', 'assembler'],
  ui: ['worker', 'world', 'sim/time.ts', 'timeline/facts'],
  scenario: ['ft/rules.ts', 'machine', 'isa'],
  explore: ['ft/rules.ts'],
};

/** Files that vanish at run time, so that both sides of the worker may know them. */
const TYPES_ONLY = [
  'worker/protocol.ts',
  'worker/frame.ts',
  'worker/timeline-view.ts',
  'worker/time-views.ts',
];

/** Branded numbers, and the one file that makes them of plain ones. */
const MADE_IN: Readonly<Record<string, string>> = {
  SimTime: 'sim/time.ts',
  Duration: 'sim/time.ts',
  InstructionCount: 'machine/boundary.ts',
};

/** The layers whose code is the subject itself: no library stands in for it. */
const WITHOUT_PACKAGES = ['base', 'isa', 'assembler', 'machine', 'sim', 'ft', 'world', 'timeline', 'explore'];

/** What must not be in the page's own script: it runs in the worker. */
const NOT_IN_PAGE = [
  'isa',
  'assembler',
  'machine',
  'sim',
  'ft',
  'world',
  'timeline',
  'explore',
  'cli',
  'worker/server.ts',
];

/** Names that the engine may not use, and what it uses instead: the same values in must give the same run. */
const BANNED: readonly { names: readonly string[]; instead: string }[] = [
  { names: ['Math.random', 'crypto'], instead: 'a named stream of base/prng.ts, or base/hash.ts' },
  { names: ['Date', 'Temporal', 'performance'], instead: 'simulated time, handed in as an argument' },
  {
    names: ['setTimeout', 'setInterval', 'setImmediate', 'clearTimeout', 'clearInterval', 'queueMicrotask'],
    instead: 'a pending event: { at, order, kind, … }',
  },
  {
    names: [
      'window',
      'document',
      'navigator',
      'location',
      'history',
      'screen',
      'self',
      'globalThis',
      'localStorage',
    ],
    instead: 'data handed to the caller: only the worker and the page touch the browser',
  },
  {
    names: [
      'sessionStorage',
      'indexedDB',
      'fetch',
      'XMLHttpRequest',
      'WebSocket',
      'Worker',
      'postMessage',
      'alert',
    ],
    instead: 'data handed to the caller: only the worker and the page touch the browser',
  },
  {
    names: [
      'addEventListener',
      'requestAnimationFrame',
      'requestIdleCallback',
      'HTMLElement',
      'Element',
      'Event',
    ],
    instead: 'data handed to the caller: only the worker and the page touch the browser',
  },
  { names: ['process', 'require', 'global', 'Buffer'], instead: 'arguments, Uint8Array and base/bytes.ts' },
  { names: ['console'], instead: 'a returned value' },
  {
    names: [
      'Math.sin',
      'Math.cos',
      'Math.tan',
      'Math.exp',
      'Math.log',
      'Math.log2',
      'Math.log10',
      'Math.pow',
    ],
    instead: 'integers and ratios: their last digits differ between engines',
  },
  { names: ['Intl'], instead: 'comparison by code unit (<): locales differ between machines' },
  {
    names: ['WeakRef', 'FinalizationRegistry'],
    instead: 'plain data: when memory is freed differs between runs',
  },
];

/** Methods that are banned wherever they are called. */
const BANNED_METHODS = ['localeCompare', 'toLocaleString', 'toLocaleUpperCase', 'toLocaleLowerCase'];

/** Sources by path from the root of the checkout, such as `src/ft/gate.ts`. */
export type Sources = ReadonlyMap<string, string>;

const isTest = (file: string) => /\.test\.tsx?$/.test(file);

/** Tests, and what only they use, which stands in the folder `testing` of its layer. */
const isForTests = (place: string) => isTest(place) || place.includes('/testing/');

/** `src/ft/gate.ts` is `ft/gate.ts` in the house; undefined for what is not in a layer. */
function inHouse(file: string): string | undefined {
  const parts = file.split('/');
  return parts[0] === 'src' && parts.length > 2 ? parts.slice(1).join('/') : undefined;
}

const layerOf = (place: string) => place.slice(0, place.indexOf('/'));

const matches = (place: string, rule: string) => place === rule || place.startsWith(`${rule}/`);

/** The layers that may be reached from `layer`, over any number of steps; types may come from any of them. */
function below(layer: string): Set<string> {
  const reached = new Set(MAY_IMPORT[layer] ?? []);
  for (const next of reached) for (const further of MAY_IMPORT[next] ?? []) reached.add(further);
  return reached;
}

/** What is wrong with one import, seen from `place`; undefined when it is in order. */
function importFault(place: string, imported: SourceImport): string | undefined {
  const layer = layerOf(place);
  if (imported.target === undefined) return packageFault(place, imported.specifier);
  // A guest's source or a page of the documentation is text: a test may read any.
  if (isForTests(place) && imported.query === '?raw') return undefined;
  const target = inHouse(imported.target);
  if (target === undefined) return `imports ${imported.target}, which is in no layer`;
  if (isTest(target)) return `imports the test ${target}`;
  if (isForTests(target) && !isForTests(place)) return `imports ${target}, which is for tests only`;
  if (INSIDE.includes(target) && layerOf(target) !== layer && !isForTests(place))
    return `imports ${target}, which is for ${layerOf(target)} alone`;
  const room = roomFault(place, target, imported);
  if (room !== undefined) return room;
  const allowed = [layer, 'base', ...(MAY_IMPORT[layer] ?? [])];
  if (isForTests(place)) allowed.push(...(TESTS_MAY_IMPORT[layer] ?? []));
  if (allowed.some((rule) => matches(target, rule))) return undefined;
  if (imported.typeOnly && layer !== 'ui' && below(layer).has(layerOf(target))) return undefined;
  return `imports ${target}: ${layer} may import ${allowed.slice(1).join(', ')}`;
}

/** The room of a file within its layer; undefined for one under the roof. */
const roomOf = (place: string): string | undefined => {
  const [layer = '', room = '', ...rest] = place.split('/');
  return rest.length > 0 || room in (ROOMS[layer] ?? {}) ? room : undefined;
};

/** What is wrong with an import from one room of a layer to another. */
function roomFault(place: string, target: string, { typeOnly }: SourceImport): string | undefined {
  const layer = layerOf(place);
  const rooms = ROOMS[layer];
  const room = roomOf(place);
  if (rooms === undefined || layerOf(target) !== layer || isForTests(place)) return undefined;
  if (room === undefined) return undefined;
  const below = rooms[room];
  if (below === undefined) return `is in "${layer}/${room}", which is no room of ${layer}`;
  const other = roomOf(target);
  if (typeOnly || other === room || (other !== undefined && below.includes(other))) return undefined;
  return `imports ${target}: ${layer}/${room} may import ${below.join(', ') || 'no other room'}`;
}

function packageFault(place: string, name: string): string | undefined {
  const layer = layerOf(place);
  if (isForTests(place)) return undefined;
  if (name.startsWith('node:')) return layer === 'cli' ? undefined : `imports ${name}: only cli knows Node`;
  if (!WITHOUT_PACKAGES.includes(layer)) return undefined;
  return `imports the package ${name}: ${layer} is this project's own subject and uses no library`;
}

/** What an engine layer's source names although it may not. */
function bannedNames(file: string, text: string): string[] {
  const used = referencedNames(file, text);
  const named = BANNED.flatMap(({ names, instead }) =>
    names.filter((name) => used.has(name)).map((name) => `uses ${name}: use ${instead}`),
  );
  const methods = BANNED_METHODS.filter((method) => used.has(`.${method}`));
  return [
    ...named,
    ...methods.map((name) => `uses ${name}: use comparison by code unit (<): locales differ`),
  ];
}

/** The casts that would let a plain number pass as a branded one. */
const castFaults = (place: string, file: string, text: string): string[] =>
  Object.entries(MADE_IN)
    .filter(([type, maker]) => place !== maker && castTypes(file, text).has(type))
    .map(([type, maker]) => `casts to ${type}: use what ${maker} makes it with`);

/** The way of imports that run in the page from `start` to something that belongs in the worker; undefined if none. */
function wayIntoEngine(start: string, imports: ReadonlyMap<string, SourceImport[]>): string[] | undefined {
  const ways = [[start]];
  const seen = new Set<string>();
  for (const way of ways) {
    const file = way.at(-1) ?? start;
    const place = inHouse(file) ?? '';
    if (NOT_IN_PAGE.some((rule) => matches(place, rule))) return way;
    if (seen.has(file)) continue;
    seen.add(file);
    for (const { target, typeOnly, query } of imports.get(file) ?? []) {
      // With a query (?raw, ?worker&url) a file is loaded as text, or runs elsewhere.
      if (target !== undefined && !typeOnly && query === '') ways.push([...way, target]);
    }
  }
  return undefined;
}

/** Every breach of the house's rules, one sentence each, in the order of the sources. */
export function layerFaults(sources: Sources): string[] {
  const imports = new Map([...sources].map(([file, text]) => [file, sourceImports(file, text)]));
  const faults: string[] = [];
  for (const [file, text] of sources) {
    const place = inHouse(file);
    if (place === undefined || file.endsWith('.d.ts')) continue;
    const layer = layerOf(place);
    const found: (string | undefined)[] = [];
    if (!(layer in MAY_IMPORT)) found.push(`is in "${layer}", which is no layer of the house`);
    found.push(...(imports.get(file) ?? []).map((imported) => importFault(place, imported)));
    if (ENGINE.includes(layer) && !isTest(file)) found.push(...bannedNames(file, text));
    if (!isForTests(place)) found.push(...castFaults(place, file, text));
    if (TYPES_ONLY.includes(place) && runs(file, text, imports.get(file) ?? []))
      found.push('holds more than types');
    if (layer === 'ui' && !isTest(file)) found.push(pageFault(file, imports));
    if (!isForTests(place)) found.push(...lengthFaults(file, place, text));
    faults.push(...found.filter((fault) => fault !== undefined).map((fault) => `${file} ${fault}.`));
  }
  const inHouseOnly = new Map([...imports].filter(([file]) => !isForTests(inHouse(file) ?? '')));
  for (const circle of valueCircles(inHouseOnly))
    faults.push(
      `${circle[0]} stands in a circle of values: ${circle.map((file) => inHouse(file)).join(' -> ')}.`,
    );
  return faults;
}

/** A file and its functions are short enough to be read at once, or there is a reason. */
function lengthFaults(file: string, place: string, text: string): string[] {
  const lines = text.split('\n').length - 1;
  const isLong = lines > FILE_LINES && !STILL_LONG.includes(place);
  const faults = isLong ? [`has ${lines} lines: ${FILE_LINES} at most`] : [];
  if (lines <= FILE_LINES && STILL_LONG.includes(place))
    faults.push('is no longer long: take it off the list');
  for (const { name, lines: count } of longFunctions(file, text, FUNCTION_LINES)) {
    if (`${place} ${name}` in LONG_FUNCTIONS) continue;
    faults.push(`has ${count} lines in ${name}: ${FUNCTION_LINES} at most`);
  }
  return faults;
}

/** Whether anything of a file is left when its types are gone. */
function runs(file: string, text: string, imports: readonly SourceImport[]): boolean {
  return exportsValues(file, text) || imports.some(({ typeOnly }) => !typeOnly);
}

/** The first file on a way from the page into the engine is told, not every file that leads to it. */
function pageFault(file: string, imports: ReadonlyMap<string, SourceImport[]>): string | undefined {
  const way = wayIntoEngine(file, imports);
  if (way === undefined || way[1]?.startsWith('src/ui/')) return undefined;
  return `brings the engine into the page: ${way.map((step) => inHouse(step)).join(' -> ')}`;
}
