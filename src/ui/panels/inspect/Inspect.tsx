// The facts of whatever was clicked, as they are at this instant.
import { X } from 'lucide-react';
import { useApp, useFrame, useTexts, useView } from '../../app/context.tsx';
import { IconButton } from '../../widgets/IconButton.tsx';
import { factsOf, titleOf } from './facts.ts';
import { PropertyList } from './PropertyList.tsx';
import './inspect.css';

export function Inspect() {
  const t = useTexts();
  const { view } = useApp();
  const selection = useView((state) => state.selection);
  const facts = useFrame((frame) => (selection === null ? null : factsOf(selection, frame, t)));
  if (selection === null) return <p className="inspect quiet">{t('inspect.empty')}</p>;
  return (
    <article className="inspect">
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
      {selection.kind === 'properties' && <PropertyList />}
    </article>
  );
}
