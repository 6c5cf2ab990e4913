// The properties: what each claims, whether it holds, and where it broke.
import { Check, TriangleAlert } from 'lucide-react';
import { Button } from 'react-aria-components/Button';
import type { PropertyView, ViolationView } from '../../../../worker/frame.ts';
import { useApp, useFrame, useTexts } from '../../../app/context.tsx';
import { propertyKey, propertyName, textOf, violationSentence } from '../../../i18n/sentences.ts';
import { formatCount, formatMoment } from '../../../widgets/format.ts';
import { Pick } from '../../../widgets/Pick.tsx';

export function PropertyList() {
  const properties = useFrame((frame) => frame.properties);
  return (
    <ul className="property-list">
      {properties.map((property) => (
        <Property key={property.name} property={property} />
      ))}
    </ul>
  );
}

/** The two facts that contradict each other, each a way to its instant; and the entries it is about. */
function Instants({ violation: { at, facts, entries = [], values } }: { violation: ViolationView }) {
  const t = useTexts();
  const { session } = useApp();
  const generation = useFrame((frame) => Number(values.generation ?? frame.generation));
  const instants = facts === undefined ? [{ at, kind: '' }] : facts;
  return (
    <ul className="pick-list">
      {instants.map((fact, i) => (
        <li key={`${fact.at} ${fact.kind}`}>
          <Button className="button" onPress={() => void session.seek(fact.at)}>
            {t(i === instants.length - 1 ? 'inspect.laterFact' : 'inspect.earlierFact')}
            <span className="number">{formatMoment(fact.at)}</span>
          </Button>
        </li>
      ))}
      {entries.slice(0, ENTRIES_SHOWN).map((sequence) => (
        <li key={sequence}>
          <Pick what={{ kind: 'entry', generation, sequence }}>{t('inspect.entryOf', { sequence })}</Pick>
        </li>
      ))}
    </ul>
  );
}

const ENTRIES_SHOWN = 4;

function Property({ property }: { property: PropertyView }) {
  const t = useTexts();
  const { name, section, holds, checked, violation } = property;
  const meaning = textOf(t, `propertyMeaning.${propertyKey(name)}`);
  return (
    <li className={holds ? 'property' : 'property property-broken'}>
      <h4>
        {holds ? <Check aria-hidden size={14} /> : <TriangleAlert aria-hidden size={14} />}
        {propertyName(t, name)} <span className="quiet">{section}</span>
      </h4>
      {meaning !== null && <p>{meaning}</p>}
      <p className="quiet">
        {t(holds ? 'inspect.holds' : 'inspect.broken')} ·{' '}
        {t('inspect.checked', { count: checked, text: formatCount(checked) })}
      </p>
      {violation !== undefined && (
        <>
          <p className="property-violation">{violationSentence(t, violation)}</p>
          <Instants violation={violation} />
        </>
      )}
    </li>
  );
}
