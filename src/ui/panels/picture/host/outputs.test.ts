// The gate shows what is held before what has left.
import { expect, test } from 'vitest';
import type { OutputView } from '../../../../worker/frame.ts';
import { gateOutputs, trayOutputs } from './outputs.ts';

const output = (sequence: number, state: OutputView['state']): OutputView => ({
  sequence,
  state,
  instruction: sequence * 100,
  kind: 'packet',
  producedAt: sequence,
});

test('held ones come first, oldest first; room that is left goes to the newest that left', () => {
  const outputs = [output(1, 'released'), output(2, 'released'), output(3, 'held')];
  expect(gateOutputs({ outputs }, 2)).toEqual({ shown: [output(3, 'held'), output(2, 'released')], more: 0 });
});

test('what has no room is counted', () => {
  const outputs = [1, 2, 3, 4].map((sequence) => output(sequence, 'held'));
  expect(gateOutputs({ outputs }, 3)).toEqual({ shown: outputs.slice(0, 3), more: 1 });
});

test('the tray has the newest dropped first', () => {
  const outputs = [output(1, 'dropped'), output(2, 'dropped'), output(3, 'held')];
  expect(trayOutputs({ outputs }, 4)).toEqual([output(2, 'dropped'), output(1, 'dropped')]);
});
