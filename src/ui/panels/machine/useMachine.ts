// Asks for one part of a machine whenever the run stands elsewhere, and remembers what it was at the last stop.
import { useEffect, useRef, useState } from 'react';
import type { MachinePart, MachineView } from '../../../worker/time-views.ts';
import { useApp, useSession } from '../../app/context.tsx';

export interface Looked {
  machine: MachineView | null;
  /** The same part at the stop before. */
  before: MachineView | null;
}

export function useMachine(host: string, part: MachinePart, place: string): Looked {
  const { session } = useApp();
  const instant = useSession(
    ({ frame }) => `${frame?.time} ${frame?.branches.find(({ isOn }) => isOn)?.id} ${frame?.commands.length}`,
  );
  const [looked, setLooked] = useState<Looked>({ machine: null, before: null });
  const shown = useRef({ instant: '', place: '' });
  useEffect(() => {
    let isWanted = true;
    async function ask(): Promise<void> {
      const query = { host, part, ...(place === '' ? {} : { place }) };
      const answer = await session.ask({ kind: 'machine', query }, 'machine');
      if (!isWanted || answer?.kind !== 'machine') return;
      // Another place at the same instant is no change of anything.
      const isSamePlace = shown.current.place === place;
      const isSameInstant = shown.current.instant === instant;
      shown.current = { instant, place };
      setLooked(({ machine, before }) => ({
        machine: answer.machine,
        before: !isSamePlace ? null : isSameInstant ? before : machine,
      }));
    }
    void ask();
    return () => {
      isWanted = false;
    };
  }, [session, host, part, place, instant]);
  return looked;
}
