// How many of the ruler's rows are shown, in both streams and beside them.
import { useSession, useView } from '../../../app/context.tsx';
import { hitRow } from '../../model/ruler.ts';

/** One less where a machine stands before an instruction that is on none of them: it needs a row too. */
export function useShownRows(): number {
  const isStopped = useSession(({ stop, frame }) => {
    if (frame === null || stop?.hit.text === undefined) return false;
    const own = frame.hosts.find(({ id }) => id === stop.hit.host)?.stream;
    return hitRow(own ?? frame.ruler, stop.hit) < 0;
  });
  return useView(({ rows }) => rows) - (isStopped ? 1 : 0);
}
