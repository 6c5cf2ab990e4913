// Opening the machines of clients and of the disk, and their programs, as actions: for the palette, which finds them by name.
import { Code, Cpu, type LucideIcon } from 'lucide-react';
import type { ViewFrame } from '../../worker/frame.ts';
import { editProgram, plainIds, showMachine } from '../panels/model/machines.ts';
import type { Action } from './action.ts';
import type { App } from './context.tsx';

export function machineActions(frame: ViewFrame | null): Action[] {
  if (frame === null) return [];
  return [
    ...plainIds(frame).map((id) => about(id, 'openMachine', Cpu, showMachine)),
    ...plainIds(frame).map((id) => about(id, 'editProgram', Code, editProgram)),
  ];
}

function about(
  machine: string,
  label: Action['label'],
  icon: LucideIcon,
  perform: (app: App, id: string) => void,
): Action {
  return {
    id: `${label}:${machine}`,
    label,
    machine,
    group: 'view',
    icon,
    shortcuts: [],
    isEnabled: ({ embedded }) => !embedded,
    perform: (app) => perform(app, machine),
  };
}
