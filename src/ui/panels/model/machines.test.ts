// Which machine is open: one at a time, shown when its button is pressed, closed when it is pressed again.
import { expect, test } from 'vitest';
import type { ViewFrame } from '../../../worker/frame.ts';
import { machineActions } from '../../app/machine-actions.ts';
import { createView } from '../../store/view.ts';
import { editProgram, machineOf, plainIds, showMachine, toggleMachine } from './machines.ts';

test('the flag and the blocks are the disk’s; a row is its machine’s', () => {
  expect(machineOf({ kind: 'flag' })).toBe('disk');
  expect(machineOf({ kind: 'block', block: 7 })).toBe('disk');
  expect(machineOf({ kind: 'client', client: 'client2' })).toBe('client2');
  expect(machineOf({ kind: 'row', host: 'client1', instruction: 4, injected: false })).toBe('client1');
  expect(machineOf({ kind: 'switch' })).toBeNull();
  expect(machineOf(null)).toBeNull();
});

test('a press opens a machine in the inspector; another one closes it, or brings it back into sight', () => {
  const view = createView();
  const state = () => {
    const { opened, tab, selection } = view.getState();
    return { opened, tab, selection };
  };
  toggleMachine({ view }, 'client1');
  const open = { opened: 'client1', tab: 'inspect', selection: { kind: 'client', client: 'client1' } };
  expect(state()).toEqual(open);
  view.setState({ tab: 'narration' });
  toggleMachine({ view }, 'client1');
  expect(state()).toEqual(open);
  view.setState({ selection: { kind: 'host', host: 'A' } });
  toggleMachine({ view }, 'client1');
  expect(state()).toEqual(open);
  toggleMachine({ view }, 'disk');
  expect(state()).toMatchObject({ opened: 'disk', selection: { kind: 'disk' } });
  toggleMachine({ view }, 'disk');
  expect(state().opened).toBeNull();
});

test('a host of the VM is looked at without being opened, and the one that was open is closed', () => {
  const view = createView();
  showMachine({ view }, 'client2');
  showMachine({ view }, 'B');
  expect(view.getState()).toMatchObject({ opened: null, selection: { kind: 'host', host: 'B' } });
});

test('the palette offers each of them', () => {
  const frame = { clients: [{ id: 'client1' }] } as ViewFrame;
  expect(plainIds(frame)).toEqual(['client1', 'disk']);
  expect(machineActions(frame).map(({ id }) => id)).toEqual([
    'openMachine:client1',
    'openMachine:disk',
    'editProgram:client1',
    'editProgram:disk',
  ]);
  expect(machineActions(null)).toEqual([]);
});

test('the editor opens with the program of a client or the disk, and of all other hosts with the VM’s', () => {
  const view = createView();
  const edited = (id: string) => {
    view.setState({ dialog: null });
    editProgram({ view }, id);
    return view.getState();
  };
  expect(edited('client2')).toMatchObject({ dialog: 'editor', edited: 'client2', opened: null });
  expect(edited('B')).toMatchObject({ dialog: 'editor', edited: 'vm' });
  expect(edited('disk')).toMatchObject({ dialog: 'editor', edited: 'disk' });
});
