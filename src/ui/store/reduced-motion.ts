// Frames for people who asked for less motion: steps instead of flights.
import type { ViewFrame } from '../../worker/frame.ts';

/** What flies stands half way, once; heartbeats, which would only flicker, are left out. */
export function withReducedMotion(frame: ViewFrame): ViewFrame {
  const halfWay = <T extends { progress: number }>(item: T): T => ({ ...item, progress: 0.5 });
  const { channel, flights } = frame;
  return {
    ...frame,
    flights: flights.map(halfWay),
    channel: {
      ...channel,
      entries: channel.entries.map(halfWay),
      acks: channel.acks.map(halfWay),
      heartbeats: [],
    },
  };
}
