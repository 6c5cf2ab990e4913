// §2.3: heartbeats between the hosts, and silence. A crash and a cut look alike from here, so silence is only a suspicion.

import { between, type SimTime } from '../sim/time.ts';
import { askForFlag } from './arbitration.ts';
import type { Effect } from './effects.ts';
import type { End } from './pair-end.ts';
import { beginProgress } from './progress.ts';
import type { ProtocolConfig, Replica } from './replica.ts';

const isWatching = (replica: Replica): boolean =>
  (replica.role === 'primary' || replica.role === 'backup') &&
  replica.arbitration === 'none' &&
  !replica.isPeerDone;

/** Both hosts begin to watch each other. */
export function startWatching(replica: Replica, config: ProtocolConfig, out: Effect[]): void {
  out.push({ kind: 'setTimer', timer: 'heartbeat', wait: config.heartbeatInterval });
  out.push({ kind: 'setTimer', timer: 'silence', wait: config.silenceTimeout });
  if (replica.role === 'primary')
    out.push({ kind: 'setTimer', timer: 'pacing', wait: config.pacing.interval });
  beginProgress(replica, config, out);
}

/** The heartbeat timer. */
export function beat({ replica, transfer }: End, config: ProtocolConfig, out: Effect[]): void {
  if (!isWatching(replica)) return;
  const { generation } = replica;
  const executed = replica.receiver.consumedThrough;
  const { released } = replica.console;
  const wantsQuiet = transfer?.purpose === 'moveBackup' && transfer.stage !== 'copying';
  const said = { kind: 'heartbeat' as const, generation, executed, released };
  // On a cable too narrow for them heartbeats would stand in line before the entries, more and more of them.
  const unlessSendingFor = config.heartbeatInterval;
  out.push({ kind: 'send', message: wantsQuiet ? { ...said, wantsQuiet } : said, unlessSendingFor });
  out.push({ kind: 'setTimer', timer: 'heartbeat', wait: config.heartbeatInterval });
}

/** Anything at all came from the peer: an entry, an acknowledgement, a heartbeat. */
export function heard(replica: Replica, config: ProtocolConfig, now: SimTime, out: Effect[]): void {
  replica.lastHeard = now;
  if (isWatching(replica)) out.push({ kind: 'setTimer', timer: 'silence', wait: config.silenceTimeout });
}

/** The silence timer: nothing was heard for the whole timeout. Who is suspected may be well, so the flag decides. */
export function suspect(replica: Replica, config: ProtocolConfig, now: SimTime, out: Effect[]): void {
  if (!isWatching(replica)) return;
  out.push({ kind: 'note', note: { kind: 'suspected', silence: between(replica.lastHeard, now) } });
  askForFlag(replica, config, out);
}
