// What is claimed of disk operations and of memory (I9, I17, I18, I19).
import { describe, expect, test } from 'vitest';
import {
  completed,
  crashed,
  issued,
  outcome,
  paired,
  read,
  recorded,
  started,
  type Told,
  wentLive,
  wentSolo,
  won,
  written,
} from '../testing/property-facts.ts';
import { worldConfig } from '../testing/worlds.ts';
import { diskHistory } from './disk-history.ts';
import { memoryAtRest } from './memory-at-rest.ts';
import { pendingIo } from './pending-io.ts';
import type { Property } from './property.ts';
import { racesInOrder } from './races-in-order.ts';

type Case = [what: string, expected: string, facts: Told[]];

function judgesSo<M>(property: Property<M>, cases: Case[]): void {
  test.each(cases)('%s: %s', (_, expected, facts) => {
    expect(outcome(property, facts)).toBe(expected);
  });
}

const both = (io: number, said: Parameters<typeof started>[2] = {}): Told[] => [
  started('A', io, said),
  started('B', io, said),
];

describe('I9, memory at rest', () => {
  const changed = (device: 'network' | 'disk'): Told => ({
    kind: 'memoryChanged',
    host: 'A',
    device,
    instruction: 5,
  });
  judgesSo(memoryAtRest, [
    ['completions and packets', 'holds', [completed('A', 1), recorded(1, { entry: 'packet' })]],
    ['a packet while it runs', 'networkChangedMemory', [changed('network')]],
    ['a block while it runs', 'diskChangedMemory', [changed('disk')]],
  ]);
});

describe('I17, one disk history', () => {
  const own = worldConfig();
  own.protocol.isDiskShared = false;
  judgesSo(diskHistory, [
    ['asked for and done', 'holds', [paired(), ...both(1), written('A', 1)]],
    ['done twice, for want of an answer', 'holds', [paired(), ...both(1), written('A', 1), written('A', 1)]],
    [
      'done again by who went live',
      'holds',
      [paired(), ...both(1), written('A', 1), wentLive(), written('B', 1)],
    ],
    [
      'done again by the clone of who asked',
      'holds',
      [
        started('B', 1),
        paired({ generation: 2, primary: 'B', backup: 'C' }),
        wentLive('C', { generation: 2 }),
        written('C', 1, { generation: 2 }),
      ],
    ],
    ['never asked for', 'writeUnexplained', [paired(), ...both(1), written('A', 2)]],
    [
      'asked for by the other only',
      'writeUnexplained',
      [paired(), started('A', 1), wentLive(), written('B', 1)],
    ],
    ['other data', 'writeDiffers', [paired(), ...both(1), written('A', 1, { digest: 'x' })]],
    ['another block', 'writeDiffers', [paired(), ...both(1), written('A', 1, { block: 8 })]],
    [
      'other data the second time',
      'writtenOtherwise',
      [
        paired(),
        started('A', 1),
        started('B', 1, { digest: 'x' }),
        written('A', 1),
        wentLive(),
        written('B', 1, { digest: 'x' }),
      ],
    ],
    ['by who lost', 'writeOfLoser', [paired(), ...both(1), won('B'), written('A', 1)]],
    ['by who went live without asking', 'writeOfLoser', [paired(), ...both(1), wentLive(), written('A', 1)]],
    [
      'by who was ahead of two takeovers',
      'writeOfLoser',
      [
        paired(),
        ...both(1),
        wentSolo('A'),
        paired({ generation: 2, primary: 'A', backup: 'C' }),
        wentLive('C', { generation: 2 }),
        written('A', 1),
      ],
    ],
    [
      'refused',
      'holds',
      [paired(), won('B'), { kind: 'diskFenced', disk: 'disk', block: 7, host: 'A', io: 1 }],
    ],
  ]);

  test('on disks of their own nobody loses', () => {
    const facts = [paired(), ...both(1), won('B'), written('A', 1, { disk: 'disk-A' })];
    expect(outcome(diskHistory, facts, own)).toBe('holds');
    const other = [...facts, written('B', 1, { disk: 'disk-B', digest: 'x' })];
    expect(outcome(diskHistory, other, own)).toBe('writeDiffers');
  });

  test('keeps few of the writes however many there are', () => {
    const memory = diskHistory.begin(worldConfig());
    const check = (fact: Told) => diskHistory.check(memory, { at: 0, ...fact } as never);
    for (let io = 1; io <= 1000; io++) {
      check(started('A', io));
      expect(check(written('A', io))).toBe('holds');
    }
    expect(memory.started.A?.length).toBe(128);
    expect(memory.written.length).toBe(128);
    expect(check(written('A', 5))).toBeUndefined();
  });
});

describe('I18, races in order', () => {
  const reading = { operation: 'read' } as const;
  judgesSo(racesInOrder, [
    ['in order', 'holds', [started('A', 1), started('A', 2), written('A', 1), written('A', 2)]],
    [
      'two writes the wrong way round',
      'raceOutOfOrder',
      [started('A', 1), started('A', 2), written('A', 2), written('A', 1)],
    ],
    [
      'a read after a write that came later',
      'raceOutOfOrder',
      [started('A', 1, reading), started('A', 2), written('A', 2), read('A', 1)],
    ],
    ['two reads', 'holds', [started('A', 1, reading), started('A', 2, reading), read('A', 2), read('A', 1)]],
    [
      'other blocks',
      'holds',
      [started('A', 1, { block: 3 }), started('A', 2), written('A', 2), written('A', 1, { block: 3 })],
    ],
    [
      'blocks that overlap',
      'raceOutOfOrder',
      [
        started('A', 1, { block: 5, blocks: 3 }),
        started('A', 2),
        written('A', 2),
        written('A', 1, { block: 5, blocks: 3 }),
      ],
    ],
    [
      'done again over a later one',
      'raceOutOfOrder',
      [
        started('A', 1),
        written('A', 1),
        completed('A', 1),
        started('A', 2),
        written('A', 2),
        written('A', 1),
      ],
    ],
    ['done again as it was', 'holds', [started('A', 1), written('A', 1), completed('A', 1), written('A', 1)]],
    [
      'read again when nobody waits for it',
      'holds',
      [
        started('A', 1, reading),
        read('A', 1),
        completed('A', 1),
        started('A', 2),
        written('A', 2),
        read('A', 1),
      ],
    ],
    [
      'done by one host each',
      'holds',
      [...both(1), ...both(2), written('A', 2), written('B', 1), written('B', 2)],
    ],
  ]);
});

describe('I19, pending operations', () => {
  const MS = 1_000_000;
  const later = (ms: number): Told => ({
    kind: 'requestArrived',
    host: 'B',
    client: 'client1',
    request: 1,
    at: ms * MS,
  });
  const live = [paired(), ...both(1), issued('A', 1)];
  judgesSo(pendingIo, [
    ['one completion', 'holds', [paired(), ...both(1), completed('A', 1), completed('B', 1)]],
    ['two completions', 'completedUnasked', [paired(), ...both(1), completed('A', 1), completed('A', 1)]],
    ['none asked for', 'completedUnasked', [paired(), completed('A', 1)]],
    ['issued again', 'holds', [...live, wentLive(), issued('B', 1, true), later(60)]],
    ['not issued again', 'notReissued', [...live, wentLive(), later(60)]],
    ['not yet', 'nothing to say', [...live, wentLive(), later(40)]],
    ['completed already', 'holds', [...live, completed('B', 1), wentLive(), later(60)]],
    [
      'the clone’s',
      'notReissued',
      [
        started('B', 1),
        paired({ generation: 2, primary: 'B', backup: 'C' }),
        wentLive('C', { generation: 2 }),
        later(60),
      ],
    ],
    [
      'waiting behind one that is under way',
      'nothing to say',
      [
        ...live,
        ...both(2),
        { kind: 'ioSerialized', host: 'B', io: 2, behind: 1 },
        wentLive(),
        issued('B', 1, true),
        later(60),
      ],
    ],
    [
      'waiting behind one that is done',
      'notReissued',
      [
        ...live,
        ...both(2),
        { kind: 'ioSerialized', host: 'B', io: 2, behind: 1 },
        wentLive(),
        issued('B', 1, true),
        { ...completed('B', 1), at: 45 * MS },
        later(60),
      ],
    ],
    ['dead by now', 'nothing to say', [...live, wentLive(), crashed('B'), later(60)]],
  ]);
});
