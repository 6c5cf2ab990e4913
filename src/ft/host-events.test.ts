// What becomes of a host's end when a run begins, and when the host loses power and gets it back.
import { expect, test } from 'vitest';
import { instantAt } from '../sim/time.ts';
import { begin, lostPower, repaired } from './host-events.ts';
import type { End } from './pair-end.ts';
import { createReplica, type Role } from './replica.ts';
import { backup, CONFIG, endConfig, endOf, kinds, primary, transferOf } from './testing/replicas.ts';

test.each<[Role, string | null, string[]]>([
  ['primary', 'B', ['setTimer heartbeat', 'setTimer silence', 'setTimer pacing', 'announceMac']],
  ['backup', 'A', ['setTimer heartbeat', 'setTimer silence']],
  ['solo', null, ['announceMac']],
  ['spare', null, []],
])('a %s whose peer is %s begins', (role, peer, expected) => {
  expect(kinds(begin({ ...endOf({ ...primary(), role }), peer }, endConfig()))).toEqual(expected);
});

test('whatever is on its way to or from a host is over when it loses power', () => {
  const end = endOf(primary());
  end.transfer = transferOf('clone', 'copying');
  end.incoming = { purpose: 'clone', from: 'A', number: 1, pages: 0 };
  end.handover = {} as End['handover'];
  lostPower(end);
  expect(end).toMatchObject({ transfer: null, incoming: null, handover: null });
});

test('a host that has power again is empty', () => {
  const end = endOf(backup());
  repaired(end, endConfig(), instantAt(9));
  expect(end).toMatchObject({ peer: null, replica: createReplica('spare', 0, CONFIG, instantAt(9)) });
});
