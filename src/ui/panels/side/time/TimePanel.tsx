// Time's own panel: parallel runs, breakpoints, comparisons, and what is kept of the past.
import { lazy, Suspense } from 'react';
import { addEventTexts } from '../../../i18n/index.ts';
import { Branches } from './Branches.tsx';
import { Compare } from './Compare.tsx';
import { History } from './History.tsx';
import { Stops } from './Stops.tsx';
import './time.css';

/** Names of all kinds of events are fetched with it. */
const Find = lazy(async () => {
  await addEventTexts();
  return import('./Find.tsx');
});

export default function TimePanel() {
  return (
    <div className="time-panel">
      <Stops />
      <Suspense fallback={null}>
        <Find />
      </Suspense>
      <Branches />
      <Compare />
      <History />
    </div>
  );
}
