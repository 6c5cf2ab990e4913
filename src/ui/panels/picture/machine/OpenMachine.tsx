// The button at a client or the disk that opens its machine, and closes it again.
import { Cpu } from 'lucide-react';
import { useApp, useTexts, useView } from '../../../app/context.tsx';
import { endName } from '../../../i18n/sentences.ts';
import { toggleMachine } from '../../model/machines.ts';
import './open-machine.css';

export function OpenMachine({ id }: { id: string }) {
  const t = useTexts();
  const app = useApp();
  const isOpen = useView(({ opened }) => opened === id);
  if (app.embedded) return null;
  const name = endName(t, id);
  const label = t(isOpen ? 'machine.close' : 'machine.open', { name });
  return (
    <button
      type="button"
      className="open-machine"
      aria-label={label}
      title={label}
      aria-expanded={isOpen}
      onClick={() => toggleMachine(app, id)}
    >
      <Cpu aria-hidden size={14} />
    </button>
  );
}
