// Log entries: what the primary tells the backup about everything that is not a function of the guest's state (§2.1).

import {
  type Emission,
  type Injection,
  type InstructionCount,
  instructionCount,
} from '../machine/boundary.ts';

/** What §2.2 calls an output: it is seen by somebody outside the pair. Reading the disk is not. */
export type Output = Extract<Emission, { kind: 'packet' | 'diskWrite' | 'console' }>;
export type OutputKind = Output['kind'];
export type ConsoleOutput = Extract<Output, { kind: 'console' }>;

/** Position in the log, from 1 in each generation of the pair. */
export type SequenceNumber = number;

/** What an entry says; `encodeEntry` gives its bytes. */
export type EntryBody =
  | Exclude<Injection, { kind: 'timer' | 'deviceInterrupt' }>
  /** `time` is what the guest's clock showed, so that it never goes back after a failover. */
  | { kind: 'timer'; time: number }
  /** The special entry at each output: replay has to come as far as this operation (§2.2). The digest tells a diverged one. */
  | { kind: 'output'; output: OutputKind; length: number; digest: number }
  /** Nothing but its place: the primary has come that far (progress.ts). */
  | { kind: 'progress' }
  /** §3.3: an operation on the VM that its backup has to follow. */
  | { kind: 'control'; operation: ControlOperation; value: number };

/**
 * `powerOff`: the VM is switched off on purpose. `share`: its share of a CPU, in percent, has changed. `quiesce`: no disk
 * operation is under way, so that the backup can be moved here. `end`: the guest has ended itself, with this code, or is stuck.
 */
export type ControlOperation = 'powerOff' | 'share' | 'quiesce' | 'end';

export type LogEntry = EntryBody & {
  sequence: SequenceNumber;
  /** What the guest's instruction count is once the entry has been applied. */
  instruction: InstructionCount;
};

export type EntryKind = EntryBody['kind'];

/** kind u8 · flag u8 · zero u16 · payload length u32 · sequence u32 · instruction u64, little-endian. */
export const HEADER_BYTES = 20;

// Wire numbers: the position in this list. Append only.
const KINDS = [
  'clock',
  'entropy',
  'timer',
  'packet',
  'diskCompletion',
  'console',
  'output',
  'control',
  'progress',
] as const satisfies EntryKind[];
const CONTROLS = ['powerOff', 'share', 'quiesce', 'end'] as const satisfies ControlOperation[];
const OUTPUTS = ['packet', 'diskWrite', 'console'] as const satisfies OutputKind[];

function payloadLength(body: EntryBody): number {
  switch (body.kind) {
    case 'clock':
    case 'timer':
    case 'output':
      return 8;
    case 'entropy':
      return 2;
    case 'control':
      return 4;
    case 'progress':
      return 0;
    case 'console':
      return 1;
    case 'packet':
      return body.bytes.length;
    case 'diskCompletion':
      return 4 + (body.bytes?.length ?? 0);
  }
}

/** Bytes of an entry in the buffers of the logging channel. */
export const entryLength = (body: EntryBody): number => HEADER_BYTES + payloadLength(body);

function flagOf(body: EntryBody): number {
  if (body.kind === 'diskCompletion') return body.ok ? 1 : 0;
  if (body.kind === 'output') return OUTPUTS.indexOf(body.output);
  if (body.kind === 'control') return CONTROLS.indexOf(body.operation);
  // A packet that shares its interrupt with one that follows (§3.5).
  if (body.kind === 'packet') return body.interrupt === false ? 1 : 0;
  return 0;
}

/** The entry as it travels: its size is what the logging channel carries. */
export function encodeEntry(entry: LogEntry): Uint8Array<ArrayBuffer> {
  const length = payloadLength(entry);
  const bytes = new Uint8Array(HEADER_BYTES + length);
  const view = new DataView(bytes.buffer);
  bytes[0] = KINDS.indexOf(entry.kind);
  bytes[1] = flagOf(entry);
  view.setUint32(4, length, true);
  view.setUint32(8, entry.sequence, true);
  view.setBigUint64(12, BigInt(entry.instruction), true);
  switch (entry.kind) {
    case 'clock':
    case 'timer':
      view.setBigUint64(HEADER_BYTES, BigInt(entry.time), true);
      break;
    case 'entropy':
      view.setUint16(HEADER_BYTES, entry.bits, true);
      break;
    case 'console':
      bytes[HEADER_BYTES] = entry.byte;
      break;
    case 'packet':
      bytes.set(entry.bytes, HEADER_BYTES);
      break;
    case 'diskCompletion':
      view.setUint32(HEADER_BYTES, entry.request, true);
      if (entry.bytes) bytes.set(entry.bytes, HEADER_BYTES + 4);
      break;
    case 'control':
      view.setUint32(HEADER_BYTES, entry.value, true);
      break;
    case 'output':
      view.setUint32(HEADER_BYTES, entry.length, true);
      view.setUint32(HEADER_BYTES + 4, entry.digest, true);
      break;
  }
  return bytes;
}

function decodeBody(kind: EntryKind, flag: number, payload: Uint8Array<ArrayBuffer>): EntryBody {
  const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
  switch (kind) {
    case 'clock':
    case 'timer':
      return { kind, time: Number(view.getBigUint64(0, true)) };
    case 'entropy':
      return { kind, bits: view.getUint16(0, true) };
    case 'console':
      return { kind, byte: view.getUint8(0) };
    case 'packet':
      return flag === 1 ? { kind, bytes: payload, interrupt: false } : { kind, bytes: payload };
    case 'diskCompletion': {
      const completion = { kind, request: view.getUint32(0, true), ok: flag === 1 };
      return payload.length > 4 ? { ...completion, bytes: payload.slice(4) } : completion;
    }
    case 'progress':
      return { kind };
    case 'control':
      return { kind, operation: CONTROLS[flag] as ControlOperation, value: view.getUint32(0, true) };
    case 'output':
      return {
        kind,
        output: OUTPUTS[flag] as OutputKind,
        length: view.getUint32(0, true),
        digest: view.getUint32(4, true),
      };
  }
}

/** Reads the entries that stand one behind the other in a frame of the logging channel, as `encodeEntry` wrote them. */
export function decodeEntries(bytes: Uint8Array<ArrayBuffer>): LogEntry[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const entries: LogEntry[] = [];
  for (let at = 0; at < bytes.length; ) {
    const end = at + HEADER_BYTES + view.getUint32(at + 4, true);
    const body = decodeBody(
      KINDS[view.getUint8(at)] as EntryKind,
      view.getUint8(at + 1),
      bytes.slice(at + HEADER_BYTES, end),
    );
    entries.push({
      ...body,
      sequence: view.getUint32(at + 8, true),
      instruction: instructionCount(Number(view.getBigUint64(at + 12, true))),
    });
    at = end;
  }
  return entries;
}
