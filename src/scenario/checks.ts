// What fields of a document have to be to each other.

import { fromBase64 } from '../base/bytes.ts';
import { hex } from '../base/hex.ts';
import { RAM_BASE } from '../isa/image.ts';
import {
  isConditional,
  parseCommand,
  type ScriptedCommand,
  type Targets,
  targetsOf as targetsAmong,
} from '../world/language/faults.ts';
import { serviceOf } from '../world/services/index.ts';
import { type DocumentFault, fault } from './field-path.ts';
import { PROGRAM_BYTES_MAX, type ScenarioDocument } from './schema.ts';

type Check = (document: ScenarioDocument) => DocumentFault | undefined;

/** What commands can name in a scenario: clients are client1, client2 and so on, as they stand in the list. */
export function targetsOf({ hosts, spares, clients }: ScenarioDocument): Targets {
  return targetsAmong(
    [...hosts, ...spares].map(({ id }) => id),
    clients.map((_, index) => clientId(index)),
  );
}

/** The name of the client at a position of the document's list. */
export const clientId = (index: number): string => `client${index + 1}`;

/** Links and the switch's ports are named after hosts and clients. */
function hostNames({ hosts, spares }: ScenarioDocument): DocumentFault | undefined {
  const ids = [...hosts, ...spares].map(({ id }) => id);
  const path = (i: number) =>
    i < hosts.length ? (['hosts', i, 'id'] as const) : (['spares', i - hosts.length, 'id'] as const);
  const again = ids.findIndex((id, i) => ids.indexOf(id) < i);
  if (again >= 0)
    return fault(
      [...path(again)],
      `is ${JSON.stringify(ids[again])} like that of the other host; hosts need different names`,
    );
  const taken = ids.findIndex((id) => RESERVED.test(id));
  if (taken < 0) return undefined;
  return fault([...path(taken)], `is ${JSON.stringify(ids[taken])}, which is the name of something else`);
}

/** What commands call other things than hosts. */
const RESERVED = /^(switch|disk|hosts|vm|primary|backup|client\d+)$/;

function silence({ detector }: ScenarioDocument): DocumentFault | undefined {
  const { heartbeatNs, timeoutNs } = detector;
  if (timeoutNs > heartbeatNs) return undefined;
  return fault(
    ['detector', 'timeoutNs'],
    `is ${timeoutNs}, but has to be longer than detector.heartbeatNs (${heartbeatNs}), or every silence is a failure`,
  );
}

function contentsInside({ disk }: ScenarioDocument): DocumentFault | undefined {
  const outside = Object.keys(disk.contents).find((block) => Number(block) >= disk.blocks);
  if (outside === undefined) return undefined;
  return fault(
    ['disk', 'contents', outside],
    `is outside the disk, whose disk.blocks (${disk.blocks}) are counted from 0`,
  );
}

/** Asking again before an answer can have come would only pile up work, more and more of it. */
function patience({ disk, log, links }: ScenarioDocument): DocumentFault | undefined {
  const service = disk.serviceNs + Math.ceil((disk.serviceNs * disk.serviceNoisePpm) / 1e6);
  const storage = 2 * links.storage.latencyNs + service;
  if (disk.retryNs <= storage)
    return fault(
      ['disk', 'retryNs'],
      `is ${disk.retryNs}, but has to be longer than an operation takes: ${storage} by links.storage.latencyNs, disk.serviceNs and disk.serviceNoisePpm`,
    );
  const roundTrip = 2 * links.log.latencyNs;
  if (log.retransmitNs > roundTrip) return undefined;
  return fault(
    ['log', 'retransmitNs'],
    `is ${log.retransmitNs}, but has to be longer than an acknowledgement takes: ${roundTrip} by links.log.latencyNs`,
  );
}

function onePrograms({ guest, clients, disk }: ScenarioDocument): DocumentFault | undefined {
  return (
    oneProgram(['guest'], guest) ??
    oneProgram(['disk'], disk) ??
    clients
      .map((client, index) => oneProgram(['clients', index], client))
      .find((found) => found !== undefined)
  );
}

/** @param where the part of the document that says which program a machine runs */
function oneProgram(
  where: readonly (string | number)[],
  { source, elf }: { source?: string; elf?: string },
): DocumentFault | undefined {
  if (source !== undefined && elf !== undefined)
    return fault(
      [...where, 'elf'],
      `is given beside ${where.join('.')}.source, but a machine runs one program`,
    );
  const bytes = fromBase64(elf ?? '');
  if (!bytes.ok) return fault([...where, 'elf'], `is wrong: ${bytes.error}`);
  if (bytes.value.length <= PROGRAM_BYTES_MAX) return undefined;
  return fault(
    [...where, 'elf'],
    `has ${bytes.value.length} bytes, but a program has at most ${PROGRAM_BYTES_MAX}`,
  );
}

/** The guest has to know what its clients ask for. */
function operationsExist({ guest, clients }: ScenarioDocument): DocumentFault | undefined {
  const known = Object.keys(serviceOf(guest.program).operations);
  const at = clients.findIndex(({ operation }) => !known.includes(operation));
  if (at < 0) return undefined;
  const there = known.length === 0 ? 'answers no clients' : `has ${known.join(', ')}`;
  return fault(
    ['clients', at, 'operation'],
    `is ${JSON.stringify(clients[at]?.operation)}, but the guest "${guest.program}" ${there}`,
  );
}

function commandsMakeSense(document: ScenarioDocument): DocumentFault | undefined {
  const targets = targetsOf(document);
  for (const [index, text] of document.commands.entries()) {
    const command = parseCommand(text, targets);
    const wrong = command.ok ? impossible(document, command.value) : command.error;
    if (wrong !== undefined) return fault(['commands', index], `is wrong: ${wrong}`);
  }
  return undefined;
}

/** What in a command this scenario's own numbers rule out. Whether other conditions come true, only the run can tell. */
function impossible(document: ScenarioDocument, command: ScriptedCommand): string | undefined {
  const { machine, clients } = document;
  const end = RAM_BASE + machine.ramBytes;
  const isOfVm = (id: string): boolean => targetsOf(document).hosts.includes(id);
  if (
    command.verb === 'flip' &&
    isOfVm(command.target) &&
    (command.address < RAM_BASE || command.address >= end)
  )
    return `${hex(command.address)} is not in RAM, which is from ${hex(RAM_BASE)} to ${hex(end - 1)} by machine.ramBytes`;
  if (!isConditional(command) || command.when.kind !== 'request') return undefined;
  const { client: id, nth } = command.when;
  const requests = clients.find((_, index) => clientId(index) === id)?.requests ?? 0;
  return nth > requests ? `${id} makes ${requests} requests, and never a request ${nth}` : undefined;
}

/** §6: a replica that runs on its own keeps its own state. */
function ownState({ replication, disk }: ScenarioDocument): DocumentFault | undefined {
  if (replication.mode !== 'operations' || !disk.shared) return undefined;
  return fault(
    ['replication', 'mode'],
    'is "operations", but that needs disk.shared to be false: each replica carries the operations out on its own disk',
  );
}

/** §4.2 is about a backup that replays. One that takes checkpoints executes nothing, so it reads nothing either. */
function readsNothing({ replication }: ScenarioDocument): DocumentFault | undefined {
  if (replication.mode !== 'checkpoint' || !replication.backupReads) return undefined;
  return fault(
    ['replication', 'backupReads'],
    'is true, but with replication.mode "checkpoint" the backup executes nothing, and so it reads nothing',
  );
}

const CHECKS: readonly Check[] = [
  hostNames,
  silence,
  contentsInside,
  patience,
  onePrograms,
  operationsExist,
  ownState,
  readsNothing,
  commandsMakeSense,
];

/** The first thing that does not fit together, or undefined. */
export function contradiction(document: ScenarioDocument): DocumentFault | undefined {
  for (const check of CHECKS) {
    const found = check(document);
    if (found !== undefined) return found;
  }
  return undefined;
}
