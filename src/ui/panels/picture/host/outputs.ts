// Which outputs the gate and the tray have room to show.
import type { HostView, OutputView } from '../../../../worker/frame.ts';

export interface ShownOutputs {
  shown: OutputView[];
  /** Held ones for which there was no room. */
  more: number;
}

/** The gate: what is held, first come first, then what left last, `room` lines in all. */
export function gateOutputs({ outputs }: Pick<HostView, 'outputs'>, room: number): ShownOutputs {
  const held = outputs.filter(({ state }) => state === 'held');
  const left = outputs.filter(({ state }) => state === 'released').reverse();
  const shown = [...held.slice(0, room), ...left.slice(0, Math.max(0, room - held.length))];
  return { shown, more: Math.max(0, held.length - room) };
}

/** The tray: what was dropped, newest first. */
export function trayOutputs({ outputs }: Pick<HostView, 'outputs'>, room: number): OutputView[] {
  return outputs
    .filter(({ state }) => state === 'dropped')
    .reverse()
    .slice(0, room);
}

/** A key that stays with an output. */
export function outputKey({ sequence, instruction, state }: OutputView): string {
  return `${sequence}:${instruction}:${state}`;
}
