// Opening the machines of clients and of the disk, as actions: for the palette, which finds them by name.
import { Cpu } from 'lucide-react';
import type { ViewFrame } from '../../worker/frame.ts';
import { plainIds, showMachine } from '../panels/model/machines.ts';
import type { Action } from './action.ts';

export function machineActions(frame: ViewFrame | null): Action[] {
  if (frame === null) return [];
  return plainIds(frame).map((machine) => ({
    id: `open:${machine}`,
    label: 'openMachine',
    machine,
    group: 'view',
    icon: Cpu,
    shortcuts: [],
    isEnabled: ({ embedded }) => !embedded,
    perform: (app) => showMachine(app, machine),
  }));
}
