// The same scenario gives the same run, bit for bit: whenever, wherever, and however often somebody looks in between.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hashWorld } from '../../world/state/state-hash.ts';
import { configOf, MANY_RUNS, play, stage } from '../testing/story.ts';

const FAULTS = ['crash A', 'crash B', 'cut log', 'mend log', 'cut storage-A', 'mend storage-A', 'cut lan-B'];

describe('the same scenario', () => {
  test('gives the same run twice', () => {
    const commands = ['cut log @ 5ms', 'mend log @ 6ms', 'crash A @ 12345678ns'];
    const [first, second] = [play({ commands }), play({ commands })];
    expect(hashWorld(second.world)).toBe(hashWorld(first.world));
    expect(second.facts).toEqual(first.facts);
    expect(second.report).toEqual(first.report);
  });

  test('gives another run under another seed', () => {
    const hashes = [1, 2, 3].map((seed) => hashWorld(play({ seed }).world));
    expect(new Set(hashes).size).toBe(3);
  });
});

describe('how a run is cut into pieces', () => {
  const END = 30_000_000;

  const hashAfter = (commands: string[], cuts: readonly number[], isTraced: () => boolean): string => {
    const { world, advanceTo } = stage(configOf({ commands }));
    for (const at of cuts) advanceTo(at, isTraced() ? () => {} : undefined);
    return hashWorld(world);
  };

  const fault = fc
    .tuple(fc.constantFrom(...FAULTS), fc.integer({ min: 100_000, max: 25_000_000 }))
    .map(([what, at]) => `${what} @ ${at}ns`);

  test('makes no difference, with traces or without', { timeout: MANY_RUNS }, () => {
    fc.assert(
      fc.property(
        fc.array(fault, { maxLength: 3 }),
        fc.array(fc.integer({ min: 0, max: 30_000_000 }), { minLength: 2, maxLength: 40 }),
        fc.infiniteStream(fc.boolean()),
        (commands, cuts, traced) => {
          const sorted = cuts.toSorted((a, b) => a - b);
          const end = sorted.slice(-1);
          const whole = hashAfter(commands, end, () => false);
          expect(hashAfter(commands, sorted, () => traced.next().value)).toBe(whole);
        },
      ),
      { numRuns: 20 },
    );
  });

  const CONDITIONS = [
    'clone round 1',
    'clone paused',
    'B live',
    'A suspects',
    'entry 9 acked',
    'output 6 released',
    'write 3 done',
  ];
  const ANYTHING = [
    ...FAULTS,
    'crash C',
    'repair A',
    'repair B',
    'pause A',
    'resume A',
    'pause B',
    'resume B',
    'slow B 50%',
    'migrate primary C',
    'migrate backup C',
    'lose log 5%',
    'reorder lan 10%',
    'duplicate lan-A 20%',
    'share vm 60%',
    'crash disk',
    'repair disk',
    'poweroff vm',
    'flip B 0x80003000.1',
  ];
  const moment = fc.oneof(
    { weight: 3, arbitrary: fc.integer({ min: 100_000, max: 45_000_000 }).map((at) => `${at}ns`) },
    { weight: 1, arbitrary: fc.constantFrom(...CONDITIONS).map((when) => `when ${when}`) },
  );
  const anything = fc.tuple(fc.constantFrom(...ANYTHING), moment).map(([what, when]) => `${what} @ ${when}`);
  const mode = fc.constantFrom<Record<string, unknown>>(
    {},
    {},
    { replication: { mode: 'checkpoint' } },
    { replication: { backupReads: true }, disk: { shared: false } },
    { network: { groupPackets: 3 }, log: { flushNs: 200_000 } },
    { rules: { exactDelivery: false, bounceBuffers: false } },
    { rules: { exactDelivery: false, loggedValues: false, haltDiverged: false } },
    { machine: { harts: 2 } },
    { machine: { harts: 2 }, rules: { haltDiverged: false } },
  );

  test('makes no difference to conditions, clones, moves, pauses, whatever the mode', {
    timeout: MANY_RUNS,
  }, () => {
    fc.assert(
      fc.property(
        mode,
        fc.array(anything, { minLength: 1, maxLength: 5 }),
        fc.array(fc.integer({ min: 0, max: 50_000_000 }), { minLength: 3, maxLength: 30 }),
        (said, commands, cuts) => {
          const config = configOf({ ...said, spares: [{ id: 'C' }], commands });
          const [whole, cut] = [stage(config), stage(config)];
          whole.advanceTo(50_000_000);
          for (const at of cuts.toSorted((a, b) => a - b)) cut.advanceTo(at);
          cut.advanceTo(50_000_000);
          expect(cut.facts).toEqual(whole.facts);
          expect(hashWorld(cut.world)).toBe(hashWorld(whole.world));
        },
      ),
      { numRuns: 100 },
    );
  });

  test('makes no difference at any instant between, were it nanosecond by nanosecond', {
    timeout: MANY_RUNS,
  }, () => {
    const config = configOf();
    const [leaps, paces] = [stage(config), stage(config)];
    // From before a request arrives until the guest has dealt with it and waits again.
    for (let at = 2_101_000; at < 2_124_000; at++) {
      paces.advanceTo(at, at % 3 === 0 ? () => {} : undefined);
      if (at % 12 !== 0) continue;
      leaps.advanceTo(at);
      if (hashWorld(paces.world) !== hashWorld(leaps.world)) throw new Error(`The runs differ at ${at} ns.`);
    }
    expect(leaps.facts.length).toBeGreaterThan(20);
    expect(paces.facts).toEqual(leaps.facts);
  });

  test('shows the same facts', () => {
    const config = configOf({ commands: ['crash A @ 8200us'] });
    const [whole, cut] = [stage(config), stage(config)];
    whole.advanceTo(END);
    for (let at = 0; at < END; at += 77_777) cut.advanceTo(at);
    cut.advanceTo(END);
    expect(cut.facts).toEqual(whole.facts);
  });

  test('the order in which commands are listed counts only at the same instant', () => {
    const hash = (...commands: string[]) => hashAfter(commands, [END], () => false);
    expect(hash('cut log @ 4ms', 'mend log @ 9ms')).toBe(hash('mend log @ 9ms', 'cut log @ 4ms'));
    expect(hash('cut log @ 4ms', 'mend log @ 4ms')).not.toBe(hash('mend log @ 4ms', 'cut log @ 4ms'));
  });
});
