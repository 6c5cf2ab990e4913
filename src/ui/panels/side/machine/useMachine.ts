// Asks for one part of a machine whenever the run stands elsewhere, together with what it was where the run stood before.
import { useEffect, useState } from 'react';
import type { MachinePart, MachineView } from '../../../../worker/time-views.ts';
import { useApp, useSession } from '../../../app/context.tsx';

/** Null as long as nothing has been answered. */
export function useMachine(host: string, part: MachinePart, place: string): MachineView | null {
  const { session } = useApp();
  const instant = useSession(
    ({ frame }) =>
      `${frame?.time} ${frame?.step} ${frame?.branches.find(({ isOn }) => isOn)?.id} ${frame?.commands.length}`,
  );
  const since = useSession(({ stoodAt }) => stoodAt);
  const [machine, setMachine] = useState<MachineView | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: at another instant it is another
  useEffect(() => {
    let isWanted = true;
    const query = { host, part, ...(place === '' ? {} : { place }), ...(since === null ? {} : { since }) };
    void session.ask({ kind: 'machine', query }, 'machine').then((answer) => {
      if (isWanted && answer?.kind === 'machine') setMachine(answer.machine);
    });
    return () => {
      isWanted = false;
    };
  }, [session, host, part, place, instant, since]);
  return machine;
}
