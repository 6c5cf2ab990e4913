// The way in for what the VM's machine does, and for what has entered it.

import type { Emission } from '../machine/boundary.ts';
import { sendFirst } from './checkpointing.ts';
import { finishIo, isDiskEmission, numberIssue, startIo } from './disk-io.ts';
import type { Effect } from './effects.ts';
import type { EntryBody } from './entry.ts';
import { quietPerhaps } from './ft-vmotion.ts';
import { endGuest } from './guest-end.ts';
import type { Checkpoint } from './messages.ts';
import { produceOutput } from './output-rule.ts';
import { own } from './own.ts';
import type { End, EndConfig, EndView, Moment } from './pair-end.ts';
import { carryOutControl } from './power-off.ts';
import { proceed } from './proceed.ts';
import { record } from './recording.ts';
import { asleep } from './replaying.ts';
import type { ProtocolConfig } from './replica.ts';
import type { VmEnd } from './vm-end.ts';

/** Something has entered the guest, or is done to its VM: the log says so, where there is one, and what waited for it begins. */
export function entered(view: EndView, config: EndConfig, body: EntryBody, moment: Moment): Effect[] {
  const end = own(view);
  const out: Effect[] = [];
  const { protocol } = config;
  const { instruction, now } = moment;
  if (body.kind === 'diskCompletion') finishIo(end.replica, protocol, body, out);
  record(end.replica, protocol, loggedForm(protocol, body), instruction, now, out);
  if (body.kind === 'control') carryOutControl(end, config, body, out);
  if (body.kind === 'diskCompletion') quietPerhaps(end, config, now, out);
  proceed(end, config, moment, out);
  return out;
}

/** §4.2: what a read has brought is not logged where the backup reads the same sectors itself. */
function loggedForm({ backupReads }: ProtocolConfig, body: EntryBody): EntryBody {
  if (body.kind !== 'diskCompletion' || !backupReads) return body;
  const { bytes: _bytes, ...completion } = body;
  return completion;
}

/** The guest has started disk operations, and produced outputs. */
export function emitted(
  view: EndView,
  config: EndConfig,
  emissions: readonly Emission[],
  moment: Moment,
): Effect[] {
  const end = own(view);
  const out: Effect[] = [];
  for (const emission of emissions) emit(end, config.protocol, emission, moment, out);
  proceed(end, config, moment, out);
  return out;
}

function emit(
  { replica }: End,
  config: ProtocolConfig,
  emission: Emission,
  { instruction, now }: Moment,
  out: Effect[],
): void {
  if (isDiskEmission(emission)) startIo(replica, config, emission, out);
  const isOutput = emission.kind === 'packet' || emission.kind === 'console';
  // A disk of the machine's own is no part of the outside world (§4.1).
  if (isOutput || (emission.kind === 'diskWrite' && config.isDiskShared))
    produceOutput(replica, config, emission, instruction, now, out);
}

/** The machine has come as far as it may, or stands still for a value: on a backup entries may be due. */
export function stopped(view: EndView, config: EndConfig, moment: Moment): Effect[] {
  const out: Effect[] = [];
  proceed(own(view), config, moment, out);
  return out;
}

/** A backup's guest has nothing more to do, with entries ahead in its log. */
export function fellAsleep(view: EndView, config: EndConfig, moment: Moment): Effect[] {
  const end = own(view);
  const out: Effect[] = [];
  asleep(end.replica, config.protocol, out);
  proceed(end, config, moment, out);
  return out;
}

/** The host has handed a disk operation to the storage, as the `issue`-th that it handed over: an answer is for that one. */
export function issued(view: EndView, request: number, issue: number): void {
  numberIssue(own(view).replica, request, issue);
}

/** What an epoch of the VM has changed is copied aside (§6). */
export function checkpointTaken(view: EndView, { protocol }: EndConfig, checkpoint: Checkpoint): Effect[] {
  const out: Effect[] = [];
  sendFirst(own(view).replica, protocol, checkpoint, out);
  return out;
}

/** The guest has ended, or can't go on. */
export function guestEnded(view: EndView, config: EndConfig, ending: VmEnd, moment: Moment): Effect[] {
  const end = own(view);
  const out: Effect[] = [];
  endGuest(end, config, ending, moment, out);
  proceed(end, config, moment, out);
  return out;
}
