// The failures that have no key, as actions: for the palette, which finds them by name.
import { Zap } from 'lucide-react';
import type { ViewFrame } from '../../worker/frame.ts';
import type { Action } from './action.ts';
import { linkActions } from './pair-actions.ts';

/** Every other failure that is possible just now, to be found by its name. */
export function faultActions(frame: ViewFrame | null): Action[] {
  if (frame === null) return [];
  const withKeys = new Set(linkActions(frame).map(({ id }) => id.replace(':', ' ')));
  return (frame.faults ?? [])
    .filter(({ command, why }) => why === undefined && !withKeys.has(command))
    .map((fault) => ({
      id: `fault:${fault.command}`,
      label: 'cutLink',
      fault,
      group: 'faults',
      icon: Zap,
      shortcuts: [],
      isEnabled: () => true,
      perform: (app) => void app.session.command(fault.command),
    }));
}
