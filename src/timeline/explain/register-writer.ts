// The last instruction that wrote a register. Nothing marks registers, so the past is run again one instruction at a time.

import { writtenRegister } from '../../machine/cpu/accesses.ts';
import { after, type Duration, earlier, longer, nanoseconds, type SimTime } from '../../sim/time.ts';
import type { Observation } from '../../world/state/observation.ts';
import { instantOf } from '../../world/state/pace.ts';
import { instructionOf } from '../../world/state/world.ts';
import {
  advanceDiversion,
  type Diversion,
  divertAt,
  type FrozenDiversion,
  freeze,
  leadTo,
  machinesOf,
  strideOf,
  thaw,
} from '../run/diversion.ts';
import { type Position, positionOf, type Run } from '../run/run.ts';
import { type Stretch, stretchesBefore } from '../run/stretches.ts';
import type { Writer } from './last-writer.ts';

/** A stretch is gone through at full speed first, and in parts of about so many instructions then, the last first. */
const PART = 50_000;
const PARTS_MAX = 64;

/** Whoever asks may stop after so many instructions. */
const SLICE = 10_000;

/** Behind so many instructions, of which each was looked at, only changes are looked for. */
export const TRACED_MAX = 2_000_000;

/** See `findLastWriter`. */
export function* lastRegisterWriter(
  run: Run,
  host: string,
  register: number,
  tracedMax = TRACED_MAX,
): Generator<void, Writer> {
  const index = run.world.computers.findIndex(({ id }) => id === host);
  const present = registerIn(run.world.computers[index]!.machine.cpu.x, register);
  let traced = 0;
  let isChangeOnly = false;
  let diversion: Diversion | undefined;
  for (const stretch of stretchesBefore(run).reverse()) {
    // A stretch that begins with another value has written it; of the others nobody can tell.
    if (traced >= tracedMax && valueAtBegin(stretch, index, register) === present) {
      isChangeOnly = true;
      continue;
    }
    diversion = divertAt(run, stretch.snapshot, diversion);
    const parts = partsOf(diversion, stretch.end);
    while (parts.length > 0 && diversion.world.now < stretch.end) {
      const part = parts.at(-1)!;
      const end = earlier(after(part.at, part.length), stretch.end);
      while (diversion.world.now < end) {
        advanceDiversion(
          diversion,
          earlier(after(diversion.world.now, strideOf(diversion.world, PART)), end),
          () => {},
        );
        yield;
      }
      if (diversion.world.now < stretch.end)
        parts.push({ at: diversion.world.now, length: part.length, diversion: freeze(diversion) });
    }
    let end: Position = stretch.end === run.world.now ? positionOf(run) : { at: stretch.end };
    for (const part of parts.reverse()) {
      thaw(diversion, part.diversion);
      const isSame = registerIn(diversion.world.computers[index]!.machine.cpu.x, register) === present;
      if (traced >= tracedMax && isSame) {
        isChangeOnly = true;
        end = { at: part.at };
        continue;
      }
      const search = searchForWrite(diversion, index, register, end);
      const before = instructionOf(diversion.world.computers[index]!);
      const found = yield* search;
      traced += Math.max(0, instructionOf(diversion.world.computers[index]!) - before);
      if (found !== undefined)
        return isChangeOnly && found.by === 'instruction' ? { ...found, isChangeOnly } : found;
      end = { at: part.at };
    }
  }
  return { by: 'reset' };
}

const registerIn = (x: Int32Array, register: number): number => x[register] as number;

const valueAtBegin = ({ snapshot }: Stretch, index: number, register: number): number | undefined =>
  machinesOf(snapshot)[index]?.registers.cpu.x[register];

interface Part {
  readonly at: SimTime;
  readonly length: Duration;
  readonly diversion: FrozenDiversion;
}

function partsOf(diversion: Diversion, end: SimTime): Part[] {
  const { now } = diversion.world;
  const length = longer(strideOf(diversion.world, PART), nanoseconds(Math.ceil((end - now) / PARTS_MAX)));
  return [{ at: now, length, diversion: freeze(diversion) }];
}

/** The last write from here to `end`. */
function* searchForWrite(
  diversion: Diversion,
  index: number,
  register: number,
  end: Position,
): Generator<void, Writer | undefined> {
  const host = diversion.world.computers[index]!;
  let last: Writer | undefined;
  const observe = (fact: Observation): void => {
    if (isArrival(fact, host.id)) last = { by: 'transfer', at: fact.at, instruction: instructionOf(host) };
  };
  const retires = (_: unknown, instruction: number, pc: number, word: number): void => {
    if (writtenRegister(word) !== register) return;
    last = { by: 'instruction', at: instantOf(host.pace, instruction as never), instruction, pc };
  };
  yield* leadTo(diversion, end, observe, { host: host.id, retires }, SLICE);
  return last;
}

/** Whether a fact says that this host has got another machine's registers. */
function isArrival(fact: Observation, host: string): boolean {
  switch (fact.kind) {
    case 'cloneFinished':
      return fact.target === host;
    case 'migrationFinished':
      return fact.to === host;
    case 'rolledBack':
      return fact.host === host;
    default:
      return false;
  }
}
