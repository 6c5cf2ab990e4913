// Where the wires run between the parts of the picture, and where on them a packet is.

export interface Point {
  x: number;
  y: number;
}

export interface Box {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/** The parts of the picture by name: clients and hosts by their ids, `switch`, `disk`. */
export type Boxes = Readonly<Record<string, Box>>;

const centreX = ({ left, right }: Box) => (left + right) / 2;
const centreY = ({ top, bottom }: Box) => (top + bottom) / 2;

/** How far above the hosts the switch's wires run, and below them the disk's. */
const BUS_ABOVE = 14;
const BUS_BELOW = 12;

/** The wire from a client to the switch: level, between the edges that face each other. */
export function clientWire(client: Box, hub: Box): Point[] {
  const isLeft = centreX(client) < centreX(hub);
  return [
    { x: isLeft ? client.right : client.left, y: centreY(client) },
    { x: isLeft ? hub.left : hub.right, y: centreY(hub) },
  ];
}

/** The wire from the switch to a host: down, along above the hosts, down into the host. */
export function hostWire(hub: Box, host: Box): Point[] {
  const bus = host.top - BUS_ABOVE;
  const x = centreX(host);
  return [
    { x: centreX(hub), y: hub.bottom },
    { x: centreX(hub), y: bus },
    { x, y: bus },
    { x, y: host.top },
  ];
}

/** The wire from a host to the disk: out of its foot, along below, up into the disk. */
export function diskWire(host: Box, disk: Box): Point[] {
  const bus = Math.max(host.bottom, disk.bottom) + BUS_BELOW;
  const isLeft = centreX(host) < centreX(disk);
  const x = centreX(disk) + (isLeft ? -8 : 8);
  return [
    { x: centreX(host), y: host.bottom },
    { x: centreX(host), y: bus },
    { x, y: bus },
    { x, y: disk.bottom },
  ];
}

/** The way between two parts, in that direction; null when the picture has no wire there. */
export function wayBetween(boxes: Boxes, from: string, to: string): Point[] | null {
  const [a, b] = [boxes[from], boxes[to]];
  if (a === undefined || b === undefined) return null;
  if (to === 'switch' || to === 'disk') return wireInto(a, b, from, to, boxes);
  if (from === 'switch' || from === 'disk') return wireInto(b, a, to, from, boxes)?.reverse() ?? null;
  const hub = boxes.switch;
  if (hub === undefined) return null;
  return [
    ...(wireInto(a, hub, from, 'switch', boxes) ?? []),
    ...(wireInto(b, hub, to, 'switch', boxes) ?? []).reverse(),
  ];
}

function wireInto(part: Box, centre: Box, name: string, into: string, boxes: Boxes): Point[] | null {
  if (into === 'disk') return name === 'switch' ? null : diskWire(part, centre);
  const isHost = part.top > (boxes.switch?.bottom ?? 0);
  return isHost ? hostWire(centre, part).reverse() : clientWire(part, centre);
}

/** The point at a share of the way's length. */
export function along(way: readonly Point[], share: number): Point {
  const lengths = way.slice(1).map((point, i) => Math.hypot(point.x - way[i]!.x, point.y - way[i]!.y));
  let rest = lengths.reduce((sum, length) => sum + length, 0) * Math.min(1, Math.max(0, share));
  for (const [i, length] of lengths.entries()) {
    if (rest <= length && length > 0) {
      const [a, b] = [way[i]!, way[i + 1]!];
      return { x: a.x + ((b.x - a.x) * rest) / length, y: a.y + ((b.y - a.y) * rest) / length };
    }
    rest -= length;
  }
  return way.at(-1) ?? { x: 0, y: 0 };
}

/** A way as the `d` of a path, with rounded corners. */
export function wayPath(way: readonly Point[], radius = 6): string {
  const [first, ...others] = way;
  if (first === undefined) return '';
  let d = `M${first.x},${first.y}`;
  for (const [i, corner] of others.entries()) {
    const next = others[i + 1];
    if (next === undefined) return `${d}L${corner.x},${corner.y}`;
    const before = way[i]!;
    const enter = towards(corner, before, radius);
    const leave = towards(corner, next, radius);
    d += `L${enter.x},${enter.y}Q${corner.x},${corner.y} ${leave.x},${leave.y}`;
  }
  return d;
}

function towards(from: Point, to: Point, distance: number): Point {
  const length = Math.hypot(to.x - from.x, to.y - from.y);
  if (length === 0) return from;
  const share = Math.min(0.5, distance / length);
  return { x: from.x + (to.x - from.x) * share, y: from.y + (to.y - from.y) * share };
}
