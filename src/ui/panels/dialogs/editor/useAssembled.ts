// What the assembler says of the text, as it changes. Only the newest text is asked about, and only its answer counts.
import { useCallback, useRef, useState } from 'react';
import type { Assembled } from '../../../../worker/protocol.ts';
import type { Session } from '../../../store/session.ts';

/** Of a computer's program the latest answer, and a function that asks about a text; null from it when a newer text took its place. */
export function useAssembled(session: Session, of: string) {
  const [assembled, setAssembled] = useState<Assembled | null>(null);
  const changes = useRef(0);
  const assemble = useCallback(
    async (source: string): Promise<Assembled | null> => {
      const change = ++changes.current;
      const answer = await session.ask({ kind: 'assemble', of, source }, 'assemble');
      if (answer?.kind !== 'assembled' || change !== changes.current) return null;
      setAssembled(answer);
      return answer;
    },
    [session, of],
  );
  return { assembled, assemble };
}
