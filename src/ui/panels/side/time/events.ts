// The events of a run as choices: what happened, and about whom, each with how often.
import type { EventCount } from '../../../../worker/time-views.ts';
import { clientName, linkName, type Translate } from '../../../i18n/sentences.ts';

export interface Choice {
  value: string;
  name: string;
  count: number;
}

/** What a kind of event is called; its own name where nobody has written another. */
export const eventName = (kind: string, t: Translate): string =>
  t(`events:${kind}` as never, { defaultValue: kind });

function summed(events: readonly EventCount[], value: (event: EventCount) => string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const event of events) counts.set(value(event), (counts.get(value(event)) ?? 0) + event.count);
  return counts;
}

const byName = (a: Choice, b: Choice): number => a.name.localeCompare(b.name);

/** What happened to somebody, or to anybody (''), by name. */
export const kindsIn = (events: readonly EventCount[], who: string, t: Translate): Choice[] =>
  [
    ...summed(
      events.filter((event) => who === '' || event.who === who),
      ({ kind }) => kind,
    ),
  ]
    .map(([value, count]) => ({ value, name: eventName(value, t), count }))
    .sort(byName);

/** To whom something happened, or anything (''), by name. */
export const whosIn = (events: readonly EventCount[], kind: string, t: Translate): Choice[] =>
  [
    ...summed(
      events.filter((event) => event.who !== '' && (kind === '' || event.kind === kind)),
      ({ who }) => who,
    ),
  ]
    .map(([value, count]) => ({ value, name: whoName(value, t), count }))
    .sort(byName);

/** What a host, client, link or disk is called. */
export function whoName(who: string, t: Translate): string {
  if (/^[A-D]$/.test(who)) return t('host.name', { host: who });
  if (/^(log|lan|storage)/.test(who)) return linkName(t, who);
  return clientName(t, who);
}
