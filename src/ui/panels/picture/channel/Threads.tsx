// The threads, drawn under the beads.
import type { Bead, Room, Thread } from './threads.ts';

interface Props {
  beads: readonly Bead[];
  threads: readonly Thread[];
  room: Room;
  gutter: number;
  mirrored: boolean;
}

export function Threads({ beads, threads, room, gutter, mirrored }: Props) {
  const height = room.bottom + 60;
  return (
    <svg
      className="threads"
      aria-hidden="true"
      width={room.width}
      height={height}
      style={{ left: -gutter }}
      viewBox={`0 0 ${room.width} ${height}`}
    >
      <g transform={mirrored ? `translate(${room.width} 0) scale(-1 1)` : undefined}>
        {threads.map(({ key, isOutput, path }) => (
          <path
            key={key}
            className={isOutput ? 'thread thread-output thread-past' : 'thread thread-past'}
            d={path}
          />
        ))}
        {beads.map(({ entry, from, to }) => (
          <g
            key={`${entry.generation}/${entry.sequence}`}
            className={entry.kind === 'output' ? 'thread thread-output' : 'thread'}
          >
            {from !== '' && <path d={from} />}
            {to !== '' && <path d={to} />}
          </g>
        ))}
      </g>
    </svg>
  );
}
