// A log entry's fields and bytes, as long as a buffer holds it: until it is acknowledged, or replayed.
import { useEffect, useState } from 'react';
import type { LogEntryView } from '../../../worker/time-views.ts';
import { useApp, useFrame, useTexts } from '../../app/context.tsx';
import { LogEntry } from './parts.tsx';
import './machine.css';

export default function EntryBytes({ sequence }: { sequence: number }) {
  const t = useTexts();
  const { session } = useApp();
  const time = useFrame((frame) => frame.time);
  const hosts = useFrame((frame) =>
    frame.hosts.flatMap(({ id, role }) => (/primary|backup/.test(role) ? [id] : [])),
  );
  const [entry, setEntry] = useState<LogEntryView | null>(null);
  const ends = hosts.join();
  // biome-ignore lint/correctness/useExhaustiveDependencies: at another instant it may be elsewhere; once it was seen it does not change
  useEffect(() => {
    let isWanted = entry === null;
    async function look(): Promise<void> {
      for (const host of ends.split(',')) {
        if (!isWanted || host === '') return;
        const answer = await session.ask({ kind: 'machine', query: { host, part: 'log' } });
        const found =
          answer?.kind === 'machine' && answer.machine.log?.find((each) => each.sequence === sequence);
        if (!isWanted || !found) continue;
        setEntry(found);
        return;
      }
    }
    if (!session.store.getState().playing) void look();
    return () => {
      isWanted = false;
    };
  }, [session, ends, sequence, time]);
  if (entry === null) return null;
  return (
    <section className="machine" aria-label={t('machine.log')}>
      <LogEntry entry={entry} isOpen />
    </section>
  );
}
