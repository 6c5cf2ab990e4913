// For tests: replicas and what goes into them.

import type { InstructionCount } from '../../machine/boundary.ts';
import { milliseconds, START } from '../../sim/time.ts';
import type { Effect, Note } from '../effects.ts';
import type { EntryBody, LogEntry, Output } from '../entry.ts';
import type { Transfer } from '../ft-vmotion.ts';
import type { PairMessage } from '../messages.ts';
import type { End, EndConfig, Moment } from '../pair-end.ts';
import {
  createReplica,
  type HeldOutput,
  type PendingIo,
  type ProtocolConfig,
  type Replica,
} from '../replica.ts';
import { ALL_RULES } from '../rules.ts';

export const CONFIG: ProtocolConfig = {
  mode: 'ft',
  rules: ALL_RULES,
  heartbeatInterval: milliseconds(1),
  silenceTimeout: milliseconds(10),
  arbitrationRetry: milliseconds(2),
  retransmitTimeout: milliseconds(3),
  sendBufferBytes: 1000,
  receiveBufferBytes: 1000,
  flushDelay: milliseconds(0),
  flushOutputs: true,
  pacing: {
    interval: milliseconds(5),
    lagThreshold: milliseconds(8),
    stepPercent: 3,
    instructionPicoseconds: 50_000,
  },
  progressInterval: milliseconds(0),
  lastOutput: 'drop',
  isDiskShared: true,
  backupReads: false,
};

export const primary = (said: Partial<ProtocolConfig> = {}): Replica =>
  createReplica('primary', 1, { ...CONFIG, ...said }, START);
export const backup = (said: Partial<ProtocolConfig> = {}): Replica =>
  createReplica('backup', 1, { ...CONFIG, ...said }, START);

/** The end of host B that a replica is part of. */
export const endOf = (replica: Replica): End => ({
  id: 'B',
  peer: 'A',
  replica,
  isCopying: false,
  vmPercent: 100,
  transfer: null,
  transfers: 0,
  incoming: null,
  handover: null,
});

/** The settings of an end with this protocol. */
export const endConfig = (said: Partial<ProtocolConfig> = {}): EndConfig => ({
  protocol: { ...CONFIG, ...said },
  vmotion: { rounds: 8, finalPages: 8 },
});

export const count = (n: number): InstructionCount => n as InstructionCount;

/** An entry with this place in the log, ten instructions after the one before. */
export const entry = (sequence: number, body: EntryBody = { kind: 'clock', time: sequence }): LogEntry => ({
  ...body,
  sequence,
  instruction: count(sequence * 10),
});

/** A packet entry of so many bytes in all, header and payload. */
export const sized = (sequence: number, bytes: number): LogEntry =>
  entry(sequence, { kind: 'packet', bytes: new Uint8Array(bytes - 20).fill(sequence) });

export const packet = (...bytes: number[]): Output => ({ kind: 'packet', bytes: Uint8Array.of(...bytes) });

export const diskWrite = (request: number, sector = 7): Extract<Output, { kind: 'diskWrite' }> => ({
  kind: 'diskWrite',
  request,
  sector,
  bytes: new Uint8Array(512).fill(request),
  memory: [],
});

/** A read of so many sectors into memory at `address`. */
export const read = (
  request: number,
  sector = 7,
  address = 0x8000_0000,
  sectors = 1,
): Extract<PendingIo['operation'], { kind: 'diskRead' }> => ({
  kind: 'diskRead',
  request,
  sector,
  sectors,
  memory: [{ address, length: sectors * 512 }],
});

/** This host's VM on its way to host C. */
export const transferOf = (purpose: Transfer['purpose'], stage: Transfer['stage']): Transfer => ({
  purpose,
  target: 'C',
  number: 1,
  generation: 1,
  round: 1,
  stage,
  pausedAt: START,
});

/** An output that waits for the entry with this number. */
export const heldOutput = (output: Output, sequence: number): HeldOutput => ({
  sequence,
  instruction: count(sequence * 10),
  output,
  producedAt: START,
});

/** A moment at which the machine runs, and has retired so many instructions. */
export const momentAt = (instruction: number, now = START): Moment => ({
  now,
  instruction: count(instruction),
  isAsleep: false,
  asks: null,
  changes: () => 0,
});

/** What the commands say at a glance: their kinds, with the message, timer or note in them. */
export const kinds = (out: readonly Effect[]): string[] =>
  out.map((command) => {
    if (command.kind === 'note') return `note ${command.note.kind}`;
    if (command.kind === 'send') return `send ${command.message.kind}`;
    return command.kind === 'setTimer' ? `setTimer ${command.timer}` : command.kind;
  });

export const notes = (out: readonly Effect[]): Note[] =>
  out.flatMap((command) => (command.kind === 'note' ? [command.note] : []));

export const sent = <K extends PairMessage['kind']>(
  out: readonly Effect[],
  kind: K,
): Extract<PairMessage, { kind: K }>[] =>
  out.flatMap((command) =>
    command.kind === 'send' && command.message.kind === kind
      ? [command.message as Extract<PairMessage, { kind: K }>]
      : [],
  );

/** The effects that a rule adds. */
export const collect = (act: (out: Effect[]) => void): Effect[] => {
  const out: Effect[] = [];
  act(out);
  return out;
};
