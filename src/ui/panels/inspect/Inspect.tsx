// The facts of whatever was clicked, as they are at this instant; why it is so; and below, the inside of a machine.
import { X } from 'lucide-react';
import { lazy, Suspense } from 'react';
import { useApp, useFrame, useTexts, useView } from '../../app/context.tsx';
import { IconButton } from '../../widgets/IconButton.tsx';
import { factsOf, titleOf } from './facts.ts';
import { PropertyList } from './PropertyList.tsx';
import './inspect.css';

const MachinePanel = lazy(() => import('../machine/MachinePanel.tsx'));
const EntryBytes = lazy(() => import('../machine/EntryBytes.tsx'));
const WhyQuestions = lazy(() => import('../why/WhyQuestions.tsx'));

export default function Inspect() {
  const t = useTexts();
  const selection = useView((state) => state.selection);
  const isAboutMachine = selection === null || selection.kind === 'host' || selection.kind === 'row';
  return (
    <article className="inspect">
      {selection === null ? <p className="quiet">{t('inspect.empty')}</p> : <Selected />}
      <Suspense fallback={null}>
        {selection !== null && <WhyQuestions />}
        {selection?.kind === 'properties' && <PropertyList />}
        {selection?.kind === 'entry' && <EntryBytes key={selection.sequence} sequence={selection.sequence} />}
        {isAboutMachine && <MachinePanel />}
      </Suspense>
    </article>
  );
}

function Selected() {
  const t = useTexts();
  const { view } = useApp();
  const selection = useView((state) => state.selection);
  const facts = useFrame((frame) => (selection === null ? null : factsOf(selection, frame, t)));
  if (selection === null) return null;
  return (
    <>
      <header>
        <h3>{titleOf(selection, t)}</h3>
        <IconButton icon={X} label={t('inspect.close')} onPress={() => view.setState({ selection: null })} />
      </header>
      {facts === null && <p className="quiet">{t('inspect.gone')}</p>}
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
