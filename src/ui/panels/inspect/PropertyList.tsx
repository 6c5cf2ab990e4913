// The properties: what each claims, whether it holds, and where it broke.
import { Check, TriangleAlert } from 'lucide-react';
import { Button } from 'react-aria-components/Button';
import type { PropertyView } from '../../../worker/frame.ts';
import { useApp, useFrame, useTexts } from '../../app/context.tsx';
import { propertyKey, propertyName, tellViolation, textOf } from '../../i18n/tell.ts';
import { formatCount } from '../../widgets/format.ts';

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

function Property({ property }: { property: PropertyView }) {
  const t = useTexts();
  const { session } = useApp();
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
          <p className="property-violation">{tellViolation(t, violation)}</p>
          <Button className="button" onPress={() => void session.seek(violation.at)}>
            {t('inspect.goToViolation', { at: violation.at })}
          </Button>
        </>
      )}
    </li>
  );
}
