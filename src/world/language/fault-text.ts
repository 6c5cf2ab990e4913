// The part of a command before its `@`: a verb, what it is done to, and what else has to be said.

import { hex } from '../../base/hex.ts';
import { err, ok, type Result } from '../../base/result.ts';
import { readText, writeText } from '../../base/typed-text.ts';
import type { Fault, Targets, Verb } from './faults.ts';
import { formatInstant, formatShare, parseDelay, parsePercent, parseShare } from './quantities.ts';

/** How a verb's commands are written, and read. */
interface Form {
  /** With an example of its value. */
  usage: string;
  /** What its targets are called, and which there are. */
  noun: string;
  targets: (targets: Targets) => readonly string[];
  value: 'none' | 'one' | 'optional';
  read: (target: string, value: string, targets: Targets) => Result<Fault, string>;
}

const hosts = ({ hosts }: Targets): readonly string[] => hosts;
const links = ({ links }: Targets): readonly string[] => Object.keys(links);
const lanLinks = (targets: Targets): readonly string[] =>
  links(targets).filter((link) => /^lan(-|$)/.test(link));
const only =
  (...targets: readonly string[]) =>
  (): readonly string[] =>
    targets;

/** A value is read, and the fault made with it. */
function having<T>(value: Result<T, string>, make: (value: T) => Fault): Result<Fault, string> {
  return value.ok ? ok(make(value.value)) : value;
}

function plain(
  verb: 'crash' | 'repair' | 'pause' | 'resume' | 'poison' | 'mend',
  form: Omit<Form, 'value' | 'read'>,
): Form {
  return { ...form, value: 'none', read: (target) => ok({ verb, target }) };
}

function impairing(verb: 'lose' | 'duplicate' | 'reorder', targets: Form['targets']): Form {
  return {
    usage: `${verb} LINK 5%`,
    noun: 'link',
    targets,
    value: 'one',
    read: (target, value) => having(parseShare(value), (ppm) => ({ verb, target, ppm })),
  };
}

const FORMS: { [V in Verb]: Form } = {
  crash: plain('crash', {
    usage: 'crash HOST, crash hosts or crash disk',
    noun: 'host',
    targets: ({ hosts }) => [...hosts, 'hosts', 'disk'],
  }),
  repair: plain('repair', {
    usage: 'repair HOST or repair disk',
    noun: 'host',
    targets: ({ hosts }) => [...hosts, 'disk'],
  }),
  pause: plain('pause', { usage: 'pause HOST', noun: 'host', targets: hosts }),
  resume: plain('resume', { usage: 'resume HOST', noun: 'host', targets: hosts }),
  slow: {
    usage: 'slow HOST 50%',
    noun: 'host',
    targets: hosts,
    value: 'one',
    read: (target, value) => having(parsePercent(value), (percent) => ({ verb: 'slow', target, percent })),
  },
  flip: {
    usage: 'flip HOST 0x80001234.3',
    noun: 'host',
    targets: hosts,
    value: 'one',
    read: (target, value) => having(parseBit(value), (place) => ({ verb: 'flip', target, ...place })),
  },
  poison: plain('poison', { usage: 'poison CLIENT', noun: 'client', targets: ({ clients }) => clients }),
  cut: {
    usage: 'cut LINK, cut LINK in or cut LINK out',
    noun: 'link',
    targets: links,
    value: 'optional',
    read: readCut,
  },
  mend: plain('mend', {
    usage: 'mend LINK or mend disk',
    noun: 'link',
    targets: (targets) => [...links(targets), 'disk'],
  }),
  lose: impairing('lose', links),
  duplicate: impairing('duplicate', lanLinks),
  reorder: impairing('reorder', lanLinks),
  delay: {
    usage: 'delay LINK 2ms',
    noun: 'link',
    targets: links,
    value: 'one',
    read: (target, value) => having(parseDelay(value), (by) => ({ verb: 'delay', target, by })),
  },
  fail: {
    usage: 'fail disk reads, fail disk writes or fail disk all',
    noun: 'target',
    targets: only('disk'),
    value: 'one',
    read: (_, operations) =>
      operations === 'reads' || operations === 'writes' || operations === 'all'
        ? ok({ verb: 'fail', target: 'disk', operations })
        : err(`there are no "${operations}" to fail; there are reads, writes, all`),
  },
  fill: {
    usage: 'fill disk',
    noun: 'target',
    targets: only('disk'),
    value: 'none',
    read: () => ok({ verb: 'fill', target: 'disk' }),
  },
  poweroff: {
    usage: 'poweroff vm',
    noun: 'target',
    targets: only('vm'),
    value: 'none',
    read: () => ok({ verb: 'poweroff', target: 'vm' }),
  },
  share: {
    usage: 'share vm 50%',
    noun: 'target',
    targets: only('vm'),
    value: 'one',
    read: (_, value) => having(parsePercent(value), (percent) => ({ verb: 'share', target: 'vm', percent })),
  },
  migrate: {
    usage: 'migrate primary HOST or migrate backup HOST',
    noun: 'machine',
    targets: only('primary', 'backup'),
    value: 'one',
    read: (target, to, { hosts }) =>
      hosts.includes(to)
        ? ok({ verb: 'migrate', target: target === 'primary' ? target : 'backup', to })
        : err(missing('host', to, hosts)),
  },
  type: {
    usage: 'type vm TEXT',
    noun: 'target',
    targets: only('vm'),
    value: 'one',
    read: (_, value) => having(readText(value), (text) => ({ verb: 'type', target: 'vm', text })),
  },
};

export const VERBS = Object.keys(FORMS) as readonly Verb[];

/** That there is no such thing, and what there is. */
export const missing = (noun: string, name: string, there: readonly string[]): string =>
  there.length === 0
    ? `there is no ${noun} "${name}", nor any other`
    : `there is no ${noun} "${name}"; there are ${there.join(', ')}`;

function readCut(target: string, way: string, { links }: Targets): Result<Fault, string> {
  if (way === '') return ok({ verb: 'cut', target });
  if (way !== 'in' && way !== 'out') return err(`there is no way "${way}"; there are in, out`);
  if (links[target]?.some(({ end }) => end === undefined))
    return err(
      `"${target}" has two ends alike, so name the host whose way ${way} is meant, such as log-HOST`,
    );
  return ok({ verb: 'cut', target, way });
}

/** Reads the place of a bit in memory, `0x80001234.3`: the address of its byte, and 0 for that byte's lowest bit. */
function parseBit(text: string): Result<{ address: number; bit: number }, string> {
  const [, address = '', bit = ''] = /^(0x[0-9a-fA-F]{1,8})\.([0-7])$/.exec(text) ?? [];
  if (address === '')
    return err(
      `"${text}" is not a bit: write the address of a byte in hex, a point, and 0 to 7, such as 0x80001234.3`,
    );
  return ok({ address: Number(address), bit: Number(bit) });
}

/** Reads `VERB TARGET [VALUE]`. An error names what is wrong and what there is. */
export function parseFault(text: string, targets: Targets): Result<Fault, string> {
  const [, verb = '', target = '', rest = ''] = /^\s*(\S*)\s*(\S*)[ \t]*(.*?)[ \t]*$/s.exec(text) ?? [];
  if (!Object.hasOwn(FORMS, verb)) return err(missing('command', verb, VERBS));
  const form = FORMS[verb as Verb];
  const candidates = form.targets(targets);
  if (!candidates.includes(target)) return err(missing(form.noun, target, candidates));
  const value = verb === 'type' ? rest : rest.trim();
  const isCountWrong = value === '' ? form.value === 'one' : form.value === 'none';
  if (isCountWrong || (verb !== 'type' && /\s/.test(value))) return err(`write ${form.usage}`);
  return form.read(target, value, targets);
}

function formatValue(fault: Fault): string | undefined {
  switch (fault.verb) {
    case 'slow':
    case 'share':
      return `${fault.percent}%`;
    case 'flip':
      return `${hex(fault.address)}.${fault.bit}`;
    case 'cut':
      return fault.way;
    case 'lose':
    case 'duplicate':
    case 'reorder':
      return formatShare(fault.ppm);
    case 'delay':
      return formatInstant(fault.by);
    case 'fail':
      return fault.operations;
    case 'migrate':
      return fault.to;
    case 'type':
      return writeText(fault.text);
    default:
      return undefined;
  }
}

/** What a command does, without when it does it, as `parseFault` reads it. */
export function formatFault(fault: Fault): string {
  const value = formatValue(fault);
  return `${fault.verb} ${fault.target}${value === undefined ? '' : ` ${value}`}`;
}
