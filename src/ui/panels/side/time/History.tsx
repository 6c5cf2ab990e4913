// What is kept of the past: how much memory it takes, where its snapshots are, and how much it may take.
import { useEffect, useState } from 'react';
import type { HistoryView } from '../../../../worker/time-views.ts';
import { useApp, usePreferences, useSession, useTexts } from '../../../app/context.tsx';
import { MEMORIES } from '../../../store/preferences.ts';
import { formatBytes } from '../../../widgets/format.ts';

const MEBIBYTE = 1024 * 1024;
const EVERY_MS = 1000;

export function History() {
  const t = useTexts();
  const { session, preferences } = useApp();
  const memory = usePreferences((state) => state.memoryMebibytes);
  const branch = useSession(({ frame }) => frame?.branches.find(({ isOn }) => isOn)?.id);
  const [history, setHistory] = useState<HistoryView | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another branch or another budget is another history
  useEffect(() => {
    let isOpen = true;
    async function ask(): Promise<void> {
      const answer = await session.ask({ kind: 'history' }, 'history');
      if (isOpen && answer?.kind === 'history') setHistory(answer.history);
    }
    void ask();
    const timer = setInterval(() => session.isIdle() && void ask(), EVERY_MS);
    return () => {
      isOpen = false;
      clearInterval(timer);
    };
  }, [session, branch, memory]);
  return (
    <section aria-label={t('history.title')}>
      <h3>{t('history.title')}</h3>
      <p className="quiet">{t('history.lead')}</p>
      {history !== null && (
        <>
          <p>
            {t('history.uses', {
              used: formatBytes(history.bytes),
              limit: formatBytes(history.limit),
              snapshots: history.snapshots,
            })}
          </p>
          <svg
            className="history-strip"
            viewBox="0 0 1000 10"
            preserveAspectRatio="none"
            role="img"
            aria-label={t('history.strip')}
          >
            {history.at.map((at) => (
              <rect key={at} x={(996 * at) / Math.max(1, history.reached)} y={0} width={4} height={10} />
            ))}
          </svg>
        </>
      )}
      <label className="budget">
        {t('history.budget')}
        <select
          value={memory}
          onChange={(event) => {
            const chosen = Number(event.target.value);
            preferences.setState({ memoryMebibytes: chosen });
            void session.setMemory(chosen * MEBIBYTE);
          }}
        >
          {MEMORIES.map((each) => (
            <option key={each} value={each}>
              {formatBytes(each * MEBIBYTE)}
            </option>
          ))}
        </select>
      </label>
    </section>
  );
}
