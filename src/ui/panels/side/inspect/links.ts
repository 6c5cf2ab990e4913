// The cables: which ones lead to what is selected, and what is on its way on one.
import type { LinkView, ViewFrame } from '../../../../worker/frame.ts';
import type { Selection } from '../../../store/view.ts';

/** The cables that end at a thing of the picture. */
export function linksAt(
  selection: Selection,
  { links, channel }: Pick<ViewFrame, 'links' | 'channel'>,
): LinkView[] {
  switch (selection.kind) {
    case 'host':
      return links.filter(({ ends }) => ends.includes(selection.host));
    case 'client':
      return links.filter(({ ends }) => ends.includes(selection.client));
    case 'switch':
      return links.filter(({ ends }) => ends.includes('switch'));
    case 'disk':
    case 'block':
    case 'flag':
      return links.filter(({ ends }) => ends.includes('disk'));
    case 'channel':
      return links.filter((link) => isChannel(link, channel));
    default:
      return [];
  }
}

/** Whether the logging channel is on this cable. */
function isChannel({ id, ends }: LinkView, { from, to }: ViewFrame['channel']): boolean {
  return id.startsWith('log-') && ends.includes(from) && ends.includes(to);
}

/** Something on its way on a cable. */
export type Traffic =
  | { kind: 'flight'; flight: ViewFrame['flights'][number] }
  | { kind: 'entry'; entry: ViewFrame['channel']['entries'][number] }
  | { kind: 'ack'; through: number; progress: number }
  | { kind: 'heartbeat'; from: string; progress: number };

/** What is on a cable at this instant. */
export function trafficOn(
  link: LinkView,
  { flights, channel }: Pick<ViewFrame, 'flights' | 'channel'>,
): Traffic[] {
  const packets = flights
    .filter((flight) => flight.link === link.id)
    .map((flight): Traffic => ({ kind: 'flight', flight }));
  if (!isChannel(link, channel)) return packets;
  return [
    ...packets,
    ...channel.entries
      .filter(({ place }) => place === 'flying')
      .map((entry): Traffic => ({ kind: 'entry', entry })),
    ...channel.acks.map(({ through, progress }): Traffic => ({ kind: 'ack', through, progress })),
    ...channel.heartbeats.map(({ from, progress }): Traffic => ({ kind: 'heartbeat', from, progress })),
  ];
}
