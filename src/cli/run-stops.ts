// `understudy run` with somewhere to stop: at a breakpoint or an instant, with what is to be seen there.

import { symbolizer } from '../assembler/disassembler.ts';
import { hex } from '../base/hex.ts';
import type { ScenarioDocument } from '../scenario/document.ts';
import { type SimTime, START } from '../sim/time.ts';
import { parseBreakpoint, parseRange } from '../timeline/breakpoints/breakpoint-text.ts';
import type { Breakpoint, Hit } from '../timeline/breakpoints/breakpoints.ts';
import { lineOf } from '../timeline/breakpoints/lines.ts';
import { runToBreakpoint } from '../timeline/breakpoints/search.ts';
import { createRun, type Run, runOn } from '../timeline/run/run.ts';
import { runToInstruction } from '../timeline/run/run-to-instruction.ts';
import { advance, start, type Tracer } from '../world/advance.ts';
import type { WorldConfig } from '../world/base/config.ts';
import { parseInstant } from '../world/language/faults.ts';
import { createWorld, type Host, instructionOf } from '../world/state/world.ts';
import { InputError, type Io, LIMIT, OK, printJson } from './io.ts';
import { createTrace, traceLine } from './machine-trace.ts';
import { type DumpOptions, dumpOf, dumpText } from './state-dump.ts';

/** What was asked for, read. */
interface Stops {
  readonly breakpoints: readonly Breakpoint[];
  readonly texts: readonly string[];
  readonly at: { time: SimTime; host?: string } | { instruction: number; host: string } | null;
  readonly dump: DumpOptions | null;
  readonly trace: string | null;
}

export type StopWords = Readonly<Record<'break' | 'at' | 'dump' | 'trace', readonly string[] | undefined>>;

export const isStopping = (words: StopWords): boolean =>
  Object.values(words).some((value) => value !== undefined);

const bad = (message: string): InputError => new InputError(`understudy run: ${message}.`);

/** Runs to the first breakpoint behind `--at`, or to there, or to `until`, and prints what is there. */
export function runToStop(
  io: Io,
  document: ScenarioDocument,
  name: string,
  config: WorldConfig,
  until: SimTime,
  words: StopWords,
  json: boolean,
): number {
  const stops = readStops(config, words);
  const run = createRun(config);
  const came = goTo(run, stops, until);
  const hit =
    came && stops.breakpoints.length > 0
      ? runToBreakpoint(run, stops.breakpoints, 'forward', until)
      : undefined;
  const isThere = came && (stops.breakpoints.length === 0 || hit !== undefined);
  if (!isThere || (stops.at === null && stops.breakpoints.length === 0)) runOn(run, until);
  if (stops.trace !== null) traceAll(io, config, stops.trace, run.world.now);
  const scenario = document.id ?? name;
  const dumps = dumpsOf(run, stops, hit);
  const why = hit && stops.texts[hit.breakpoint];
  if (json) {
    const stopped = hit === undefined ? null : { break: why, ...hit };
    printJson(io, { scenario, time: run.world.now, reached: isThere, stopped, hosts: dumps });
  } else {
    io.out(`${scenario}: ${endingOf(run, stops, isThere, hit, why)}.\n`);
    for (const dump of dumps) io.out(dumpText(dump));
  }
  return isThere ? OK : LIMIT;
}

function readStops(config: WorldConfig, words: StopWords): Stops {
  const hosts = config.hosts.map(({ id }) => id);
  const known = { hosts, clients: config.clients.map(({ id }) => id), image: config.image };
  const texts = words.break ?? [];
  const breakpoints = texts.map((text) => {
    const parsed = parseBreakpoint(text, known);
    if (!parsed.ok) throw bad(`--break "${text}": ${parsed.error}`);
    return parsed.value;
  });
  const dump = readDump(words.dump?.[0], (text) => parseRange(text, known));
  const [trace = null] = words.trace ?? [];
  if (trace !== null) hostNamed(hosts, trace, '--trace');
  const [at] = words.at ?? [];
  return { breakpoints, texts, at: at === undefined ? null : readAt(at, hosts), dump, trace };
}

function hostNamed(hosts: readonly string[], name: string, option: string): string {
  if (!hosts.includes(name))
    throw bad(`${option}: there is no host "${name}"; there are ${hosts.join(', ')}`);
  return name;
}

/** `TIME`, `TIME@HOST` or `INSTRUCTION@HOST`. */
function readAt(text: string, hosts: readonly string[]): Stops['at'] {
  const [place = '', name, more] = text.split('@');
  if (more !== undefined) throw bad(`--at "${text}": write TIME, TIME@HOST or INSTRUCTION@HOST`);
  const host = name === undefined ? undefined : hostNamed(hosts, name.trim(), '--at');
  if (/^\s*\d{1,15}\s*$/.test(place)) {
    if (host === undefined)
      throw bad(`--at ${text}: an instruction is one of a host's; write ${text}@HOST, or a time`);
    return { instruction: Number(place), host };
  }
  const time = parseInstant(place.trim());
  if (!time.ok) throw bad(`--at ${time.error}`);
  return { time: time.value, ...(host === undefined ? {} : { host }) };
}

function readDump(
  text: string | undefined,
  range: (text: string) => ReturnType<typeof parseRange>,
): DumpOptions | null {
  if (text === undefined) return null;
  let registers = false;
  const memory: { address: number; length: number }[] = [];
  for (const part of text.split(',')) {
    const [what, place] = part.trim().split(/:(.*)/s);
    if (what === 'registers' && place === undefined) registers = true;
    else if (what === 'memory' && place !== undefined) {
      const parsed = range(place);
      if (!parsed.ok) throw bad(`--dump "${part}": ${parsed.error}`);
      memory.push(parsed.value);
    } else throw bad(`--dump "${part}": there are registers and memory:ADDRESS+LENGTH`);
  }
  return { registers, memory };
}

/** @returns whether the run has come there by `until` */
function goTo(run: Run, { at }: Stops, until: SimTime): boolean {
  if (at === null) return true;
  if ('time' in at) {
    if (at.time > until) return false;
    runOn(run, at.time);
    return true;
  }
  const index = run.world.hosts.findIndex(({ id }) => id === at.host);
  return runToInstruction(run, index, at.instruction, until);
}

function dumpsOf({ world }: Run, { dump, at, breakpoints }: Stops, hit: Hit | undefined) {
  const wanted = hit?.host ?? at?.host;
  const isShown = dump !== null || at !== null || breakpoints.length > 0;
  const shown = world.hosts.filter(({ id, replica }) =>
    wanted === undefined ? replica.role !== 'spare' : id === wanted,
  );
  const options = dump ?? { registers: false, memory: [] };
  return isShown ? shown.map((host) => dumpOf(host, world.config.image, options)) : [];
}

const ms = (nanoseconds: number): string => `${nanoseconds / 1e6} ms`;

function endingOf(
  { world }: Run,
  stops: Stops,
  isThere: boolean,
  hit: Hit | undefined,
  why: string | undefined,
): string {
  if (hit !== undefined) return `${ms(hit.at)}, stopped by "${why}"${placeText(world.config, hit)}`;
  if (isThere) return ms(world.now);
  const what = stops.breakpoints.length > 0 ? 'no breakpoint was reached' : 'it did not come there';
  return `${ms(world.now)}, ${what} before the limit`;
}

/** What the breakpoint is about: the instruction that is next or has just been, or the fact. */
function placeText({ image }: WorldConfig, { host, instruction, pc, by, fact }: Hit): string {
  const parts: string[] = [];
  if (host !== undefined) parts.push(` on host ${host}`);
  if (instruction !== undefined) parts.push(`behind instruction ${instruction}`);
  if (pc !== undefined) {
    const label = symbolizer(image)(pc);
    const line = lineOf(image, pc);
    parts.push(
      `at ${hex(pc)}${label === undefined ? '' : ` <${label}>`}${line === undefined ? '' : ` ${line}`}`,
    );
  }
  if (by !== undefined) parts.push(`by ${by}`);
  if (fact !== undefined) parts.push(factText(fact));
  return parts.length === 0 ? '' : `:${host === undefined ? ' ' : ''}${parts.join(', ')}`;
}

const factText = (fact: NonNullable<Hit['fact']>): string =>
  Object.entries(fact)
    .filter(([name, value]) => typeof value !== 'object' && name !== 'at' && name !== 'host')
    .map(([name, value]) => (name === 'kind' ? `${value}` : `${name} ${value}`))
    .join(' ');

/** A line on stderr for each instruction that a host's machine retires by `until`, as for a bare machine. */
function traceAll(io: Io, config: WorldConfig, id: string, until: SimTime): void {
  const world = createWorld(config);
  const host = world.hosts.find((each) => each.id === id) as Host;
  const trace = createTrace(host.machine.cpu, symbolizer(config.image));
  const lines: string[] = [];
  // A read of clock or entropy is told of before it has what it reads.
  let late: [instruction: number, pc: number, word: number] | undefined;
  const print = (instruction: number, pc: number, word: number): void => {
    lines.push(`${traceLine(trace, host.machine.cpu, instruction, pc, word)}\n`);
    if (lines.length >= LINES_AT_ONCE) io.error(lines.splice(0).join(''));
  };
  const printLate = (): void => {
    if (late !== undefined) print(...late);
    late = undefined;
  };
  const retires: Tracer = (_, instruction, pc, word) => {
    if (instructionOf(host) === instruction) print(instruction, pc, word);
    else late = [instruction, pc, word];
  };
  start(world, () => {});
  advance(world, START, () => {}, { host: id, begins: printLate, retires });
  advance(world, until, () => {}, { host: id, begins: printLate, retires });
  printLate();
  io.error(lines.join(''));
}

const LINES_AT_ONCE = 1000;
