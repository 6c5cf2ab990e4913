// The cables of what is selected, each to be looked at; and of a cable what is on its way.
import { useFrame, useTexts } from '../../../app/context.tsx';
import { flightName, linkTitle } from '../../../i18n/sentences.ts';
import type { Selection } from '../../../store/view.ts';
import { Pick } from '../../../widgets/Pick.tsx';
import { linksAt, type Traffic, trafficOn } from './links.ts';

export function Links({ selection }: { selection: Selection }) {
  const t = useTexts();
  const links = useFrame((frame) => linksAt(selection, frame));
  if (links.length === 0) return null;
  return (
    <section className="inspect-part" aria-label={t('inspect.links')}>
      <h4>{t('inspect.links')}</h4>
      <ul className="pick-list">
        {links.map(({ id, cut }) => (
          <li key={id}>
            <Pick what={{ kind: 'link', link: id }}>{linkTitle(t, id)}</Pick>
            {cut.includes(true) && <em className="cut">{t('inspect.cutWay')}</em>}
          </li>
        ))}
      </ul>
    </section>
  );
}

export function OnItsWay({ link }: { link: string }) {
  const t = useTexts();
  const traffic = useFrame((frame) => {
    const cable = frame.links.find(({ id }) => id === link);
    return cable === undefined ? [] : trafficOn(cable, frame);
  });
  return (
    <section className="inspect-part" aria-label={t('inspect.onWire')}>
      <h4>{t('inspect.onWire')}</h4>
      {traffic.length === 0 && <p className="quiet">{t('inspect.onWireNone')}</p>}
      <ul className="pick-list">
        {traffic.map((each) => (
          <li key={keyOf(each)}>
            <One traffic={each} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function keyOf(traffic: Traffic): string {
  switch (traffic.kind) {
    case 'flight':
      return `flight ${traffic.flight.id}`;
    case 'entry':
      return `entry ${traffic.entry.generation}/${traffic.entry.sequence}`;
    default:
      return JSON.stringify(traffic);
  }
}

function One({ traffic }: { traffic: Traffic }) {
  const t = useTexts();
  switch (traffic.kind) {
    case 'flight':
      return <Pick what={{ kind: 'flight', id: traffic.flight.id }}>{flightName(t, traffic.flight)}</Pick>;
    case 'entry': {
      const { generation, sequence } = traffic.entry;
      return <Pick what={{ kind: 'entry', generation, sequence }}>{t('packet.logEntry', { sequence })}</Pick>;
    }
    case 'ack':
      return t('packet.ack', { through: traffic.through });
    case 'heartbeat':
      return t('packet.heartbeat', { host: traffic.from });
  }
}
