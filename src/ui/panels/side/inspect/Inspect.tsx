// The facts of whatever was clicked, as they are at this instant; why it is so; and below, the inside of a machine.
import { X } from 'lucide-react';
import { lazy, Suspense } from 'react';
import type { DetailQuery } from '../../../../worker/time-views.ts';
import { action } from '../../../app/actions.ts';
import { useApp, useFrame, useTexts, useView } from '../../../app/context.tsx';
import { wayTo } from '../../../app/cursor.ts';
import type { Selection } from '../../../store/view.ts';
import { IconButton } from '../../../widgets/IconButton.tsx';
import { ActionButton } from '../../bars/transport/ActionButton.tsx';
import { machineOf } from '../../model/machines.ts';
import { factsOf, titleOf } from './facts.ts';
import { Links, OnItsWay } from './Links.tsx';
import { PropertyList } from './PropertyList.tsx';
import './inspect.css';

const MachinePanel = lazy(() => import('../machine/MachinePanel.tsx'));
const Detail = lazy(() => import('../machine/Detail.tsx'));
const WhyQuestions = lazy(() => import('../why/WhyQuestions.tsx'));

export default function Inspect() {
  const t = useTexts();
  const selection = useView((state) => state.selection);
  const opened = useView((state) => state.opened);
  // What is open stands first: it is what is looked at.
  const isOpened = opened !== null && (selection === null || machineOf(selection) === opened);
  const isAboutMachine = selection === null || selection.kind === 'host' || selection.kind === 'row';
  const query = selection === null ? null : detailOf(selection);
  return (
    <article className="inspect">
      {isOpened && (
        <Suspense fallback={null}>
          <MachinePanel />
        </Suspense>
      )}
      {selection === null ? <p className="quiet">{t('inspect.empty')}</p> : <Selected />}
      <Suspense fallback={null}>
        {selection !== null && <WhyQuestions />}
        {selection?.kind === 'properties' && <PropertyList />}
        {query !== null && selection !== null && (
          <Detail key={JSON.stringify(query)} query={query} name={titleOf(selection, t)} />
        )}
        {selection?.kind === 'link' && <OnItsWay link={selection.link} />}
        {selection !== null && <Links selection={selection} />}
        {isAboutMachine && !isOpened && <MachinePanel />}
      </Suspense>
    </article>
  );
}

/** What of it only the worker knows. */
function detailOf(selection: Selection): DetailQuery | null {
  switch (selection.kind) {
    case 'entry': {
      const { generation, sequence } = selection;
      return { of: 'entry', generation, sequence };
    }
    case 'flight':
      return { of: 'flight', id: selection.id };
    case 'block':
      return { of: 'block', block: selection.block };
    default:
      return null;
  }
}

function Selected() {
  const t = useTexts();
  const app = useApp();
  const { view } = app;
  const selection = useView((state) => state.selection);
  const facts = useFrame((frame) => (selection === null ? null : factsOf(selection, frame, t)));
  const hasWay = useFrame((frame) => selection !== null && wayTo(selection, frame) !== null);
  if (selection === null) return null;
  const hasOwnFacts = selection.kind === 'entry' || selection.kind === 'flight';
  return (
    <>
      <header>
        <h3>{titleOf(selection, t)}</h3>
        {hasWay && <ActionButton action={action('runToCursor')} />}
        <IconButton icon={X} label={t('inspect.close')} onPress={() => view.setState({ selection: null })} />
      </header>
      {facts === null && selection.kind === 'flight' && <p className="quiet">{t('inspect.flightGone')}</p>}
      {facts === null && !hasOwnFacts && <p className="quiet">{t('inspect.gone')}</p>}
      <dl>
        {facts?.map(([key, text]) => (
          <div key={key}>
            <dt>{t(`inspect.fact.${key}`)}</dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
    </>
  );
}
