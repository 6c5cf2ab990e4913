// Less motion: everything under way stands still, nothing is lost.
import { expect, test } from 'vitest';
import type { ViewFrame } from '../../worker/frame.ts';
import { withReducedMotion } from './reduced-motion.ts';

test('what flies stands half way, and is still there', () => {
  const frame = {
    flights: [{ id: 1, progress: 0.1 }],
    channel: {
      entries: [{ sequence: 7, progress: 0.9 }],
      acks: [{ through: 6, progress: 0.2 }],
      heartbeats: [{}],
    },
  } as unknown as ViewFrame;
  expect(withReducedMotion(frame)).toMatchObject({
    flights: [{ id: 1, progress: 0.5 }],
    channel: {
      entries: [{ sequence: 7, progress: 0.5 }],
      acks: [{ through: 6, progress: 0.5 }],
      heartbeats: [],
    },
  });
});
