// The queue against a sorted list, whatever is scheduled, taken and dropped.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  createQueue,
  dropOne,
  dropWhere,
  inOrder,
  nextAt,
  type Pending,
  schedule,
  take,
} from './event-queue.ts';
import { NEVER, type SimTime } from './time.ts';

type Model = Pending<string>[];

type Step =
  | { kind: 'schedule'; at: number; rank: number; event: string }
  | { kind: 'take' }
  | { kind: 'drop' | 'dropOne'; event: string };

const event = fc.constantFrom('a', 'b', 'c', 'd');
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constant('schedule' as const), at: fc.nat(5), rank: fc.nat(2), event }),
  },
  { weight: 3, arbitrary: fc.constant({ kind: 'take' as const }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('drop' as const, 'dropOne' as const), event }) },
);

const byTurn = (a: Pending<string>, b: Pending<string>): number =>
  a.at - b.at || a.rank - b.rank || a.order - b.order;

test('takes in the order of instant, rank and scheduling', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
      const queue = createQueue<string>();
      let model: Model = [];
      let order = 0;
      for (const step of steps) {
        if (step.kind === 'schedule') {
          const { event, rank } = step;
          const at = step.at as SimTime;
          schedule(queue, at, event, rank);
          model.push({ at, rank, order: order++, event });
        } else if (step.kind === 'take') {
          expect(take(queue)).toEqual(model.shift());
        } else if (step.kind === 'dropOne') {
          // Of several one goes, whichever.
          dropOne(queue, (event) => event === step.event);
          const gone = model.find((pending) => !inOrder(queue).some(({ order }) => order === pending.order));
          expect(gone?.event).toBe(model.find(({ event }) => event === step.event)?.event);
          model = model.filter((pending) => pending !== gone);
        } else {
          dropWhere(queue, (event) => event === step.event);
          model = model.filter(({ event }) => event !== step.event);
        }
        model.sort(byTurn);
        expect(inOrder(queue)).toEqual(model);
        expect(nextAt(queue)).toBe(model[0]?.at ?? NEVER);
      }
      while (model.length > 0) expect(take(queue)).toEqual(model.shift());
      expect(take(queue)).toBeUndefined();
    }),
  );
});

describe('a queue is plain data', () => {
  test('looking at it does not change it, and a copy goes the same way', () => {
    const queue = createQueue<string>();
    for (const [i, at] of [5, 3, 9, 3, 1].entries()) schedule(queue, at as SimTime, `${i}`);
    inOrder(queue).pop();
    const copy = structuredClone(queue);
    const drain = (q: typeof queue) => Array.from({ length: 5 }, () => take(q)?.event);
    expect(drain(copy)).toEqual(['4', '1', '3', '0', '2']);
    expect(drain(queue)).toEqual(['4', '1', '3', '0', '2']);
  });

  test('what is scheduled without a rank goes before what has one', () => {
    const queue = createQueue<string>();
    schedule(queue, 7 as SimTime, 'command', 1);
    schedule(queue, 7 as SimTime, 'frame');
    expect([take(queue)?.event, take(queue)?.event]).toEqual(['frame', 'command']);
  });
});
