// Which rule a timer comes to.
import { expect, test } from 'vitest';
import { instantAt } from '../sim/time.ts';
import type { End } from './pair-end.ts';
import { type DueTimer, receiveTimer } from './receive-timer.ts';
import { record } from './recording.ts';
import type { Role } from './replica.ts';
import {
  backup,
  CONFIG,
  count,
  endConfig,
  endOf,
  kinds,
  momentAt,
  primary,
  transferOf,
} from './testing/replicas.ts';

const due = (end: End, timer: DueTimer['timer']): string[] =>
  kinds(receiveTimer(end, endConfig(), { timer } as DueTimer, momentAt(20, instantAt(20e6))));

/** A primary with an entry that nobody has acknowledged, nor executed. */
function logging(): End {
  const end = endOf(primary());
  record(end.replica, CONFIG, { kind: 'clock', time: 1 }, count(10), instantAt(1), []);
  return end;
}
const asking = (): End => endOf(Object.assign(backup(), { arbitration: 'asking' as const }));

test.each<[DueTimer['timer'], End, string[]]>([
  ['heartbeat', logging(), ['send heartbeat', 'setTimer heartbeat']],
  ['silence', endOf(backup()), ['note suspected', 'testAndSet', 'setTimer arbitration']],
  ['retransmit', logging(), ['note resent', 'send entries', 'setTimer retransmit']],
  ['arbitration', asking(), ['testAndSet', 'setTimer arbitration']],
  ['pacing', logging(), ['setTimer pacing', 'note paced', 'changePace']],
  ['announce', logging(), ['announceMac', 'setTimer announce']],
])('%s', (timer, end, expected) => {
  expect(due(end, timer)).toEqual(expected);
});

test('flush: what waited for others to share its frame goes', () => {
  const end = endOf(primary());
  const slow = { ...CONFIG, flushDelay: CONFIG.heartbeatInterval };
  record(end.replica, slow, { kind: 'clock', time: 1 }, count(10), instantAt(1), []);
  expect(due(end, 'flush')).toEqual(['send entries', 'setTimer retransmit']);
});

test('silence is nobody’s suspicion at a host that hands the machine over, but at one that is cloned it is', () => {
  const silent = (purpose: 'clone' | 'movePrimary', stage: 'copying' | 'paused') =>
    due({ ...endOf(primary()), transfer: transferOf(purpose, stage) }, 'silence');
  expect(silent('movePrimary', 'paused')).toEqual(['setTimer silence']);
  for (const heard of [silent('movePrimary', 'copying'), silent('clone', 'paused')])
    expect(heard).toContain('note suspected');
});

test.each<[Role, 'none' | 'asking' | 'won', boolean]>([
  ['solo', 'won', true],
  ['solo', 'none', true],
  ['primary', 'none', true],
  ['primary', 'asking', false],
  ['backup', 'none', false],
  ['halted', 'won', false],
  ['spare', 'none', false],
])('who acts for the VM announces its MAC again: a %s (flag: %s): %s', (role, arbitration, does) => {
  const end = endOf({ ...primary(), role, arbitration });
  const said = due(end, 'announce');
  expect([said.includes('announceMac'), said.includes('setTimer announce')]).toEqual([does, does]);
});
