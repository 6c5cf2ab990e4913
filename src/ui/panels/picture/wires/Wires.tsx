// The wires of the LAN and of the storage, and what flies on them. The words for it are in the panels and the narration.
import { useEffect, useLayoutEffect, useState } from 'react';
import type { FlightView } from '../../../../worker/frame.ts';
import { useApp, useFrame, useTexts } from '../../../app/context.tsx';
import { endName, flightName } from '../../../i18n/sentences.ts';
import { isDead, stageHosts } from '../../model/hosts.ts';
import { isCounting } from '../../model/verdict.ts';
import {
  along,
  type Boxes,
  clientWire,
  diskWire,
  hostWire,
  type Point,
  wayBetween,
  wayPath,
} from './wires.ts';
import './wires.css';

/** Where the anchored parts of the stage are, measured again when one of them changes its size. */
function useBoxes(stage: HTMLElement | null, parts: string): Boxes {
  const [boxes, setBoxes] = useState<Boxes>({});
  useLayoutEffect(() => {
    if (stage === null || parts === '') return;
    const anchors = [...stage.querySelectorAll<HTMLElement>('[data-anchor]')];
    const measure = () => {
      const origin = stage.getBoundingClientRect();
      const entries = anchors.map((anchor) => {
        const { left, top, right, bottom } = anchor.getBoundingClientRect();
        const [x, y] = [origin.left, origin.top];
        return [
          anchor.dataset.anchor ?? '',
          { left: left - x, top: top - y, right: right - x, bottom: bottom - y },
        ];
      });
      setBoxes(Object.fromEntries(entries));
    };
    const observer = new ResizeObserver(measure);
    for (const element of [stage, ...anchors]) observer.observe(element);
    return () => observer.disconnect();
  }, [stage, parts]);
  return boxes;
}

export function Wires({ stage }: { stage: HTMLElement | null }) {
  const t = useTexts();
  const { clients, hosts, flights, vmAt, cut, counts } = useFrame((frame) => ({
    clients: frame.clients.map(({ id }) => id),
    hosts: stageHosts(frame).map(({ id, role }) => ({ id, isOff: isDead({ role }) || role === 'spare' })),
    flights: frame.flights,
    vmAt: frame.vmAt,
    counts: isCounting(frame),
    cut: frame.links.filter((link) => link.cut.includes(true)).map(({ id }) => id),
  }));
  const [drawing, setDrawing] = useState<SVGSVGElement | null>(null);
  const { view } = useApp();
  useEffect(() => {
    // By pointer only: by keyboard a cable is found at what it ends at.
    const pick = ({ target }: Event) => {
      const wire = target instanceof Element ? target.closest<SVGElement>('[data-link]') : null;
      const link = wire?.dataset.link;
      if (link !== undefined) view.setState({ selection: { kind: 'link', link }, tab: 'inspect' });
    };
    drawing?.addEventListener('click', pick);
    return () => drawing?.removeEventListener('click', pick);
  }, [drawing, view]);
  const boxes = useBoxes(stage, [...clients, ...hosts.map(({ id }) => id)].join());
  const { switch: hub, disk } = boxes;
  if (hub === undefined || disk === undefined) return null;
  const vm = vmAt === null ? undefined : boxes[vmAt];
  return (
    <div className="wires">
      <svg aria-hidden="true" ref={setDrawing}>
        {clients.map(
          (id) =>
            boxes[id] && (
              <Wire
                key={id}
                link={`lan-${id}`}
                way={clientWire(boxes[id], hub)}
                cut={cut.includes(`lan-${id}`)}
              />
            ),
        )}
        {hosts.map(({ id, isOff }) => {
          const box = boxes[id];
          if (box === undefined) return null;
          return (
            <g key={id}>
              <Wire
                link={`lan-${id}`}
                way={hostWire(hub, box)}
                live={id === vmAt}
                idle={id !== vmAt || isOff}
                cut={cut.includes(`lan-${id}`)}
              />
              <Wire
                link={`storage-${id}`}
                way={diskWire(box, disk)}
                idle={id !== vmAt || isOff}
                cut={cut.includes(`storage-${id}`)}
              />
            </g>
          );
        })}
      </svg>
      {vm !== undefined && (
        <span
          aria-hidden="true"
          className="mac"
          style={{ left: (vm.left + vm.right) / 2 + 8, top: vm.top - 33 }}
        >
          {t('channel.mac')}
        </span>
      )}
      {flights.map((flight) => {
        const way = wayBetween(boxes, flight.from, flight.to);
        return (
          way && <Packet key={flight.id} flight={flight} counts={counts} at={along(way, flight.progress)} />
        );
      })}
    </div>
  );
}

interface WireProps {
  link: string;
  way: Point[];
  /** Leads to where the VM answers. */
  live?: boolean;
  idle?: boolean;
  cut?: boolean;
}

function Wire({ link, way, live = false, idle = false, cut = false }: WireProps) {
  const state = cut ? ' wire-cut' : live ? ' wire-live' : idle ? ' wire-idle' : '';
  const d = wayPath(way);
  return (
    <g className="wire-pick" data-link={link}>
      <path className="wire-reach" d={d} />
      <path className={`wire${state}`} d={d} />
    </g>
  );
}

function Packet({ flight, counts, at }: { flight: FlightView; counts: boolean; at: Point }) {
  const t = useTexts();
  const { view } = useApp();
  return (
    <button
      type="button"
      className={`packet packet-${flight.kind}${flight.lost ? ' packet-lost' : ''}`}
      style={{ transform: `translate(${at.x}px, ${at.y}px) translate(-50%, -50%)` }}
      aria-label={t('packet.button', {
        what: flightName(t, flight),
        from: endName(t, flight.from),
        to: endName(t, flight.to),
      })}
      onClick={() => view.setState({ selection: { kind: 'flight', id: flight.id }, tab: 'inspect' })}
    >
      {packetText(t, flight, counts)}
    </button>
  );
}

function packetText(
  t: ReturnType<typeof useTexts>,
  { kind, value, won }: FlightView,
  counts: boolean,
): string {
  switch (kind) {
    case 'request':
      return t(counts ? 'packet.request' : 'packet.asked');
    case 'reply':
      return value === undefined ? t('packet.other') : String(value);
    case 'testAndSetReply':
      return t(won === true ? 'packet.won' : 'packet.lost');
    default:
      return t(`packet.${kind}`);
  }
}
