// Outputs at the gates, as the gauges count them.
import { expect, test } from 'vitest';
import { configOf } from '../../scenario/testing/story.ts';
import type { SimTime } from '../../sim/time.ts';
import type { Observation } from '../../world/state/observation.ts';
import { createGauges, type Gauges, heldOutputs, updateGauges } from './gauges.ts';

type OutputKind = Extract<Observation, { kind: `output${string}` }>['kind'];

const fact = (kind: OutputKind, host: string, instruction: number): Observation =>
  ({
    at: instruction as SimTime,
    kind,
    host,
    output: { kind: 'console', instruction, sequence: instruction, digest: '65', number: instruction },
  }) as Observation;

function holding(count: number): Gauges {
  const gauges = createGauges(configOf());
  for (let i = 1; i <= count; i++) updateGauges(gauges, fact('outputHeld', 'A', i));
  return gauges;
}

test('what a host holds is counted until it leaves, and ends with the host', () => {
  const gauges = holding(3);
  updateGauges(gauges, fact('outputHeld', 'B', 9));
  expect(heldOutputs(gauges)).toBe(4);
  updateGauges(gauges, fact('outputReleased', 'A', 2));
  updateGauges(gauges, fact('outputDropped', 'B', 1));
  expect(heldOutputs(gauges)).toBe(3);
  expect(gauges).toMatchObject({ released: { A: 1 }, dropped: { B: 1 } });
  updateGauges(gauges, { at: 10 as SimTime, kind: 'hostCrashed', host: 'A' });
  expect(heldOutputs(gauges)).toBe(1);
});

test('what one host drops is not looked for among what the other holds', () => {
  const gauges = holding(1000);
  const held = gauges.held.A;
  let looks = 0;
  Object.defineProperty(gauges.held, 'A', {
    enumerable: true,
    get() {
      looks++;
      return held;
    },
  });
  for (let i = 1; i <= 1000; i++) updateGauges(gauges, fact('outputDropped', 'B', i));
  expect(looks).toBe(0);
  expect(heldOutputs(gauges)).toBe(1000);
});
