// Time's own panel: parallel runs, breakpoints, comparisons, and what is kept of the past.
import { Branches } from './Branches.tsx';
import { Compare } from './Compare.tsx';
import { History } from './History.tsx';
import { Stops } from './Stops.tsx';
import './time.css';

export default function TimePanel() {
  return (
    <div className="time-panel">
      <Stops />
      <Branches />
      <Compare />
      <History />
    </div>
  );
}
