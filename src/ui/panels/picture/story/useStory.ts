// The story of the run's last failure, unless it was put away.
import { useMemo } from 'react';
import { useSession, useView } from '../../../app/context.tsx';
import { type FailoverStory, failoverStory } from './failover.ts';

/** The story to show at this instant, or null. */
export function useStory(): FailoverStory | null {
  const narration = useSession((state) => state.narration);
  const dismissed = useView((state) => state.storyDismissed);
  const hosts = useSession((state) => state.frame?.hosts.map(({ id }) => id).join() ?? '');
  const story = useMemo(() => failoverStory(narration, hosts.split(',').slice(0, 2)), [narration, hosts]);
  return story?.at === dismissed ? null : story;
}
