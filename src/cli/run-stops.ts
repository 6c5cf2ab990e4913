// `understudy run` with somewhere to stop: at a breakpoint or an instant, with what is to be seen there.

import { symbolizer } from '../assembler/disassembler.ts';
import { hex } from '../base/hex.ts';
import type { ScenarioDocument } from '../scenario/document.ts';
import { justBefore, type SimTime, START } from '../sim/time.ts';
import { parseBreakpoint, parseRange } from '../timeline/breakpoints/breakpoint-text.ts';
import type { Breakpoint, Hit } from '../timeline/breakpoints/breakpoints.ts';
import { lineOf } from '../timeline/breakpoints/lines.ts';
import { runToBreakpoint } from '../timeline/breakpoints/search.ts';
import { comparePlaces } from '../timeline/run/position.ts';
import {
  createRun,
  formatPlace,
  type MachinePlace,
  type Position,
  parsePlace,
  placeOf,
  positionOf,
  type Run,
  runOn,
  seekPosition,
} from '../timeline/run/run.ts';
import { seekPlace } from '../timeline/run/step.ts';
import { advance, start, stepInstant, type Tracing } from '../world/advance.ts';
import { plainPrograms, programOf, type WorldConfig } from '../world/base/config.ts';
import { parseInstant } from '../world/language/faults.ts';
import { type Computer, createWorld, instructionOf, isHost } from '../world/state/world.ts';
import { InputError, type Io, LIMIT, OK, printJson } from './io.ts';
import { createTrace, traceLine, trapLine } from './machine-trace.ts';
import { type DumpOptions, dumpOf, dumpText } from './state-dump.ts';

/** What was asked for, read. */
interface Stops {
  readonly breakpoints: readonly Breakpoint[];
  readonly texts: readonly string[];
  readonly at: (Position & { host?: string }) | { place: MachinePlace; host: string } | null;
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
  if (stops.trace !== null) traceAll(io, config, stops.trace, positionOf(run));
  const scenario = document.id ?? name;
  const dumps = dumpsOf(run, stops, hit);
  const why = hit && stops.texts[hit.breakpoint];
  if (json) {
    const stopped = hit === undefined ? null : { break: why, ...hit };
    const { at: time, step } = positionOf(run);
    printJson(io, {
      scenario,
      time,
      ...(step === undefined ? {} : { step }),
      reached: isThere,
      stopped,
      hosts: dumps,
    });
  } else {
    io.out(`${scenario}: ${endingOf(run, stops, isThere, hit, why)}.\n`);
    for (const dump of dumps) io.out(dumpText(dump));
  }
  return isThere ? OK : LIMIT;
}

function readStops(config: WorldConfig, words: StopWords): Stops {
  const hosts = config.hosts.map(({ id }) => id);
  const plain = plainPrograms(config);
  const clients = config.clients.map(({ id }) => id);
  const known = { hosts, clients, image: config.image, plain };
  const texts = words.break ?? [];
  const breakpoints = texts.map((text) => {
    const parsed = parseBreakpoint(text, known);
    if (!parsed.ok) throw bad(`--break "${text}": ${parsed.error}`);
    return parsed.value;
  });
  const dump = readDump(words.dump?.[0], (text) => parseRange(text, known));
  const [trace = null] = words.trace ?? [];
  if (trace !== null) hostNamed(computersOf(config), trace, '--trace');
  const [at] = words.at ?? [];
  return { breakpoints, texts, at: at === undefined ? null : readAt(at, config), dump, trace };
}

/** Everything that has a machine. */
const computersOf = ({ hosts, clients, disk }: WorldConfig): string[] =>
  [...hosts, ...clients, disk].map(({ id }) => id);

function hostNamed(hosts: readonly string[], name: string, option: string): string {
  if (!hosts.includes(name))
    throw bad(`${option}: there is no host "${name}"; there are ${hosts.join(', ')}`);
  return name;
}

const AT_FORMS = 'write TIME, TIME@HOST, COUNT@HOST or COUNT+CHANGES@HOST';

/** A time, a time with so many steps of its nanosecond, or a place of a host's machine: `7ms`, `7ms+2`, `7@A`, `7+1@A`. */
function readAt(text: string, config: WorldConfig): Stops['at'] {
  const [place = '', name, more] = text.split('@');
  if (more !== undefined || place.trim() === '') throw bad(`--at "${text}": ${AT_FORMS}`);
  const host = name === undefined ? undefined : hostNamed(computersOf(config), name.trim(), '--at');
  if (/^\s*-/.test(place)) throw bad(`--at "${text}": nothing comes before the start; ${AT_FORMS}`);
  const [head = '', steps] = place.split('+');
  if (/^\s*\d+\s*$/.test(head)) {
    if (host === undefined)
      throw bad(`--at ${text}: an instruction is one of a host's; write ${text}@HOST, or a time`);
    const parsed = parsePlace(place);
    if (!parsed.ok) throw bad(`--at ${parsed.error}`);
    return { place: parsed.value, host };
  }
  const time = parseInstant(head.trim());
  if (!time.ok) throw bad(`--at ${time.error}`);
  if (steps !== undefined && !/^\s*[1-9]\d{0,8}\s*$/.test(steps))
    throw bad(`--at "${text}": behind + stands how many steps of its nanosecond, 1 or more`);
  return {
    at: time.value,
    ...(steps === undefined ? {} : { step: Number(steps) }),
    ...(host === undefined ? {} : { host }),
  };
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
  if ('at' in at) {
    if (at.at > until) return false;
    if (at.step === undefined) runOn(run, at.at);
    else seekPosition(run, at);
    if (at.step !== undefined && run.step === null)
      throw bad(`--at: ${ms(at.at)} is over before its step ${at.step}`);
    const asked = run.world.computers.find(({ id }) => id === at.host);
    if (asked !== undefined && hasNoMachine(asked))
      throw bad(`--at: host ${asked.id} has no machine at ${ms(at.at)}`);
    return true;
  }
  const index = run.world.computers.findIndex(({ id }) => id === at.host);
  const host = run.world.computers[index] as Computer;
  seekPlace(run, index, at.place, until);
  const came = placeOf(host);
  const order = comparePlaces(came, at.place);
  if (order > 0)
    throw bad(
      `--at ${formatPlace(at.place)}@${at.host}: its machine is never there: behind instruction ${at.place.instruction} it is changed fewer times before it goes on`,
    );
  if (order <= 0 && hasNoMachine(host))
    throw bad(`--at ${formatPlace(at.place)}@${at.host}: host ${at.host} has no machine by ${ms(until)}`);
  return order === 0;
}

const hasNoMachine = (host: Computer): boolean =>
  isHost(host) && host.replica.role === 'spare' && instructionOf(host) === 0;

function dumpsOf({ world }: Run, { dump, at, breakpoints }: Stops, hit: Hit | undefined) {
  const wanted = hit?.host ?? at?.host;
  const isShown = dump !== null || at !== null || breakpoints.length > 0;
  const shown = world.computers.filter((computer) =>
    wanted === undefined ? isHost(computer) && computer.replica.role !== 'spare' : computer.id === wanted,
  );
  const options = dump ?? { registers: false, memory: [] };
  return isShown ? shown.map((host) => dumpOf(host, programOf(world.config, host.id), options)) : [];
}

const ms = (nanoseconds: number): string => `${nanoseconds / 1e6} ms`;

function endingOf(
  run: Run,
  stops: Stops,
  isThere: boolean,
  hit: Hit | undefined,
  why: string | undefined,
): string {
  const when = `${ms(run.world.now)}${run.step === null ? '' : `, step ${run.step}`}`;
  if (hit !== undefined) return `${when}, stopped by "${why}"${placeText(run.world.config, hit)}`;
  if (isThere) return when;
  const what = stops.breakpoints.length > 0 ? 'no breakpoint was reached' : notThere(run, stops);
  return `${when}, ${what} before the limit`;
}

/** How far the host's machine has come that was to come further. */
function notThere({ world }: Run, { at }: Stops): string {
  if (at === null || 'at' in at) return 'it did not come there';
  const host = world.computers.find(({ id }) => id === at.host) as Computer;
  return `host ${at.host} came to ${instructionOf(host)} instructions`;
}

/** What the breakpoint is about: the instruction that is next or has just been, or the fact. */
function placeText(config: WorldConfig, { host, instruction, changes = 0, pc, by, fact }: Hit): string {
  const image = programOf(config, host ?? '');
  const parts: string[] = [];
  if (host !== undefined) parts.push(` on host ${host}`);
  if (instruction !== undefined) parts.push(`behind instruction ${formatPlace({ instruction, changes })}`);
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

/** A line on stderr for all that a host's machine does up to a position, as for a bare machine. */
function traceAll(io: Io, config: WorldConfig, id: string, { at, step = 0 }: Position): void {
  const world = createWorld(config);
  const host = world.computers.find((each) => each.id === id) as Computer;
  const trace = createTrace(host.machine.cpu, symbolizer(programOf(config, id)));
  const lines: string[] = [];
  // A read of clock or entropy is told of before it has what it reads.
  let late: [instruction: number, pc: number, word: number] | undefined;
  const print = (line: string): void => {
    lines.push(`${line}\n`);
    if (lines.length >= LINES_AT_ONCE) io.error(lines.splice(0).join(''));
  };
  const printLate = (): void => {
    if (late !== undefined && instructionOf(host) >= late[0])
      print(traceLine(trace, host.machine.cpu, ...late));
    late = undefined;
  };
  const tracing: Tracing = {
    host: id,
    begins: printLate,
    retires(_, instruction, pc, word) {
      late = [instruction, pc, word];
      if (instructionOf(host) === instruction) printLate();
    },
    traps(_, _instruction, pc) {
      printLate();
      print(trapLine(trace, host.machine, pc));
    },
    happened: (of) => {
      if (of === host) printLate();
    },
  };
  start(world, () => {});
  advance(world, START, () => {}, tracing);
  advance(world, step === 0 ? at : justBefore(at), () => {}, tracing);
  for (let made = 0; made < step; made++) stepInstant(world, at, () => {}, tracing);
  printLate();
  io.error(lines.join(''));
}

const LINES_AT_ONCE = 1000;
