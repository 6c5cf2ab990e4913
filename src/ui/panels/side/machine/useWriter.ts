// Who wrote a value last, asked on demand.
import { useState } from 'react';
import type { WhyQuery, WhyView } from '../../../../worker/time-views.ts';
import { useApp } from '../../../app/context.tsx';

export function useWriter(): { why: WhyView | null; ask: (query: WhyQuery) => void } {
  const { session } = useApp();
  const [why, setWhy] = useState<WhyView | null>(null);
  async function ask(query: WhyQuery): Promise<void> {
    const answer = await session.ask({ kind: 'why', query }, 'why');
    if (answer?.kind === 'why') setWhy(answer.why);
  }
  return { why, ask: (query) => void ask(query) };
}
