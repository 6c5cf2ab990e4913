// Breakpoints as the page writes them, and where a run came to one.

import { disassemble } from '../assembler/disassembler.ts';
import { err, ok, type Result } from '../base/result.ts';
import { sourceLineAt } from '../isa/image.ts';
import { readNumber } from '../machine/memory/dma.ts';
import { instantAt } from '../sim/time.ts';
import { parseBreakpoint } from '../timeline/breakpoints/breakpoint-text.ts';
import type { Breakpoint, Hit } from '../timeline/breakpoints/breakpoints.ts';
import { narrate } from '../timeline/facts/fact-row.ts';
import type { Run } from '../timeline/run/run.ts';
import { plainPrograms, programOf } from '../world/base/config.ts';
import type { Observation } from '../world/state/observation.ts';
import type { Opened } from './opened.ts';
import type { HitView, Told } from './time-views.ts';
import type { Listing } from './view/listing.ts';

const knownOf = ({ world }: Run) => ({
  hosts: world.hosts.map(({ id }) => id),
  clients: world.config.clients.map(({ id }) => id),
  image: world.config.image,
  plain: plainPrograms(world.config),
});

/** All of them, or one sentence about the first that is none. */
export function breakpointsOf(run: Run, texts: readonly string[]): Result<Breakpoint[]> {
  const found: Breakpoint[] = [];
  for (const text of texts) {
    const parsed = parseBreakpoint(text, knownOf(run));
    if (!parsed.ok) return err(`${text}: ${parsed.error}`);
    found.push(parsed.value);
  }
  return ok(found);
}

/** What is wrong with a breakpoint's text, and the column that says so, from 1. */
export function checkBreakpoint(run: Run, text: string): { message: string; column: number | null } | null {
  const parsed = parseBreakpoint(text, knownOf(run));
  if (parsed.ok) return null;
  const [, column, rest] = /^column (\d+): (.*)$/s.exec(parsed.error) ?? [];
  if (column === undefined) return { message: parsed.error, column: null };
  const before = /^\s*(?:if\s+)?/.exec(text)?.[0].length ?? 0;
  return { message: rest ?? '', column: Number(column) + before };
}

export function viewHit({ programs, run }: Opened, hit: Hit): HitView {
  const { breakpoint, at, host, instruction, changes, pc, by, fact } = hit;
  const { listing } = programs.of(host ?? '');
  const place = pc === undefined ? undefined : listing.place(pc);
  return {
    breakpoint,
    at,
    ...(host === undefined ? {} : { host }),
    ...(instruction === undefined ? {} : { instruction }),
    ...(changes === undefined ? {} : { changes }),
    ...(pc === undefined ? {} : { pc }),
    ...(place === undefined ? {} : { place }),
    ...(pc === undefined ? {} : textAt(listing, run, host, pc)),
    ...(by === undefined ? {} : { by }),
    ...(fact === undefined
      ? {}
      : { line: told({ ...fact, at: instantAt(at) }, run.scenario?.guest.program ?? '') }),
  };
}

/** The instruction at an address, and where it was written. */
function textAt({ symbolAt }: Listing, { world }: Run, host: string | undefined, pc: number) {
  const machine = world.computers.find(({ id }) => id === host)?.machine;
  const word = machine && readNumber(machine.ram, pc, 4);
  const source = sourceLineAt(programOf(world.config, host ?? '').lines, pc);
  if (word === undefined || word === null) return {};
  const { mnemonic, operands } = disassemble(word, pc, symbolAt);
  const text = { mnemonic, operands: operands.join(', ') };
  return source === undefined ? { text } : { text, source };
}

/** A fact in words, or by its kind where the narration has none. */
export function told(fact: Observation, guest: string): Told {
  const line = narrate(fact, guest);
  if (line !== undefined) return { key: line.key, values: line.values };
  const { kind, at: _, ...fields } = fact;
  const values = Object.entries(fields).filter(
    (field): field is [string, string | number] =>
      typeof field[1] === 'number' || (typeof field[1] === 'string' && field[1].length < 32),
  );
  return { key: kind, values: Object.fromEntries(values) };
}
