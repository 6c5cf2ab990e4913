// The side panel: narration, faults and rules, the inspector, time. A tab that is not open costs nothing.
import { lazy, Suspense } from 'react';
import { Tab, TabList, TabPanel, Tabs } from 'react-aria-components/Tabs';
import { Narration } from '../panels/side/narration/Narration.tsx';
import type { SideTab } from '../store/view.ts';
import { useApp, useTexts, useView } from './context.tsx';
import './side.css';

const TABS: readonly SideTab[] = ['narration', 'faults', 'inspect', 'time'];

const FaultsPanel = lazy(async () => ({
  default: (await import('../panels/side/faults/FaultsPanel.tsx')).FaultsPanel,
}));
const Inspect = lazy(() => import('../panels/side/inspect/Inspect.tsx'));
const TimePanel = lazy(() => import('../panels/side/time/TimePanel.tsx'));

export function SidePanel() {
  const t = useTexts();
  const { view } = useApp();
  const tab = useView((state) => state.tab);
  return (
    <section className="side" aria-label={t('side.name')}>
      <Tabs
        className="tabs"
        selectedKey={tab}
        onSelectionChange={(key) => view.setState({ tab: TABS.find((each) => each === key) ?? tab })}
      >
        <TabList className="tab-list" aria-label={t('side.name')}>
          {TABS.map((each) => (
            <Tab key={each} id={each} className="tab">
              {t(`side.${each}`)}
            </Tab>
          ))}
        </TabList>
        <TabPanel id="narration" className="tab-panel">
          <Narration />
        </TabPanel>
        <TabPanel id="faults" className="tab-panel tab-panel-scrolls">
          <Suspense fallback={null}>
            <FaultsPanel />
          </Suspense>
        </TabPanel>
        <TabPanel id="inspect" className="tab-panel tab-panel-scrolls">
          <Suspense fallback={null}>
            <Inspect />
          </Suspense>
        </TabPanel>
        <TabPanel id="time" className="tab-panel tab-panel-scrolls">
          <Suspense fallback={null}>
            <TimePanel />
          </Suspense>
        </TabPanel>
      </Tabs>
    </section>
  );
}
