// Whose program is which: the VM's, a client's or the disk's. What a document carries for it, and what comes with Understudy.

import type { AssemblyOptions } from '../assembler/model.ts';
import { clientId } from './checks.ts';
import { GUESTS, includeKernel, kernelFiles } from './guests/index.ts';
import clientSource from './programs/client.s?raw';
import diskServerSource from './programs/disk-server.s?raw';
import type { ScenarioDocument } from './schema.ts';

/** A program that somebody wrote or brought, in place of the built-in one; with neither there is none. */
export interface CarriedProgram {
  source?: string;
  elf?: string;
}

export interface ProgramPart {
  /** Whose it is: a client's or the disk's by its id, else `vm`. */
  of: string;
  /** The part of the document that says it, as paths are written. */
  where: string;
  carried: CarriedProgram;
  /** The built-in program: its file, as line tables have it, and its text. */
  file: string;
  builtIn: string;
  /** What line tables and errors call a source that the document carries. */
  name: string;
}

type Programs = Pick<ScenarioDocument, 'guest' | 'clients' | 'disk'>;

const CLIENT = { file: 'client.s', builtIn: clientSource };
const DISK_SERVER = { file: 'disk-server.s', builtIn: diskServerSource };

/** @param id a client's, or `disk`; of any other it is the VM's program */
export function programPart({ guest, clients, disk }: Programs, id: string): ProgramPart {
  if (id === 'disk') return part(id, 'disk', disk, DISK_SERVER);
  const index = indexOf(clients, id);
  const client = clients[index];
  if (client !== undefined) return part(id, `clients[${index}]`, client, CLIENT);
  const { file, source } = GUESTS[guest.program]!;
  return part('vm', 'guest', guest, { file, builtIn: source });
}

const part = (
  of: string,
  where: string,
  carried: CarriedProgram,
  builtIn: { file: string; builtIn: string },
): ProgramPart => ({ of, where, carried, name: `${where}.source`, ...builtIn });

const indexOf = (clients: Programs['clients'], id: string): number =>
  clients.findIndex((_, index) => clientId(index) === id);

/** The VM's, those of clients, the disk's. */
export const programParts = (document: Programs): ProgramPart[] =>
  ['vm', ...document.clients.map((_, index) => clientId(index)), 'disk'].map((id) =>
    programPart(document, id),
  );

export const isCarried = ({ source, elf }: CarriedProgram): boolean =>
  source !== undefined || elf !== undefined;

/** The document with another program for this computer, or, where it is none, with the built-in one. */
export function withProgram(
  document: ScenarioDocument,
  id: string,
  program: CarriedProgram,
): ScenarioDocument {
  const put = <Part extends CarriedProgram>({ source: _, elf: __, ...rest }: Part) => ({
    ...rest,
    ...program,
  });
  const { guest, clients, disk } = document;
  if (id === 'disk') return { ...document, disk: put(disk) };
  const at = indexOf(clients, id);
  if (at < 0) return { ...document, guest: put(guest) };
  return { ...document, clients: clients.map((client, index) => (index === at ? put(client) : client)) };
}

/** How a source that a document carries for this part is assembled. */
export function optionsFor(
  { of, name }: Pick<ProgramPart, 'of' | 'name'>,
  { guest }: Pick<ScenarioDocument, 'guest'>,
): AssemblyOptions {
  const options = { file: name, include: includeKernel };
  return of === 'vm' ? { ...options, defsym: { TIMER_HZ: guest.timerHz } } : options;
}

/** The texts that a program is assembled from, by the names that its line table has, and of these the one that is its own. */
export function sourcesOf({ carried: { source }, file, builtIn, name }: ProgramPart): {
  files: Record<string, string>;
  own: string;
} {
  const own = source ?? builtIn;
  return { files: { ...kernelFiles(), [source === undefined ? file : name]: own }, own };
}
