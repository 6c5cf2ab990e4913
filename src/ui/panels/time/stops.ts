// Running to breakpoints, from wherever that is asked for.
import type { App } from '../../app/context.tsx';

/** The texts of the breakpoints that count. */
export const countingStops = ({ view }: Pick<App, 'view'>): string[] =>
  view.getState().stops.flatMap(({ text, isOn }) => (isOn ? [text] : []));

/** To the next breakpoint that counts, or back to the last. */
export function runToStops(app: App, direction: 'forward' | 'backward'): void {
  const texts = countingStops(app);
  if (texts.length > 0) void app.session.runTo(texts, direction);
}
