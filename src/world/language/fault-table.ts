// One row a fault or click: what it is done to, the value that it takes, and what of it the page offers. Its effect is in strikes/fault-effects.ts.

import { hex } from '../../base/hex.ts';
import { err, ok, type Result } from '../../base/result.ts';
import { readText, writeText } from '../../base/typed-text.ts';
import type { Duration } from '../../sim/time.ts';
import type { Targets } from './faults.ts';
import { formatInstant, formatShare, parseDelay, parsePercent, parseShare } from './quantities.ts';

/** What has to be said of a fault besides its verb and target, as a value and as text. */
export interface FaultValue<V extends object> {
  read(text: string, target: string, targets: Targets): Result<V, string>;
  /** '' where nothing is said. */
  write(value: V): string;
  /** As the page's words fill it in; times in nanoseconds have names that end in `Ns`. */
  words(value: V): Record<string, string | number>;
}

interface FaultRow<T extends string, V extends object> {
  /** With an example of its value. */
  usage: string;
  /** What its targets are called, and which there are. */
  noun: string;
  targets(targets: Targets): readonly T[];
  value: FaultValue<V>;
  /** Whether there is no value, a word, a word or none, or all that follows. */
  takes: 'none' | 'word' | 'optional' | 'rest';
  /** Values of which the page makes a button each, where they can be read; '' is none. Of those on an own panel of the page, none. */
  offers: readonly string[] | ((targets: Targets) => readonly string[]);
  /** Under which name the page puts its buttons. */
  group: string | ((target: string) => string);
}

const hosts = ({ hosts }: Targets): readonly string[] => hosts;
/** Whatever has a machine. */
const computers = ({ hosts, clients }: Targets): readonly string[] => [...hosts, ...clients, 'disk'];
const links = ({ links }: Targets): readonly string[] => Object.keys(links);
const lanLinks = (targets: Targets): readonly string[] =>
  links(targets).filter((link) => /^lan(-|$)/.test(link));

function only<T extends string>(...targets: readonly T[]): () => readonly T[] {
  return () => targets;
}

/** A value under its name. */
function named<N extends string, X extends string | number>(
  name: N,
  read: (text: string) => Result<X, string>,
  write: (value: X) => string,
  words: (value: X) => Record<string, string | number>,
): FaultValue<{ [K in N]: X }> {
  type V = { [K in N]: X };
  return {
    read: (text) => {
      const value = read(text);
      return value.ok ? ok({ [name]: value.value } as V) : value;
    },
    write: (value) => write(value[name]),
    words: (value) => words(value[name]),
  };
}

function oneOf<N extends string, X extends string>(
  name: N,
  wrong: (text: string) => string,
  ...all: readonly X[]
) {
  const read = (text: string): Result<X, string> => {
    const found = all.find((each) => each === text);
    return found === undefined ? err(`${wrong(text)}; there are ${all.join(', ')}`) : ok(found);
  };
  return named<N, X>(
    name,
    read,
    (value) => value,
    () => ({}),
  );
}

const nothing: FaultValue<object> = { read: () => ok({}), write: () => '', words: () => ({}) };

/** 1 to 100 percent. */
const percent = named(
  'percent',
  parsePercent,
  (percent) => `${percent}%`,
  (percent) => ({ percent }),
);

const share = named('ppm', parseShare, formatShare, (ppm) => ({ percent: ppm / 10_000 }));

const delay = named<'by', Duration>('by', parseDelay, formatInstant, (by) => ({ delayNs: by }));

const typed = named('text', readText, writeText, () => ({}));

const operations = oneOf('operations', (text) => `there are no "${text}" to fail`, 'reads', 'writes', 'all');

/** The place of a bit in memory, `0x80001234.3`: the address of its byte, and 0 for that byte's lowest bit. */
const bit: FaultValue<{ address: number; bit: number }> = {
  read(text) {
    const [, address = '', bit = ''] = /^(0x[0-9a-fA-F]{1,8})\.([0-7])$/.exec(text) ?? [];
    if (address === '')
      return err(
        `"${text}" is not a bit: write the address of a byte in hex, a point, and 0 to 7, such as 0x80001234.3`,
      );
    return ok({ address: Number(address), bit: Number(bit) });
  },
  write: ({ address, bit }) => `${hex(address)}.${bit}`,
  words: ({ address, bit }) => ({ place: `${hex(address)}.${bit}` }),
};

/** What its station sends, or what it gets; both without. */
const way: FaultValue<{ way?: 'in' | 'out' }> = {
  read(way, target, { links }) {
    if (way === '') return ok({});
    if (way !== 'in' && way !== 'out') return err(`there is no way "${way}"; there are in, out`);
    if (links[target]?.some(({ end }) => end === undefined))
      return err(
        `"${target}" has two ends alike, so name the host whose way ${way} is meant, such as log-HOST`,
      );
    return ok({ way });
  },
  write: ({ way = '' }) => way,
  words: () => ({}),
};

const toHost: FaultValue<{ to: string }> = {
  read: (to, _, { hosts }) => (hosts.includes(to) ? ok({ to }) : err(missing('host', to, hosts))),
  write: ({ to }) => to,
  words: ({ to }) => ({ host: to }),
};

/** What faults may say, by a name for it. */
export const VALUES = { nothing, percent, share, delay, typed, operations, bit, way, toHost };

/** That there is no such thing, and what there is. */
export const missing = (noun: string, name: string, there: readonly string[]): string =>
  there.length === 0
    ? `there is no ${noun} "${name}", nor any other`
    : `there is no ${noun} "${name}"; there are ${there.join(', ')}`;

const row = <T extends string, V extends object>(made: FaultRow<T, V>): FaultRow<T, V> => made;

type Plain<T extends string> = Omit<FaultRow<T, object>, 'value' | 'takes' | 'offers'>;

const plain = <T extends string>(made: Plain<T>): FaultRow<T, object> =>
  row({ ...made, value: VALUES.nothing, takes: 'none', offers: [''] });

const QUARTERS = ['25%', '50%', '100%'];

export const FAULTS = {
  /** Power is lost: of a host by its id, of all `hosts` of the VM at once, of a client, or of the `disk`. */
  crash: plain({
    usage: 'crash HOST, crash hosts, crash CLIENT or crash disk',
    noun: 'host',
    targets: ({ hosts, clients }) => [...hosts, 'hosts', ...clients, 'disk'],
    group: 'power',
  }),
  /** Power is back: a host of the VM is empty; a client and the disk boot, the disk with all that was on its medium. */
  repair: plain({
    usage: 'repair HOST, repair CLIENT or repair disk',
    noun: 'host',
    targets: computers,
    group: 'power',
  }),
  /** The host stands still and forgets nothing: what reaches it meanwhile waits. */
  pause: plain({ usage: 'pause HOST', noun: 'host', targets: computers, group: 'power' }),
  resume: plain({ usage: 'resume HOST', noun: 'host', targets: computers, group: 'power' }),
  /** The host runs at so much of its speed. */
  slow: row({
    usage: 'slow HOST 50%',
    noun: 'host',
    targets: computers,
    value: VALUES.percent,
    takes: 'word',
    offers: QUARTERS,
    group: 'speed',
  }),
  /** One bit (0 to 7) of one byte of this host's machine's memory: not a fail-stop failure. */
  flip: row({
    usage: 'flip HOST 0x80001234.3',
    noun: 'host',
    targets: computers,
    value: VALUES.bit,
    takes: 'word',
    offers: ['0x80001000.0'],
    group: 'memory',
  }),
  /** The client's next request is one that no guest survives, on whichever host. */
  poison: plain({
    usage: 'poison CLIENT',
    noun: 'client',
    targets: ({ clients }) => clients,
    group: 'requests',
  }),
  /** What is on the cable is lost, and nothing passes until it is mended: both ways, or what its station sends or gets. */
  cut: row({
    usage: 'cut LINK, cut LINK in or cut LINK out',
    noun: 'link',
    targets: links,
    value: VALUES.way,
    takes: 'optional',
    offers: ['', 'out', 'in'],
    group: 'cut',
  }),
  /** A link is whole and clear again, or the `disk` makes no more errors and has room. */
  mend: plain({
    usage: 'mend LINK or mend disk',
    noun: 'link',
    targets: (targets) => [...links(targets), 'disk'],
    group: (target) => (target === 'disk' ? 'errors' : 'cut'),
  }),
  lose: row({
    usage: 'lose LINK 5%',
    noun: 'link',
    targets: links,
    value: VALUES.share,
    takes: 'word',
    offers: ['1%', '10%', '50%'],
    group: 'loss',
  }),
  /** Only of the LAN: the other links carry TCP, which puts this right. */
  duplicate: row({
    usage: 'duplicate LINK 5%',
    noun: 'link',
    targets: lanLinks,
    value: VALUES.share,
    takes: 'word',
    offers: ['5%'],
    group: 'disorder',
  }),
  reorder: row({
    usage: 'reorder LINK 5%',
    noun: 'link',
    targets: lanLinks,
    value: VALUES.share,
    takes: 'word',
    offers: ['5%'],
    group: 'disorder',
  }),
  delay: row({
    usage: 'delay LINK 2ms',
    noun: 'link',
    targets: links,
    value: VALUES.delay,
    takes: 'word',
    offers: ['1ms', '5ms', '20ms'],
    group: 'delay',
  }),
  fail: row({
    usage: 'fail disk reads, fail disk writes or fail disk all',
    noun: 'target',
    targets: only('disk'),
    value: VALUES.operations,
    takes: 'word',
    offers: ['reads', 'writes', 'all'],
    group: 'errors',
  }),
  fill: plain({ usage: 'fill disk', noun: 'target', targets: only('disk'), group: 'errors' }),
  poweroff: plain({ usage: 'poweroff vm', noun: 'target', targets: only('vm'), group: 'power' }),
  /** The VM may use so much of its hosts' CPUs. */
  share: row({
    usage: 'share vm 50%',
    noun: 'target',
    targets: only('vm'),
    value: VALUES.percent,
    takes: 'word',
    offers: QUARTERS,
    group: 'share',
  }),
  migrate: row({
    usage: 'migrate primary HOST or migrate backup HOST',
    noun: 'machine',
    targets: only('primary', 'backup'),
    value: VALUES.toHost,
    takes: 'word',
    offers: hosts,
    group: (target) => (target === 'primary' ? 'movePrimary' : 'moveBackup'),
  }),
  type: row({
    usage: 'type vm TEXT',
    noun: 'target',
    targets: only('vm'),
    value: VALUES.typed,
    takes: 'rest',
    offers: [],
    group: 'console',
  }),
};

export type Verb = keyof typeof FAULTS;

/** A fault of this verb: its target, and what its value says. */
export type FaultOf<K extends Verb> =
  (typeof FAULTS)[K] extends FaultRow<infer T, infer V> ? { verb: K; target: T } & V : never;

export type Fault = { [K in Verb]: FaultOf<K> }[Verb];

export const VERBS = Object.keys(FAULTS) as readonly Verb[];

/** A row for whoever knows its verb only at run time. */
export const faultRow = (verb: Verb): FaultRow<string, object> => FAULTS[verb];
