// What is claimed of failures, takeovers and operations (I10 to I16, I21, I22, I24, I25).
import { describe, expect, test } from 'vitest';
import {
  ackSent,
  crashed,
  dropped,
  halted,
  movedTo,
  outcome,
  paired,
  received,
  recorded,
  released,
  replayed,
  shown,
  suspected,
  type Told,
  verdicts,
  wentLive,
  wentSolo,
  won,
  written,
} from '../testing/property-facts.ts';
import { worldConfig } from '../testing/worlds.ts';
import { answersSurvive } from './answers-survive.ts';
import { drainedLog } from './drained-log.ts';
import { equalClones } from './equal-clones.ts';
import { muteBeforeLive } from './mute-before-live.ts';
import { oneLiveMachine } from './one-live-machine.ts';
import { outputRequirement } from './output-requirement.ts';
import { powerOffIsFinal } from './power-off-is-final.ts';
import { progress } from './progress.ts';
import type { Property } from './property.ts';
import { silentBackup } from './silent-backup.ts';
import { twoHosts } from './two-hosts.ts';

type Case = [what: string, expected: string, facts: Told[]];

const secondPair = paired({ generation: 2, primary: 'B', backup: 'C' });
const announced = (host: string): Told => ({ kind: 'macAnnounced', host });
const repaired = (host: string): Told => ({ kind: 'hostRepaired', host });

function judgesSo<M>(property: Property<M>, cases: Case[]): void {
  test.each(cases)('%s: %s', (_, expected, facts) => {
    expect(outcome(property, facts)).toBe(expected);
  });
}

describe('I10, a silent backup', () => {
  judgesSo(silentBackup, [
    ['what it makes is dropped', 'holds', [paired(), dropped(1)]],
    ['live by now', 'nothing to say', [paired(), wentLive(), announced('B'), shown('B'), written('B', 1)]],
    ['an output', 'backupSpoke', [paired(), released(1, {}, { host: 'B' })]],
    ['an output before the first word of a pair', 'backupSpoke', [released(1, {}, { host: 'B' })]],
    ['an announcement', 'backupAnnounced', [paired(), announced('B')]],
    ['a write', 'backupWrote', [paired(), written('B', 1)]],
    ['of the next generation', 'backupSpoke', [paired(), secondPair, released(1, {}, { host: 'C' })]],
    [
      'that was moved',
      'backupSpoke',
      [paired(), movedTo('backup', 'B', 'C'), released(1, {}, { host: 'C' })],
    ],
    [
      'that is the primary now',
      'nothing to say',
      [paired(), paired({ primary: 'B', backup: 'A' }), announced('B')],
    ],
    ['that began anew', 'nothing to say', [paired(), crashed('B'), repaired('B'), announced('B')]],
  ]);

  test('writes to a disk of its own as it likes', () => {
    const own = worldConfig();
    own.protocol.isDiskShared = false;
    const facts = [paired(), written('B', 1), released(1, { kind: 'diskWrite' }, { host: 'B' })];
    expect(outcome(silentBackup, facts, own)).toBe('nothing to say');
  });

  test('there is none without replication', () => {
    const alone = worldConfig();
    alone.replication.mode = 'none';
    expect(outcome(silentBackup, [announced('B')], alone)).toBe('nothing to say');
  });
});

describe('I11, one live machine', () => {
  judgesSo(oneLiveMachine, [
    ['the primary’s outputs', 'holds', [paired(), released(1)]],
    ['alone', 'holds', [paired(), won('B'), wentLive(), shown('B')]],
    ['won twice by the same', 'holds', [paired(), won('B'), won('B')]],
    ['won by both', 'twoWinners', [paired(), won('A'), won('B')]],
    ['won by one each in two generations', 'holds', [paired(), won('B'), secondPair, won('C', 2)]],
    ['live both', 'twoLive', [paired(), wentLive(), wentSolo()]],
    ['live though the other has won', 'twoLive', [paired(), won('A'), wentLive()]],
    [
      'live in a generation that is over',
      'twoLive',
      [paired(), won('B'), wentLive(), secondPair, wentSolo('A')],
    ],
    ['an output of the other', 'outputOfLoser', [paired(), wentLive(), released(4)]],
    ['an output that the live one knows', 'holds', [paired(), received(1, 4), wentLive(), released(4)]],
    ['an output that it does not know', 'outputOfLoser', [paired(), received(1, 3), wentLive(), released(4)]],
    [
      'of an old primary, known in its time',
      'holds',
      [paired(), received(1, 4), wentLive(), secondPair, released(4)],
    ],
    [
      'of an old primary',
      'outputOfLoser',
      [paired(), wentLive(), secondPair, received(1, 9, { generation: 2 }), released(4)],
    ],
    ['from another host', 'holds', [paired(), movedTo('primary', 'A', 'D'), released(4, {}, { host: 'D' })]],
    ['from the host that it left', 'outputOfLoser', [paired(), movedTo('primary', 'A', 'D'), released(4)]],
    ['before anybody is known to be live', 'nothing to say', [released(4)]],
  ]);

  test('forgets old generations', () => {
    const memory = oneLiveMachine.begin(worldConfig());
    for (let generation = 1; generation < 100; generation++) {
      oneLiveMachine.check(memory, { at: 0, ...paired({ generation }) } as never);
      oneLiveMachine.check(memory, { at: 0, ...wentSolo('A', generation) } as never);
    }
    expect(Object.keys(memory.winners).length).toBeLessThanOrEqual(16);
  });
});

describe('I12, mute before going live', () => {
  const asked: Told = { kind: 'testAndSetSent', host: 'B', generation: 1 };
  judgesSo(muteBeforeLive, [
    ['nothing more', 'holds', [paired(), ackSent(3), suspected('B', 'A'), asked, wentLive()]],
    ['after a suspicion', 'ackAfterDecision', [paired(), suspected('B', 'A'), ackSent(3)]],
    ['after the question', 'ackAfterDecision', [paired(), asked, ackSent(3)]],
    ['when live', 'ackAfterDecision', [paired(), suspected('B', 'A'), wentLive(), ackSent(3)]],
    [
      'as the backup of a new pair',
      'nothing to say',
      [paired(), suspected('B', 'A'), paired({ generation: 2, primary: 'A', backup: 'B' }), ackSent(3)],
    ],
    [
      'after it has lost and begun anew',
      'nothing to say',
      [paired(), suspected('B', 'A'), halted('B'), ackSent(3)],
    ],
    ['the other’s', 'nothing to say', [paired(), suspected('A', 'B'), ackSent(3)]],
  ]);
});

describe('I13, a drained log', () => {
  judgesSo(drainedLog, [
    ['all of it', 'holds', [paired(), received(1, 7), wentLive('B', { received: 7, consumed: 7 })]],
    [
      'some of it',
      'liveBeforeDrained',
      [paired(), received(1, 7), wentLive('B', { received: 7, consumed: 5 })],
    ],
  ]);

  test('says which entries are left, and against which receipt', () => {
    const facts = [paired(), received(1, 7), wentLive('B', { received: 7, consumed: 5 })];
    expect(verdicts(drainedLog, facts).at(-1)).toMatchObject({
      entries: [6, 7],
      against: { at: 1, kind: 'received' },
    });
  });
});

describe('I14, the Output Requirement', () => {
  const owing = [paired(), released(1), released(2), dropped(1), released(3), wentLive()];
  const pay = (digest: string) => shown('B', { digest });
  judgesSo(outputRequirement, [
    ['reproduced later', 'holds', [paired(), released(1), dropped(1)]],
    ['reproduced before', 'holds', [paired(), dropped(1), released(1)]],
    ['something else there', 'outputContradicted', [paired(), released(1), dropped(1, { digest: 'x' })]],
    ['something else before', 'outputContradicted', [paired(), dropped(1, { digest: 'x' }), released(1)]],
    ['the same elsewhere', 'outputContradicted', [paired(), released(1), dropped(1, { instruction: 11 })]],
    ['what is owed comes next', 'holds', [...owing, pay('d2'), pay('d3'), pay('new')]],
    ['what is owed comes in another order', 'outputContradicted', [...owing, pay('d3')]],
    ['something else comes', 'outputContradicted', [...owing, pay('d2'), pay('new')]],
    [
      'what is owed comes with a new backup',
      'outputContradicted',
      [...owing, secondPair, released(1, { digest: 'x' }, { host: 'B' })],
    ],
    ['nothing was shown', 'nothing to say', [paired(), wentLive(), pay('d1')]],
    [
      'the same number in a new generation',
      'holds',
      [
        paired(),
        released(1),
        dropped(1),
        released(2),
        wentSolo(),
        secondPair,
        released(2, { digest: 'x' }, { host: 'B' }),
        dropped(2, { digest: 'x' }, 'C'),
      ],
    ],
    [
      'released late by the old primary',
      'nothing to say',
      [paired(), wentLive(), secondPair, released(1), dropped(1)],
    ],
  ]);

  test('says what was shown and what was found', () => {
    const facts = [
      paired(),
      released(1, { client: 'client1', value: 11 }),
      dropped(1, { digest: 'x', client: 'client1', value: 12 }),
    ];
    expect(verdicts(outputRequirement, facts).at(-1)).toMatchObject({
      key: 'outputContradicted',
      values: {
        shownKind: 'packet',
        shownInstruction: 10,
        shownValue: 11,
        shownTo: 'client1',
        foundValue: 12,
      },
      against: { at: 1, kind: 'outputReleased' },
      entries: [1],
    });
  });

  test('a disk of the machine’s own shows nothing', () => {
    const own = worldConfig();
    own.protocol.isDiskShared = false;
    const write = { kind: 'diskWrite' } as const;
    const facts = [paired(), released(1, write), dropped(1, { ...write, digest: 'x' })];
    expect(outcome(outputRequirement, facts)).toBe('outputContradicted');
    expect(outcome(outputRequirement, facts, own)).toBe('nothing to say');
  });
});

describe('I15, answers survive', () => {
  const reply = (sequence: number, request = 1, value = 11): Told =>
    released(sequence, { client: 'client1', request, value });
  const told = (request = 1, value = 11): Told => ({
    kind: 'answered',
    client: 'client1',
    request,
    status: 0,
    value,
  });
  judgesSo(answersSurvive, [
    ['known', 'holds', [paired(), reply(5), told(), wentLive('B', { consumed: 5 })]],
    ['not known', 'answerLost', [paired(), reply(5), told(), wentLive('B', { consumed: 4 })]],
    ['not told', 'nothing to say', [paired(), reply(5), wentLive('B', { consumed: 4 })]],
    [
      'told by the first of two replies',
      'holds',
      [paired(), reply(5), reply(9), told(), wentLive('B', { consumed: 6 })],
    ],
    [
      'the latest of them',
      'answerLost',
      [paired(), reply(5), told(), reply(9, 2, 12), told(2, 12), wentLive('B', { consumed: 8 })],
    ],
    [
      'told before this backup was made',
      'nothing to say',
      [
        paired(),
        reply(5),
        told(),
        wentSolo(),
        paired({ generation: 2 }),
        wentLive('B', { generation: 2, consumed: 0 }),
      ],
    ],
  ]);
});

describe('I21, two hosts', () => {
  judgesSo(twoHosts, [
    ['two', 'holds', [paired()]],
    ['one', 'sameHost', [paired({ backup: 'A' })]],
    ['moved apart', 'holds', [paired(), movedTo('backup', 'B', 'C')]],
    ['moved together', 'sameHost', [paired(), movedTo('backup', 'B', 'A')]],
    [
      'moved to where the backup was',
      'holds',
      [paired(), crashed('B'), wentSolo(), movedTo('primary', 'A', 'B')],
    ],
  ]);
});

describe('I22, power-off is final', () => {
  const off: Told = { kind: 'poweredOff', host: 'A' };
  const control = recorded(9, { entry: 'control' });
  const later: Told = { kind: 'macAnnounced', host: 'C', at: 99 };
  judgesSo(powerOffIsFinal, [
    ['off for good', 'holds', [paired(), control, received(1, 9), off]],
    ['back by the backup', 'liveAfterPowerOff', [paired(), control, received(1, 9), off, wentLive(), later]],
    ['back by itself', 'liveAfterPowerOff', [paired(), off, wentSolo(), later]],
    [
      'never heard of it, without a failure',
      'liveAfterPowerOff',
      [paired(), control, off, wentLive(), later],
    ],
    ['never heard of it, for a failure', 'holds', [paired(), control, off, crashed('A'), wentLive(), later]],
    ['never off', 'nothing to say', [paired(), crashed('A'), wentLive()]],
    [
      'taken over to let out what was left, and off at once',
      'holds',
      [paired(), control, received(1, 9), off, { ...wentLive(), at: 9 }, { ...off, host: 'B', at: 9 }, later],
    ],
  ]);
});

describe('I24, equal clones', () => {
  judgesSo(equalClones, [
    ['equal', 'holds', [paired()]],
    ['not equal', 'cloneDiffers', [paired({ backupState: 'x' })]],
  ]);
});

describe('I25, progress', () => {
  const SECOND = 1_000_000_000;
  const later: Told = { kind: 'requestArrived', host: 'B', client: 'client1', request: 1, at: SECOND };
  const at = (fact: Told, instant: number): Told => ({ ...fact, at: instant });
  judgesSo(progress, [
    ['in time', 'holds', [paired(), crashed('A'), suspected('B', 'A'), wentLive(), later]],
    [
      'in time, the other way round',
      'holds',
      [paired(), crashed('B'), suspected('A', 'B'), wentSolo(), later],
    ],
    ['never', 'noTakeover', [paired(), crashed('A'), suspected('B', 'A'), later]],
    ['too late', 'noTakeover', [paired(), crashed('B'), at(wentSolo(), SECOND)]],
    ['of a spare host', 'nothing to say', [paired(), crashed('D'), later]],
    ['with a second failure', 'nothing to say', [paired(), crashed('A'), crashed('B'), later]],
    [
      'with the storage cut off',
      'nothing to say',
      [paired(), crashed('A'), { kind: 'linkCut', link: 'storage-B' }, later],
    ],
    [
      'with the storage cut off and mended',
      'noTakeover',
      [
        paired(),
        { kind: 'linkCut', link: 'storage' },
        { kind: 'linkMended', link: 'storage' },
        crashed('A'),
        later,
      ],
    ],
    [
      'with a slow survivor',
      'nothing to say',
      [paired(), { kind: 'hostSlowed', host: 'B', percent: 20 }, crashed('A'), later],
    ],
    [
      'with a survivor that stands still',
      'nothing to say',
      [paired(), { kind: 'hostPaused', host: 'B' }, crashed('A'), later],
    ],
    [
      'with a survivor that is as slow as before its power went',
      'nothing to say',
      [
        { kind: 'hostSlowed', host: 'B', percent: 20 },
        crashed('B'),
        repaired('B'),
        paired(),
        crashed('A'),
        later,
      ],
    ],
    [
      'with a disk that stood still until its power went',
      'noTakeover',
      [
        paired(),
        { kind: 'hostPaused', host: 'disk' },
        { kind: 'diskCrashed' },
        { kind: 'diskRepaired' },
        crashed('A'),
        later,
      ],
    ],
    ['with the disk down', 'nothing to say', [paired(), crashed('A'), { kind: 'diskCrashed' }, later]],
    [
      'when each suspects the other already',
      'nothing to say',
      [paired(), suspected('B', 'A'), crashed('A'), later],
    ],
    ['when there was no backup', 'holds', [paired(), crashed('B'), wentSolo(), crashed('A'), later]],
    ['with the LAN cut', 'noTakeover', [paired(), { kind: 'linkCut', link: 'lan-A' }, crashed('A'), later]],
    ['of the next pair', 'noTakeover', [paired(), crashed('A'), wentLive(), secondPair, crashed('B'), later]],
    [
      'of a machine that moved',
      'noTakeover',
      [
        paired(),
        { kind: 'migrationStarted', machine: 'primary', from: 'A', to: 'D' },
        movedTo('primary', 'A', 'D'),
        crashed('D'),
        later,
      ],
    ],
    [
      'while it moves',
      'nothing to say',
      [paired(), { kind: 'migrationStarted', machine: 'primary', from: 'A', to: 'D' }, crashed('A'), later],
    ],
  ]);

  test('allows for the work that the log still holds', () => {
    const lag = [
      paired(),
      recorded(1, { instruction: 10_000_000 }),
      replayed(1, { instruction: 0 }),
      crashed('A'),
    ];
    expect(outcome(progress, [...lag, later])).toBe('nothing to say');
    expect(outcome(progress, [...lag, at(later, 3 * SECOND)])).toBe('noTakeover');
  });
});
