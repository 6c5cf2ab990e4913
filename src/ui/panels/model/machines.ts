// Machines that can be looked into: the hosts' always; those of clients and of the disk once they are opened, one at a time.
import type { ViewFrame } from '../../../worker/frame.ts';
import type { App } from '../../app/context.tsx';
import { endName, type Translate } from '../../i18n/sentences.ts';
import type { Selection } from '../../store/view.ts';

/** The plain hosts of a run: those that are opened. */
export const plainIds = ({ clients }: Pick<ViewFrame, 'clients'>): string[] => [
  ...clients.map(({ id }) => id),
  'disk',
];

export const isPlainId = (id: string): boolean => id === 'disk' || /^client\d+$/.test(id);

/** Whose program it is, in words: of a client or the disk by its id, else the VM's. */
export const ownerName = (t: Translate, id: string): string =>
  isPlainId(id) ? endName(t, id) : t('editor.vm');

/** Whose machine a selection is about; null where it is about none. */
export function machineOf(selection: Selection | null): string | null {
  switch (selection?.kind) {
    case 'host':
    case 'row':
      return selection.host;
    case 'client':
      return selection.client;
    case 'disk':
    case 'flag':
    case 'block':
      return 'disk';
    default:
      return null;
  }
}

/** What is selected of a machine as a whole. */
function selectionOf(id: string): Selection {
  if (id === 'disk') return { kind: 'disk' };
  return isPlainId(id) ? { kind: 'client', client: id } : { kind: 'host', host: id };
}

/** Shows a machine in the side panel; of a plain host it is opened, and the one that was open is closed. */
export function showMachine({ view }: Pick<App, 'view'>, id: string): void {
  view.setState({ selection: selectionOf(id), tab: 'inspect', opened: isPlainId(id) ? id : null });
}

/** Opens the editor with the program of a plain host, or of the VM. */
export function editProgram({ view }: Pick<App, 'view'>, id: string): void {
  view.setState({ dialog: 'editor', edited: isPlainId(id) ? id : 'vm' });
}

/** Opens a plain host's machine, or closes it when it is open and in sight. */
export function toggleMachine(app: Pick<App, 'view'>, id: string): void {
  const { opened, tab, selection } = app.view.getState();
  const isInSight = opened === id && tab === 'inspect' && (selection === null || machineOf(selection) === id);
  if (isInSight) app.view.setState({ opened: null });
  else showMachine(app, id);
}
